"""Code that is commented out is gone, and looks as if it were still there."""

from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "commented_out"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_MAX_LINES = 5000
_MIN_LENGTH = 5
_COMMENT = expression(
    r"\s*+(?:#(?!!|\[|\s?(?:include|define|if|el|endif|pragma|region|endregion))|//+!?|--+|;+|%+|/\*+|\*(?!/)|<!--|\{-|REM\b)\s?(?P<text>.*?)\s*(?:\*/|-->|-\})?$"
)
_CODE = expression(
    r"[=(){};\[\]]|^\s*(?:return|raise|throw|assert|import|if|for|while|else|end|def|break|continue|yield|await)\b|:\s*$"
)
_OPENED = expression(r"\s*+(?:/\*|=begin\b|#if\s+0\b|<!--|\{-|--\[\[)")
_CLOSED = expression(r"\*/|^=end\b|^\s*#\s*endif|-->|-\}|\]\]")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find lines of the product that are a comment now and were code before."""
    for file in change.files:
        if file.role is Role.SOURCE:
            yield from _line_by_line(file, evidence)
            yield from _as_a_block(file, evidence)


def _line_by_line(file: FileChange, evidence: Evidence) -> Iterator[Finding]:
    gone = {_squeezed(line.text) for line in file.removed[:_MAX_LINES] if not _is_comment(line)}
    still = {_squeezed(line.text) for line in file.added[:_MAX_LINES] if not _is_comment(line)}
    lost = {text for text in gone - still if len(text) > _MIN_LENGTH}
    found: list[Line] = []
    for line in file.added[:_MAX_LINES]:
        match = _COMMENT.match(line.text[:_MAX_COLUMNS])
        if match and _squeezed(match["text"]) in lost and _CODE.search(match["text"]):
            found.append(line)
    if found:
        yield _finding(file, found[0], len(found), evidence)


def _as_a_block(file: FileChange, evidence: Evidence) -> Iterator[Finding]:
    """A comment that is opened above lines that stay."""
    added = {line.number: line for line in file.added[:_MAX_LINES]}
    lines = (file.after or b"").decode("utf-8", "replace").split("\n")
    for number, line in added.items():
        opened = _OPENED.match(line.text[:_MAX_COLUMNS])
        if not opened or _CLOSED.search(line.text[opened.end() : _MAX_COLUMNS]):
            continue
        inside: list[str] = []
        for text in lines[number : number + 400]:
            if _CLOSED.search(text[:_MAX_COLUMNS]):
                break
            inside.append(text)
        kept = [
            text
            for place, text in enumerate(inside, number + 1)
            if place not in added
            and _CODE.search(text[:_MAX_COLUMNS])
            and not text.lstrip().startswith("*")
        ]
        closed_anew = number + len(inside) + 1 in added
        if kept and closed_anew:
            yield _finding(file, Line(number=number, text=kept[0]), len(kept), evidence)


def _is_comment(line: Line) -> bool:
    return bool(_COMMENT.match(line.text[:_MAX_COLUMNS]))


def _squeezed(text: str) -> str:
    return "".join(text[:_MAX_COLUMNS].split())


def _finding(file: FileChange, line: Line, count: int, evidence: Evidence) -> Finding:
    more = f", and {count - 1} more lines" if count > 1 else ""
    return Finding(
        guard=NAME,
        severity=Severity.REJECT if file.path in evidence.failing else SEVERITY,
        message=f"code is commented out: {line.text.strip()[:160]}{more}",
        remedy="repair the code, or remove it and say why it is not needed",
        file=file.path,
        line=line.number,
    )
