"""Which collected tests are really gone: not moved, not renamed, not given other parameters.

Tests are told apart by file, scope and name, and counted; what is new is given away once.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from guards.change import Change
from guards.evidence import Evidence
from guards.pattern import expression
from guards.test_ids import TestId, parsed
from guards.test_matching import match_tests

_MAX_LINE = 2000
_MAX_WORDS = 500_000
_WORD = expression(r"\w{1,200}")
_STRING = expression(r"(['\"`])([^'\"`]{1,200})\1")
_PARTS = expression(r" > |\.(?=\w)")
_SEPARATORS = expression(r" > | \u203a |\s")


class Fate(StrEnum):
    """What became of a test whose id is gone."""

    GONE = "gone"  # nothing in the change says why
    DELETED = "deleted"  # its name stands on a removed line
    RESEMBLED = "resembled"  # another one appeared beside it
    REPLACED = "replaced"  # the same test has as many other parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A test whose id is gone; `had` and `has` count the ids of its function."""

    id: str
    test: TestId
    fate: Fate
    had: int
    has: int


def lost_tests(change: Change, before: Collection[str], after: Collection[str]) -> Iterator[Lost]:
    """The ids that only `before` has, in order, but for those that were moved or renamed."""
    lost = sorted(set(before) - set(after))
    if not lost:
        return
    ids = {test: parsed(test) for test in {*before, *after}}
    gone = [(test, ids[test]) for test in lost]
    fresh = _Fresh([ids[test] for test in sorted(set(after) - set(before))])
    had, has = (Counter(ids[test].function for test in side) for side in (before, after))
    renames, removed = _renames(change), _Removed(change)
    replaced = [fresh.take("function", test.function) for _, test in gone]
    for (raw, test), is_replaced in zip(gone, replaced, strict=True):
        if is_replaced:
            fate = Fate.REPLACED
        elif _is_elsewhere(test, fresh, renames):
            continue
        elif fresh.take("neighbours", (test.file, test.scope)):
            fate = Fate.RESEMBLED
        else:
            fate = Fate.DELETED if removed.names(test) else Fate.GONE
        function = test.function
        yield Lost(id=raw, test=test, fate=fate, had=had[function], has=has[function])


class Failing:
    """The tests that failed before a change, by their ids or by the files that CI named."""

    def __init__(self, evidence: Evidence) -> None:
        self._files = evidence.failing
        self._by_name: dict[str, list[TestId]] = {}
        for test in map(parsed, evidence.failing_tests):
            self._by_name.setdefault(test.name, []).append(test)

    def __contains__(self, test: TestId) -> bool:
        return (bool(test.file) and test.file in self._files) or any(
            _is_same(test, other) for other in self._by_name.get(test.name, ())
        )


def _is_same(test: TestId, other: TestId) -> bool:
    """Whether two ids mean one test, though lists and reports say more or less about it."""
    same_file = test.file == other.file or not (test.file and other.file)
    same_scope = test.scope[-1:] == other.scope[-1:] or not (test.scope and other.scope)
    same_row = test.parameters == other.parameters or not other.parameters
    return same_file and same_scope and same_row


class _Fresh:
    """Ids that appeared, each to be given away once."""

    _KEYS: dict[str, Callable[[TestId], Hashable]] = {  # noqa: RUF012 - never changed
        "function": lambda test: test.function,
        "elsewhere": lambda test: (test.scope, test.name, test.parameters),
        "by name": lambda test: (test.name, test.parameters),
        "function elsewhere": lambda test: test.name,
        "neighbours": lambda test: (test.file, test.scope),
    }

    def __init__(self, tests: list[TestId]) -> None:
        self._by: dict[tuple[str, Hashable], list[int]] = {}
        self._free = [True] * len(tests)
        self._names = {test.name for test in tests}
        for index, test in enumerate(tests):
            for kind, key in self._KEYS.items():
                self._by.setdefault((kind, key(test)), []).append(index)

    def knows(self, name: str) -> bool:
        """Whether a test of this name appeared, given away or not."""
        return name in self._names

    def take(self, kind: str, key: Hashable) -> bool:
        """Whether one was left; it no longer is."""
        waiting = self._by.get((kind, key), [])
        while waiting:
            index = waiting.pop()
            if self._free[index]:
                self._free[index] = False
                return True
        return False


def _is_elsewhere(
    test: TestId, fresh: _Fresh, renames: dict[tuple[str, tuple[str, ...]], list[TestId]]
) -> bool:
    targets = renames.get((test.file, (*test.scope, test.name)), [])
    targets = targets or renames.get(("", (test.name,)), [])
    for target in targets:
        if fresh.take("function", target.function) or fresh.take("function elsewhere", target.name):
            return True
    if any(fresh.knows(target.name) for target in targets):
        return True  # one table that took over many may be one id
    return (
        fresh.take("elsewhere", (test.scope, test.name, test.parameters))
        or fresh.take("by name", (test.name, test.parameters))
        or fresh.take("function elsewhere", test.name)
    )


def _renames(change: Change) -> dict[tuple[str, tuple[str, ...]], list[TestId]]:
    """What tests are called now that the change shows under another name or in a table."""
    found: dict[tuple[str, tuple[str, ...]], list[TestId]] = {}
    for old, new in match_tests(change).pairs:
        *scope, name = _PARTS.split(new.case.name)
        *suites, own = _PARTS.split(old.case.name)
        if (own, new.file.path) == (name, old.file.old_path) and suites == scope:
            continue
        path = new.file.path
        targets = [TestId(file=path, scope=tuple(scope), name=name)]
        targets += [TestId(file=path, scope=(), name=title) for title in _titles(new.case.name)]
        found.setdefault((old.file.old_path or "", (*suites, own)), []).extend(targets)
        for title in {own, *_titles(old.case.name)}:
            found.setdefault(("", (title,)), []).extend(targets)
    return found


def _titles(name: str) -> list[str]:
    """How reports join the names of suites and their tests."""
    return list(dict.fromkeys([name, name.replace(" > ", " ")]))


class _Removed:
    """Words and strings of the lines of tests that the change takes away."""

    def __init__(self, change: Change) -> None:
        self._words: set[str] = set()
        self._strings: set[str] = set()
        for file in change.files:
            for line in file.removed if file.is_test else ():
                text = line.text[:_MAX_LINE]
                self._words.update(_WORD.findall(text))
                self._strings.update(string for _, string in _STRING.findall(text))
                if len(self._words) > _MAX_WORDS:
                    return

    def names(self, test: TestId) -> bool:
        """Whether the name of a test is among them; of a title, its last part is enough."""
        name = test.name.partition("/")[0]
        if name in self._words:
            return True
        title = test.name + test.parameters
        starts = [0, *(found.end() for found in _SEPARATORS.finditer(title))]
        return any(title[start:] in self._strings for start in starts)
