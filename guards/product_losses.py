"""What of the product a change takes away, so that its tests may go with it."""

from dataclasses import dataclass

from guards.change import Change, Status
from guards.code import Case, Code
from guards.reading import all_sides, is_collected
from guards.roles import Role

_COMMON = frozenset({"index", "main", "mod", "lib", "init", "__init__", "test", "tests", "new"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Names that the product had: `whole` = those of files that are gone altogether."""

    names: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


def removed_subjects(change: Change, case: Case, code: Code) -> Losses:
    """Names of the product that a test uses and that are gone."""
    gone = _removed(change)
    used = case.names | {word for each in code.imports for word in _words(each.text)}
    return Losses(names=gone.names & used, whole=gone.whole & used)


def _removed(change: Change) -> Losses:
    if "removed product" not in change.memo:
        before: set[str] = set()
        after: set[str] = set()
        whole: set[str] = set()
        for side in all_sides(change):
            if side.file.is_test:
                continue
            had = _product_names(side.before, side.file.old_path)
            before |= had
            after |= _product_names(side.after, side.file.path)
            whole |= had if side.file.status is Status.DELETED else set()
        whole |= {
            _stem(file.path)
            for file in change.files
            if file.status is Status.DELETED and file.role is Role.SOURCE
        }
        change.memo["removed product"] = Losses(
            names=frozenset((before | whole) - after - _COMMON),
            whole=frozenset(whole - after - _COMMON),
        )
    found: Losses = change.memo["removed product"]
    return found


def _product_names(code: Code | None, path: str | None) -> set[str]:
    """Functions, classes and constants; in a language whose tests stand in the source, not those."""
    if code is None:
        return set()
    tests = {case.simple_name for case in code.cases} if is_collected(path) else set()
    names = {each.simple_name for each in code.definitions} - tests
    return names | {each.target.rpartition(" . ")[2] for each in code.assignments if each.declares}


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _words(text: str) -> list[str]:
    for mark in "\"'/.,;:{}()<>":
        text = text.replace(mark, " ")
    return text[:1000].split()
