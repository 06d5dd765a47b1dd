"""What a regular expression may cost on a line that somebody made for it: an upper bound, without running it.

Python's `re` goes back and tries again. It does so at every repeat that gives up characters which the next
repeat takes as well: `\\s*.*$` tries each split of a line, and three such repeats in a row each pair of splits. The
bound is the product of the lengths of such a row; a literal between two of them divides it by its length.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations, product
from re import _constants as ops  # type: ignore[attr-defined]  # no types for the parser of `re`
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from bot.core.framing import MAX_TEXT

Fold = Callable[[int], int]
_LATIN = 256
# One bit a character: Latin 1, and of what lies beyond one of each kind that classes tell apart.
_ALPHABET = [chr(code) for code in range(_LATIN)] + ["\u2003", "\u03bb", "\u0663", "\u2500"]
_ALL = (1 << len(_ALPHABET)) - 1
_BEYOND = _ALL ^ ((1 << _LATIN) - 1)
_COPIES = 4  # of a group that repeats: enough to see it meet itself
_MAX_GAP = 40
_FEW = 20
_ONE = (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    ops.CATEGORY_DIGIT: str.isdecimal,
    ops.CATEGORY_SPACE: str.isspace,
    ops.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    ops.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    ops.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    ops.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


def cost(source: str, flags: int = 0, *, searched: bool = False) -> int:
    """At most about how many ways `re` tries on a line of 4096 characters.

    Args:
        source: the regular expression.
        flags: those of `re`.
        searched: it may begin anywhere in the line, as `search`, `sub` and `finditer` let it.
    """
    return _Places(parser.parse(source, flags), searched=searched).cost


class _Places:
    """The places of an expression where a character is taken, and which may follow which."""

    def __init__(self, tree: Any, *, searched: bool) -> None:
        self._takes = [0]  # the characters a place takes, as bits
        self._times = [1]  # how often at most, one after the other
        self._follow: list[set[int]] = [set()]
        self._fold: Fold = _folded if tree.state.flags & re.IGNORECASE else _exact
        start = {self._place(_ALL, MAX_TEXT, {0})} if searched else {0}
        self._ambiguous = 1
        self._asserted: set[int] = set()  # behind these stands what takes nothing and may fail
        self._last = self._sequence(tree, start) - self._asserted

    @cached_property
    def cost(self) -> int:
        """The dearest row of repeats that may give characters to each other."""
        repeats = [place for place, times in enumerate(self._times) if times > 1]
        rows = (self._row(place, self._takes[place], self._times[place], ()) for place in repeats)
        return max(rows, default=1) * self._ambiguous

    def _row(self, place: int, takes: int, so_far: int, between: tuple[int, ...]) -> int:
        """The dearest row from a place on.

        Args:
            place: where the row stands.
            takes: what all repeats of the row so far take.
            so_far: what they cost.
            between: what the places since the last repeat take; both repeats must take it, too.
        """
        best = 1 if between else so_far
        for after in self._follow[place] if len(between) < _MAX_GAP else ():
            shared = takes & self._takes[after]
            if after == place or not shared:
                continue
            if self._times[after] == 1:
                best = max(best, self._row(after, takes, so_far, (*between, self._takes[after])))
            elif after not in self._last and all(each & shared for each in between):
                ways = so_far * self._times[after] // (len(between) + 1)
                best = max(best, self._row(after, shared, ways, ()))
        return best

    def _place(self, takes: int, times: int, before: set[int]) -> int:
        place = len(self._takes)
        self._takes.append(takes)
        self._times.append(times)
        self._follow.append(set())
        for each in before:
            self._follow[each].add(place)
        return place

    def _sequence(self, tree: Sequence[Any], before: set[int]) -> set[int]:
        """The places a sequence may end at."""
        for operation, argument in tree:
            before = self._item(operation, argument, before)
        return before

    def _item(self, operation: Any, argument: Any, before: set[int]) -> set[int]:
        if operation in _ONE:
            return {self._place(_characters(operation, argument, self._fold), 1, before)}
        if operation is ops.GROUPREF:
            return {self._place(_ALL, MAX_TEXT, before)}
        if operation in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            return self._assertion(operation, argument, before)
        after = before
        if operation in _REPEATS:
            least, most, body = argument
            after = self._repeat((least, most), body, before)
        elif operation is ops.SUBPATTERN:
            after = self._sequence(argument[-1], before)
        elif operation is ops.BRANCH:
            after = set().union(*(self._sequence(each, before) for each in argument[1]))
        elif operation is ops.ATOMIC_GROUP:
            after = self._sequence(argument, before)
        final = operation in (ops.ATOMIC_GROUP, ops.POSSESSIVE_REPEAT)
        return self._cut(after) if final else after

    def _assertion(self, operation: Any, argument: Any, before: set[int]) -> set[int]:
        self._asserted |= before
        if operation is ops.AT:
            return self._cut(before) if argument is ops.AT_BEGINNING else before
        self._sequence(argument[1], set())
        return before

    def _cut(self, before: set[int]) -> set[int]:
        """A place that takes nothing: what stands before it is never tried again for what follows."""
        return {self._place(0, 1, before)}

    def _repeat(self, bounds: tuple[int, int], body: Any, before: set[int]) -> set[int]:
        times = min(int(bounds[1]), MAX_TEXT)
        ends = set() if bounds[0] else set(before)
        if len(body) == 1 and body[0][0] in _ONE:
            operation, argument = body[0]
            taken = _characters(operation, argument, self._fold)
            return ends | {self._place(taken, times, before)}
        first = len(self._takes)
        size = 0
        for _ in range(min(times, _COPIES)):
            before = self._sequence(body, before)
            ends |= before
            size = size or len(self._takes) - first
        if times > _FEW and self._meets_itself(first, size):
            self._ambiguous = times * times
        return ends

    def _meets_itself(self, first: int, size: int) -> bool:
        """Whether two ways through a loop take the same text and end at one place: each round doubles them."""
        steps: dict[int, set[int]] = {place: set() for place in range(size)}
        for place in range(size * 2):
            again = {first + place} if self._times[first + place] > 1 else set()
            after = self._follow[first + place] | again
            steps[place % size] |= {(each - first) % size for each in after if each >= first}
        ahead = [pair for after in steps.values() for pair in combinations(sorted(after), 2)]
        seen: set[tuple[int, int]] = set()
        while ahead:
            one, other = ahead.pop()
            if (one, other) in seen or not self._takes[first + one] & self._takes[first + other]:
                continue
            seen.add((one, other))
            pairs = {(min(pair), max(pair)) for pair in product(steps[one], steps[other])}
            if any(low == high for low, high in pairs):
                return True
            ahead += pairs
        return False


def _characters(operation: Any, argument: Any, fold: Fold) -> int:
    """What one place takes."""
    if operation is ops.LITERAL:
        return fold(argument)
    if operation is ops.NOT_LITERAL:
        return _ALL ^ (fold(argument) & ~_BEYOND)
    if operation is ops.ANY:
        return _ALL ^ (1 << ord("\n"))
    return _class(argument, fold)


def _class(argument: Any, fold: Fold) -> int:
    listed, classes = 0, 0
    for kind, value in argument:
        if kind is ops.CATEGORY:
            classes |= _of_category(value)
        elif kind in (ops.LITERAL, ops.RANGE):
            low, high = (value, value) if kind is ops.LITERAL else value
            for code in range(low, min(high, _LATIN) + 1):
                listed |= fold(code)
            listed |= _BEYOND if high >= _LATIN else 0
    if argument[0][0] is ops.NEGATE:  # beyond Latin 1 a listed character leaves others of its kind
        return _ALL ^ (classes | (listed & ~_BEYOND))
    return classes | listed


def _exact(code: int) -> int:
    return 1 << code if code < _LATIN else _BEYOND


def _folded(code: int) -> int:
    """Also in the other case."""
    return _exact(code) | _exact(ord(chr(code).swapcase()) if chr(code).isascii() else code)


def _of_category(category: Any) -> int:
    belongs = _CATEGORIES[category]
    return sum(1 << index for index, char in enumerate(_ALPHABET) if belongs(char))
