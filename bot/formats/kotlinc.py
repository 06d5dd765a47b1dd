"""kotlinc: compile errors of Kotlin, plain, below Gradle (`e:`), and as warnings made errors."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "kotlinc"
HINTS = (
    "e: file:", "e: /", "e: [ks", "e: warnings found", "e: Unresolved reference", "e: java.lang.", "e: org.jetbrains", "e: C:",
    "e: D:", "e: Module was", "e: Incompatible classes", "e: Class ", "e: Cannot access", "e: Language version", "e: API version",
    "e: Unknown ", "e: Invalid ", "e: Could not load", "e: Duplicate JVM", "e: Failed to", "e: Supertypes of", "e: Source file or",
    ".kt:", ".kts:", "Script compilation error", "are treated as errors",
    "warnings found and -Werror specified", "error: unresolved", "error: source file or directory",
)  # fmt: skip
REACH = (0, 6)

_GRADLE = pattern(
    r"(?P<severity>[ew]): (?:\[ksp\] |\[kapt\] )?(?:file://)?(?P<file>(?:/?[A-Za-z]:)?[^:\s()][^:()]{0,400}\.(?:kts?|java))"
    r":(?: \((?P<line>\d{1,7}), (?P<column>\d{1,7})\):|(?P<line2>\d{1,7})(?::(?P<column2>\d{1,7}))?:?)"
    r" (?:error: )?(?P<message>\S.{0,2000})$"
)
_GENERAL = pattern(
    r"e: (?!file:|/)(?P<message>(?:\[ksp\] |warnings found and -Werror|Unresolved reference|java\.lang\."
    r"|org\.jetbrains\.kotlin|Module was compiled|Incompatible classes|Class |Cannot access|Language version|API version"
    r"|Unknown |Invalid |Could not load module|Duplicate JVM|Failed to|Supertypes of|Source file or directory).{0,2000})$"
)
_KSP = pattern(
    r"e: \[ksp\] (?P<file>/[^:\s]{1,400}\.(?:kts?|java)):(?P<line>\d{1,7}): (?P<message>.{1,2000})$"
)
_PLAIN = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<severity>error|warning|exception): (?P<message>\S.{0,2000})$"
)
_TASK = pattern(r"(?::[\w.-]{1,60}){1,5}(?=[ew]: )")
_CARET = pattern(r"\s*\^+\s*$")
_HEAD = pattern(r"[ewiv]: |> Task |FAILURE:|BUILD FAILED|\* What went wrong")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; warnings count where the compiler was told so."""
    rows = list(lines)
    warnings: list[Failure] = []
    for index, row in enumerate(rows):
        line, text = row, row.text
        if (match := _TASK.match(text)) is not None:  # an old Gradle does not end its line
            line = Line(line.number, text[match.end() :])
            text = line.text
        if text.startswith(("e: ", "w: ")):
            yield from _gradle(line, rows, index, warnings)
        elif ((".kt" in text and "r: " in text) or "exception: " in text) and (match := _PLAIN.match(text)):  # fmt: skip
            failure = _failure(match, line, _source(rows, index), match["line"], match["column"])
            if match["severity"] == "warning":
                warnings.append(failure)
            else:
                yield failure
        elif text == "error: warnings found and -Werror specified" and warnings:
            yield from warnings
            warnings.clear()


def _gradle(
    line: Line, rows: Sequence[Line], index: int, warnings: list[Failure]
) -> Iterator[Failure]:
    """What Gradle and the build tools API print: a letter for the severity."""
    if (match := _KSP.match(line.text)) is not None:
        yield _failure(match, line, (), match["line"], None)
    elif (match := _GRADLE.match(line.text)) is not None:
        more = _more(rows, index)
        failure = _failure(
            match, line, more, match["line"] or match["line2"], match["column"] or match["column2"]
        )
        if match["severity"] == "e":
            yield failure
        else:
            warnings.append(failure)
    elif (match := _GENERAL.match(line.text)) is not None:
        werror = "-Werror" in match["message"] and bool(warnings)
        if werror:
            yield from warnings
            warnings.clear()
        yield Failure(
            type=FailureType.BUILD,
            tool=NAME,
            message=match["message"],
            log=LogSpan(start=line.number, end=line.number),
            weak=werror,
        )


def _more(rows: Sequence[Line], index: int) -> list[Line]:
    """The rest of a message of several lines."""
    found = until(after(rows, index, 5), lambda text: not text.strip() or _HEAD.match(text))
    return until(found, lambda text: not text.startswith((" ", "\t", "public ", "private ", "internal ", "protected ", "fun ", "val ")))  # fmt: skip


def _source(rows: Sequence[Line], index: int) -> list[Line]:
    """The source and the caret below a plain diagnostic."""
    rest = after(rows, index, 5)
    for count, line in enumerate(rest, 1):
        if _CARET.match(line.text):
            return rest[:count]
        if _PLAIN.match(line.text):
            break
    return []


def _failure(
    match: re.Match[str], line: Line, more: Sequence[Line], number: str, column: str | None
) -> Failure:
    message = match["message"]
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=message,
        file=match["file"],
        line=int(number),
        column=int(column) if column else None,
        detail=detail(more),
        log=span(line, more),
    )
