"""Read XML that strangers wrote: no entities, no files, and bounded."""

from typing import Any
from xml.parsers import expat

from guards.errors import UnparsableError

_MAX_DEPTH = 60
_MAX_ELEMENTS = 100_000


class _Tree:
    """Builds nested mappings out of the events of the parser."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[dict[str, Any]] = [self.root]
        self._text: list[list[str]] = [[]]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            msg = "XML too deep or too large to be read"
            raise UnparsableError(msg)
        self._open.append({f"@{key}": value for key, value in attributes.items()})
        self._text.append([])

    def end(self, name: str) -> None:
        element, text = self._open.pop(), "".join(self._text.pop()).strip()
        if element and text:
            element["#text"] = text
        value: Any = element or text
        parent = self._open[-1]
        local = name.rpartition(":")[2]
        if local not in parent:
            parent[local] = value
        elif isinstance(parent[local], list):
            parent[local].append(value)
        else:
            parent[local] = [parent[local], value]

    def data(self, text: str) -> None:
        self._text[-1].append(text)


def loads(text: str) -> dict[str, Any]:
    """The document: a mapping from the name of the root, without its prefix, to its value.

    Raises:
        UnparsableError: not well-formed, declares entities, or is too deep or too large.
    """
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeError) as exc:
        msg = "not well-formed XML"
        raise UnparsableError(msg) from exc
    return tree.root


def _refuse(*_declaration: object) -> None:
    msg = "XML that declares entities is not read"
    raise UnparsableError(msg)
