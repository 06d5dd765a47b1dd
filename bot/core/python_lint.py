"""Whether a line of Python lint is ruff's or flake8's: both print `file:line:column: CODE text`."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.pattern import pattern

_RULES_OF_RUFF = ("RUF", "PLR", "PLC", "PLE", "PLW", "TRY", "FURB", "PERF", "UP", "invalid-syntax")
# pycodestyle begins its words small, ruff begins the same words with a capital.
_PYCODESTYLE = pattern(r"[EW][1-7]\d\d$")
_PYFLAKES = pattern(r"F\d{3}$")
_BUGBEAR = pattern(r"B\d{3}$")


class Wording(NamedTuple):
    """What tells the two apart: the code, the text, and whether `[*]` stood between them."""

    rule: str
    message: str
    fixable: bool


def by_ruff(findings: Iterable[Wording]) -> list[bool]:
    """Whether ruff said each; what either may have said was said by its neighbour."""
    known = [_said_by_ruff(finding) for finding in findings]
    last = next((each for each in known if each is not None), True)
    answers = []
    for each in known:
        last = last if each is None else each
        answers.append(last)
    return answers


def _said_by_ruff(finding: Wording) -> bool | None:
    rule, message = finding.rule, finding.message
    if finding.fixable or rule.startswith(_RULES_OF_RUFF):
        return True
    if _BUGBEAR.match(rule):
        return None  # both quote code alike
    if _PYCODESTYLE.match(rule):
        return message[:1].isupper()
    if _PYFLAKES.match(rule):
        return "`" in message
    return True if "`" in message else None
