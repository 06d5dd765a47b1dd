"""A failure can be hidden in what is installed: older, looser or foreign packages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from guards.change import Change, FileChange
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.lines_of import line_of
from guards.manifests import Dependency, dependencies, is_lock, is_manifest
from guards.package_changes import is_aside, is_used, words_of
from guards.package_versions import FOREIGN, LOCAL, ceiling, lowest
from guards.policy import Policy
from guards.popular_packages import imitated
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "dependencies"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_OPEN = re.compile(r"^\s*(?:\*|latest|x|next|>=?\s*0(?:\.0)*)?\s*$")
_SOURCES = (
    (re.compile(r"--(?:extra-)?index-url\b|--trusted-host\b|--find-links\b|--no-verify\b|--allow-unverified|\b(?:extra-|extra_)?index[-_]url\s*=|\btrusted[-_]host\s*="), "another place to install from"),
    (re.compile(r"^\s*(?:@[\w-]+:)?registry\s*=|\bnpmRegistryServer\s*:|\bstrict-ssl\s*=\s*false|\"secure-http\"\s*:\s*false|_authToken\s*="), "another registry"),
    (re.compile(r"\breplace-with\s*=|^\s*\[(?:source|registries)\.|^\s*\[\[(?:tool\.(?:uv\.index|poetry\.source|pdm\.source)|source)\]\]|\bPIP_(?:EXTRA_)?INDEX_URL\b|\bUV_(?:EXTRA_|DEFAULT_)?INDEX\w*\s*="), "another registry"),
    (re.compile(r"\bGO(?:NOSUMDB|NOSUMCHECK|INSECURE|FLAGS\s*=\s*['\"]?-insecure)\b|\bGOSUMDB\s*=\s*['\"]?off\b|\bGOPROXY\s*[=:]"), "the check of modules off"),
    (re.compile(r"--no-(?:require-hashes|verify-ssl|check-certificate|strict-ssl)\b|--ignore-integrity\b|--skip-integrity-check\b|\bNODE_TLS_REJECT_UNAUTHORIZED\b|--legacy-bundling"), "the check of packages off"),
)  # fmt: skip
_REPOSITORY = re.compile(
    r"<url>\s*(https?://[^<\s]{1,300})|\bmaven\s*(?:\(|\{\s*url)[^\n]{0,40}?['\"](https?://[^'\"\s]{1,300})|^\s*source\s+['\"](https?://[^'\"\s]{1,300})|<add\s+key=[^>]{0,100}value=\"(https?://[^\"]{1,300})"
)
_USUAL_HOSTS = re.compile(
    r"^https?://(?:repo1?\.maven\.(?:apache\.)?org|repo\.maven\.apache\.org|maven\.google\.com|plugins\.gradle\.org|rubygems\.org|api\.nuget\.org|(?:www\.)?github\.com|(?:www\.)?apache\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|files\.pythonhosted\.org|pypi\.org|crates\.io|codeload\.github\.com|packagist\.org|index\.crates\.io|api\.github\.com|opensource\.org|www\.w3\.org|maven\.apache\.org)(?:[/:]|$)"
)
_RESOLVED = re.compile(
    r"(?:\"resolved\"\s*:|^\s*resolved|\btarball:|\burl\s*[:=]|\bsource\s*=|\"url\"\s*:)[^\n]{0,40}?['\"]?(?:registry\+|git\+|sparse\+)?(https?://[^'\"\s#]{1,300})"
)
_INTEGRITY = re.compile(
    r"\bintegrity\b|\bchecksum\b\s*=?|\bhash(?:es)?\s*[:=]|sha256:|sha512-|\"shasum\"|--hash=|\bh1:"
)
_OVERRIDES = re.compile(
    r"^\s*replace\s+\S|^\s*\"(?:overrides|resolutions)\"\s*:|^\s*overrides\s*:|^\s*\[patch\.|^\s*\[replace\]|\b(?:override|constraint)-dependencies\s*=|\bresolutionStrategy\b|\bforce\s*\(?['\"]|^\s*exclude\s+[\w.-]+/\S+\s+v|dependency_overrides\s*:"
)
_PREFIX = re.compile(r"^@?[\w.-]+/")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find downgrades, loosened pins, foreign sources, install scripts and impostors."""
    files = [file for file in change.files if file.role not in {Role.VENDORED, Role.FIXTURE}]
    words = words_of(change)
    for file in files:
        if is_manifest(file.path) and change.from_trees:
            yield from _manifest(file, words)
        elif is_manifest(file.path):
            yield from _diff_manifest(file)
        yield from _sources(file)
        if is_lock(file.path):
            yield from _lock(file)
    yield from _lonely_locks(files)


