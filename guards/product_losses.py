"""What of the product a change takes away, so that its tests may go with it."""

from dataclasses import dataclass

from guards.change import Change, Status
from guards.code import Code
from guards.pattern import expression
from guards.reading import all_sides, is_collected
from guards.roles import Role
from guards.test_matching import Located

_COMMON = frozenset(
    {"static", "index", "main", "mod", "lib", "init", "__init__", "test", "tests", "new"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Names that the product had: `whole` = those of files that are gone altogether."""

    names: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


def removed_subjects(change: Change, test: Located) -> Losses:
    """Names of the product that a test uses, or its file is named after, and that are gone."""
    gone, case = _removed(change), test.case
    names = case.names - {case.simple_name}
    used = names | {word for each in test.code.imports for word in _words(each.text)}
    own = _stem(test.file.old_path or test.file.path)
    named = {_OF_TESTS.sub("", own)} & gone.whole
    return Losses(
        names=(gone.names & names) | (gone.whole & used) | named, whole=(gone.whole & used) | named
    )


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
            if is_collected(side.file.old_path):
                continue  # words of its tests are none of the product
            words = {word for line in side.file.removed[:5000] for word in _words(line.text)}
            left = set(_words((side.file.after or b"")[:_MAX_BYTES].decode(errors="replace")))
            before |= {word for word in words - left if len(word) > _MIN_WORD}
            after |= words & left
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
    return _WORD.findall(text[:_MAX_BYTES])


_WORD = expression(r"[A-Za-z_]\w{0,100}")
_OF_TESTS = expression(r"^(?:test_?|Test(?=[A-Z]))|[._-]?(?:[Tt]ests?|[Ss]pecs?|TestCase|IT)$")
_MAX_BYTES = 200_000
_MIN_WORD = 2
