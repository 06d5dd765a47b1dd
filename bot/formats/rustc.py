"""rustc, clippy and rustdoc: diagnostics for people, short, and as JSON lines."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "rustc"
HINTS = (
    "##[script]", "error[E", "error: ", "--> ", '"is_primary"', '"reason":"compiler-message"', '"$message_type":"diagnostic"',
    " stdout ----", "test result: ", *(f"running {digit}" for digit in range(1, 10)), "┈┈┈", "cargo clippy", "cargo-clippy",
)  # fmt: skip
REACH = (4, 30)

_HEAD = pattern(r"error(?:\[(?P<rule>E\d{4}|[a-z][\w:-]{2,80})\])?: (?P<message>\S.{0,3000})$")
_ARROW = pattern(
    r" {1,12}(?:-->|╭▸) (?P<file>(?:[A-Za-z]:)?[^:\n]{1,500}):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_SHORT = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,400}\.rs):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?:\d{1,7}:\d{1,7} )?error(?:\[(?P<rule>E\d{4})\])?: (?P<message>\S.{0,3000})$"
)
_OLD_RULE = pattern(r" \[(?P<rule>E\d{4})\]$")
_GUTTER = pattern(
    r"(?: *\d+ (?:[|│~+-]|$)| *[|│╰╭├‡] ?| +(?:=|:::|-->|⸬)|\.\.\.|(?:help|note|warning|error)\b.{0,300}:| {4,})"
)
_LINT = pattern(
    r" *= note: (?:requested on the command line with )?`(?:-[DF] |#!?\[(?:deny|forbid)\()(?P<rule>[\w:-]{2,80})"
)
_PAGE = pattern(r" *= help: for further information visit https?://\S{0,200}#(?P<rule>\w{2,80})$")
_HELP = pattern(r"(?: *= )?help: (?P<text>\S.{0,500})$")
_INLINE = pattern(r".{0,500}?\^ help: (?P<text>\S.{0,300})$")
_TYPO = pattern(r"`[^`]{1,100}` should be `")  # what typos says of any file looks alike
_SECTION = pattern(r"---- .{1,300} (?:stdout|stderr) ----$")
_NOT_HERE = (
    "aborting due to", "could not compile", "build failed", "test failed, to rerun", "doctest failed", "could not document",
    "process didn't exit", "Recipe `", "`cargo ",
)  # fmt: skip
_ALONE = ("linking with ", "internal compiler error", "couldn't read ", "failed to merge doctest")
_RUNNING = pattern(r"running \d{1,7} tests?$")
MAX_DETAIL = 40
MAX_HELD = 1000
MAX_EXPANSIONS = 8
MAX_HEAD = 6  # a message may have several lines before its place


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; its source, notes and help are the detail."""
    reader, clippy = _Reader(), False
    found: list[Failure] = []
    for line in lines:
        text = line.text.removeprefix("##[error]")
        clippy = clippy or "cargo clippy" in text or "cargo-clippy" in text
        if text.startswith("{"):
            found += _documents(line)
        elif not text.startswith("##["):
            found += reader.read(line._replace(text=text))
    found += reader.finish()
    clippy = clippy or any(each.tool == "clippy" for each in found)
    for each in found:
        yield _linted(each) if clippy else each


def _linted(failure: Failure) -> Failure:
    """In a run of clippy the compiler's own lints are findings too."""
    if failure.tool != NAME or (failure.rule or "").startswith("E") or failure.file is None:
        return failure
    if failure.rule is None and "--message-format=short" not in (failure.command or ""):
        return failure
    return replace(failure, type=FailureType.LINT, tool="clippy", command="cargo clippy")


class _Reader:
    """Keeps the diagnostic whose lines are still coming."""

    def __init__(self) -> None:
        self._open: Failure | None = None
        self._quoted = False  # inside the output of a test
        self._held: list[Failure] | None = None  # since tests began to run

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line; give what is complete."""
        text = line.text
        if text.startswith("running ") and _RUNNING.match(text) is not None:
            yield from self.flush()
            self._held = []
        elif text.startswith("test result: "):
            self._open = self._held = None  # passing tests printed it
        if self._is_quoted(text):
            yield from self.flush()
            return
        if self._open is not None and self._continue(line):
            return
        if ".rs:" in text and "error" in text and (short := _short(line)) is not None:
            yield from self.flush()
            yield short
        elif text.startswith("error") and (match := _HEAD.match(text)) is not None:
            yield from self.flush()
            if not match["message"].startswith(_NOT_HERE):
                self._open = _opened(match, line.number)
        else:
            yield from self.flush()

    def flush(self) -> Iterator[Failure]:
        """The diagnostic that is open, when it turned out to be the compiler's."""
        failure, self._open = self._open, None
        if failure is None or not _is_ours(failure):
            return
        if self._held is None:
            yield _judged(failure)
        elif len(self._held) < MAX_HELD:
            self._held.append(_judged(failure))

    def finish(self) -> Iterator[Failure]:
        """What is left at the end: also what stood behind tests that never came to an end."""
        yield from self.flush()
        yield from self._held or ()

    def _is_quoted(self, text: str) -> bool:
        """A failing test may print diagnostics: those of a doc test, those of expected errors."""
        if text.startswith("┈┈"):
            self._quoted = not self._quoted
            return True
        if text.startswith("---- ") and _SECTION.match(text) is not None:
            self._quoted = True
        elif text.startswith("test result: ") or text == "failures:":
            self._quoted = False
        return self._quoted

    def _continue(self, line: Line) -> bool:
        failure, text = self._open, line.text
        if failure is None or failure.log is None or line.number != failure.log.end + 1:
            return False
        if failure.file is None and (match := _ARROW.match(text)) is not None:
            failure = replace(
                failure, file=match["file"], line=int(match["line"]), column=int(match["column"])
            )
        elif (
            not text.strip()
            or text.startswith(("error", "warning: "))
            or (_GUTTER.match(text) is None and (failure.file or len(failure.detail) >= MAX_HEAD))
        ):
            return False
        log = replace(failure.log, end=line.number) if failure.log else None
        self._open = _annotated(replace(failure, log=log), text)
        return True


