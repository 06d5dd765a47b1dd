"""svelte-check: for people, for machines, and for machines with JSON."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "svelte-check"
HINTS = ("Error: ", "Error\x1b", "Error^[", ' ERROR "', '"type":"ERROR"')
REACH = (1, 4)

_PLACE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:svelte|[cm]?[jt]s|css|scss|less)):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_SOURCE = pattern(
    r"(?P<message>.{0,2000}?) \((?P<source>ts|js|svelte|css|scss|less|sass|postcss)\)$"
)
_MACHINE = pattern(
    r"\d{10,16} ERROR \"(?P<file>[^\"]{1,400})\" (?P<line>\d{1,7}):(?P<column>\d{1,7}) (?P<message>\".{1,3000}\")$"
)
_JSON = pattern(r"\d{10,16} (?P<json>\{\"type\":\"ERROR\".{1,4000}\})$")
MAX_LINES = 4


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the word in brackets after the message tells it from other tools."""
    place: tuple[int, re.Match[str]] | None = None
    words: list[str] = []
    for line in lines:
        text = line.text
        if (match := _PLACE.match(text)) is not None:
            place, words = (line.number, match), []
        elif place is not None and line.number == place[0] + len(words) + 1:
            words.append(text)
            if (source := _told(words)) is not None:
                yield _failure(place[1], source["message"], place[0], line.number)
            if source is not None or not text.strip() or len(words) > MAX_LINES:
                place = None
        elif ' ERROR "' in text and (match := _MACHINE.match(text)) is not None:
            yield _failure(match, _unquoted(match["message"]), line.number, line.number)
        elif '"type":"ERROR"' in text and (match := _JSON.match(text)) is not None:
            yield from _from_json(match["json"], line.number)


def _told(words: list[str]) -> re.Match[str] | None:
    """An error whose last line ends with the language it is about."""
    if not words[0].startswith("Error: "):
        return None
    return _SOURCE.match(" ".join(word.strip() for word in words).removeprefix("Error: "))


def _failure(place: re.Match[str], message: str, start: int, end: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=message,
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        command="npx svelte-check",
        log=LogSpan(start=start, end=end),
    )


def _unquoted(text: str) -> str:
    """The words of a string in JSON."""
    said = json_object(f'{{"said":{text}}}')
    return text.strip('"') if said is None else str(said.get("said"))


def _from_json(text: str, number: int) -> Iterator[Failure]:
    """Lines and characters count from 0 there."""
    data = json_object(text)
    if data is None:
        return
    file, message, start = data.get("filename"), data.get("message"), data.get("start")
    if not (isinstance(file, str) and isinstance(message, str) and isinstance(start, dict)):
        return
    line, column = start.get("line"), start.get("character")
    code = data.get("code")
    yield Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=f"TS{code}" if isinstance(code, int) else code if isinstance(code, str) else None,
        message=message,
        file=file,
        line=line + 1 if isinstance(line, int) else None,
        column=column + 1 if isinstance(column, int) else None,
        command="npx svelte-check",
        log=LogSpan(start=number, end=number),
    )
