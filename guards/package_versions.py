"""What a requirement says about versions, in the notations of all package managers."""

import re

# Somewhere else than the registry that everybody uses.
FOREIGN = re.compile(
    r"\bgit\+|\bgit://|^git@|(?:^|[\s@])https?://|\bgit\s*[:=]|\bgithub:|\bgit\+|\burl\+|\.git\b|^[\w-]+/[\w.-]+(?:#\S+)?$|\b(?:bitbucket|gitlab|gist):"
)
LOCAL = re.compile(r"^(?:file|link|portal):|\bpath\+|^\.{0,2}/|\bpath\s*[:=]")
_NAMED_SOURCE = re.compile(r"\b(?:registry|source|index|npm:|workspace:)")


def lowest(spec: str) -> tuple[int, ...] | None:
    """The version that a requirement starts at or is fixed to; None when it names none."""
    for pattern in (
        r"(?:^|[^!<])[=~^>]=?\s*v?(\d[\w.]*)",
        r"^\s*[\[(]?\s*v?(\d[\w.]*)",
        r"(?:^|\s)v?(\d[\w.]*)",
    ):
        if "<" in spec and pattern.startswith("(?:^|\\s)"):
            return None
        match = re.search(pattern, spec[:300])
        if match:
            return tuple(int(part[:9]) for part in re.findall(r"\d+", match[1])[:6])
    return None


def ceiling(spec: str) -> tuple[int, ...] | None:
    """The version that a requirement stays below; None when it names none."""
    match = re.search(r"<=?\s*v?(\d[\w.]*)", spec[:300])
    return tuple(int(part[:9]) for part in re.findall(r"\d+", match[1])[:6]) if match else None


def is_raise(old: str, new: str) -> bool:
    """Whether the same source is asked for a version that is not older, and under no new ceiling."""
    if old == new:
        return True
    was, now = lowest(old), lowest(new)
    if any(pattern.search(new) for pattern in (FOREIGN, LOCAL, _NAMED_SOURCE)):
        return False
    top, cap = ceiling(old), ceiling(new)
    held = cap is not None and (top is None or cap < top)
    return was is not None and now is not None and now > was and not held
