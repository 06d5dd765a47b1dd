"""The entries in a file of settings: dotted keys and texts, whatever its format."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from guards.change import FileChange, Line
from guards.documents import document, entries, is_document
from guards.errors import UnparsableError
from guards.pattern import expression
from guards.script_settings import is_script, script_entries

_MAX_LINE = 2000
_MAX_KEY = 300
_MAVEN = expression(r"(?:^|/)pom\.xml$|\.pom$")
_KEYED = expression(
    r"""^[\s{,-]*<?["']?(?P<key>[\w@./:*$-]{1,100})["']?\s{0,20}(?:[:=>]|=>)\s{0,20}(?P<value>[^\n]*)$"""
)

Entry = tuple[str, str]


def both_sides(
    file: FileChange, *, from_trees: bool
) -> tuple[Sequence[Entry], Sequence[Entry], bool]:
    """The entries before and after, and whether both sides could be read as a whole.

    Where they could not, entries are those of the changed lines, and keys are the last parts alone.
    """
    if from_trees:
        old = read_entries(file.old_path or file.path, file.before)
        new = read_entries(file.path, file.after)
        if old is not None and new is not None:
            return old, new, True
    return tuple(_keyed(file.removed)), tuple(_keyed(file.added)), False


def read_entries(path: str, content: bytes | None) -> Sequence[Entry] | None:
    """The entries of a file, none if it is absent; None when it cannot be read."""
    try:
        return _entries(path, content) if content and content.strip() else ()
    except UnparsableError:
        return None


@lru_cache(maxsize=64)
def _entries(path: str, content: bytes) -> Sequence[Entry]:
    found: Sequence[Entry] = ()
    if is_script(path):
        found = script_entries(content)
    elif is_document(path):
        values = document(path, content)
        found = entries(_named_plugins(values) if _MAVEN.search(path) else values)
    return [(key[-_MAX_KEY:] if len(key) > _MAX_KEY else key, value) for key, value in found]


def _keyed(lines: Sequence[Line]) -> Iterator[Entry]:
    for line in lines:
        match = _KEYED.match(line.text[:_MAX_LINE])
        if match:
            value = match["value"].split("</")[0].strip(" \t,;\"'[]{")
            yield match["key"], value


def _named_plugins(value: Any) -> Any:
    """Maven's plugins under their names: all of them have `excludes`, which mean different things."""
    if isinstance(value, list):
        return [_named_plugins(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _named_plugins(item) for key, item in value.items()}
    name = value.get("artifactId")
    return {name: inner} if isinstance(name, str) and "configuration" in str(list(value)) else inner