def _manifest(file: FileChange, words: str) -> Iterator[Finding]:
    try:
        before = dependencies(file.old_path or file.path, file.before) if file.before else {}
    except UnparsableError:
        before = {}
    try:
        after = dependencies(file.path, file.after) if file.after else {}
    except UnparsableError:
        yield _finding(file, f"{file.path} cannot be read, so what it installs is not known")
        return
    yield from _come(file, before, after, words)
    for key, old in before.items():
        if key not in after and not key.startswith("(") and file.after:
            yield _finding(file, f"{old.name} is no longer asked for", severity=Severity.WARN)


def _come(
    file: FileChange,
    before: Mapping[str, Dependency],
    after: Mapping[str, Dependency],
    words: str,
) -> Iterator[Finding]:
    """What is new or different in one manifest."""
    text = (file.after or b"").decode(errors="replace")
    for key, new in after.items():
        line = line_of(text, new.name)
        old = before.get(key)
        if old is not None and old != new:
            yield from _changed(file, old, new, line)
        elif old is None and (before or not file.before):
            usual = is_aside(new, before.values(), words) or is_used(new.name, words)
            yield from _new(file, new, line, usual=usual)


def _new(file: FileChange, new: Dependency, line: int, *, usual: bool) -> Iterator[Finding]:
    imitation = imitated(_PREFIX.sub("", new.name)) if not new.name.startswith(("@", "(")) else None
    if imitation:
        message = f"{new.name} is one letter away from {imitation}"
        yield _finding(file, message, line, Severity.REJECT)
    elif FOREIGN.search(new.spec):
        message = f"{new.name} comes from {new.spec[:150]}"
        yield _finding(file, message, line, Severity.REJECT)
    elif new.name.startswith("(source of") or LOCAL.search(new.spec):
        yield _finding(file, f"{new.name} comes from {new.spec[:150]}", line, Severity.WARN)
    elif not new.name.startswith("("):
        severity = Severity.WARN if usual or file.status == "A" else SEVERITY
        yield _finding(file, f"{new.name} is new", line, severity)


def _changed(file: FileChange, old: Dependency, new: Dependency, line: int) -> Iterator[Finding]:
    what = f"{new.name}: {old.spec[:80] or 'any'} became {new.spec[:120] or 'any'}"
    if FOREIGN.search(new.spec) and not FOREIGN.search(old.spec):
        yield _finding(file, f"another source for {what}", line, Severity.REJECT)
        return
    if old.hashed and not new.hashed:
        yield _finding(file, f"the hash of {new.name} is gone", line, Severity.REJECT)
    was, now = lowest(old.spec), lowest(new.spec)
    top, cap = ceiling(old.spec), ceiling(new.spec)
    if was and now and now < was:
        widened = new.name in {"(python)", "(node)", "(npm)"} or (
            (cap or now) >= was and "," in new.spec
        )
        yield _finding(file, f"downgraded: {what}", line, Severity.WARN if widened else SEVERITY)
    elif cap and (top is None or cap < top) and not (now and was and now > was):
        yield _finding(file, f"held back: {what}", line)
    elif was and not now and _OPEN.match(new.spec):
        yield _finding(file, f"the pin is gone: {what}", line)
    elif "!=" in new.spec and "!=" not in old.spec:
        yield _finding(file, f"a release is left out: {what}", line, Severity.WARN)


def _diff_manifest(file: FileChange) -> Iterator[Finding]:
    """Only a diff is there: pairs of lines that name the same thing."""
    removed = {
        match[1]: line
        for line in file.removed
        if (match := re.search(r"([A-Za-z][\w./@-]{1,80})", line.text[:500]))
    }
    for line in file.added:
        match = re.search(r"([A-Za-z][\w./@-]{1,80})", line.text[:500])
        if not match:
            continue
        if FOREIGN.search(line.text[:500].partition(match[1])[2].strip(' ":=,')):
            yield _finding(
                file, f"another source: {line.text.strip()[:160]}", line.number, Severity.REJECT
            )
        old = removed.get(match[1])
        if old:
            was, now = (_version(text) for text in (old.text, line.text))
            if was and now and now < was:
                yield _finding(
                    file,
                    f"downgraded: {old.text.strip()[:80]} became {line.text.strip()[:80]}",
                    line.number,
                )


