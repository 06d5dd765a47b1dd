"""What happened to the assertions of each surviving test of a change, worked out once.

An assertion that left a test may stand elsewhere now: in another test, or in a helper that the
test calls. Then nothing is lost.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from guards.assertion_changes import Differences, differences, is_real, literals, shape, words
from guards.change import Change, FileChange, Line
from guards.code import Assertion, Code, inside
from guards.evidence import Evidence
from guards.facts import Call, Definition, Kind
from guards.pattern import expression
from guards.reading import all_sides
from guards.roles import is_code
from guards.test_ids import parsed
from guards.test_matching import Located, match_tests

_MOST = 20_000
_PARTS = expression(r"[^\W_]{1,100}")
_NOT_WORDS = expression(r"\W+|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestChange:
    """A test before, what it is after, and how its assertions differ."""

    old: Located
    new: Located
    differences: Differences

    @property
    def real_before(self) -> list[Assertion]:
        """Assertions that could fail."""
        return [each for each in self.old.case.assertions if is_real(each)]

    @property
    def real_after(self) -> list[Assertion]:
        """Assertions that can fail."""
        return [each for each in self.new.case.assertions if is_real(each)]


class TestChanges:
    """All surviving tests of a change, and where their assertions could have gone."""

    def __init__(self, change: Change) -> None:
        self._change = change
        matching = match_tests(change)
        self.fresh = matching.fresh
        self.tests = [
            TestChange(old=old, new=new, differences=differences(old.case, new.case))
            for old, new in _one_to_one(matching.pairs)
            if _content(old) != _content(new)
        ]

    @cached_property
    def _arrived(self) -> frozenset[tuple[object, ...]]:
        """What new tests assert, surviving ones assert on top, and helpers assert more often."""
        found = [each for new in self.fresh for each in new.case.assertions]
        found += [each for test in self.tests for each in test.differences.come]
        keys = {key for each in found if is_real(each) for key in _keys(each)}
        outside: Counter[str] = Counter()
        for side in all_sides(self._change):
            outside.update(shape(each.text) for each in _outside(side.after))
            outside.subtract(shape(each.text) for each in _outside(side.before))
        return frozenset(keys | {("shape", text) for text in +outside})

    @cached_property
    def asserting(self) -> frozenset[str]:
        """Names of helpers that assert something, in any file of the change."""
        sides = all_sides(self._change)
        return frozenset(name for side in sides if side.after for name in helpers(side.after))

    def stands_elsewhere(self, assertion: Assertion) -> bool:
        """Whether an assertion that a test lost is made in another place since this change."""
        keys = {*_keys(assertion), ("shape", shape(assertion.text))}
        return not keys.isdisjoint(self._arrived)

    @cached_property
    def vanished(self) -> frozenset[str]:
        """Names that product code of the change had, and has no more anywhere in it."""
        before, after = set[str](), set[str]()
        for side in all_sides(self._change):
            if not side.file.is_test:
                before |= _product_words(side.before)
                after |= _product_words(side.after)
        return frozenset(before - after)

    @cached_property
    def product_words(self) -> tuple[Counter[str], Counter[str]]:
        """The words that the lines of the product lost, and those that they got."""
        removed, added = Counter[str](), Counter[str]()
        for file in self._change.files:
            if not file.is_test and is_code(file.path):
                removed.update(_words(file.removed))
                added.update(_words(file.added))
        return removed - added, added - removed

    @cached_property
    def appeared(self) -> frozenset[str]:
        """Names and constants that product code of the change has only since this change."""
        before, after = set[str](), set[str]()
        for side in all_sides(self._change):
            if not side.file.is_test:
                before |= _product_words(side.before)
                after |= _product_words(side.after)
        return frozenset(after - before)


def test_changes(change: Change) -> TestChanges:
    """The tests of a change whose contents are known; worked out once."""
    if "test changes" not in change.memo:
        change.memo["test changes"] = TestChanges(change)
    found: TestChanges = change.memo["test changes"]
    return found


def is_failing(located: Located, evidence: Evidence) -> bool:
    """Whether the evidence names a test among those that failed without the change."""
    wanted = _letters(located.case.simple_name)
    return any(
        _letters(identity.name) == wanted
        and (not identity.file or _same_file(identity.file, located.file))
        for identity in map(parsed, evidence.failing_tests)
    )


def helpers(code: Code) -> frozenset[str]:
    """Names of functions of a file that are no tests and assert something for their callers."""
    spans = [
        item for item in code.definitions if item.kind in {Kind.FUNCTION, Kind.HOOK, Kind.CLASS}
    ]
    return frozenset(item.simple_name for item in spans if any(own_assertions(code, item)))


def own_assertions(code: Code, definition: Definition) -> Iterator[Assertion]:
    """What a definition asserts that can fail."""
    start, end = definition.body_span
    return (each for each in code.assertions if start <= each.at < end and is_real(each))


def calls_of(located: Located) -> Iterable[Call]:
    """The calls that a test makes."""
    return inside(located.code.calls, (located.case.at, located.case.end))


def _one_to_one(
    pairs: Iterable[tuple[Located, Located]],
) -> Iterator[tuple[Located, Located]]:
    """Of several old tests that one new test took in, none but the one with its name."""
    listed = list(pairs)
    takers = Counter(id(new) for _, new in listed)
    for old, new in listed:
        if takers[id(new)] == 1 or old.case.name == new.case.name:
            yield old, new


def _keys(assertion: Assertion) -> Iterator[tuple[object, ...]]:
    """An assertion word for word, and by its constants, whatever things are called there."""
    yield "text", assertion.text
    values = tuple(sorted(literals(assertion.text)))
    if values:
        yield "values", assertion.matcher, values


def _outside(code: Code | None) -> list[Assertion]:
    """What a file asserts outside of its tests: in helpers."""
    if code is None:
        return []
    spans = [(case.at, case.end) for case in code.cases]
    starts = [start for start, _ in spans]
    found = []
    for each in code.assertions[:_MOST]:
        index = bisect_right(starts, each.at) - 1
        if is_real(each) and (index < 0 or each.at >= spans[index][1]):
            found.append(each)
    return found


def _content(located: Located) -> tuple[object, ...]:
    case = located.case
    span = (case.at, case.end)
    markers = tuple(each.text for each in inside(located.code.markers, span))
    texts = tuple(each.text for each in case.assertions)
    return case.body, case.rows, case.swallowed, texts, markers


def _product_words(code: Code | None) -> set[str]:
    if code is None:
        return set()
    found = {word for each in code.mentions for word in each.text.split(".")}
    found |= {each.simple_name for each in code.definitions}
    found |= {each.text for each in code.literals}
    found |= {word for each in code.definitions for word in words(each.parameters)}
    return found | {each for item in code.definitions for each in literals(item.parameters)}


def _words(lines: Sequence[Line]) -> Iterator[str]:
    return (word for line in lines[:_MOST] for word in _PARTS.findall(line.text[:2000]))


def _letters(name: str) -> str:
    return _NOT_WORDS.sub("", name).lower()


def _same_file(name: str, file: FileChange) -> bool:
    return file.path.endswith(name) or name.endswith(file.path.rpartition("/")[2])


def tests_only(change: Change) -> bool:
    """Whether the change touches nothing but what serves tests."""
    return bool(change.files) and all(file.is_test for file in change.files)
