"""Vite and Rollup, with Rolldown: what stands under "error during build:" and behind "[!]"."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "vite"
HINTS = (
    "rror during build",
    "[!] ",
    "failed to load config from",
    "] Error:",
    "RollupError: ",
    "Rollup failed to resolve import",
)
REACH = (2, 24)

_START = pattern(
    r"(?:##\[error\])?\s{0,40}(?:error during build:|\[!\] (?=\w{0,40}Error: |\((?:plugin )?[\w@:./ -]{1,80}\) ))(?P<rest>.{0,3000})$"
)
_LONE = pattern(r".{0,60}?(?P<rest>\[vite\]: Rollup failed to resolve import .{1,600})$")
_ERROR = pattern(r"\s{0,40}(?:\x20?(?:Rollup)?Error: |RollupError: )")
_PLUGIN = pattern(
    r"\[(?P<plugin>[\w@:./ -]{1,80})\]:? |\((?P<plugin2>(?:plugin )?[\w@:./ -]{1,80})\) "
)
_PLACED = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(]{0,400}) \((?P<line>\d{1,7}):(?P<column>\d{1,7})\): (?P<message>\S.{0,2000})$"
)
_TYPESCRIPT = pattern(r"@rollup/plugin-typescript (?P<rule>TS\d{1,6}): ")
_FILE = pattern(
    r"\s{0,20}(?:file|id): (?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?(?: \(.{1,400}\))?$"
)
_UNDER = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:(][^:()]{0,400}\.\w{1,10}) \((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$"
)
_FROM = pattern(r".{1,500}? (?:from|imported by|entry module) \"?(?P<file>[^\s\")]{1,400})")
_ROLLDOWN = pattern(
    r"\s{0,20}\[(?P<rule>[A-Z][A-Z0-9_]{2,60})\] (?:Error: )?(?P<message>\S.{0,2000})$"
)
_BOX = pattern(
    r"\s{0,20}[╭,][─-]+\[ ?(?P<file>(?:[A-Za-z]:)?[^\s:\]][^:\]]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}) ?\]"
)
_REPEATS = pattern(r"(?:Build|Transform) failed with \d{1,7} errors?:?$")
_STACK = pattern(r"\s{1,20}at (?:.{1,300}:\d{1,7}:\d{1,7}\)?|async |<)")
_CONFIG = pattern(r"\s{0,20}failed to load config from (?P<file>\S{1,400})")
_CAUSE = pattern(r"\s{0,20}\[cause\]")
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a build that broke; Rolldown names several at once."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    def __init__(self) -> None:
        self._open: Failure | None = None
        self._waiting = False
        self._many = False
        self._config: str | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if (match := _CONFIG.match(text)) is not None:
            self._config = match["file"]
        elif (match := _START.match(text)) is not None:
            yield from self.flush()
            self._waiting, self._many = True, False
            if match["rest"].strip():
                yield from self._message(match["rest"], line.number)
        elif self._waiting and text.strip():
            yield from self._message(text, line.number)
        elif "Rollup failed to resolve import" in text and (match := _LONE.match(text)) is not None:
            yield from self.flush()
            yield from self._message(match["rest"], line.number)
        elif self._many and (match := _ROLLDOWN.match(text)) is not None:
            yield from self.flush()
            self._open = _failure(match["message"], line.number, match["rule"])
        elif self._open is not None:
            yield from self._more(self._open, line)

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        failure, self._open = self._open, None
        if failure is not None:
            yield failure

    def _message(self, text: str, number: int) -> Iterator[Failure]:
        """The first words after the heading; esbuild tells its own errors where it failed."""
        self._waiting = False
        words = text.strip()
        if (match := _ERROR.match(text)) is not None:
            words = text[match.end() :].strip()
        plugin = _PLUGIN.match(words)
        rest = words[plugin.end() :] if plugin else words
        if (match := _ERROR.match(rest)) is not None:
            rest = rest[match.end() :]
        if _REPEATS.match(rest.strip()):
            self._many = True
            return
        if (match := _ROLLDOWN.match(words)) is not None:
            self._many = True
            self._open = _failure(match["message"], number, match["rule"])
            return
        config, self._config = self._config, None
        failure = _failure(words, number)
        if config is not None:
            failure = replace(failure, type=FailureType.CONFIG, file=config)
        self._open = _place(failure, rest)
        yield from ()

    def _more(self, open_: Failure, line: Line) -> Iterator[Failure]:
        text = line.text
        far = open_.log is not None and line.number > open_.log.end + 2
        if far or _STACK.match(text) or _CAUSE.match(text) or len(open_.detail) >= MAX_DETAIL:
            yield from self.flush()
            return
        failure = open_
        match = _FILE.match(text) or _UNDER.match(text)
        if match is not None and ((failure.line is None and match["line"]) or failure.file is None):
            column = int(match["column"]) + 1 if match["column"] else None
            line_ = int(match["line"]) if match["line"] else None
            failure = replace(failure, file=match["file"], line=line_, column=column)
        elif failure.line is None and (match := _BOX.match(text)) is not None:
            failure = replace(
                failure, file=match["file"], line=int(match["line"]), column=int(match["column"])
            )
        span = LogSpan(start=failure.log.start if failure.log else line.number, end=line.number)
        self._open = replace(failure, detail=(*failure.detail, text), log=span)


def _failure(message: str, number: int, rule: str | None = None) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=rule,
        message=message,
        log=LogSpan(start=number, end=number),
    )


def _place(failure: Failure, text: str) -> Failure:
    """Where the message itself says it is."""
    plugin = _PLUGIN.match(text)
    if plugin is not None:
        text = text[plugin.end() :]
    if (match := _PLACED.match(text)) is not None:
        message = match["message"]
        rule = _TYPESCRIPT.match(message)
        return replace(
            failure,
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]) + 1,
            rule=rule["rule"] if rule else None,
            message=message[rule.end() :] if rule else message,
        )
    if failure.file is None and (match := _FROM.match(text)) is not None:
        return replace(failure, file=match["file"])
    return failure
