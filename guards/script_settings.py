"""Settings that are written as JavaScript or TypeScript objects, read by their keys, not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from guards.errors import UnparsableError
from guards.pattern import expression

_MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 64
_MAX_KEY = 1000
_TOKEN = expression(
    r"""(?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)|(?P<string>"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?)"""
    r"|(?P<name>[A-Za-z_$][\w$.]*+)|(?P<number>\d[\w.]*+)|(?P<spread>\.\.\.)|(?P<space>\s++)|(?P<other>.)",
    re.DOTALL,
)
_REGEX = expression(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/[a-z]*+")
_SCRIPT = expression(r"\.[cm]?[jt]s$")
# What stands between a file and its settings, and says nothing.
_PLAIN_TARGETS = expression(r"(?:module\.)?exports(?:\.default)?|config|default")
_KEYED_CALLS = frozenset({"globalIgnores"})
_WORDS = frozenset(["const", "let", "var", "export", "default", "return", "import", "from", "new"])
_BEFORE_REGEX = frozenset(["", "(", ",", ":", "[", "=", "{", "&", "|", "!", "?", ">"])


@dataclass(slots=True)
class _Reader:
    """What is known while the tokens pass by."""

    found: list[tuple[str, str]] = field(default_factory=list)
    frames: list[tuple[str, str, str]] = field(default_factory=list)  # opener, path, key outside
    path: str = ""
    key: str = ""
    previous: str = ""
    value: str = ""  # the last name or text, whose meaning the next piece tells
    starts: bool = True  # whether that value is the first thing after "{" or ","

    def take(self, kind: str, piece: str) -> None:
        """One piece that is no blank and no comment."""
        if kind in {"string", "name", "number"}:
            self._flush()
            self.value = piece[1:-1] if kind == "string" else piece
            self.starts = self.previous in {"{", ","} and self._opener == "{"
        elif piece == ":" and self.starts and self.value:
            self.key, self.value, self.starts = self.value, "", False
        elif piece == "=" and not self.starts and self.previous not in "=!<>":
            self._assign()
        else:
            self._punctuation(piece)
        self.previous = piece

    @property
    def _opener(self) -> str:
        return self.frames[-1][0] if self.frames else ""

    def _assign(self) -> None:
        if not self.frames:
            self.key = "" if _PLAIN_TARGETS.fullmatch(self.value) else self.value
        self.value = ""

    def _punctuation(self, piece: str) -> None:
        if piece == "(" and self.value in _KEYED_CALLS:
            self.key = self.value
        if piece == "(":
            self.value = ""
        self._flush()
        if piece in "{[(":
            self._open(piece)
        elif piece in "}])":
            self._close()
        elif piece == ";" or (piece == "," and self._opener != "["):
            self.key = ""

    def _flush(self) -> None:
        if self.value and self.value not in _WORDS and (self.frames or self.key):
            self.found.append((_joined(self.path, self.key), self.value))
        self.value, self.starts = "", False

    def _open(self, piece: str) -> None:
        path = _joined(self.path, self.key)
        if len(self.frames) >= _MAX_DEPTH or len(path) > _MAX_KEY:
            msg = "settings too deep to be read"
            raise UnparsableError(msg)
        self.frames.append((piece, self.path, self.key))
        self.path, self.key = path, ""

    def _close(self) -> None:
        if self.frames:
            _, self.path, self.key = self.frames.pop()


def is_script(path: str) -> bool:
    """Whether a file of this name is JavaScript or TypeScript."""
    return bool(_SCRIPT.search(path))


def script_entries(content: bytes) -> tuple[tuple[str, str], ...]:
    """Dotted keys and texts, as `guards.documents.entries` has them.

    Strings stand without quotes, names as they are; what calls and conditions do is not known.

    Raises:
        UnparsableError: no text, too large or too deep.
    """
    if len(content) > _MAX_BYTES:
        msg = f"script of more than {_MAX_BYTES} bytes"
        raise UnparsableError(msg)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        msg = "script that is no UTF-8"
        raise UnparsableError(msg) from exc
    reader = _Reader()
    for kind, piece in _tokens(text):
        reader.take(kind, piece)
    reader.take("other", ";")
    return tuple(reader.found)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, previous = 0, ""
    while at < len(text):
        match = None
        if text[at] == "/" and previous in _BEFORE_REGEX:
            match = _REGEX.match(text, at, at + 500)
            if match:
                yield "string", f"/{match[0]}/"
        if match is None:
            match = _TOKEN.match(text, at)
            assert match is not None  # noqa: S101 - the last branch takes any character
            if match.lastgroup not in {"comment", "space"}:
                yield match.lastgroup or "", match[0]
        if match.lastgroup not in {"comment", "space"}:
            previous = match[0]
        at = match.end()


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key
