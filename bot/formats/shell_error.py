"""Shells: commands that are not there, scripts that do not parse or may not be run.

A script may go on after such a line, so all but syntax errors count only where nothing else tells
why the job failed.
"""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "shell"
HINTS = (
    "command not found", ": not found", "ermission denied", "yntax error", "unbound variable",
    "parameter not set", "cannot execute", "No such file or directory", "bad interpreter", "cannot open ",
    "unexpected end of file", "is not recognized as ", "error: Recipe `", "bad substitution", "Bad substitution",
    "cd: ", "unexpected EOF while looking", *(f": {reason}" for reason in (
        "Is a directory", "Not a directory", "File exists", "Directory not empty", "Read-only file system",
        "Operation not permitted", "Device or resource busy", "Argument list too long", "missing operand", "unrecognized option",
        "invalid option", "Input/output error", "Cannot open: ",
    )),
)  # fmt: skip
REACH = (0, 2)

_SCRIPT = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300})"
_WHERE = (
    r"(?:"
    + _SCRIPT
    + r":(?: line| |) ?(?P<line>\d{1,7}): |(?P<bare>[a-z]{0,4}sh|env|/[\w/]{1,30}/(?:env|[a-z]{0,4}sh)): )"
)
_MISSING = pattern(
    _WHERE
    + r"(?P<message>[^\s:][^:]{0,200}: (?:command not found|not found)|command not found: \S{1,100})$"
)
_ENV = pattern(
    r"(?:/usr/bin/)?env: (?P<message>[\u2018'\"]?[^\s:]{1,100}: No such file or directory)$"
)
_SYNTAX = pattern(
    _WHERE
    + r"(?P<message>[Ss]yntax error(?::| near|: unexpected).{0,200}|unexpected EOF while looking for .{1,60}"
    r"|(?:[^:]{1,100}: )?[Bb]ad substitution)$"
)
_DENIED = pattern(
    _WHERE
    + r"(?P<message>[^\s:][^:]{0,200}: (?:Permission denied|cannot execute(?:: required file not found| binary file.{0,40})?"
    r"|(?:/[^:]{1,100}: )?bad interpreter(?:: .{1,60})?|unbound variable|parameter not set|No such file or directory)"
    r"|cd: .{1,200}|cannot open [^:]{1,200}: No such file)$"
)
_NO_SCRIPT = pattern(
    r"[a-z]{0,4}sh: (?:\d{1,3}: )?(?P<message>(?:cannot open )?[^\s:]{1,200}: No such file(?: or directory)?)$"
)
_WINDOWS = pattern(
    r"(?P<message>'[^']{1,100}' is not recognized as an internal or external command.{0,100})$"
    r"|(?:\S{1,100} ?: | *\| *)?(?P<term>The term '[^']{1,100}' is not recognized as (?:a|the) name of a cmdlet.{0,200})$"
)
_JUST = pattern(
    r"error: (?P<message>Recipe `[^`]{1,100}` (?:failed on line \d{1,6} with exit code \d{1,3}|failed with exit code \d{1,3}|was terminated .{1,80}))$"
)
# A command of a script that failed, in the words of the C library.
_COMMAND = pattern(
    r"(?:/[\w./-]{1,100}/)?(?:cat|cp|mv|rm|ls|mkdir|rmdir|ln|chmod|chown|chgrp|touch|head|tail|sed|e?grep|[gm]?awk|b?tar|gtar|g?zip|gunzip"
    r"|unzip|xz|find|sort|cut|wc|diff|cmp|stat|install|tee|dd|truncate|realpath|readlink|(?:sha\d{1,3}|md5|b2)sum|mktemp|rsync|scp|patch|jq|file"
    r"|split|paste|tr|uniq|xargs|mkfifo|mount|strip|pushd|openssl|base64|od|hexdump|join|comm|tac|nl|cpio|shred|du|df): "
    r"(?P<message>.{1,400}?: (?:No such file or directory|Permission denied|Is a directory|Not a directory|File exists|Directory not empty"
    r"|Read-only file system|Operation not permitted|Device or resource busy|Argument list too long|Input/output error|Cannot open: .{1,100})"
    r"|missing (?:file |destination file )?operand.{0,200}|(?:unrecognized|invalid) option.{1,200})$"
)
# make says that the line of the recipe before it failed, and did not ignore it.
_RECIPE_FAILED = pattern(r"g?make(?:\[\d{1,4}\])?: \*\*\* \[[^\]]{1,400}\] Error \d{1,3}$")
_STEP_FAILED = pattern(
    r"(?:Process completed with exit code|(?:Bash|PowerShell) exited with code|ERROR: Job failed: exit|Exited with code exit status"
    r"|ERROR: script returned exit code|Cleaning up project directory|The command \".{1,300}\" (?:exited with|failed)|\[Pipeline\] \}"
    r"|.{0,20}Error: The command exited with status|.{1,100} : exit code [1-9])"
)
_TRY_HELP = pattern(r"Try '.{1,100} --help' for more information\.$")
_KINDS: tuple[tuple[Pattern, FailureType, str], ...] = (
    (_MISSING, FailureType.CONFIG, NAME),
    (_ENV, FailureType.CONFIG, NAME),
    (_SYNTAX, FailureType.BUILD, NAME),
    (_DENIED, FailureType.CONFIG, NAME),
    (_NO_SCRIPT, FailureType.CONFIG, NAME),
    (_WINDOWS, FailureType.CONFIG, NAME),
    (_JUST, FailureType.BUILD, "just"),
)
_CONFIGURE = pattern(r"(?:[^\s:]{1,300}/)?configure: ")
_RUNNER = pattern(
    r".{0,300}(?:/_temp/)|[a-z]{0,4}sh$|(?:/bin/|/usr/bin/)[a-z]{0,4}sh$|main$|environment$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One weak failure a complaint; a script that does not parse surely failed."""
    command: Line | None = None
    for line in lines:
        if not line.text.strip() or (command and _TRY_HELP.match(line.text)):
            continue
        if command is not None:
            yield from _command(command, line)
        command = line if _COMMAND.match(line.text) else None
        if command is not None or _CONFIGURE.match(
            line.text
        ):  # a macro that autoconf did not expand
            continue
        for each, kind, tool in _KINDS:
            if (match := each.match(line.text)) is not None:
                yield _failure(match, kind, tool, line)
                break


def _command(line: Line, after: Line) -> Iterator[Failure]:
    """What a command complained of, when the step or the recipe ended with it."""
    ended = _RECIPE_FAILED.match(after.text) is not None
    if after.number <= line.number + 2 and (ended or _STEP_FAILED.match(after.text)):
        yield Failure(
            type=FailureType.RUNTIME,
            tool=NAME,
            message=line.text.strip(),
            log=LogSpan(start=line.number, end=line.number),
            weak=not ended,
        )


def _failure(match: re.Match[str], kind: FailureType, tool: str, line: Line) -> Failure:
    file = match.groupdict().get("file")
    if file is not None and _RUNNER.match(file):  # the runner's own copy of the step, or no script
        file = None
    message = match["message"] or match["term"]
    return Failure(
        type=kind,
        tool=tool,
        message=message,
        file=file,
        line=int(match["line"]) if file and match["line"] else None,
        log=LogSpan(start=line.number, end=line.number),
        weak=kind is not FailureType.BUILD or tool != NAME,
    )
