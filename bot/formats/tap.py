"""TAP: the failed points of any producer (tape, node-tap, node:test, vitest, mocha, bats, …).

Of nested tests the innermost count: their parents fail only because of them. What is to do or
skipped has not failed. Points that Perl explains itself are left to `prove`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import Frame, best, frame, is_ours, is_test_file, place
from bot.core.pattern import pattern

NAME = "tap"
HINTS = (
    "not ok",
    "TAP version 1",
    "1..",
    "Bail out!",
    "# Subtest: ",
    "(in test file ",
    "Failed test",
)
REACH = (4, 40)

MAX_DETAIL = 40
MAX_LINES = 300
MAX_POINTS = 2000

_POINT = pattern(
    r"(?P<blank> {0,80})(?P<verdict>not ok|ok)(?: (?P<number>\d{1,7}))?(?: -)?(?: (?P<name>(?!-).{0,1500}?))?"
    r"(?P<directive> # ?(?i:todo|skip)\S{0,20}(?: .{0,1000})?)?(?: # time=[\d.]{1,20} ?m?s)?(?: (?:# )?\(\d{1,9}(?: m|\.\d\d)s\))?(?P<opens> \{)?$"
)
_PLAN = pattern(r" {0,80}1\.\.\d{1,7}(?: |$)|TAP version 1\d")
_SUBTEST = pattern(r"(?P<blank> {0,80})# Subtest: (?P<name>.{1,1000})$")
_BAIL = pattern(r" {0,80}Bail out! {0,3}(?P<message>.{0,1000})$")
_KEY = pattern(
    r" {0,100}(?P<key>error|message|at|location|expected|actual|wanted|found|fileName|file|lineNumber|line|columnNumber|column|failureType): ?(?P<value>.{0,2000})$"
)
_BATS = pattern(
    r"# {0,3}\((?:in test file|from function .{1,200} in (?:test )?file|in (?:test )?file) (?P<file>[^,()]{1,400}), line (?P<line>\d{1,7})[),]"
)
_BATS_TEST = pattern(r"# {1,4}in test file (?P<file>[^,()]{1,400}), line (?P<line>\d{1,7})\)")
_BATS_SAID = pattern(r"# {1,4}(?P<message>`.{1,1000}' failed.{0,100})$")
_PERL = pattern(r" {0,80}#   Failed test(?: '(?P<name>.{1,1000})')?(?: at .{1,600})?$")
_STACK = pattern(
    r" *(?:async )?(?:\S.{0,300} \(\S.{1,500}:\d{1,7}:\d{1,7}\)|(?:/|[A-Za-z]:\\|file:)\S{1,500}:\d{1,7}:\d{1,7})$"
)
_COUNT = pattern(r"\d{1,7}$")
_LISTED = pattern(r" {0,8}- (?P<file>[^\s:]{1,400}):(?P<line>\d{1,7}): \|\+?$")  # by Criterion
_IN_FILE = pattern(r" {1,80}\S.{1,1500} \((?P<file>(?:[A-Za-z]:)?[/\\][^\s()]{1,400}\.\w{1,5})\)$")
_BLOCKS = ("|", "|-", ">", ">-", "|+")
_SUBTESTS_FAILED = ("subtestsFailed", "cancelledByParent")


@dataclass(slots=True)
class _Point:
    """One `not ok` and what stands below it."""

    name: str
    indent: int
    start: int
    end: int
    parents: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    opens: bool = False


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failed point, if this is TAP at all."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    if not reader.planned:
        return
    explained = reader.explained
    for point in reader.points:
        if point.name in explained or (explained and not point.name):
            continue
        keys = _keys(point.lines)
        if not _is_lint(point) and keys.get("failureType", "").strip("'\"") not in _SUBTESTS_FAILED:
            yield _failure(point, keys)
    yield from reader.bailed


class _Reader:
    """The failed points so far; of nested ones the innermost."""

    def __init__(self) -> None:
        self.points: list[_Point] = []
        self.bailed: list[Failure] = []
        self.explained: set[str] = set()
        self.planned = False
        self._open: _Point | None = None
        self._deepest: list[_Point] = []  # failed points whose parents have not come yet
        self._subtests: list[tuple[int, str]] = []

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        if (
            "ok" in text[:90]
            and (match := _POINT.match(text)) is not None
            and self._is_point(match["blank"])
        ):
            self._point(
                line,
                len(match["blank"]),
                match["verdict"] == "not ok" and not match["directive"],
                (match["name"] or "").strip(),
                match["opens"] is not None,
            )
        elif "# Subtest: " in text and (match := _SUBTEST.match(text)) is not None:
            self._nest(len(match["blank"]), match["name"])
        elif "Failed test" in text and (match := _PERL.match(text)) is not None:
            self.explained.add(match["name"] or "")
        elif ("1.." in text or text.startswith("TAP ")) and _PLAN.match(text):
            self.planned = True
            if self._open is not None and self._open.opens:
                self._open = None
        elif "Bail out!" in text and (match := _BAIL.match(text)) is not None:
            self._bail(line, match["message"])
        elif self._open is not None:
            self._take(self._open, line)

    def _is_point(self, blank: str) -> bool:
        """In the lines of a diagnosis `ok` is no point; nested points are four or two blanks deeper."""
        return not (
            self._open
            and self._open.lines
            and self._open.lines[0].strip() == "---"
            and self._open.lines[-1].strip() != "..."
            and len(blank) > self._open.indent
        )

    def _point(self, line: Line, indent: int, failed: bool, name: str, opens: bool) -> None:
        self._open = None
        within = any(each.indent > indent and not _is_cancelled(each) for each in self._deepest)
        self._deepest = [each for each in self._deepest if each.indent <= indent]
        parents = tuple(each for at, each in self._subtests if at < indent)
        self._nest(indent, name if opens else "")
        if not failed or len(self.points) >= MAX_POINTS:
            return
        self._open = _Point(name, indent, line.number, line.number, parents, opens=opens)
        self._deepest.append(self._open)
        if within:
            return
        if (
            self.points
            and self.points[-1].opens
            and self.points[-1].indent < indent
            and not self.points[-1].lines
        ):
            self.points.pop()  # it opened what failed now
        self.points.append(self._open)

    def _nest(self, indent: int, name: str) -> None:
        self._subtests = [each for each in self._subtests if each[0] < indent]
        if name:
            self._subtests.append((indent, name))

    def _bail(self, line: Line, message: str) -> None:
        self._open = None
        span = LogSpan(start=line.number, end=line.number)
        self.bailed.append(
            Failure(
                type=FailureType.TEST,
                tool=NAME,
                rule="bail-out",
                message=f"Bail out! {message}".strip(),
                log=span,
            )
        )

    def _take(self, point: _Point, line: Line) -> None:
        text = line.text
        inside = (
            text.startswith(" " * (point.indent + 1))
            or not text
            or (point.lines and point.lines[-1].strip() != "..." and _is_yaml(point))
        )
        if (
            not (inside or text[point.indent :].startswith("#"))
            or len(point.lines) >= MAX_LINES
            or text[point.indent :] == "}"
        ):
            self._open = None
            return
        if point.lines and point.lines[-1].strip() == "...":
            self._open = None
            return
        point.lines.append(text[point.indent :])
        point.end = line.number if text else point.end


def _is_lint(point: _Point) -> bool:
    """Whether a linter wrote it: its point is a file, its offenses stand in comments, and it says more."""
    return bool(point.name and point.lines and point.lines[0].startswith(f"# {point.name}:"))


def _is_cancelled(point: _Point) -> bool:
    """Whether node gave it up because its parent had failed."""
    return any("cancelledByParent" in text for text in point.lines)


def _is_yaml(point: _Point) -> bool:
    return bool(point.lines) and point.lines[0].strip() == "---"


def _keys(lines: list[str]) -> dict[str, str]:
    """What is told of a point; the first of each key, block scalars by their first lines."""
    keys: dict[str, str] = {}
    for index, text in enumerate(lines):
        if (match := _LISTED.match(text)) is not None:
            keys |= match.groupdict() | {"message": "".join(lines[index + 1 : index + 2]).strip()}
        if (match := _KEY.match(text)) is None or keys.get(match["key"]):
            continue
        value = match["value"].strip()
        if value in _BLOCKS:
            rest = [each.strip() for each in lines[index + 1 : index + 5] if each.strip()]
            joined = rest[0] if rest else ""
            if joined.endswith(":") and len(rest) > 1 and not rest[1].startswith(("+", "-")):
                joined = f"{joined} {rest[1]}"
            value = joined
        if value[:1] in ("'", '"'):
            value = value[1:].removesuffix(value[0]).replace('\\"', '"')
        keys[match["key"]] = value
    return keys


def _failure(point: _Point, keys: dict[str, str]) -> Failure:
    found, tool = _place(point, keys), "node:test" if "failureType" in keys else NAME
    said = (
        _BATS_TEST.match(text) or _BATS.match(text) for text in point.lines if "test file" in text
    )
    bats = next((match for match in said if match is not None), None)
    if bats is not None:
        found, tool = Frame(bats["file"], int(bats["line"]), 0), "bats"
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=" > ".join((*point.parents, point.name)) or None,
        message=_message(point, keys),
        file=found.file if found else _named((*point.parents, point.name)[0]) or _told(point),
        line=found.line if found else None,
        column=(found.column or None) if found else None,
        detail=tuple(point.lines[:MAX_DETAIL]),
        log=LogSpan(start=point.start, end=point.end),
    )


def _place(point: _Point, keys: dict[str, str]) -> Frame | None:
    at = keys.get("location") or keys.get("at") or ""
    said = place(at) or frame(f"at {at}")
    file = keys.get("fileName") or keys.get("file")
    line = keys.get("lineNumber") or keys.get("line") or ""
    if file and _COUNT.match(line):
        column = keys.get("columnNumber") or keys.get("column") or ""
        said = Frame(file, int(line), int(column) if _COUNT.match(column) else 0)
    stack = [
        text if text.strip().startswith("at ") else f"at {text.strip()}"
        for text in point.lines
        if text.strip().startswith("at ") or _STACK.match(text)
    ]
    return best(stack, said.file if said else None) or (
        said if said and is_ours(said.file) else None
    )


def _named(title: str) -> str | None:
    """The file that vitest and node-tap name their outermost point after."""
    file = title.partition(" > ")[0]
    return file if is_test_file(file) and " " not in file else None


def _told(point: _Point) -> str | None:
    """The test file that mocha names where a test took too long."""
    matches = (_IN_FILE.match(text) for text in point.lines[:2] if text.endswith(")"))
    return next((match["file"] for match in matches if match and is_ours(match["file"])), None)


def _message(point: _Point, keys: dict[str, str]) -> str:
    """Why; else what was expected; else the point's own words."""
    if (said := keys.get("error") or keys.get("message")) and not said.endswith(" {"):
        return said
    for text in point.lines:
        if (match := _BATS_SAID.match(text)) is not None:
            return match["message"]
    expected, actual = (
        keys.get("expected") or keys.get("wanted"),
        keys.get("actual") or keys.get("found"),
    )
    if expected and actual:
        return f"{point.name}: expected: {expected}, actual: {actual}"
    told = [text.strip() for text in point.lines if text.strip()][:2]
    if not told or told[0].startswith(("---", "#", "at ")):
        return point.name or "not ok"
    announced = told[0].endswith(":") and len(told) > 1 and not told[1].startswith(("+ ", "- "))
    return " ".join(told) if announced else told[0]
