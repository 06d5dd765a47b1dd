"""The Java runtime: uncaught exceptions, crashes of the machine, and what the launcher refuses."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core import command_end, jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "java"
HINTS = (
    'Exception in thread "', "Could not find or load main class", "Unable to access jarfile",
    "java.lang.OutOfMemoryError", "insufficient memory for the Java Runtime", "A fatal error has been detected by the Java",
    "Could not create the Java Virtual Machine", "UnsupportedClassVersionError", "Unrecognized VM option",
    "Invalid maximum heap size", "JAVA_HOME is not", "JAVA_HOME is set to an invalid", "Unable to locate a Java Runtime",
    "GC overhead limit exceeded", "Main method not found in class", *command_end.HINTS,
)  # fmt: skip
REACH = (0, 40)
MAX_TRAILING = 2  # lines behind an exception that ended the log

_THREAD = pattern(
    r"\s{0,12}(?:\[\w{1,12}\] )?Exception in thread \"(?P<thread>[^\"]{1,200})\" (?P<thrown>[\w.$]{3,300})(?P<message>: .{0,3000})?$"
)
_STACK = pattern(
    r"\s{0,40}(?:\[\w{1,12}\] )?\s*(?:at |\.\.\. \d|Caused by: |Suppressed: |\S{1,200}(?:Exception|Error)\b)"
)
_LAUNCHER = pattern(
    r"\s{0,8}(?P<message>(?:Error: (?:Could not find or load main class|Unable to access jarfile|Main method not found in class|Could not create the Java Virtual Machine"
    r"|LinkageError occurred)|Unrecognized VM option|Invalid maximum heap size|(?:ERROR: |Error: |\w{1,20}: )?JAVA_HOME is (?:not |set to an invalid)|The operation couldn.t be completed\. Unable to locate a Java Runtime).{0,800})$"
)
_MEMORY = pattern(
    r"(?!\s*at )(?:[^\"'`]{0,200}?)(?P<message>java\.lang\.OutOfMemoryError(?:: .{1,300})?|There is insufficient memory for the Java Runtime Environment to continue\.|GC overhead limit exceeded)"
)
_NETWORK = pattern(
    r"java\.(?:net\.(?:UnknownHost|Connect|SocketTimeout|NoRouteToHost)Exception|net\.SocketException: Connection reset|io\.IOException: .{0,60}response code: (?:5\d\d|429)|io\.IOException: Downloading from .{1,300} failed: timeout)"
)
_CRASH = pattern(r"# A fatal error has been detected by the Java Runtime Environment:?")
_SIGNAL = pattern(
    r"#\s+(?P<message>SIG[A-Z]{2,6} .{1,300}|EXCEPTION_\w{1,60} .{1,300}|Internal Error .{1,300})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a crash; an exception in the output may have been meant, so it is weak."""
    rows = list(lines)
    for index, line in enumerate(rows):
        text = line.text
        if "Exception in thread" in text and (match := _THREAD.match(text)) is not None:
            yield _thrown(match, rows, index)
        elif (match := _LAUNCHER.match(text)) is not None:
            follows = match["message"].startswith("Error: Could not create the Java")
            yield _simple(FailureType.CONFIG, match["message"], line, weak=follows)
        elif text.startswith("# ") and _CRASH.match(text):
            yield _crash(rows, index)
        elif ("emory" in text or "GC overhead" in text) and (match := _MEMORY.match(text)):
            yield _simple(
                FailureType.INFRA, match["message"], line, weak="insufficient" not in text
            )


def _simple(kind: FailureType, message: str, line: Line, *, weak: bool = False) -> Failure:
    return Failure(
        type=kind,
        tool=NAME,
        message=message.removeprefix("Error: ").removeprefix("ERROR: "),
        log=LogSpan(start=line.number, end=line.number),
        weak=weak,
    )


def _thrown(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    """An exception that ended a thread, with the deepest frame of the repository."""
    rest = until(after(rows, index, REACH[1]), lambda text: not _STACK.match(text))
    frames = [each for line in rest if (each := jvm_log.frame(line.text)) is not None]
    own = jvm_log.own(frames)
    thrown = match["thrown"]
    message = f"{thrown}{match['message'] or ''}"
    outside = "OutOfMemoryError" in thrown or _NETWORK.match(message) is not None
    end = index + len(rest)
    last = len(rest) < REACH[1] and end + MAX_TRAILING >= len(rows) - 1
    died = last or command_end.failed(rows[end + 1 : end + 12], rows[end].number)
    return Failure(
        type=FailureType.INFRA if outside else FailureType.RUNTIME,
        tool=NAME,
        message=message,
        file=own.file if own else None,
        line=own.line if own else None,
        detail=detail(rest),
        log=span(rows[index], rest),
        weak=not (died and match["thread"] == "main"),
    )


def _crash(rows: Sequence[Line], index: int) -> Failure:
    """The machine itself crashed: the signal stands below."""
    rest = until(after(rows, index, 12), lambda text: not text.startswith("#"))
    found = next((match for line in rest if (match := _SIGNAL.match(line.text))), None)
    return Failure(
        type=FailureType.RUNTIME,
        tool=NAME,
        message=found["message"]
        if found
        else "A fatal error has been detected by the Java Runtime",
        detail=detail(rest),
        log=span(rows[index], rest),
    )
