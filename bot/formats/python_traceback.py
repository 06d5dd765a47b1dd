"""Python: programs that ended with a traceback, files that cannot be parsed.

A traceback may have been handled and printed on purpose: it is weak, but where the next words are
those of a runner or a shell, that the command failed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core import command_end
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern
from bot.core.python_frames import (
    CHAINED,
    HEADER,
    SYNTAX,
    Frame,
    Raised,
    blamed,
    frame_of,
    read,
    unmargined,
)

NAME = "python"
HINTS = (
    HEADER,
    'File "',
    "SyntaxError: ",
    "IndentationError: ",
    "TabError: ",
    "*** Error compiling",
    "*** Sorry: ",
    "CUDA out of memory",
    "failed! Received signal: SIG",
    *command_end.HINTS,
)
REACH = (2, 8)

_HANDLED = pattern(r"Exception (?:\w+ )?ignored in|--- Logging error ---|Exception ignored")
_COMPILING = pattern(r"(?:\*\*\* Error compiling|Compiling) '(?P<file>[^']{1,400})'\.\.\.$")
_SORRY = pattern(
    r"\*\*\* Sorry: (?P<message>\S.{0,300}?)(?: \([^()]{1,200}, line (?P<line>\d{1,7})\))?$"
)
_CUDA = pattern(r"(?:torch\.(?:cuda\.)?OutOfMemoryError: |RuntimeError: )CUDA out of memory")
_SIGNAL = pattern(
    r"(?P<message>\S{1,200}(?: \d{1,4}/\d{1,4})? failed! Received signal: SIG[A-Z0-9]{2,8})$"
)
_MEMORY = pattern(
    r"(?:[\w.]{1,80}\.)?OutOfMemoryError: |RuntimeError: CUDA out of memory|MemoryError\b"
)
_INFRA = pattern(
    r"OSError: \[Errno 28\]|.{0,200}No space left on device"
    r"|(?:requests|urllib3|urllib|http|httpx|httpcore|aiohttp|socket|ssl|botocore)\.[\w.]{1,120}:"
    r"|(?:ConnectionResetError|ConnectionRefusedError|BrokenPipeError|IncompleteRead)\b"
)
# A test that failed, or a thread whose end the program outlives.
_APART = pattern(r"Exception in thread |Process \S{1,80}:$|={60,80}$|-{60,80}$")
_NO_FAILURE = ("KeyboardInterrupt", "SystemExit", "BdbQuit", "GeneratorExit")
MAX_DETAIL = 40
MAX_LINES = 3000


@dataclass(slots=True, kw_only=True)
class _Chain:
    """The lines of one traceback and of those it is chained with."""

    start: int
    end: int
    texts: list[str] = field(default_factory=list)
    complete: bool = False  # the exception was named: only a chain can go on
    handled: bool = False
    compiling: bool = False
    apart: bool = False
    hint: int = 0  # the last line around which lines are shown
    between: int = 0  # lines of the runner behind it


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a traceback: what the program died of, at the deepest place of ours."""
    open_: _Chain | None = None
    before = ""
    prefix = ""
    for line in lines:
        text = line.text
        if open_ is not None and prefix:
            text = text[len(prefix) :] if text.startswith(prefix) else text.lstrip()
        if open_ is not None and not _goes_on(open_, text, line.number):
            near = line.number <= open_.end + open_.between + command_end.MAX_GAP
            yield from _failures(open_, ended=near and command_end.ENDED.match(text) is not None)
            open_ = None
        if open_ is not None:
            _take(open_, text, line.number)
        elif _begins(text, before):
            prefix, text = _prefix(text)
            handled = _HANDLED.match(before) is not None
            compiling = _COMPILING.match(before) is not None or text.startswith("***")
            text = text.removeprefix("*** ")
            open_ = _Chain(
                start=line.number,
                end=line.number,
                handled=handled,
                compiling=compiling,
                apart=_APART.match(before) is not None,
            )
            _take(open_, text, line.number)
        elif (failure := _alone(line, before)) is not None:
            yield failure
        before = text if text.strip() else before
    if open_ is not None:
        # More would be shown if the log went on.
        last = not open_.between and open_.end < open_.hint + REACH[1]
        yield from _failures(open_, ended=last)


def _begins(text: str, before: str) -> bool:
    """Whether a traceback begins, or the frame that alone stands before an error of syntax."""
    if text.endswith(HEADER) or text.startswith('***   File "'):
        return True
    lone = text.startswith('  File "') and not before.startswith("  ")
    return lone and (frame := frame_of(text)) is not None and not frame.name


