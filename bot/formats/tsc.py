"""tsc and what prints as it does: vue-tsc, ngc, ts-node, ts-loader; plain, pretty, and without a place."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "tsc"
HINTS = (
    "error TS", "[90m TS", "error NG", "[90m NG", "Test suite failed to run", "This is not the tsc command",
)  # fmt: skip
REACH = (0, 14)

_ABSENT = "This is not the tsc command you are looking for"
_CODE = r"(?P<rule>(?:TS|NG)-?\d{1,9}): ?(?P<message>.{0,4000})$"
_BEFORE = r"(?:##\[error\])?\s{0,40}(?:(?:\[!\] )?[Ee]rror: |ERROR in |\[tsc?\] |● )?"
_PLAIN = pattern(
    _BEFORE
    + r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}?) ?\((?P<line>\d{1,7}),(?P<column>\d{1,7})(?:,\d{1,7}){0,2}\): error "
    + _CODE
)
_PRETTY = pattern(
    _BEFORE
    + r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}) - error "
    + _CODE
)
_GLOBAL = pattern(r"(?:##\[error\])?\s{0,40}(?:\[tsc?\] |VSTSC ?: )?error " + _CODE)
_PROJECT = pattern(r"(?:Build: ?)?(?P<message>.*?)(?: \[[^\[\]]{1,300}\.\w{2,3}proj\])?$")
_SUGGESTION = pattern(r".{0,600}?(?P<hint>Did you (?:mean|forget) .{1,300}\?)")
# Of the options and of which files there are: TS5xxx, TS6046, TS6053, TS18002, TS18003.
_ABOUT_CONFIG = pattern(r"TS(?:5\d{3}|60\d\d|63\d\d|1800[23])$")
_CONFIG_FILE = pattern(r"(?:.*[\\/])?(?:ts|js)config[\w.-]{0,60}\.json$")
_FRAME = pattern(r"\s*(?:\d+ |~|\S+:\d+:\d+$)")
MAX_DETAIL = 10


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic; the indented lines under it are the detail."""
    open_: Failure | None = None
    in_suite = False
    for line in lines:
        if "Test suite failed to run" in line.text:
            in_suite = True
        elif in_suite and line.text and not line.text[0].isspace():
            in_suite = False
        failure = _read(line)
        if failure is None:
            open_ = _more(open_, line)
            continue
        if open_ is not None:
            yield open_
        # Inside a suite that jest could not run, it is the reason jest gives.
        open_ = None if in_suite and line.text[:1].isspace() else failure
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    text = line.text
    if _ABSENT in text:
        span = LogSpan(start=line.number, end=line.number)
        return Failure(type=FailureType.CONFIG, tool=NAME, message=_ABSENT, log=span)
    if "error TS" not in text and "error NG" not in text:
        return None
    if (match := _PLAIN.match(text) or _PRETTY.match(text)) is not None:
        return _placed(match, line.number)
    if (match := _GLOBAL.match(text)) is not None:
        about_config = _ABOUT_CONFIG.match(match["rule"]) is not None
        return Failure(
            type=FailureType.CONFIG if about_config else FailureType.BUILD,
            tool=NAME,
            rule=match["rule"],
            message=_message(match["message"]),
            log=LogSpan(start=line.number, end=line.number),
        )
    return None


def _placed(match: re.Match[str], number: int) -> Failure:
    message = _message(match["message"])
    hint = _SUGGESTION.match(message)
    file = match["file"]
    config = _CONFIG_FILE.match(file) is not None
    return Failure(
        type=FailureType.CONFIG if config else FailureType.BUILD,
        tool="vue-tsc" if file.endswith(".vue") else NAME,
        rule=match["rule"],
        message=message,
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"npx tsc --noEmit -p {shlex.quote(file)}" if config else "npx tsc --noEmit",
        suggestion=hint["hint"] if hint else None,
        log=LogSpan(start=number, end=number),
    )


def _message(text: str) -> str:
    """The words alone: MSBuild writes its own around them."""
    match = _PROJECT.match(text.strip())
    return match["message"] if match else text


def _more(open_: Failure | None, line: Line) -> Failure | None:
    """The open diagnostic with a line that explains it; frames and blanks end the explanation."""
    if open_ is None or open_.log is None or line.number != open_.log.end + 1:
        return open_
    text = line.text
    if not text.startswith(" ") or len(open_.detail) >= MAX_DETAIL or _FRAME.match(text):
        return open_
    detail = (*open_.detail, text)
    message = open_.message or text.strip()
    span = replace(open_.log, end=line.number)
    return replace(open_, message=message, detail=detail, log=span)
