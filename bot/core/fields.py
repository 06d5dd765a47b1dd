"""Values out of documents of strangers: each of the type that is wanted, or nothing."""

from collections.abc import Iterator
from typing import Any

MAX_NUMBER = 10**9


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path ("locations.0.uri"), or at the first of several ("a|b") that leads somewhere."""
    for each in path.split("|"):
        found = _at(value, each)
        if found is not None:
            return found
    return None


def _at(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def text(value: Any, path: str = "") -> str | None:
    """A string that says something; a number as one."""
    found = at(value, path)
    if isinstance(found, str):
        return found.strip() or None
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None


def number(value: Any, path: str = "", *, offset: int = 0) -> int | None:
    """A place of 1 and above, after adding `offset`; also from digits."""
    found = at(value, path)
    if isinstance(found, str) and found.isdecimal() and len(found) < len(str(MAX_NUMBER)):
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found + offset if 0 < found + offset < MAX_NUMBER else None


def items(value: Any, path: str = "") -> Iterator[Any]:
    """The mappings in a list, or the values of a mapping that are mappings."""
    found = at(value, path)
    if isinstance(found, dict):
        found = list(found.values())
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            yield each
