"""Ginkgo 1 and 2: the failures that its summary lists, with the words of their reports."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ginkgo"
HINTS = ("[It]", "[Fail]", "[FAIL]", "[FAILED]", "[Panic!]", "[PANICKED", "Summarizing ", "[BeforeEach]", "[AfterEach]",
         "[BeforeSuite]", "[TIMEDOUT]", "[TIMEOUT]", "[Timeout...]", "In [It] at:", "Failure [", "Panic [")  # fmt: skip
REACH = (2, 25)

_KINDS = r"Fail|FAIL|Panic!|PANICKED!?|TIMEDOUT|INTERRUPTED|Timeout\.\.\.|FAILED"
_HEAD = pattern(rf"\s{{0,4}}\[(?P<kind>{_KINDS})\] (?P<name>\S.{{0,1000}})$")
_PLACE = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.go):(?P<line>\d{1,7})(?: @ .{1,40})?$"
)
_SUMMARY = pattern(r"Summarizing \d{1,6} Failures?:")
_NODE = pattern(
    r"\s?\[(?:It|BeforeEach|AfterEach|BeforeSuite|AfterSuite|JustBeforeEach|DeferCleanup[^\]]{0,40}|BeforeAll|AfterAll|TOP-LEVEL|DescribeTable)\]"
)
_REPORT = pattern(r"\s{0,6}\[(?:FAILED|PANICKED|TIMEDOUT)\] (?P<message>\S.{0,1000})$")
_NOISE = pattern(r"(?:\s*$|-{5,}|\s{0,8}In \[)")
# A checkout below GOPATH: the import path names the repository.
_GOPATH = pattern(
    r"^/(?:[^/]{1,100}/){0,6}src/(?:github\.com|gitlab\.com|bitbucket\.org)/[^/]{1,100}/[^/]{1,100}/"
)
MAX_REPORT = 14


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an entry of the summary; v1 says why only in the report before it."""
    seen = list(lines)
    starts = [index for index, line in enumerate(seen) if _SUMMARY.match(line.text) is not None]
    begin = 0
    for start in starts:
        reports = _reports(seen[begin:start])
        yield from _summary(seen[start + 1 :], reports)
        begin = start


def _summary(lines: Sequence[Line], reports: dict[tuple[str, int], str]) -> Iterator[Failure]:
    head = None
    for line in lines[:4000]:
        text = line.text
        if (match := _HEAD.match(text)) is not None:
            head = (match["kind"], match["name"], line.number)
        elif head is not None and (match := _PLACE.match(text)) is not None:
            place = (match["file"], int(match["line"]))
            yield _failure(head, place, reports.get(place), line.number)
            head = None
        elif text.startswith("Ran ") or _SUMMARY.match(text) is not None:
            return


def _failure(
    head: tuple[str, str, int], place: tuple[str, int], report: str | None, end: int
) -> Failure:
    kind, name, number = head
    test = " ".join(_NODE.sub("", name).split())
    if test.endswith("]"):  # labels
        test = test.rpartition(" [")[0] or test
    timeout = kind.upper().startswith(("TIMEDOUT", "TIMEOUT"))
    return Failure(
        type=FailureType.TIMEOUT if timeout else FailureType.TEST,
        tool=NAME,
        test=test,
        message=report or name,
        file=_GOPATH.sub("", place[0]),
        line=place[1],
        log=LogSpan(start=number, end=end),
    )


def _reports(lines: Sequence[Line]) -> dict[tuple[str, int], str]:
    """What was said of each place: below `[FAILED]` in v2, above the place in v1."""
    found: dict[tuple[str, int], str] = {}
    said: list[str] = []
    for line in lines:
        text = line.text.strip()
        if (match := _REPORT.match(line.text)) is not None:
            said = [match["message"]]
        elif (
            text in {"Test Panicked"}
            or text == "Expected"
            or text.startswith(("Unexpected error", "Timed out after"))
        ):
            said = [text]
        elif (
            said and (match := _PLACE.match(line.text.replace("In [It] at: ", ""))) is not None
        ) or (said and (match := _PLACE.match(line.text.rpartition(" at: ")[2])) is not None):
            found.setdefault((match["file"], int(match["line"])), " ".join(said))
            said = []
        elif said and len(said) < MAX_REPORT and _NOISE.match(line.text) is None:
            said.append(text)
    return found
