"""How alike two tests are: by what they assert, by the words of their names, by their values."""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from guards.code import Case, Code, Strength
from guards.pattern import expression

_MOST_CANDIDATES = 30  # one assertion may stand in thousands of tests
_MAX_KEYS = 200
_MAX_TOKENS = 2000
_WORD = expression(r"[A-Z]?[a-z]{1,40}|[A-Z]{1,40}|\d{1,20}")
_COMMON = frozenset({"test", "tests", "it", "should", "spec", "a", "the", "is", "of", "to"})
_SAME_NAMES = 1 / 3

_T = TypeVar("_T")


class Likeness(Generic[_T]):
    """Finds among many things the one that shares most keys; each is given away once."""

    def __init__(self, things: Sequence[_T], keys: Callable[[_T], Sequence[Hashable]]) -> None:
        self._things = things
        self._free = [True] * len(things)
        self._index: dict[Hashable, deque[int]] = {}
        for position, thing in enumerate(things):
            for key in keys(thing)[:_MAX_KEYS]:
                self._index.setdefault(key, deque()).append(position)

    def best(
        self,
        keys: Sequence[Hashable],
        *,
        least: float,
        accept: Callable[[_T], bool] = lambda _: True,
    ) -> _T | None:
        """The one that shares most keys, at least so many and at least one."""
        shared: Counter[int] = Counter()
        for key in keys[:_MAX_KEYS]:
            waiting = self._index.get(key)
            while waiting and not self._free[waiting[0]]:
                waiting.popleft()
            shared.update(at for at in islice(waiting or (), _MOST_CANDIDATES) if self._free[at])
        for position, count in shared.most_common(_MOST_CANDIDATES):
            if count >= least and accept(self._things[position]):
                self._free[position] = False
                return self._things[position]
        return None


class Tables:
    """Tests that may run once a row, by the values that their rows hold."""

    def __init__(self, tests: Sequence[tuple[Case, Code]], new: frozenset[int]) -> None:
        """Take all tests; `new` = positions of those that were not there, whatever they look like."""
        self._tables: list[tuple[int, Case, frozenset[str]]] = []
        around: dict[int, frozenset[str]] = {}
        for position, (case, code) in enumerate(tests):
            if not case.assertions or not (case.parametrized or position in new):
                continue
            if id(code) not in around:
                around[id(code)] = _outside(code)
            known = case.literals | around[id(code)]
            self._tables.append((position, case, known | _columns(case.literals)))
        del self._tables[_MOST_CANDIDATES * 10 :]

    def holding(self, old: Case) -> int | None:
        """The position of a table that holds all values of a single test and uses what it does."""
        values = own_literals(old)
        if not values:
            return None
        for position, table, literals in self._tables:
            if values <= literals and _about_the_same(old, table):
                return position
        return None


def checks(case: Case) -> list[str]:
    """What a test asserts that can fail, each thing once."""
    found = [each.text for each in case.assertions if each.strength > Strength.HOLLOW]
    return list(dict.fromkeys(found))


def is_alike(body: str, other: str, least: float) -> bool:
    """Whether two canonical texts share so much of their tokens."""
    mine, others = (frozenset(text.split()[:_MAX_TOKENS]) for text in (body, other))
    return len(mine & others) >= least * max(len(mine | others), 1)


def name_words(name: str) -> list[str]:
    """The words of a name, but for those that any test's has."""
    found = dict.fromkeys(word.lower() for word in _WORD.findall(name[:300]))
    return [word for word in found if word not in _COMMON] or list(found)


def own_literals(case: Case) -> frozenset[str]:
    """The constants that a test holds against something; all of it when those say little."""
    own = frozenset(text for text in case.literals if text and text not in case.name)
    asserted = " ".join(each.text[:2000] for each in case.assertions[:100])
    held = frozenset(text for text in own if text in asserted)
    return held if any(len(text) > 1 for text in held) else own


def _about_the_same(old: Case, table: Case) -> bool:
    used = old.names - {old.simple_name}
    return len(used & table.names) >= _SAME_NAMES * len(used)


def _columns(literals: frozenset[str]) -> set[str]:
    """The values of rows that are written as one text: "city, cities"."""
    rows = (text for text in sorted(literals) if _COLUMNS.search(text[:_MAX_ROW]))
    return {
        part.strip(" \t\"'")
        for row in islice(rows, _MAX_TOKENS)
        for part in _COLUMNS.split(row[:_MAX_ROW])
    }


_COLUMNS = expression(r"[,;|\n\t]|=>|->")
_MAX_ROW = 2000


def _outside(code: Code) -> frozenset[str]:
    """Constants that stand outside of all tests: providers of data, constants of the file."""
    found: set[str] = set()
    spans = sorted((case.at, case.end) for case in code.cases)
    end = position = 0
    for each in sorted(code.literals, key=lambda literal: literal.at):
        while position < len(spans) and spans[position][0] <= each.at:
            end = max(end, spans[position][1])
            position += 1
        if each.at >= end:
            found.add(each.text)
    return frozenset(found)
