"""What the tools of the JVM have in common: Maven's levels before a line, and stack traces."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.pattern import pattern

MAX_MESSAGE_LINES = 6

_LEVEL = pattern(
    r"(?:\d{1,9} |\[?\d{4}-\d\d-\d\d[T ][\d:.,]{5,20}(?:Z|[+-]\d\d:?\d\d)?\]? |\d\d:\d\d:\d\d[.,\d]{0,8} )?"
    r"\[(?P<level>INFO|WARNING|WARN|ERROR|FATAL)\] ?"
)
_FRAME = pattern(
    r"\s{0,40}(?:\[\w{1,12}\] {0,20})?at (?:[\w.@-]{1,80}/{1,2}){0,2}(?P<name>[^\s()/][^()/]{0,400})"
    r"\((?P<file>[\w$.-]{1,200}\.(?:java|kt|kts|groovy|scala|clj))(?::(?P<line>\d{1,7}))?\)"
)
_VIOLATIONS = pattern(r"You have (?P<count>\d{1,7}) Checkstyle violation")
# Frames of platforms and test frameworks; a repository that is one of them is known by its test.
_FOREIGN = pattern(
    r"(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|junit|worker"
    r"|org\.(?:junit|testng|hamcrest|assertj|mockito|opentest4j|spockframework|gradle|apache\.maven"
    r"|apache\.tools|codehaus|scalatest|specs2|springframework|groovy|powermock|easymock|apiguardian)"
    r"|io\.(?:kotest|mockk)|munit|sbt|com\.(?:google\.(?:common|truth)|intellij))\."
)


class Frame(NamedTuple):
    """One line of a stack trace: a class with its method, and where it stands."""

    name: str
    file: str
    line: int | None

    @property
    def outer(self) -> str:
        """The class around, without nested classes and the method."""
        return self.name.rpartition(".")[0].partition("$")[0]


def level(text: str) -> tuple[str | None, str]:
    """The level that Maven or sbt wrote before a line, and the rest."""
    match = _LEVEL.match(text)
    return (None, text) if match is None else (match["level"], text[match.end() :])


def violations(reason: str) -> int:
    """How many violations Checkstyle says failed a build of Maven; 0 when it does not say."""
    match = _VIOLATIONS.match(reason)
    return int(match["count"]) if match is not None else 0


def frame(text: str) -> Frame | None:
    """A line of a stack trace that names a source file."""
    if "(" not in text or "at " not in text:
        return None
    match = _FRAME.match(text)
    if match is None:
        return None
    return Frame(match["name"], match["file"], int(match["line"]) if match["line"] else None)


def own(frames: Iterable[Frame], test_class: str | None = None) -> Frame | None:
    """The deepest frame in the file of the test, else the deepest that belongs to no platform."""
    known = [each for each in frames if each.line]
    simple = (test_class or "").partition("$")[0].rpartition(".")[2]
    named = [each for each in known if simple and each.outer.rpartition(".")[2] == simple]
    if named:
        return named[0]
    filed = [each for each in known if simple and each.file.rpartition(".")[0] == simple]
    ours = [each for each in known if not _FOREIGN.match(each.name)]
    return next(iter([*filed, *ours]), None)


def reason(lines: Iterable[str]) -> str:
    """The message of an exception in one line: its first telling lines, up to the stack."""
    kept = [text.strip() for text in lines if text.strip()]
    return " ".join(kept[:MAX_MESSAGE_LINES])
