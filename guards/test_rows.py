"""The rows that tests run over: elements of tables, arguments of annotations, providers of data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guards.code import Case, Code, inside
from guards.facts import Definition, Table
from guards.pattern import expression
from guards.test_matching import Located

_ROW = expression(
    r"(?:^|\.|::)(?:InlineData|DataRow|TestCase|Arguments|TestWith|CsvSource|ValueSource|case|values?|params?"
    r"|example|WithData|ClassData)$"
)
_WORD = expression(r"\w{2,100}")
_PROVIDER = expression(r"@dataProvider\s{1,5}(?:\w{1,100}::)?(\w{1,100})")
_KEY = expression(r"^(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\w{1,100})\s?(?:=>|:)\s(?=\S)")
_MAX_ROWS = 2000
_MAX_TABLES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; `value` is its text without the name that it may have."""

    text: str
    line: int

    @property
    def value(self) -> str:
        """What two rows of another name have in common."""
        return _KEY.sub("", self.text[:5000]).rstrip(" ,")


def rows_of(test: Located) -> list[Row]:
    """What a test lists in its own place."""
    case, code = test.case, test.code
    definition = _definition(test)
    found = [
        Row(text=marker.text, line=marker.line)
        for marker in (definition.markers if definition else ())
        if marker.arguments and _ROW.search(marker.name)
    ]
    for table in _outermost(inside(code.tables, (case.at, case.end))):
        found += [Row(text=row, line=table.line) for row in table.rows]
    return found[:_MAX_ROWS]


def provided_rows(code: Code, tests: Iterable[Case]) -> list[Row]:
    """What stands outside of tests and is named by those that run over a table."""
    table_tests = [case for case in tests if case.parametrized]
    if not table_tests:
        return []
    named = {name for case in table_tests for name in (*case.names, case.simple_name)}
    for marker in code.markers[:_MAX_ROWS]:
        named |= {word for each in marker.arguments for word in _WORD.findall(each[:500])}
    for comment in code.comments[:_MAX_ROWS]:
        named |= set(_PROVIDER.findall(comment.text[:5000]))
    tables = [table for table in code.tables if not _is_inside(table, code.cases)]
    found: list[Row] = []
    for table in list(_outermost(tables))[:_MAX_TABLES]:
        if _owner(code, table) in named:
            found += [Row(text=row, line=table.line) for row in table.rows]
    return found[:_MAX_ROWS]


def _definition(test: Located) -> Definition | None:
    found = inside(test.code.definitions, (test.case.at, test.case.at + 1))
    return next((each for each in found if each.name == test.case.name), None)


def _outermost(tables: Iterable[Table]) -> Iterator[Table]:
    end = -1
    for table in tables:
        if table.at >= end:
            end = table.end
            yield table


def _is_inside(table: Table, cases: tuple[Case, ...]) -> bool:
    return bool(cases) and any(case.at <= table.at < case.end for case in cases[:_MAX_TABLES])


def _owner(code: Code, table: Table) -> str:
    """The name of the constant or function that a table belongs to."""
    for each in reversed(inside(code.assignments, (0, table.at + 1))[-20:]):
        if each.at <= table.at < each.end:
            return each.target.rpartition(" . ")[2].strip("$@")
    around = code.within(table.at)
    return around.simple_name if around else ""
