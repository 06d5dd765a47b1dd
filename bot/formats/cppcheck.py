"""cppcheck: errors, and all findings where the log shows that it was told to fail for them."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cppcheck"
HINTS = (
    "error:",
    ": (error",
    "--error-exitcode",
    ": warning: ",
    ": style: ",
    ": performance: ",
    ": portability: ",
)
REACH = (0, 2)

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\]\n]{1,400}\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|tpp|C|ino))"
_DEFAULT = pattern(
    rf"\s{{0,12}}{_FILE}:(?P<line>\d{{1,7}}):(?:(?P<column>\d{{1,7}}):)? ?error: ?(?P<message>.{{1,2000}}?) \[(?P<rule>[A-Za-z]\w{{2,80}})\]$"
)
_ADVICE = pattern(
    rf"\s{{0,12}}{_FILE}:(?P<line>\d{{1,7}}):(?:(?P<column>\d{{1,7}}):)? ?(?:warning|style|performance|portability): ?(?P<message>.{{1,2000}}?) \[(?P<rule>[a-z]\w{{2,80}})\]$"
)
_STRICT = pattern(r".{0,1000}\bcppcheck\b.{0,1000} --error-exitcode=[1-9]")
_OLD = pattern(
    rf"\s{{0,12}}\[{_FILE}:(?P<line>\d{{1,7}})\](?: -> \[[^\]\n]{{1,400}}\]){{0,20}}: \(error(?:, inconclusive)?\) (?P<message>.{{1,2000}})$"
)
_LAST = pattern(r".{0,2000}-> \[(?P<file>[^\]:\n]{1,400}):(?P<line>\d{1,7})\]: \(error")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the rest is advice, unless `--error-exitcode` was asked for."""
    strict = False
    for line in lines:
        strict = strict or ("exitcode" in line.text and _STRICT.match(line.text) is not None)
        match = _DEFAULT.match(line.text) or _OLD.match(line.text)
        if match is None and strict:
            match = _ADVICE.match(line.text)
        if match is not None:
            yield _failure(match, line)


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    last = _LAST.match(line.text) if " -> [" in line.text else None
    place = last or match
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=groups.get("rule"),
        message=match["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(groups["column"]) if groups.get("column") else None,
        command=f"cppcheck {shlex.quote(place['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
