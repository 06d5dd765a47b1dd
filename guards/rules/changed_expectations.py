"""An expected value that is changed to what the code returns makes any bug correct."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.python_tests import FoundTest
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "changed_expectations"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find assertions of surviving tests that differ in their constants or comparison alone."""
    for old, new in match_tests(change).pairs:
        for before, after in _differences(old.test, new.test):
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=f"{new.test.name} expects something else: {before[:200]} → {after[:200]}",
                remedy="make the code satisfy the old expectation; if that is wrong, say why",
                file=new.file.path,
                line=new.test.line,
            )


def _differences(old: FoundTest, new: FoundTest) -> Iterator[tuple[str, str]]:
    gone = [check for check in old.checks if check not in new.checks]
    come = [check for check in new.checks if check not in old.checks]
    yield from _rewritten(gone, come)
    lost = list((Counter(old.rows) - Counter(new.rows)).elements())
    fresh = list((Counter(new.rows) - Counter(old.rows)).elements())
    if lost and old.parametrized and new.parametrized:
        yield lost[0], fresh[0] if fresh else "nothing"


def _rewritten(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    shapes = {_shape(text): text for text in come}
    for before in gone:
        after = shapes.pop(_shape(before), None)
        if after is not None:
            yield before, after


def _shape(check: str) -> str:
    """An assertion without its constants, its message and its kind of comparison."""
    tree = ast.parse(check)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = ...
        elif isinstance(node, ast.Compare):
            node.ops = [ast.Eq() for _ in node.ops]
        elif isinstance(node, ast.Assert):
            node.msg = None
    return ast.dump(tree)
