"""javac and ecj: compile errors of Java, plain, below Ant, Gradle or Bazel."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "javac"
HINTS = (
    ".java:", "-Werror specified", "error: release version", "error: invalid ", "javac: ",
    "error: module not found", "error: file not found", "error: no source files",
    "error: Source option", "error: Target option", "error: Class names, ",
    "error: Annotation processor", "error: cannot access", "ERROR in ",
)  # fmt: skip
REACH = (0, 12)

# Ant prints "[javac]" before a line; Gradle before 4.5 its own name of the task, without a space.
_PREFIX = r"(?!\[(?:error|ERROR|INFO|WARNING)\])(?P<prefix>\s*\[[\w:-]{1,30}\]\s+|(?::[\w.-]{1,60}){1,5}(?=/|[A-Za-z]:\\))?"
_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\s\[\]()'\"][^:\[\]()]{0,400}\.java)"
_DIAGNOSTIC = pattern(
    rf"{_PREFIX}{_FILE}:(?P<line>\d{{1,7}})(?::(?P<column>\d{{1,7}}))?: "
    r"(?:(?P<severity>error|warning): )?(?:\[(?P<rule>[A-Za-z][\w.-]{1,60})\] )?(?P<message>\S.{0,2000})$"
)
_PLACELESS = pattern(
    rf"{_PREFIX}(?:error|javac): (?P<message>(?:release version \d+ not|invalid (?:source|target) release"
    r"|invalid flag|module not found|file not found|no source files|Source option|Target option"
    r"|Class names, |Annotation processor|cannot access |warnings found and -Werror).{0,800})$"
)
_ECLIPSE = pattern(
    rf"{_PREFIX}\d{{1,6}}\. ERROR in (?P<file>[^()]{{1,400}}\.java) \(at line (?P<line>\d{{1,7}})\)$"
)
_CARET = pattern(r"(?:\s*\[[\w:-]{1,30}\])?\s*\^+\s*$")
_STOP = pattern(
    r"(?:\s*\[[\w:-]{1,30}\])?\s*(?:\d{1,6} (?:error|warning)s?$|Note: |> Task |-{8,}$|$)"
)
CARET_WITHIN = 3


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; its source, symbol and location are the detail."""
    rows = list(lines)
    warnings: list[Failure] = []
    for index, line in enumerate(rows):
        if (match := _read(line.text)) is not None:
            rest = until(after(rows, index, REACH[1]), _ends)
            severity = match["severity"]
            if severity is None and not _has_caret(rest):
                continue
            if severity == "warning":
                warnings.append(_failure(match, line, rest))
            else:
                yield _failure(match, line, rest)
        elif (match := _PLACELESS.match(line.text) if "r: " in line.text or "c: " in line.text else None):  # fmt: skip
            yield from _general(match["message"], line, warnings)
            warnings.clear()
        elif "ERROR in " in line.text and (match := _ECLIPSE.match(line.text)) is not None:
            yield _eclipse(match, line, after(rows, index, 8))


def _read(text: str) -> re.Match[str] | None:
    """The head of a diagnostic."""
    return _DIAGNOSTIC.match(text) if ".java:" in text else None


def _ends(text: str) -> bool:
    return (
        _STOP.match(text) is not None
        or _read(text) is not None
        or text.startswith(("FAILURE:", "BUILD FAILED", "[INFO]", "[ERROR]"))
    )


def _has_caret(rest: Sequence[Line]) -> bool:
    """Compilers before Java 7 did not say "error", but showed the source."""
    return any(_CARET.match(line.text) for line in rest[:CARET_WITHIN])


def _failure(match: re.Match[str], line: Line, rest: Sequence[Line]) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else _column(match, rest),
        command=f"javac {shlex.quote(match['file'])}",
        suggestion=_suggestion(rest),
        detail=detail(rest),
        log=span(line, rest),
    )


def _column(match: re.Match[str], rest: Sequence[Line]) -> int | None:
    """Where the caret stands below the source."""
    for line in rest[1:CARET_WITHIN]:
        if _CARET.match(line.text):
            indent = len(match["prefix"] or "") if "]" in (match["prefix"] or "") else 0
            at = line.text.index("^") - indent
            return at + 1 if at >= 0 and "\t" not in line.text + rest[0].text else None
    return None


def _suggestion(rest: Sequence[Line]) -> str | None:
    """What Error Prone proposes."""
    for line in rest:
        text = line.text.strip()
        if text.startswith("Did you mean "):
            return text
    return None


def _general(message: str, line: Line, warnings: Sequence[Failure]) -> Iterator[Failure]:
    """An error without a place; with -Werror the warnings were the errors."""
    by_warnings = "-Werror" in message and bool(warnings)
    if by_warnings:
        yield from warnings
    kind = FailureType.BUILD
    if message.startswith(("release version", "invalid ", "Source option", "Target option")):
        kind = FailureType.CONFIG
    yield Failure(
        type=kind,
        tool=NAME,
        message=message,
        log=LogSpan(start=line.number, end=line.number),
        weak=by_warnings,
    )


def _eclipse(match: re.Match[str], line: Line, rest: Sequence[Line]) -> Failure:
    """ecj: the source, carets, and then the message."""
    body: list[Line] = []
    message = ""
    for each in rest:
        body.append(each)
        if body[1:] and "^" in body[-2].text:
            message = each.text.strip().removeprefix((match["prefix"] or "").strip()).strip()
            break
    return Failure(
        type=FailureType.BUILD,
        tool="ecj",
        message=message or line.text,
        file=match["file"],
        line=int(match["line"]),
        detail=detail(body),
        log=span(line, body),
    )
