"""scalac: compile errors of Scala 2 and 3, plain and below sbt, Mill, Bloop, Gradle and Maven."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "scalac"
HINTS = (".scala:", ".sbt:", ".sc:", ".java:", "[E] ")
REACH = (0, 25)

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^:\s\[\]()][^:\[\]()]{0,400}\.(?:scala|sbt|sc|mill|java)):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?"
_SBT = pattern(rf"\[error\] {_PLACE}: {{1,3}}(?:error: )?(?P<message>\S.{{0,2000}})$")
_PLAIN = pattern(
    rf"(?:\[[\w:]{{1,20}}\] +)?{_PLACE}: (?P<severity>error|warning): (?P<message>\S.{{0,2000}})$"
)
_DOTTY = pattern(
    r"(?:\[error\] )?-- (?:\[(?P<rule>E\d{1,4})\] )?(?P<title>[A-Z][\w /-]{0,60}?)?:? ?(?P<file>[^:]{1,400}\.(?:scala|sbt|sc|mill)):"
    r"(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?(?: -{1,200})?$"
)
_CLI = pattern(rf"\[error\] {_PLACE}$")
_BLOOP = pattern(rf"\[E\] \[E\d{{1,5}}\] {_PLACE}$")
_PREFIX = pattern(r"\[(?:error|E)\]\s?")
_GUTTER = pattern(r"\s{0,20}\d{0,7} {0,20}\|(?P<text>.{0,2000})$")
_SOURCE = pattern(r"\s*\d{1,7} *\|")
_CARETS = pattern(r"[\s^]{1,2000}$")
_COUNT = pattern(
    r"(?:\w{1,12}|\d{1,6}) errors? found|\d{1,6} errors?$|Compilation failed|Total time"
)
_EXPLAIN = pattern(r"-{20,}|longer explanation")
MAX_MESSAGE_LINES = 6


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    rows = list(lines)
    for index, line in enumerate(rows):
        text = line.text
        if text.startswith(("-- ", "[error] -- ")):
            match = _DOTTY.match(text)
            if match is not None and "Warning" not in (match["title"] or ""):
                yield _dotty(match, rows, index)
        elif (match := _head(text)) is not None:
            if "message" not in match.re.groupindex:
                yield _below(match, rows, index)
            elif _is_error(match):
                yield _said(match, rows, index)


def _is_error(match: re.Match[str]) -> bool:
    plain = "severity" in match.re.groupindex
    return match["severity"] == "error" if plain else not match["message"].startswith("warning:")


def _head(text: str) -> re.Match[str] | None:
    """A line that names a place."""
    if not (".scala:" in text or ".sbt:" in text or ".sc:" in text or ".java:" in text or ".mill:" in text):  # fmt: skip
        return None
    if text.startswith("[error] "):
        return _SBT.match(text) or _CLI.match(text)
    if text.startswith("[E] "):
        return _BLOOP.match(text)
    match = _PLAIN.match(text)
    return match if match is not None and not match["file"].endswith(".java") else None


def _rest(rows: Sequence[Line], index: int) -> list[Line]:
    """What stands below a head at the same level."""
    prefixed = rows[index].text.startswith(("[error]", "[E]"))

    def ends(text: str) -> bool:
        if prefixed and _PREFIX.match(text) is None:
            return True
        bare = _PREFIX.sub("", text)
        return _head(text) is not None or bare.startswith("-- ") or _COUNT.match(bare) is not None

    return until(after(rows, index, REACH[1]), ends)


def _bare(line: Line) -> str:
    match = _PREFIX.match(line.text)
    return line.text if match is None else line.text[match.end() :]


def _said(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    """Scala 2: the message stands behind the place and may go on above the source."""
    rest = until(_rest(rows, index), lambda text: text.startswith(("> ", "[info]", "[warn]")))
    shown = next((at for at, line in enumerate(rest) if _is_caret(line)), None)
    rest = rest[: shown + 1] if shown is not None else rest[:4]
    more = [_bare(line).strip() for line in rest[: max(0, len(rest) - 2)]] if shown else []
    message = " ".join([match["message"], *more[:MAX_MESSAGE_LINES]])
    column = match["column"] or _column(rest)
    return _failure(match, message, rows[index], rest, column=column)


def _is_caret(line: Line) -> bool:
    return "^" in line.text and _CARETS.match(_bare(line)) is not None


def _column(rest: Sequence[Line]) -> str | None:
    """Where the caret stands."""
    if rest and _is_caret(rest[-1]):
        return str(_bare(rest[-1]).index("^") + 1)
    return None


def _below(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    """scala-cli and Bloop: the message stands below the place."""
    rest = _rest(rows, index)
    words = [_bare(line).strip() for line in rest if _bare(line).strip()]
    texts = [each for each in words if not _CARETS.match(each)]
    message = texts[0] if texts else "compile error"
    return _failure(match, message, rows[index], rest, column=match["column"])


def _dotty(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    """Scala 3: source, carets, and then the message behind a bar."""
    rest = until(_rest(rows, index), lambda text: not _GUTTER.match(_strip(text)))
    words: list[str] = []
    below = False
    for line in rest:
        bare = _bare(line)
        gutter = _GUTTER.match(bare)
        said = gutter["text"].strip() if gutter else ""
        if _EXPLAIN.match(said):
            break
        if _SOURCE.match(bare):
            below = False
        elif "^" in said and _CARETS.match(said):
            below = True
        elif below and said:
            words.append(said)
    message = " ".join(words[:MAX_MESSAGE_LINES]) or match["title"] or "compile error"
    return _failure(match, message, rows[index], rest, column=match["column"], rule=match["rule"])


def _strip(text: str) -> str:
    match = _PREFIX.match(text)
    return text if match is None else text[match.end() :]


def _failure(
    match: re.Match[str],
    message: str,
    line: Line,
    rest: Sequence[Line],
    *,
    column: str | None,
    rule: str | None = None,
) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=rule,
        message=message,
        file=match["file"],
        line=int(match["line"]),
        column=int(column) if column else None,
        detail=detail(rest),
        log=span(line, rest),
    )