def _alone(line: Line, before: str) -> Failure | None:
    """What one line says without a traceback: compileall, and memory that ran out."""
    span = LogSpan(start=line.number, end=line.number)
    if (match := _SORRY.match(line.text)) is not None:
        place = _COMPILING.match(before)
        return Failure(
            type=FailureType.BUILD,
            tool=NAME,
            rule=match["message"].partition(":")[0],
            message=match["message"],
            file=place["file"] if place else None,
            line=int(match["line"]) if match["line"] else None,
            log=span,
        )
    if (match := _SIGNAL.match(line.text)) is not None:
        return Failure(type=FailureType.TEST, tool=NAME, message=match["message"], log=span)
    if _CUDA.match(line.text):
        return Failure(type=FailureType.INFRA, tool=NAME, message=line.text, log=span)
    return None


def _prefix(text: str) -> tuple[str, str]:
    """What a service's log puts before every line, and the line without."""
    begin = text.find("Traceback (")
    margin = text[:begin] if begin > 0 else ""
    drawn = margin.rstrip().endswith(("|", ":", ">", "]")) or not margin.strip()
    if not margin or not drawn:
        return "", text
    return margin, text[begin:]


def _goes_on(chain: _Chain, text: str, number: int) -> bool:
    if number > chain.end + chain.between + command_end.MAX_GAP:
        return False
    if not chain.complete:
        return len(chain.texts) < MAX_LINES
    if command_end.BETWEEN.match(text) is not None:
        return True
    grouped = text.lstrip().startswith(("|", "+-"))
    return not text or grouped or text.startswith(CHAINED) or _resumes(chain, text)


def _resumes(chain: _Chain, text: str) -> bool:
    last = next((each for each in reversed(chain.texts) if each.strip()), "")
    return text.endswith(HEADER) and last.startswith(CHAINED)


def _take(chain: _Chain, text: str, number: int) -> None:
    if chain.complete and command_end.BETWEEN.match(text) is not None:
        chain.between += 1
        return
    chain.texts.append(text)
    if HEADER in text or 'File "' in text:
        chain.hint = number
    chain.end = number if text else chain.end
    plain = unmargined(text)
    if text.endswith(HEADER):
        chain.complete = False
    elif plain[:1].strip() and not text.startswith(CHAINED):
        chain.complete = True


def _failures(chain: _Chain, *, ended: bool) -> Iterator[Failure]:
    raised = read(chain.texts)
    cause = blamed(raised)
    if cause is None or chain.handled or cause.name.startswith(_NO_FAILURE):
        return
    syntax = cause.name in SYNTAX
    frame = cause.frames[-1] if syntax and cause.frames else cause.own
    headless = not chain.texts[0].endswith(HEADER)
    if headless and not (syntax and _is_exact(cause)):
        return
    strong = _CUDA.match(cause.message) or _is_fatal(chain, frame, syntax=syntax, ended=ended)
    yield Failure(
        type=_type(cause),
        tool=NAME,
        rule=cause.name or None,
        message=cause.message,
        file=_file(frame, installed=syntax),
        line=frame.line if frame else None,
        detail=tuple(chain.texts[-MAX_DETAIL:]),
        log=LogSpan(start=chain.start, end=chain.end),
        weak=not strong,
    )


def _is_exact(cause: Raised) -> bool:
    return len(cause.frames) == 1 and not cause.frames[0].name


def _is_fatal(chain: _Chain, frame: Frame | None, *, syntax: bool, ended: bool) -> bool:
    """Whether the program died of it, as far as the log proves it."""
    if not syntax:
        return ended and not chain.apart
    if frame is None or frame.path.startswith("<"):
        return False
    return not is_foreign(frame.path) if chain.compiling else ended


def _type(cause: Raised) -> FailureType:
    if cause.name in SYNTAX:
        return FailureType.BUILD
    if _MEMORY.match(cause.message) or _INFRA.match(cause.message):
        return FailureType.INFRA
    if cause.name in ("TimeoutExpired", "TimeoutError"):
        return FailureType.TIMEOUT
    return FailureType.RUNTIME


def _file(frame: Frame | None, *, installed: bool) -> str | None:
    """Where it is; a file that cannot be parsed was not released: the package is the repository's."""
    if frame is None:
        return None
    path = frame.path.replace("\\", "/")
    for folder in ("/site-packages/", "/dist-packages/"):
        if installed and folder in path:
            return path.rpartition(folder)[2]
    return frame.path
