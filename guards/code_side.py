"""Functions and constants of one side of a file, for guards that look for written-down answers."""

from collections import Counter
from functools import cached_property

from guards.code import Code
from guards.facts import Assignment, Definition, Kind
from guards.pattern import expression
from guards.tested_values import plain

LITERAL = expression(
    r'"(?:[^"\\]|\\.){0,300}"|\'(?:[^\'\\]|\\.){0,300}\'|`[^`]{0,300}`|(?<![\w.])\d[\d_]{0,30}(?:\.\d{1,20})?(?:e\d{1,3})?\w{0,3}'
)
TRIVIAL = frozenset(
    {"0", "1", "0.0", "1.0", "", "-", "_", "*", "/", ".", ",", ":", " ", "\\n", "\\r", "\\t"}
    | {
        "[ ]",
        "{ }",
        "( )",
        "[]",
        "{}",
        "None",
        "null",
        "nil",
        "undefined",
        "true",
        "false",
        "True",
        "False",
    }
)
_WORD = expression(
    r"[A-Za-z][a-z]{1,24}(?:[-_ ][a-z]{2,20}){0,3}|[A-Z]{1,12}(?:_[A-Z]{1,12}){0,3}|\W{1,3}|[a-z]{1,4}|--?[a-z][\w-]{0,30}|\.[a-z0-9]{1,8}"
)
LOOKUP = expression(
    r"^(?:\{|\( \{|new Map \(|new Map <|map \[|Map \. of \(|mapOf \(|Map \. ofEntries|HashMap :: from|BTreeMap :: from|new Dictionary|\[|array \(|dict \(|std :: (?:unordered_)?map|%\{)"
)


class CodeSide:
    """One side of a file, as written-down answers are looked for."""

    def __init__(self, code: Code | None) -> None:
        self.code = code
        self.names = {each.name for each in (code.definitions if code else ())}

    @cached_property
    def literals(self) -> Counter[str]:
        """Every literal, without quotes."""
        return Counter(plain(each.text[:300]) for each in (self.code.literals if self.code else ()))

    @cached_property
    def constants(self) -> dict[str, Assignment]:
        """Names with a constant value that hold it for the whole file."""
        found = self.code.assignments if self.code else ()
        return {
            each.target.rpartition(" ")[2]: each
            for each in found
            if each.constant or LOOKUP.match(each.value)
        }

    @cached_property
    def functions(self) -> dict[str, Definition]:
        """Functions by their qualified names."""
        found = self.code.definitions if self.code else ()
        return {each.name: each for each in found if each.kind in {Kind.FUNCTION, Kind.HOOK}}

    def function_at(self, place: int) -> Definition | None:
        """The function around a byte offset."""
        found = self.code.within(place) if self.code else None
        return found if found is not None and found.kind is not Kind.CLASS else None


def is_specific(text: str) -> bool:
    """Whether a constant is more than a word or a round number."""
    return text not in TRIVIAL and _WORD.fullmatch(text) is None
