"""Which test of the old tree is which test of the new one.

Tests are moved, renamed and merged into tables for honest reasons: on human commits two of
three tests that seem to vanish are still there. So a test is looked for by name, then by body,
then by what it asserts, in all files of the change, before it counts as lost.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from guards.change import Change, FileChange
from guards.python_tests import FoundTest, FoundTests, is_test_file, tests_of

_SAME_ENOUGH = 0.5
_MOST_CANDIDATES = 50  # one assertion may stand in thousands of tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A test and the file change it belongs to."""

    file: FileChange
    test: FoundTest


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What became of all tests in the files that a change touches.

    Attributes:
        pairs: a test before, and what it is after.
        lost: tests that exist nowhere any more.
        shadowed: tests that a second definition with their name replaces since this change.
        unreadable: files whose new side cannot be read; True = the old side could be.
    """

    pairs: tuple[tuple[Located, Located], ...] = ()
    lost: tuple[Located, ...] = ()
    shadowed: tuple[Located, ...] = ()
    unreadable: tuple[tuple[FileChange, bool], ...] = ()


@lru_cache(maxsize=4)
def match_tests(change: Change) -> Matching:
    """Match the tests of both sides of a change whose contents are known."""
    before: list[Located] = []
    after: dict[tuple[str, str], Located] = {}
    shadowed: list[Located] = []
    unreadable: list[tuple[FileChange, bool]] = []
    for file in change.files:
        old, new = _read(file.old_path, file.before), _read(file.path, file.after)
        if not new.readable:
            unreadable.append((file, old.readable))
            if old.readable:
                continue  # that it broke says it all
        before += [Located(file=file, test=test) for test in old.by_name.values()]
        for test in new.by_name.values():
            after[file.path, test.name] = Located(file=file, test=test)
        shadowed += [after[file.path, name] for name in sorted(new.shadowed - old.shadowed)]
    pairs, lost = _match(before, after)
    return Matching(
        pairs=tuple(pairs),
        lost=tuple(lost),
        shadowed=tuple(shadowed),
        unreadable=tuple(unreadable),
    )


def _read(path: str | None, content: bytes | None) -> FoundTests:
    """The tests of one side; none when it is no test file."""
    if path is None or content is None or not is_test_file(path):
        return FoundTests()
    return tests_of(content)


def _match(
    before: list[Located], after: dict[tuple[str, str], Located]
) -> tuple[list[tuple[Located, Located]], list[Located]]:
    """Pairs and lost ones; a test that only the new tree has is given away at most once."""
    pairs: list[tuple[Located, Located]] = []
    missing: list[Located] = []
    fresh = dict(after)
    for old in before:
        new = fresh.pop((old.file.path, old.test.name), None)
        pairs += [(old, new)] if new else []
        missing += [] if new else [old]
    for candidates in (_by_name, _by_body, _by_checks):
        find = candidates(fresh.values())
        taken: set[int] = set()
        still: list[Located] = []
        for old in missing:
            new = next((new for new in find(old.test) if id(new) not in taken), None)
            pairs += [(old, new)] if new else []
            still += [] if new else [old]
            taken.add(id(new))
        fresh = {key: new for key, new in fresh.items() if id(new) not in taken}
        missing = still
    tables = [new for new in after.values() if new.test.parametrized and new.test.checks]
    lost = []
    for old in missing:
        new = next((table for table in tables if is_row_of(old.test, table.test)), None)
        pairs += [(old, new)] if new else []
        lost += [] if new else [old]
    return pairs, lost


def is_row_of(old: FoundTest, table: FoundTest) -> bool:
    """Whether a table holds all values that a single test asserted with."""
    return table.parametrized and bool(old.check_literals) and old.check_literals <= table.literals


_Find = Callable[[FoundTest], Iterable[Located]]


def _by_name(fresh: Iterable[Located]) -> _Find:
    index = _index(fresh, lambda test: [_simple(test)])
    return lambda old: index.get(_simple(old), ())


def _by_body(fresh: Iterable[Located]) -> _Find:
    index = _index(fresh, lambda test: [test.body])
    return lambda old: index.get(old.body, ())


def _by_checks(fresh: Iterable[Located]) -> _Find:
    """Tests that assert at least half of what the old one did, best first."""
    index = _index(fresh, lambda test: list(dict.fromkeys(test.checks)))

    def find(old: FoundTest) -> Iterator[Located]:
        shared: Counter[int] = Counter()
        by_id: dict[int, Located] = {}
        for check in dict.fromkeys(old.checks):
            for new in index.get(check, ())[:_MOST_CANDIDATES]:
                shared[id(new)] += 1
                by_id[id(new)] = new
        wanted = _SAME_ENOUGH * len(set(old.checks))
        return (by_id[key] for key, count in shared.most_common() if count >= wanted)

    return find


def _index(
    fresh: Iterable[Located], keys: Callable[[FoundTest], list[str]]
) -> dict[str, list[Located]]:
    index: dict[str, list[Located]] = {}
    for new in fresh:
        for key in keys(new.test):
            index.setdefault(key, []).append(new)
    return index


def _simple(test: FoundTest) -> str:
    return test.name.rpartition(".")[2]
