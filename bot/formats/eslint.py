"""ESLint: findings as stylish, unix, compact and visualstudio print them, and its own refusals to run.

html-validate, solhint and Spectral print tables like that of stylish.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "eslint"
HINTS = (
    "  error  ", "  warning  ", "[31merror", "[33mwarning", ", Error - ", "[Error/", "[Error]",
    ": error ", "too many warnings", "problems (", "problem (", "Oops! Something went wrong",
    "html-validate.org/rules/",
)  # fmt: skip
REACH = (1, 14)

_HEADER = pattern(
    r"(?:##\[\w{1,10}\])?\s{0,40}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.\w{1,10})$"
)
_ROW = pattern(
    r"(?:##\[(?:error|warning)\])?\s{1,60}(?P<line>\d{1,7}):(?P<column>\d{1,7}) +(?P<severity>error|warning) +"
    r"(?P<rest>\S.{0,4000})$"
)
_RULE = r"(?P<rule>@?[a-z][\w./@-]{0,100})"
_LAST = pattern(_RULE + r"$")
_OTHERS = pattern(  # yamllint's rows, and Vale's
    r".{1,1000}  \([a-z-]{3,40}\)$|syntax error: .{1,1000} \(syntax\)$|.{1,1000} {2}[\w-]{1,60}\.[A-Z][\w-]{1,60}$"
)
_SPECTRAL = pattern(  # the rule before the words, and the path in the document behind them
    r"(?P<rule>[a-z][\w-]{2,80}) {2,200}(?P<message>\S.{0,1500}?)(?: {2,200}\S{1,600})?$"
)
_HTML_RULES = "https://html-validate.org/rules/"
_UNIX = pattern(  # solhint's formats are the same
    r"(?:##\[error\])?\s{0,40}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}(?<!\.sol)):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<message>.{1,2000}) \[Error(?:/" + _RULE + r")?\]$"
)
_COMPACT = pattern(
    r"(?:##\[error\])?\s{0,40}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}): line (?P<line>\d{1,7}), col (?P<column>\d{1,7}), "
    r"Error - (?P<message>.{1,2000}?)(?: \(" + _RULE + r"\))?$"
)
_STUDIO = pattern(
    r"(?:##\[error\])?\s{0,40}(?P<file>(?:[A-Za-z]:)?[^\s:][^:(]{0,400})\((?P<line>\d{1,7}),(?P<column>\d{1,7})\): "
    r"error (?:" + _RULE + r")? ?: (?P<message>.{1,2000})$"
)
_SUMMARY = pattern(r"(?:##\[error\])?\s{0,40}[✖\xd7xX] \d{1,7} problems? \(")
_OOPS = "Oops! Something went wrong"
_WHILE = pattern(r"Occurred while linting (?P<file>.{1,400}?):(?P<line>\d{1,7})$")
_CRASHED_RULE = pattern(r'Rule: "(?P<rule>[^"]{1,100})"')
MAX_WARNINGS = 500
MAX_DETAIL = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Every finding that is an error; warnings when there were too many; why it could not run."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Remembers the file of the rows, the warnings of the run, and a refusal being told."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._row_at = 0
        self._warnings: list[Failure] = []
        self._of_html: list[Failure] = []  # whose they are is said below them
        self._ended = False
        self._oops: list[Line] | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        if self._oops is not None:
            if len(self._oops) < MAX_DETAIL and line.number <= self._oops[-1].number + 1:
                self._oops.append(line)
                return
            yield from self.flush()
        yield from self._begin(line)

    def _begin(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if _OOPS in text:
            self._oops = [line]
        elif (match := _ROW.match(text)) is not None:
            yield from self._row(match, line.number)
        elif text.strip().startswith(_HTML_RULES):
            yield from (_by("html-validate", failure) for failure in self._of_html)
            self._of_html = []
        elif "too many warnings" in text and "ESLint" in text:
            yield from self._warnings
            self._warnings = []
        elif (failure := _whole(line)) is not None:
            yield failure
        elif _SUMMARY.match(text) is not None:
            self._ended = True
            self._file = None
        elif text.strip():
            match = _HEADER.match(text)
            self._file = match["file"] if match else self._file
            self._row_at = line.number if match else self._row_at

    def flush(self) -> Iterator[Failure]:
        """Why it could not run, once all of that is there, and what nobody else claimed."""
        yield from self._of_html
        self._of_html = []
        told, self._oops = self._oops, None
        if told is not None and (failure := _refusal(told)) is not None:
            yield failure

    def _row(self, match: re.Match[str], number: int) -> Iterator[Failure]:
        if self._ended:
            self._warnings, self._ended = [], False
        if self._file is None or _OTHERS.match(match["rest"]):
            return
        self._row_at = number
        failure = _finding(match, self._file, number)
        if match["severity"] == "error" and self._file.endswith((".html", ".htm")):
            self._of_html = [*self._of_html[-MAX_WARNINGS:], failure]
        elif match["severity"] == "error":
            yield failure
        elif len(self._warnings) < MAX_WARNINGS:
            self._warnings.append(failure)


def _finding(match: re.Match[str], file: str, number: int) -> Failure:
    """One row of stylish: two blanks or more stand before the rule."""
    if file.endswith((".yaml", ".yml", ".json")) and (said := _SPECTRAL.match(match["rest"])):
        failure = _failure(match, file, said["message"], said["rule"], number)
        return replace(failure, tool="spectral", command=f"npx spectral lint {shlex.quote(file)}")
    message, _, last = match["rest"].rpartition("  ")
    rule = last if message and _LAST.match(last) else None
    found = _failure(match, file, (message if rule else match["rest"]).strip(), rule, number)
    return _by("solhint", found) if file.endswith(".sol") else found


def _by(tool: str, failure: Failure) -> Failure:
    """The same of another linter."""
    return replace(failure, tool=tool, command=f"npx {tool} {shlex.quote(failure.file or '.')}")


def _whole(line: Line) -> Failure | None:
    """A finding that stands on one line with its file; only what cannot be parsed has no rule."""
    text = line.text
    if "[Error" in text:
        match = _UNIX.match(text)
    elif ", Error - " in text:
        match = _COMPACT.match(text)
    elif "): error " in text and (" : " in text or ": error : " in text):
        match = _STUDIO.match(text)
    else:
        return None
    if match is None or (match["rule"] is None and "arsing error" not in match["message"]):
        return None
    return _failure(match, match["file"], match["message"], match["rule"], line.number)


def _failure(
    match: re.Match[str], file: str, message: str, rule: str | None, number: int
) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=rule,
        message=message,
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"npx eslint {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )


def _refusal(told: list[Line]) -> Failure | None:
    """What stands under "ESLint: 9.39.5": its first paragraph."""
    said = [line.text.strip() for line in told[1:]]
    start = next(
        (at for at, text in enumerate(said) if text and not text.startswith("ESLint:")), None
    )
    if start is None:
        return None
    words: list[str] = []
    for text in said[start:]:
        if not text or text.startswith("at "):
            if words and words[-1].endswith(":") and not text:
                continue
            break
        words.append(text)
    failure = Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=" ".join(words).removeprefix("Error: "),
        command="npx eslint .",
        detail=tuple(text for text in said if text),
        log=LogSpan(start=told[0].number, end=told[-1].number),
    )
    return _crash(failure, said)


def _crash(failure: Failure, said: list[str]) -> Failure:
    """A rule that threw names the file it was at."""
    for text in said:
        if (match := _WHILE.match(text)) is not None:
            message = failure.message.partition(" Occurred while linting")[0]
            failure = replace(failure, type=FailureType.RUNTIME, message=message)
            failure = replace(failure, file=match["file"], line=int(match["line"]))
        elif (match := _CRASHED_RULE.match(text)) is not None:
            failure = replace(failure, rule=match["rule"])
    return failure
