"""Why a Rust test failed, from what it printed."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.core.pattern import pattern

_HEAD = r"(?:.{0,300}?)thread '(?P<thread>[^']{1,300})'(?: \(\d{1,12}\))? panicked at "
_NEW = pattern(
    _HEAD + r"(?P<file>(?:[A-Za-z]:)?[^:']{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}):?$"
)
_OLD = pattern(
    _HEAD
    + r"'(?P<message>.{0,3000})', (?P<file>(?:[A-Za-z]:)?[^:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_OPEN = pattern(_HEAD + r"'(?P<message>.{0,3000})$")
_CLOSE = pattern(
    r"(?P<message>.{0,3000})', (?P<file>(?:[A-Za-z]:)?[^:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_FRAME = pattern(
    r"\s{1,30}at (?P<file>(?:[A-Za-z]:)?[^:]{1,400}\.rs):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_SOURCE = pattern(r"Source: (?P<file>[^\s:]{1,300}\.rs):(?P<line>\d{1,7})$")
_NOTE = pattern(
    r"note: (?P<message>test did not panic as expected)(?: at (?P<file>[^:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}))?$"
)
_ERROR = pattern(r"Error: (?P<message>\S.{0,2000})$")
_COMPILE = pattern(r"(?P<message>error(?:\[E\d{4}\])?: \S.{0,2000})$")
_ARROW = pattern(r" {1,8}--> (?P<file>[^:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})$")
_END = ("stack backtrace:", "note: ", "test ", "thread '", "failures:", "---- ")
MAX_MESSAGE_LINES = 6
MAX_OLD_LINES = 30


class Reason(NamedTuple):
    """The words, the place, and the thread that spoke."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    thread: str | None = None


def why(texts: Sequence[str], test: str) -> Reason | None:
    """The reason in what one test printed; the test's own thread before others."""
    found = [
        (index, reason) for index, text in enumerate(texts) if (reason := panic(texts, index, text))
    ]
    own = next((each for each in found if (each[1].thread or "").endswith(test)), None)
    if (first := own or next(iter(found), None)) is not None:
        index, reason = first
        near = [*texts[index + 1 :], *texts[:index]]
        return _expected(texts, placed(near, reason))
    for index, text in enumerate(texts):
        if (match := _NOTE.match(text)) is not None:
            line, column = match["line"], match["column"]
            return Reason(
                match["message"],
                match["file"],
                int(line) if line else None,
                int(column) if column else None,
            )
        if (match := _ERROR.match(text)) is not None:
            return Reason(text)
        if (match := _COMPILE.match(text)) is not None:
            compiled = _compiled(texts[index + 1 : index + 6], match["message"])
            if compiled.file is not None:
                return compiled
    return None


def panic(texts: Sequence[str], index: int, text: str) -> Reason | None:
    """The panic that begins in a line: the words stand below the place, or before it (to 1.72)."""
    if "panicked at " not in text:
        return None
    if (match := _NEW.match(text)) is not None:
        message = _below(texts[index + 1 : index + 1 + MAX_MESSAGE_LINES])
        return Reason(
            message, match["file"], int(match["line"]), int(match["column"]), match["thread"]
        )
    if (match := _OLD.match(text)) is not None:
        column = match["column"]
        return Reason(
            match["message"],
            match["file"],
            int(match["line"]),
            int(column) if column else None,
            match["thread"],
        )
    if (match := _OPEN.match(text)) is not None:
        return _until_place(
            texts[index + 1 : index + MAX_OLD_LINES], match["message"], match["thread"]
        )
    return None


def _below(texts: Sequence[str]) -> str:
    kept: list[str] = []
    for text in texts:
        if not text.strip() or text.startswith(_END):
            break
        kept.append(text.strip())
    if kept and kept[0].startswith("assertion `"):
        return ", ".join(
            kept[:1] + [each for each in kept[1:] if each.startswith(("left:", "right:"))]
        )
    return kept[0] if kept else ""


def _until_place(texts: Sequence[str], message: str, thread: str) -> Reason | None:
    """Collect the lines of a message up to its closing quote."""
    said = [message]
    for text in texts:
        if (match := _CLOSE.match(text)) is not None:
            said.append(match["message"].strip())
            whole = " ".join(each for each in said[:MAX_MESSAGE_LINES] if each)
            column = match["column"]
            return Reason(
                whole, match["file"], int(match["line"]), int(column) if column else None, thread
            )
        said.append(text.strip())
    return Reason(message, thread=thread)


def placed(texts: Sequence[str], reason: Reason) -> Reason:
    """A panic inside the standard library or a crate: the innermost own call below it."""
    if reason.file is None or is_own(reason.file):
        return reason
    for text in texts:
        if "panicked at " in text:
            break
        if (match := _FRAME.match(text)) is not None and is_own(match["file"]):
            column = match["column"]
            return reason._replace(
                file=match["file"], line=int(match["line"]), column=int(column) if column else None
            )
    return _sourced(texts, reason)


def _sourced(texts: Sequence[str], reason: Reason) -> Reason:
    """A snapshot's place is in what insta prints before it panics inside itself."""
    found = next((match for text in texts if (match := _SOURCE.match(text)) is not None), None)
    if found is None:
        return reason._replace(file=None, line=None, column=None)
    return reason._replace(file=found["file"], line=int(found["line"]), column=None)


def is_own(file: str) -> bool:
    """Whether it may be code of the repository."""
    path = file.replace("\\", "/")
    foreign = (
        "/rustc/",
        "/.cargo/registry/",
        "/cargo/registry/",
        "/.cargo/git/",
        "/rustdoctest",
        "/.rustup/",
    )
    return not any(part in path for part in foreign) and not path.startswith("library/")


def _expected(texts: Sequence[str], reason: Reason) -> Reason:
    """`should_panic(expected = …)`: that the words differ is the reason, not the panic."""
    for text in texts:
        if text.startswith("note: panic did not contain expected string"):
            return reason._replace(
                message=f"panic did not contain expected string: {reason.message}"
            )
    return reason


def _compiled(texts: Sequence[str], message: str) -> Reason:
    for text in texts:
        if (match := _ARROW.match(text)) is not None:
            return Reason(message, match["file"], int(match["line"]), int(match["column"]))
    return Reason(message)
