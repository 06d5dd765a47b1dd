"""prettier: files that it would print differently, by --check, --list-different and by wrappers, and syntax errors."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "prettier"
HINTS = (
    "[warn] ", "[33mwarn", "[error] ", "[31merror", "Checking formatting...", "Code style issues found",
    "Error occurred when checking code style", "All matched files use Prettier", "prettier ",
    "Prettier --write", "uses prettier", "listed below", "##[script]",
)  # fmt: skip
REACH = (0, 60)
MAX_WAITING = 1000

_WARNED = pattern(r"(?:##\[\w{1,10}\])?\s{0,20}\[warn\] (?P<file>[^\s:][^:\"']{0,400}?\.\w{1,12})$")
_ERROR = pattern(r"(?:##\[error\])?\s{0,20}\[error\] (?P<message>\S.{0,2000})$")
_SYNTAX = pattern(
    r"(?P<file>[^\s:][^:]{0,400}\.\w{1,12}): (?P<message>(?=SyntaxError: |\w{0,40}Error: .{1,1500} \(\d{1,7}:\d{1,7}\)$)\w{0,40}Error: .{1,1500}?)"
    r"(?: \((?P<line>\d{1,7}):(?P<column>\d{1,7})\))?$"
)
_FOR_FILE = pattern(r"(?P<said>.{1,200}? for file) ?:? \"?(?P<file>[^\s\":]{1,400})\"?")
_SETTINGS = pattern(
    r"No files matching|No parser |No loader |Invalid configuration|Invalid plugin|Cannot find (?:package|module) '[^']{0,80}prettier|Couldn't (?:resolve|find) (?:plugin|parser|config)"
    r"|Explicitly specified (?:file|pattern)|Unable to (?:read|write) file|Unable to expand glob|Error resolving path"
)
_ENDED = (
    "Code style issues found",
    "Code style issues fixed",
    "Error occurred when checking code style",
    "Forgot to run Prettier",
)
_LISTING = pattern(
    r"(?:##\[(?:group|script)\](?:Run )?|[>$+] |\[command\])?(?:\S{1,200} ){0,6}?prettier (?:[^|&;]{1,600} )?(?:-l|--list-different)(?: |$)"
)
_BARE = pattern(
    r"(?P<file>[\w@.()\[\]+~-][^\s:*?\"'<>|]{0,300}\.(?:[cm]?[jt]sx?|vue|svelte|astro|json5?|jsonc|css|scss|sass|less|html?"
    r"|mdx?|ya?ml|gql|graphql|hbs|handlebars|java|php|rb|sol|toml|xml|prisma|\w{1,10}rc))$"
)
_BETWEEN = pattern(r"(?:\s|shell: |env:|##\[|[$>] |yarn run |\[error\])|$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file; what `[warn]` says counts only beside prettier's own first or last words."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps warned files until prettier is known to have said it, and whether bare names follow."""

    def __init__(self) -> None:
        self._waiting: list[Failure] = []
        self._bare: list[Failure] = []  # as version 1 names them: without a mark
        self._checking = False
        self._head: tuple[str, int] | None = None
        self._named_at = -9
        self._listing = 0  # 0: no; 1: the command was seen; 2: within its names

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if "Checking formatting..." in text:
            yield from self.flush()
            self._bare, self._checking = [], True
        elif "All matched files use Prettier" in text:
            self._waiting, self._bare, self._checking = [], [], False
        elif any(phrase in text for phrase in _ENDED):
            self._checking = True
            self._waiting += self._bare
            yield from self.flush(text)
        elif (match := _WARNED.match(text)) is not None:
            if len(self._waiting) < MAX_WAITING:
                self._waiting.append(_unformatted(match["file"], line))
        elif "[error] " in text and (match := _ERROR.match(text)) is not None:
            yield from self._told(match["message"], line.number)
        else:
            yield from self._listed(line)

    def flush(self, summary: str = "") -> Iterator[Failure]:
        """The files that were warned of, if it was prettier that did."""
        waiting, self._waiting, self._bare = self._waiting, [], []
        checking, self._checking = self._checking, False
        for failure in waiting if checking else ():
            detail = (*failure.detail, summary) if summary else failure.detail
            yield replace(failure, detail=detail)

    def _told(self, message: str, number: int) -> Iterator[Failure]:
        """What `[error]` says: a file that cannot be read, or settings that are wrong."""
        head, self._head = self._head, None
        if head is not None and number == head[1] + 1:
            yield _settings(f"{head[0]} {message}", head[1], number)
        elif (match := _SYNTAX.match(message)) is not None:
            yield _unreadable(match, LogSpan(start=number, end=number))
        elif _SETTINGS.match(message) is not None and message.endswith(":"):
            self._head = message, number
        elif _SETTINGS.match(message) is not None:
            yield _settings(message, number, number)

    def _listed(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if "prettier" in text:
            self._named_at = line.number
        if line.number <= self._named_at + 2 and _lists(text):
            self._listing = 1
        elif self._listing and (match := _BARE.match(text)) is not None:
            self._listing = 2
            yield _unformatted(match["file"], line)
        elif self._listing and not _BETWEEN.match(text):
            self._listing = 0
        elif self._checking and (match := _BARE.match(text)) is not None:
            self._bare = [*self._bare[-MAX_WAITING:], _unformatted(match["file"], line)]


def _lists(text: str) -> bool:
    """Whether names follow: after `prettier -l` without writing, and after a wrapper's words."""
    writes = " --write" in text or " -w " in f"{text} "
    return (_LISTING.match(text) is not None and not writes) or "files listed below" in text


def _unformatted(file: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message=f"{file} is not formatted as prettier would print it",
        file=file,
        command=f"npx prettier --check {shlex.quote(file)}",
        suggestion=f"npx prettier --write {shlex.quote(file)}",
        detail=(line.text.strip(),),
        log=LogSpan(start=line.number, end=line.number),
    )


def _settings(message: str, start: int, end: int) -> Failure:
    place = _FOR_FILE.match(message)
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=message,
        file=place["file"] if place else None,
        log=LogSpan(start=start, end=end),
    )


def _unreadable(match: re.Match[str], span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message=match["message"],
        file=match["file"],
        line=int(match["line"]) if match["line"] else None,
        column=int(match["column"]) if match["column"] else None,
        command=f"npx prettier --check {shlex.quote(match['file'])}",
        log=span,
    )
