"""Which test of the old tree is which test of the new one, in every language.

Tests are moved, renamed and merged into tables for honest reasons: on human commits two of
three tests that seem to vanish are still there. So a test is looked for by name, then by body,
then by what it asserts, in all files of the change, before it counts as lost.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import Case, Code, Strength
from guards.reading import all_sides, is_collected
from guards.test_likeness import Likeness, Tables, checks, is_alike, name_words

_REDEFINED = frozenset({"python", "ruby"})  # where the last definition of a name wins


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A test, the file change it belongs to, and all that its side of the file says."""

    file: FileChange
    case: Case
    code: Code
    is_old: bool = False

    @property
    def content(self) -> bytes | None:
        """The side of the file that the test stands in."""
        return self.file.before if self.is_old else self.file.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What became of all tests in the files that a change touches.

    Attributes:
        pairs: a test before, and what it is after.
        lost: tests that exist nowhere any more.
        shadowed: tests that a second definition with their name replaces since this change.
        unreadable: files of tests whose new side cannot be read; True = the old side could be.
        fresh: tests that only the new tree has.
    """

    pairs: tuple[tuple[Located, Located], ...] = ()
    lost: tuple[Located, ...] = ()
    shadowed: tuple[Located, ...] = ()
    unreadable: tuple[tuple[FileChange, bool], ...] = ()
    fresh: tuple[Located, ...] = ()


def match_tests(change: Change) -> Matching:
    """Match the tests of both sides of a change whose contents are known."""
    if "tests" not in change.memo:
        change.memo["tests"] = _match_tests(change)
    found: Matching = change.memo["tests"]
    return found


def _match_tests(change: Change) -> Matching:
    before: list[Located] = []
    after: list[Located] = []
    shadowed: list[Located] = []
    unreadable: list[tuple[FileChange, bool]] = []
    for side in all_sides(change):
        file = side.file
        old = side.before if is_collected(file.old_path) else None
        new = side.after if is_collected(file.path) else None
        if is_collected(file.path) and _is_unreadable(file, old, new):
            unreadable.append((file, file.before is None or _is_whole(old)))
            if new is None:
                continue  # that it broke says it all
        before += _running(file, old, is_old=True)
        after += _running(file, new, is_old=False)
        shadowed += _shadowed(file, old, new)
    pairs, lost, fresh = _Matcher(before, after).run()
    return Matching(
        pairs=tuple(pairs),
        lost=tuple(lost),
        shadowed=tuple(shadowed),
        unreadable=tuple(unreadable),
        fresh=tuple(fresh),
    )


def _is_unreadable(file: FileChange, old: Code | None, new: Code | None) -> bool:
    if not file.after:
        return False
    return new is None or (new.damaged and (old is None or not old.damaged))


def _is_whole(code: Code | None) -> bool:
    return code is not None and not code.damaged


def _running(file: FileChange, code: Code | None, *, is_old: bool) -> list[Located]:
    """The tests of one side that a runner reaches: of a name that is defined twice, the last."""
    if code is None:
        return []
    last = {case.name: case.at for case in code.cases}
    return [
        Located(file=file, case=case, code=code, is_old=is_old)
        for case in code.cases
        if not _is_redefined(code, case.name) or last[case.name] == case.at
    ]


def _shadowed(file: FileChange, old: Code | None, new: Code | None) -> list[Located]:
    """Tests of which there was one, and of which a second now takes the place."""
    if new is None:
        return []
    before = old.shadowed if old else frozenset()
    last = {case.name: case for case in new.cases}
    names = sorted(name for name in new.shadowed - before if _is_redefined(new, name))
    return [Located(file=file, case=last[name], code=new) for name in names if name in last]


def _is_redefined(code: Code, name: str) -> bool:
    return code.language in _REDEFINED and name in code.shadowed and " " not in name


class _Matcher:
    """Gives every old test at most one new one; a new one is given away at most once."""

    def __init__(self, before: list[Located], after: list[Located]) -> None:
        self._before = before
        self._after = after
        self._found: dict[int, Located] = {}  # position among `before`
        self._taken: set[int] = set()

    def run(self) -> tuple[list[tuple[Located, Located]], list[Located], list[Located]]:
        """Pairs, lost ones and fresh ones, each in the order of the files."""
        for key in _KEYS:
            self._by_key(key)
        self._by_checks()
        self._by_likeness()
        self._as_row()
        self._as_part()
        known = {id(new) for new in self._found.values()}
        fresh = [new for new in self._after if id(new) not in known]
        pairs = [(self._before[position], new) for position, new in sorted(self._found.items())]
        return pairs, self._missing(), fresh

    def _missing(self) -> list[Located]:
        return [old for at, old in enumerate(self._before) if at not in self._found]

    def _open(self) -> Iterable[tuple[int, Located]]:
        return [(at, old) for at, old in enumerate(self._before) if at not in self._found]

    def _free(self) -> list[Located]:
        return [new for new in self._after if id(new) not in self._taken]

    def _take(self, position: int, new: Located) -> None:
        self._found[position] = new
        self._taken.add(id(new))

    def _by_key(self, key: Callable[[Located], Hashable]) -> None:
        waiting: dict[Hashable, deque[Located]] = {}
        for new in self._free():
            waiting.setdefault(key(new), deque()).append(new)
        for position, old in self._open():
            if queue := waiting.get(key(old)):
                self._take(position, queue.popleft())

    def _by_checks(self) -> None:
        """Tests that assert at least half of what the old one did, best first."""
        likeness = Likeness(self._free(), lambda new: checks(new.case))
        for position, old in self._open():
            wanted = checks(old.case)
            if new := likeness.best(wanted, least=len(wanted) / 2):
                self._take(position, new)

    def _by_likeness(self) -> None:
        """Tests whose names share most words and whose bodies share most tokens."""
        likeness = Likeness(self._free(), lambda new: _words(new.case))
        for position, old in self._open():
            words = _words(old.case)
            body = old.case.body
            if new := likeness.best(
                words,
                least=len(words) / 2,
                accept=lambda other, body=body: is_alike(body, other.case.body, _SAME_ENOUGH),  # type: ignore[misc]
            ):
                self._take(position, new)

    def _as_row(self) -> None:
        """Tests whose values stand in a table now; one table may take over many."""
        new = frozenset(at for at, new in enumerate(self._after) if id(new) not in self._taken)
        tables = Tables([(new.case, new.code) for new in self._after], new)
        for position, old in self._open():
            at = tables.holding(old.case)
            if at is not None:
                self._found[position] = self._after[at]

    def _as_part(self) -> None:
        """Tests whose checks another one makes now, or did before they were twice there."""
        had = Counter(check for old in self._before for check in checks(old.case))
        has = Counter(check for new in self._after for check in checks(new.case))
        where = {check: new for new in self._after for check in checks(new.case)}
        bodies = {_body(new): new for new in self._after}
        for position, old in self._open():
            made = checks(old.case)
            if made and all(has[check] >= had[check] for check in made):
                self._found[position] = where[made[0]]
            elif _body(old) in bodies and made:
                self._found[position] = bodies[_body(old)]


def _body(located: Located) -> str:
    return located.case.body


_SAME_ENOUGH = 0.6
_KEYS: tuple[Callable[[Located], Hashable], ...] = (
    lambda each: (each.file.path, each.case.name, each.case.body),
    lambda each: (each.file.path, each.case.name),
    lambda each: (each.case.simple_name, each.case.body),
    lambda each: each.case.simple_name,
    lambda each: each.case.body if any(_can_fail(each.case)) else (each.file.path, each.case.name),
)


def _can_fail(case: Case) -> Iterable[bool]:
    return (each.strength > Strength.HOLLOW for each in case.assertions)


def _words(case: Case) -> list[str]:
    return name_words(case.simple_name)
