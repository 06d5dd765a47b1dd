"""Our own JSON Lines, read back: what `selfheal log` printed in a job."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from bot.core.failure import SCHEMA, Failure, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object

NAME = "selfheal"
HINTS = (SCHEMA,)
REACH = (0, 0)

_TEXTS = ("tool", "rule", "test", "file", "task", "command", "suggestion", "job", "flaky")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a document, at its line of this log."""
    for line in lines:
        document = json_object(line.text)
        if document is None:
            continue
        try:
            found = Failure.from_json(document | {"log": None})
        except (ValueError, TypeError, KeyError):
            continue
        if _is_sound(found):
            yield replace(found, log=LogSpan(start=line.number, end=line.number))


def _is_sound(failure: Failure) -> bool:
    """Whether every value has its type: the line is a stranger's."""
    values = {each.name: getattr(failure, each.name) for each in fields(failure)}
    places = (values["line"], values["column"])
    return (
        isinstance(values["message"], str)
        and values["severity"] == "error"
        and isinstance(values["root"], bool)
        and all(values[name] is None or isinstance(values[name], str) for name in _TEXTS)
        and all(place is None or (type(place) is int and 0 < place < 10**9) for place in places)
        and all(isinstance(text, str) for text in failure.detail)
    )
