"""Tests that a change leaves in the tree, but where no runner runs them any more.

A test can be kept for the eye and lost to the runner: under a name or in a file that is not
collected, as a helper that nobody calls, in a comment, behind a condition that never holds.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import Code
from guards.facts import Definition, Kind
from guards.pattern import expression
from guards.reading import all_sides, is_collected
from guards.roles import Role
from guards.test_homes import why_uncollected
from guards.test_likeness import is_alike
from guards.test_matching import Located, Matching, match_tests
from guards.test_places import PREPROCESSED, Places, lines_off

_MARKS = expression(r"^[\s/*#;!-]{0,40}")
_MIN_LINE = 4  # shorter ones stand everywhere: "})"
_SAME_ENOUGH = 0.6
_MAX_LINES = 400
_MAX_DEFINITIONS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """A test that is there and does not run; `how` goes on after its name.

    Attributes:
        test: as it was. file, line: where it lies now.
        doubtful: whether a runner may still find it.
    """

    test: Located
    how: str
    file: FileChange
    line: int | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Burials:
    """All buried tests; `explained` = ids of the lost ones among them and of called helpers."""

    buried: tuple[Buried, ...] = ()
    explained: frozenset[int] = frozenset()

    def explain(self, lost: Located) -> bool:
        """Whether it is known what became of a lost test."""
        return id(lost) in self.explained


def burials(change: Change) -> Burials:
    """Look for what became of every test that no longer runs."""
    if "burials" not in change.memo:
        matching = match_tests(change)
        search = _Search(change, matching)
        buried = [*search.of_lost(), *_of_pairs(matching)]
        explained = [*search.helpers, *(each.test for each in buried)]
        change.memo["burials"] = Burials(
            buried=tuple(buried), explained=frozenset(map(id, explained))
        )
    found: Burials = change.memo["burials"]
    return found


class _Search:
    """What could hold the body of a lost test, gathered once."""

    def __init__(self, change: Change, matching: Matching) -> None:
        self._matching = matching
        self.helpers: list[Located] = []
        self._by_body: dict[str, tuple[FileChange, Definition]] = {}
        self._by_name: dict[str, tuple[FileChange, Definition]] = {}
        self._asleep: dict[str, tuple[FileChange, str]] = {}
        self._called: set[str] = set()
        if matching.lost:
            for side in all_sides(change):
                if side.after is not None:
                    self._add(side.file, side.before, side.after)
            self._add_other_files(change)

    def of_lost(self) -> Iterator[Buried]:
        """Those that are still somewhere."""
        for lost in self._matching.lost:
            found = self._moved(lost) or self._renamed(lost) or self._asleep_as(lost)
            if found is not None:
                yield found

    def _add(self, file: FileChange, old: Code | None, new: Code) -> None:
        self._add_definitions(file, old, new)
        if is_collected(file.path):
            for case in new.cases:
                self._called |= case.names - {case.simple_name}
        known = {line for each in (old.comments if old else ()) for line in _lines(each.text)}
        come = (line for each in new.comments for line in _lines(each.text))
        for line in come:
            if line not in known:
                self._asleep.setdefault(line, (file, "is commented out"))
        if file.path.endswith(PREPROCESSED):
            for line in _switched_off(file.after):
                self._asleep.setdefault(line, (file, "is never compiled"))

    def _add_definitions(self, file: FileChange, old: Code | None, new: Code) -> None:
        """New definitions that are no test that a runner collects."""
        had = Counter((each.kind, each.name) for each in (old.definitions if old else ()))
        runs = {case.at for case in new.cases} if is_collected(file.path) else set()
        for each in new.definitions[:_MAX_DEFINITIONS]:
            key = (each.kind, each.name)
            had[key] -= 1
            is_test = each.kind is Kind.TEST and is_collected(file.path)
            if each.at in runs or (had[key] >= 0 and not is_test):
                continue
            if each.body:
                self._by_body.setdefault(each.body, (file, each))
            self._by_name.setdefault(_bare(each.simple_name), (file, each))

    def _add_other_files(self, change: Change) -> None:
        """Added lines of what no runner reads as tests: backups, notes, disabled copies."""
        for file in change.files:
            if file.after is None or is_collected(file.path):
                continue
            for line in file.added[:5000]:
                for text in _lines(line.text):
                    self._asleep.setdefault(text, (file, "is kept where no runner reads it"))

    def _moved(self, lost: Located) -> Buried | None:
        file = lost.file
        if file.after is None or is_collected(file.path):
            return None
        how = f"moved to {file.path}, where no test runner collects it"
        return Buried(test=lost, how=how, file=file)

    def _renamed(self, lost: Located) -> Buried | None:
        file, found = self._by_body.get(lost.case.body, (None, None))
        if found is None or not lost.case.body:
            file, found = self._by_name.get(_bare(lost.case.simple_name), (None, None))
            if found is None or not is_alike(lost.case.body, found.body, _SAME_ENOUGH):
                return None
        if file is None:
            return None
        if found.kind is Kind.FUNCTION and found.simple_name in self._called:
            self.helpers.append(lost)
            return None
        how = _how(lost, file, found)
        # A base class or shared examples run where another file takes them in.
        shared = file is not lost.file and file.is_test and file.role is Role.TEST_SUPPORT
        return Buried(test=lost, how=how, file=file, line=found.line, doubtful=shared)

    def _asleep_as(self, lost: Located) -> Buried | None:
        raw = (lost.file.before or b"")[lost.case.at : lost.case.end]
        lines = list(_lines(raw.decode(errors="replace")))[:_MAX_LINES]
        held = [self._asleep[line] for line in lines if line in self._asleep]
        if not lines or len(held) < _SAME_ENOUGH * len(lines):
            return None
        (file, how), _ = Counter((each[0].path, each[1]) for each in held).most_common(1)[0]
        place = next(each[0] for each in held if each[0].path == file)
        return Buried(test=lost, how=how, file=place)


def _how(lost: Located, file: FileChange, found: Definition) -> str:
    """What happened to a test whose body another definition has."""
    if file is not lost.file and not is_collected(file.path):
        return f"moved to {file.path}, where no test runner collects it"
    if found.kind is Kind.TEST:
        return "stands where it is never reached"
    if found.name == lost.case.name:
        return "is no test any more"
    return f"became {found.name}, which no runner collects"


def _of_pairs(matching: Matching) -> Iterator[Buried]:
    """Tests that a reader still finds in a file of tests, and a runner does not."""
    places = Places()
    for old, new in matching.pairs:
        how, doubtful = "", False
        if why := why_uncollected(old.file.old_path, new.file.path):
            how, doubtful = why.how, why.doubtful
        elif places.is_dead(new) and not places.is_dead(old):
            how = "stands behind a condition that never holds"
        elif places.is_uncalled(new) and not places.is_uncalled(old):
            how = "stands in a function that nothing calls"
        elif places.is_off(new, new.file.after) and not places.is_off(old, old.file.before):
            how = "is never compiled"
        if how:
            yield Buried(test=old, how=how, file=new.file, line=new.case.line, doubtful=doubtful)


def _lines(text: str) -> Iterator[str]:
    """The telling lines of a text, without the marks of a comment."""
    for line in text[:100_000].splitlines():
        bare = " ".join(_MARKS.sub("", line[:500]).split())
        if len(bare) >= _MIN_LINE:
            yield bare


def _switched_off(content: bytes | None) -> Iterator[str]:
    if content is None:
        return
    lines = content.decode(errors="replace").splitlines()
    for number in sorted(lines_off(content)):
        yield from _lines(lines[number - 1])


_DISGUISE = expression(
    r"^(?:_|x(?=[tT])|no|not|skip|disabled?|todo|check|verify|tests?|do|run)+", re.I
)


def _bare(name: str) -> str:
    """A name without what makes it one of a test, or none."""
    text = name[:200].lower()
    return _DISGUISE.sub("", text).replace("_", "") or text
