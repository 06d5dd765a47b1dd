"""Finding `/selfheal …` in a comment: first word of a line, outside quotes and code."""

from dataclasses import dataclass

PREFIX = "/selfheal"
MAX_BODY = 64 * 1024
MAX_COMMANDS = 5
MAX_TEXT = 1000
CODE_INDENT = 4  # spaces that make a line a code block
FENCE = 3  # backticks or tildes that make one


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One command line; `name` is "" for a bare `/selfheal`, lower-case otherwise."""

    name: str
    text: str = ""


def written(body: str) -> tuple[Written, ...]:
    """The commands of a comment, in order, at most five."""
    found: list[Written] = []
    fence = ""
    for line in body[:MAX_BODY].splitlines():
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        if fence:
            fence = "" if _closes(stripped, fence) else fence
            continue
        if indent < CODE_INDENT and (opened := _opens(stripped)):
            fence = opened
            continue
        if indent < CODE_INDENT and (command := _command(stripped)) is not None:
            found.append(command)
    return tuple(found[:MAX_COMMANDS])


def _opens(line: str) -> str:
    """The fence a line opens: a run of three or more backticks or tildes; "" when it opens none."""
    for mark in "`~":
        run = len(line) - len(line.lstrip(mark))
        if run >= FENCE:
            return mark * run
    return ""


def _closes(line: str, fence: str) -> bool:
    text = line.rstrip()
    return text.startswith(fence) and not text.strip(fence[0])


def _command(line: str) -> Written | None:
    first, _, rest = line.partition(" ")
    if first.rstrip() != PREFIX:
        return None
    name, _, text = rest.strip().partition(" ")
    return Written(name=name.lower()[:40], text=text.strip()[:MAX_TEXT])