def _version(text: str) -> tuple[int, ...] | None:
    match = re.search(r"\d+(?:\.\d+){1,4}", text[:500])
    return tuple(int(part[:9]) for part in match[0].split(".")) if match else None


def _sources(file: FileChange) -> Iterator[Finding]:
    """Places to install from, wherever they are set."""
    if file.role in {Role.DOCS, Role.TEST, Role.LOCK, Role.SNAPSHOT} or file.path.endswith(
        (".md", ".rst")
    ):
        return
    settings = is_manifest(file.path) or re.search(
        r"\.(?:ya?ml|toml|ini|cfg|conf|sh|xml|kts?|gradle|config|props|env)$|rc$|[Dd]ockerfile|[Mm]akefile|(?:^|/)\.env",
        file.path,
    )
    if not settings:
        return
    known = Counter(
        key for line in file.removed for key, _, _ in _source_keys(line.text, file.path)
    )
    for line in file.added:
        for key, what, severity in _source_keys(line.text, file.path):
            if known[key] > 0:
                known[key] -= 1
                continue
            yield _finding(file, f"{what}: {line.text.strip()[:160]}", line.number, severity)


def _source_keys(text: str, path: str) -> Iterator[tuple[str, str, Severity]]:
    line = text[:2000]
    if line.lstrip().startswith(("#", "//")):
        return
    for pattern, what in _SOURCES:
        match = pattern.search(line)
        if match:
            yield line.strip(), what, Severity.REJECT
    build = re.search(r"pom\.xml$|gradle|settings\.xml$|Gemfile$|[nN]u[gG]et\.[cC]onfig$", path)
    match = _REPOSITORY.search(line) if build else None
    if match:
        url = next(group for group in match.groups() if group)
        if not _USUAL_HOSTS.search(url):
            yield line.strip(), "another place to install from", SEVERITY
    forces = is_manifest(path) or path.endswith("pnpm-workspace.yaml")
    if forces and _OVERRIDES.search(line):
        yield line.strip(), "another version than asked for is forced", SEVERITY


def _lock(file: FileChange) -> Iterator[Finding]:
    """Hashes that are gone, and packages from places that were not used before."""
    gone = sum(bool(_INTEGRITY.search(line.text[:600])) for line in file.removed)
    come = sum(bool(_INTEGRITY.search(line.text[:600])) for line in file.added)
    versions_gone = sum("version" in line.text or "resolved" in line.text for line in file.removed)
    versions_come = sum("version" in line.text or "resolved" in line.text for line in file.added)
    if (
        gone > come
        and file.after
        and (versions_gone <= versions_come and gone - come > versions_gone - versions_come)
    ):
        yield _finding(file, f"{gone - come} hashes of packages are gone", severity=Severity.REJECT)
    known = {
        _host(match[1]) for line in file.removed for match in _RESOLVED.finditer(line.text[:1000])
    }
    text = (file.before or b"")[: 2 * 1024 * 1024].decode(errors="replace")
    for line in file.added:
        match = _RESOLVED.search(line.text[:1000])
        if match and not _USUAL_HOSTS.search(match[1]):
            host = _host(match[1])
            if host not in known and host not in text:
                known.add(host)
                yield _finding(
                    file, f"a package comes from {host[:150]}", line.number, Severity.REJECT
                )


def _host(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _lonely_locks(files: list[FileChange]) -> Iterator[Finding]:
    """What was resolved changed although nobody asked for it."""
    manifests = any(is_manifest(file.path) and not is_lock(file.path) for file in files)
    for file in files:
        if is_lock(file.path) and not manifests and file.before and (file.added or file.removed):
            yield _finding(file, f"{file.path} changed, and no manifest did")


def _finding(
    file: FileChange, message: str, line: int | None = None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:300],
        remedy="leave what is installed as it was; if the failure lies there, a person decides",
        file=file.path,
        line=line,
    )
