"""Our frozen dataclasses as JSON and back, by pydantic: nothing is pickled, types are checked."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")
_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)  # dear to build, so once a type
    return _adapters[kind]


def dumps(value: object) -> str:
    """One line of JSON for a dataclass of `bot.core`.

    Raises:
        ValueError: a field holds what its type does not allow, so it could not be read back.
    """
    return _adapter(type(value)).dump_json(value, warnings="error").decode()


def loads(kind: type[T], text: str | bytes) -> T:
    """Read it back.

    Raises:
        ValueError: it is not JSON of that shape (pydantic's ValidationError is one).
    """
    value: T = _adapter(kind).validate_json(text)
    return value


def to_plain(value: object) -> Any:
    """JSON-ready data, for documents that are embedded in others."""
    return _adapter(type(value)).dump_python(value, mode="json")
