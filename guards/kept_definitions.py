"""Functions of the product that a change keeps, each as it was and as it is."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import Code
from guards.facts import Definition, Kind
from guards.reading import Sides, all_sides
from guards.roles import Role

_MAX_DEFINITIONS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One function on both sides; `file` is where it stands now."""

    file: FileChange
    old_code: Code
    new_code: Code
    old: Definition
    new: Definition

    @property
    def is_same(self) -> bool:
        """Whether nothing but comments and layout changed."""
        return self.old.body == self.new.body and self.old.parameters == self.new.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """A definition that stands on one side alone."""

    file: FileChange
    code: Code
    definition: Definition


def product_sides(change: Change) -> list[Sides]:
    """Both sides of the files that are the product itself."""
    return [each for each in all_sides(change) if each.file.role is Role.SOURCE]


def kept_functions(change: Change) -> list[Kept]:
    """Every function of the product that both trees have, moved ones included."""
    return _matched(change)[0]


def gone_functions(change: Change) -> list[Lone]:
    """Those that only the old tree has."""
    return _matched(change)[1]


def new_functions(change: Change) -> list[Lone]:
    """Those that only the new tree has."""
    return _matched(change)[2]


def _matched(change: Change) -> tuple[list[Kept], list[Lone], list[Lone]]:
    if "kept functions" not in change.memo:
        change.memo["kept functions"] = _match(change)
    found: tuple[list[Kept], list[Lone], list[Lone]] = change.memo["kept functions"]
    return found


def _match(change: Change) -> tuple[list[Kept], list[Lone], list[Lone]]:
    """First by the whole name in one file, then by the last name anywhere, if there is only one."""
    kept: list[Kept] = []
    gone: list[Lone] = []
    new: list[Lone] = []
    for each in product_sides(change):
        same, gone_here, new_here = _in_file(each)
        kept += same
        gone += gone_here
        new += new_here
    moved: dict[str, list[Lone]] = defaultdict(list)
    for lone in new:
        moved[lone.definition.simple_name].append(lone)
    names = Counter(lone.definition.simple_name for lone in gone)
    once = {name for name in names if names[name] == 1 and len(moved[name]) == 1}
    for lone in gone:
        if (name := lone.definition.simple_name) in once:
            other = moved[name][0]
            kept.append(_kept(other.file, lone, other))
    gone = [lone for lone in gone if lone.definition.simple_name not in once]
    new = [lone for lone in new if lone.definition.simple_name not in once]
    return kept, gone, new


def _in_file(each: Sides) -> tuple[list[Kept], list[Lone], list[Lone]]:
    old, new = list(_functions(each.file, each.before)), list(_functions(each.file, each.after))
    waiting: dict[str, list[Lone]] = defaultdict(list)
    for lone in reversed(new):
        waiting[lone.definition.name].append(lone)
    kept, gone = [], []
    for lone in old:
        same = waiting[lone.definition.name]
        if same:
            kept.append(_kept(each.file, lone, same.pop()))
        else:
            gone.append(lone)
    left = {id(lone) for lones in waiting.values() for lone in lones}
    return kept, gone, [lone for lone in new if id(lone) in left]


def _functions(file: FileChange, code: Code | None) -> Iterator[Lone]:
    if code is None:
        return
    for definition in code.definitions[:_MAX_DEFINITIONS]:
        overload = any(marker.name.endswith("overload") for marker in definition.markers)
        if definition.kind is Kind.FUNCTION and not overload and not _in_tests(code, definition):
            yield Lone(file=file, code=code, definition=definition)


def _in_tests(code: Code, definition: Definition) -> bool:
    """Whether a function stands in a test or a suite, as it may beside the product."""
    parent = definition.parent
    for _ in range(40):
        if parent < 0:
            return False
        around = code.definitions[parent]
        if around.kind not in {Kind.FUNCTION, Kind.CLASS}:
            return True
        parent = around.parent
    return False


def _kept(file: FileChange, old: Lone, new: Lone) -> Kept:
    return Kept(
        file=file,
        old_code=old.code,
        new_code=new.code,
        old=old.definition,
        new=new.definition,
    )
