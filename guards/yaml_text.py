"""Read YAML that strangers wrote: plain data built from events, with its appetite bounded.

Scalars are read as YAML 1.2 reads them: `on` and `yes` stay strings (`truth` knows what they mean),
and so do dates. Tags are ignored: `!reference [a, b]` is its list.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guards.errors import UnparsableError
from guards.pattern import expression

MAX_CHARACTERS = 1024 * 1024
_MAX_DEPTH = 64
_MAX_NODES = 200_000  # with aliases expanded

_NUMBER = expression(r"[-+]?(?:\d{1,18}|\d{1,18}\.\d{0,18}|\.\d{1,18})")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_TRUE = frozenset({"true", "yes", "on", "y", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "0"})

Path = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document.

    Attributes:
        value: dicts, lists, strings, numbers, booleans and None.
        lines: 1-based line of every value by its keys and indexes from the root, of those under
            an anchor where it was written first.
        repeated: the paths of keys that stand twice in one mapping; the last one counts.
    """

    value: Any
    lines: Mapping[Path, int]
    repeated: tuple[Path, ...] = ()


def loads(text: str) -> Any:
    """The only document as plain data; None when there is none.

    Raises:
        UnparsableError: no YAML, several documents, or too large, deep or self-repeating.
    """
    found = documents(text)
    if len(found) > 1:
        msg = f"{len(found)} YAML documents in one file"
        raise UnparsableError(msg)
    return found[0].value if found else None


def documents(text: str) -> list[Document]:
    """All documents, in order.

    Raises:
        UnparsableError: no YAML, or too large, deep or self-repeating.
    """
    import yaml  # noqa: PLC0415 - most changes touch no YAML, and it is slow to import

    if len(text) > MAX_CHARACTERS:
        msg = f"YAML of more than {MAX_CHARACTERS} characters"
        raise UnparsableError(msg)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        msg = f"no YAML: {type(exc).__name__}"
        raise UnparsableError(msg) from exc
    return builder.done


def truth(value: Any) -> bool | None:
    """What a value means where a boolean is wanted, by YAML 1.1 and 1.2; None for neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is not closed yet."""

    value: Any
    path: Path
    anchor: str | None
    size: int = 1
    key: Any = None
    has_key: bool = False


@dataclass(slots=True)
class _Builder:
    done: list[Document] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    repeated: list[Path] = field(default_factory=list)
    root: Any = None
    nodes: int = 0

    def take(self, event: Any) -> None:
        """One event of the parser."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            value = _scalar(event)
            if event.anchor:
                self.anchors[event.anchor] = (value, 1)
            self._put(value, 1, event)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open(event, {} if kind == "MappingStartEvent" else [])
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(event)
        elif kind == "DocumentStartEvent":
            self.anchors, self.lines, self.repeated, self.root = {}, {}, [], None
        elif kind == "DocumentEndEvent":
            self.done.append(
                Document(value=self.root, lines=self.lines, repeated=tuple(self.repeated))
            )

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:  # unknown, or of a value that holds this alias
            msg = "a YAML alias without its value"
            raise UnparsableError(msg)
        value, size = self.anchors[event.anchor]
        self._put(value, size, event)

    def _open(self, event: Any, value: Any) -> None:
        if len(self.stack) >= _MAX_DEPTH:
            msg = f"YAML deeper than {_MAX_DEPTH} levels"
            raise UnparsableError(msg)
        path = self._next_path()
        self.lines.setdefault(path, event.start_mark.line + 1)
        self.stack.append(_Frame(value=value, path=path, anchor=event.anchor))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        value = _merged(frame.value) if isinstance(frame.value, dict) else frame.value
        if frame.anchor:
            self.anchors[frame.anchor] = (value, frame.size)
        self._put(value, frame.size, event, closed=True)

    def _next_path(self) -> Path:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value))
        return (*frame.path, _hashable(frame.key)) if frame.has_key else (*frame.path, "?")

    def _put(self, value: Any, size: int, event: Any, *, closed: bool = False) -> None:
        """Give a whole value to the container that waits for it."""
        self.nodes += 1
        if not self.stack:
            self.root = value
            self.lines.setdefault((), event.start_mark.line + 1)
            return
        frame = self.stack[-1]
        frame.size += size
        if frame.size > _MAX_NODES or self.nodes > _MAX_NODES:
            msg = f"YAML of more than {_MAX_NODES} values"
            raise UnparsableError(msg)
        if not closed:
            self.lines.setdefault(self._next_path(), event.start_mark.line + 1)
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif not frame.has_key:
            frame.key, frame.has_key = value, True
        else:
            self._pair(frame, value)

    def _pair(self, frame: _Frame, value: Any) -> None:
        key = _hashable(frame.key)
        frame.key, frame.has_key = None, False
        if key == "<<" and key in frame.value:  # several merges in one mapping are all meant
            known = frame.value[key]
            value = [value, *(known if isinstance(known, list) else [known])]
        elif key in frame.value:
            self.repeated.append((*frame.path, key))
        frame.value[key] = value


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style or not event.implicit[0]:  # quoted, or tagged
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _merged(value: dict[Hashable, Any]) -> dict[Hashable, Any]:
    """A mapping with what `<<` brings in; its own keys win."""
    if "<<" not in value:
        return value
    given = value["<<"]
    merged: dict[Hashable, Any] = {}
    for part in given if isinstance(given, list) else [given]:
        if isinstance(part, dict):
            merged = {**part, **merged}
    own = {key: item for key, item in value.items() if key != "<<"}
    return {**merged, **own}


def _hashable(key: Any) -> Hashable:
    return key if isinstance(key, (str, int, float, bool, type(None))) else repr(key)[:200]
