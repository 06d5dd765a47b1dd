"""TeamCity messages of PHPUnit: `##teamcity[testFailed name='testTotal' message='…' …]`."""

from collections.abc import Iterator

from bot.core.failure import Failure, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.phpunit.frames import failure

_MESSAGE = pattern(r"##teamcity\[(?P<event>testStarted|testFailed|testFinished) ")
_ATTRIBUTE = pattern(r"(?P<key>[a-zA-Z]{1,30})='(?P<value>(?:[^'|]|\|.){0,4000})'")
_LOCATION = pattern(r"(?:php_qn|pest_qn)://(?P<file>[^:]{0,400}\.php)::(?:\\?(?P<test>.{1,500}))$")
_ESCAPED = {"|n": "\n", "|r": "", "|'": "'", "||": "|", "|[": "[", "|]": "]"}
_RISKY = "This test did not perform any assertions"


class Reader:
    """Knows where the tests that run now stand."""

    def __init__(self) -> None:
        self._started: dict[str, tuple[str, str]] = {}

    def read(self, line: Line) -> Iterator[Failure]:
        """A failure for a message that says so."""
        match = _MESSAGE.match(line.text)
        if match is None:
            return
        values = {each["key"]: _plain(each["value"]) for each in _ATTRIBUTE.finditer(line.text)}
        name = values.get("name", "")
        if match["event"] == "testStarted":
            if (location := _LOCATION.match(values.get("locationHint", ""))) is not None:
                self._started[name] = location["file"], location["test"]
        elif match["event"] == "testFinished":
            self._started.pop(name, None)
        elif name in self._started and not values.get("message", "").startswith(_RISKY):
            file, test = self._started[name]
            texts = [text.strip() for text in values.get("details", "").splitlines()]
            span = LogSpan(start=line.number, end=line.number)
            yield failure(test, values.get("message", ""), texts, span, file=file)

    def flush(self) -> Iterator[Failure]:
        """Nothing: a message is whole."""
        yield from ()


def _plain(value: str) -> str:
    for escaped, char in _ESCAPED.items():
        if "|" in value:
            value = value.replace(escaped, char)
    return value