def _opened(match: re.Match[str], number: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        log=LogSpan(start=number, end=number),
    )


def _annotated(failure: Failure, text: str) -> Failure:
    """The failure with a line of detail, which may name the lint or propose something."""
    rule, suggestion = failure.rule, failure.suggestion
    if (match := _PAGE.match(text)) is not None:
        rule = rule or f"clippy::{match['rule']}"
    elif (match := _LINT.match(text)) is not None:
        rule = match["rule"].replace("-", "_")
    elif suggestion is None and "help: " in text:
        found = _HELP.match(text) or _INLINE.match(text)
        if found is not None and not found["text"].startswith(("to override", "for further")):
            suggestion = found["text"]
    detail = (*failure.detail, text)[:MAX_DETAIL]
    return replace(failure, rule=rule, suggestion=suggestion, detail=detail)


def _is_ours(failure: Failure) -> bool:
    """`error: words` is written by every tool: a place, a code or a gutter makes it rustc's."""
    if failure.file is not None:
        if _TYPO.match(failure.message) is not None:
            return False
        return failure.file.endswith((".rs", "Cargo.toml", ".cargo/config.toml", ">", ".lalrpop"))
    if failure.message.startswith(_ALONE):
        return True
    if failure.rule is not None and failure.rule.startswith("E"):
        return True
    return any(text.startswith(("  |", "  = note: ")) for text in failure.detail[:2])


def _judged(failure: Failure) -> Failure:
    """The failure with its tool, type and command."""
    rule = failure.rule or ""
    if failure.file is not None and failure.file.endswith(".toml"):
        return replace(failure, type=FailureType.CONFIG, tool="cargo", command="cargo metadata")
    if failure.message.startswith("Undefined Behavior: "):
        return replace(failure, type=FailureType.RUNTIME, tool="miri", command="cargo miri test")
    if rule.startswith("clippy::"):
        return replace(failure, type=FailureType.LINT, tool="clippy", command="cargo clippy")
    if rule.startswith("rustdoc::"):
        return replace(failure, type=FailureType.LINT, tool="rustdoc", command="cargo doc")
    return replace(failure, command="cargo check")


def _short(line: Line) -> Failure | None:
    match = _SHORT.match(line.text)
    if match is None:
        return None
    message, rule = match["message"], match["rule"]
    if (old := _OLD_RULE.search(message[-20:])) is not None:
        message, rule = message[: -len(old[0])], old["rule"]
    message, _, suggestion = message.partition(": help: ")
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=rule,
        message=message,
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]),
        suggestion=suggestion or None,
        command=f"cargo check {shlex.quote('--message-format=short')}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _documents(line: Line) -> Iterator[Failure]:
    """`cargo --message-format=json` wraps what `rustc --error-format=json` prints."""
    if '"spans"' not in line.text:
        return
    data = json_object(line.text)
    if data is not None and isinstance(data.get("message"), dict):
        data = data["message"]
    if data is None or data.get("level") not in (
        "error",
        "error: internal compiler error",
    ):
        return
    message, spans = data.get("message"), data.get("spans")
    if not isinstance(message, str) or not isinstance(spans, list) or message.startswith(_NOT_HERE):
        return
    places = [each for each in spans if isinstance(each, dict)]
    place = _outermost(next((each for each in places if each.get("is_primary") is True), {}))
    code = data.get("code")
    rule = code.get("code") if isinstance(code, dict) else None
    file, row, column = place.get("file_name"), place.get("line_start"), place.get("column_start")
    rendered = data.get("rendered")
    yield _judged(
        Failure(
            type=FailureType.BUILD,
            tool=NAME,
            rule=rule if isinstance(rule, str) else None,
            message=message,
            file=file if isinstance(file, str) else None,
            line=row if isinstance(row, int) else None,
            column=column if isinstance(column, int) else None,
            suggestion=_help(data.get("children")),
            detail=tuple(rendered.splitlines()[:MAX_DETAIL]) if isinstance(rendered, str) else (),
            log=LogSpan(start=line.number, end=line.number),
        )
    )


def _outermost(place: dict[str, Any]) -> dict[str, Any]:
    """Inside a macro of another crate: the place in the repository that called it."""
    for _ in range(MAX_EXPANSIONS):
        file, expansion = place.get("file_name"), place.get("expansion")
        if not isinstance(file, str) or not file.startswith(("<", "/rustc/")):
            break
        if not isinstance(expansion, dict) or not isinstance(expansion.get("span"), dict):
            break
        place = expansion["span"]
    return place


def _help(children: Any) -> str | None:
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict) and child.get("level") == "help":
            text = child.get("message")
            if isinstance(text, str) and not text.startswith(("to override", "for further")):
                return text
    return None
