"""Constants that tests name: in the test files of a change, and in the ids of parametrised tests."""

from guards.change import Change
from guards.evidence import Evidence
from guards.facts import Literal
from guards.pattern import expression
from guards.reading import all_sides
from guards.roles import is_test_role, role_of

_IN_BRACKETS = expression(r"\[([^\]\n]{1,200})\]")
_MAX_IDS = 5000


def tested_values(change: Change, evidence: Evidence) -> frozenset[str]:
    """The literals that tests hold, without quotes."""
    key = "tested values"
    if key not in change.memo:
        change.memo[key] = frozenset({*_of_files(change), *_of_ids(evidence)})
    found: frozenset[str] = change.memo[key]
    return found


def plain(text: str) -> str:
    """A constant without the quotes around it."""
    bare = text.strip().rstrip(";").strip()
    quoted = len(bare) > 1 and bare[0] in "\"'`" and bare[-1] == bare[0]
    return bare[1:-1].strip() if quoted else bare


def _of_files(change: Change) -> set[str]:
    literals: set[str] = set()
    for pair in all_sides(change):
        if is_test_role(role_of(pair.file.path)):
            for code in (pair.before, pair.after):
                literals |= {_text(each) for each in (code.literals if code else ())}
    return literals


def _text(literal: Literal) -> str:
    return plain(literal.text[:500])


def _of_ids(evidence: Evidence) -> set[str]:
    ids = [*(evidence.before.outcomes or ()), *evidence.failing_tests][:_MAX_IDS]
    return {
        value
        for each in ids
        for group in _IN_BRACKETS.findall(each[:500])
        for value in (group, *group.split("-"))
        if value
    }
