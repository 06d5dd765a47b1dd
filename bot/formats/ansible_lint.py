"""ansible-lint: two lines a violation (full), one (pep8), and the numbers of its old versions."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ansible-lint"
HINTS = (".yml", ".yaml", "/rules/")
REACH = (1, 1)

_RULES = (
    r"args|avoid-implicit|command-instead-of-module|command-instead-of-shell|complexity|deprecated-bare-vars"
    r"|deprecated-local-action|deprecated-module|empty-string-compare|fqcn|galaxy|galaxy-version-incorrect|ignore-errors"
    r"|inline-env-var|internal-error|jinja|key-order|latest|literal-compare|load-failure|loop-var-prefix|meta-incorrect"
    r"|meta-no-tags|meta-runtime|meta-video-links|name|no-changed-when|no-free-form|no-handler|no-jinja-when"
    r"|no-log-password|no-prompting|no-relative-paths|no-same-owner|no-tabs|only-builtins|package-latest|parser-error"
    r"|partial-become|pattern|playbook-extension|risky-file-permissions|risky-octal|risky-shell-pipe|role-name|role-argument-spec|run-once"
    r"|sanity|schema|syntax-check|unnamed-task|use-loop|var-naming|warning|yaml"
)
_RULE = r"(?P<rule>(?:" + _RULES + r")(?:\[[^\]\n/]{1,80}\])?)(?:\[/\])?"
_HEAD = pattern(_RULE + r": (?P<message>\S.{0,600})$")
_PLACE = pattern(
    r"(?P<file>[^\s:][^:\s]{0,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?(?: .{0,600})?$"
)
_PEP8 = pattern(
    r"(?P<file>[^\s:][^:]{0,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?: (?:"
    + _RULE
    + r":|\[(?P<number>E?\d{3})\]) (?P<message>\S.{0,600})$"
)
_TOLERATED = " (warning)"


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a violation that is fatal."""
    head: tuple[re.Match[str], Line] | None = None
    for line in lines:
        beside = head is not None and line.number == head[1].number + 1
        if head is not None and beside and (place := _PLACE.match(line.text)) is not None:
            yield from _failure(head[0], head[0]["rule"], place, head[1])
        head = None
        if (match := _PEP8.match(line.text)) is not None:
            yield from _failure(match, match["rule"] or match["number"], match, line)
        elif (match := _HEAD.match(line.text)) is not None:
            head = match, line


def _failure(head: re.Match[str], rule: str, place: re.Match[str], line: Line) -> Iterator[Failure]:
    if head["message"].endswith(_TOLERATED):
        return
    yield Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=rule,
        message=head["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]) if place["column"] else None,
        command=f"ansible-lint {shlex.quote(place['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
