"""A test that ends before it asserts passes, whatever the code under test does."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change
from guards.code import inside
from guards.evidence import Evidence, Need
from guards.facts import Branch
from guards.pattern import expression
from guards.policy import Policy
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "left_early"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "let the test come to its assertions whenever it runs"
_ROW = expression(r"want|expect|should|\berr\b|error", re.IGNORECASE)  # what a row asks for itself
_SURROUNDINGS = expression(
    r"\benv|getenv|environ|\bCI\b|GITHUB_|\bENV\b|hostname|\bGOOS\b|isCI|TRAVIS|JENKINS",
    re.IGNORECASE,
)
_ALWAYS = expression(r"\(?\s?(?:true|True|1|! ?false|not False)\s?\)?$")
_SAYS_SO = expression(
    r"\b(?:expectNotToPerformAssertions|doesNotPerformAssertions|DoesNotPerformAssertions)\b"
)
_END = expression(r"done|cb|callback|resolve")
_MAX_BRANCHES = 200


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tests that return, or say that they are done, before their assertions since now."""
    for old, new in match_tests(change).pairs:
        if old.case.body == new.case.body:
            continue
        known = Counter(branch.condition for branch in _exits(old))
        for branch in _exits(new):
            known[branch.condition] -= 1
            if known[branch.condition] >= 0:
                continue
            text = branch.condition[:500]
            sure = _ALWAYS.match(text) or _SURROUNDINGS.search(text)
            message = f"{new.case.name} ends before it asserts when {text[:200]}"
            yield _finding(message, new, branch.line, Severity.REJECT if sure else SEVERITY)
        if _ends_first(new) and not _ends_first(old):
            message = f"{new.case.name} says that it is done before it asserts"
            yield _finding(message, new, new.case.line, Severity.REJECT)
        if _says_so(new) and not _says_so(old):
            message = f"{new.case.name} states that it asserts nothing"
            yield _finding(message, new, new.case.line, Severity.REJECT)


def _exits(test: Located) -> list[Branch]:
    """Branches that leave a test and do nothing else, with assertions after them."""
    case, code = test.case, test.code
    last = max((each.at for each in case.assertions), default=-1)
    marked = {mark.at for mark in case.marks}
    found = []
    for branch in inside(code.branches, (case.at, case.end))[:_MAX_BRANCHES]:
        start, end = branch.body
        if not branch.leaves or last < end or _ROW.search(branch.condition[:500]):
            continue
        busy = any(start <= each.at < end for each in case.assertions)
        raises = any(leave.raises for leave in inside(code.leaves, branch.body))
        skips = any(start <= at < end for at in marked)
        if not (busy or raises or skips or inside(code.calls, branch.body)):
            found.append(branch)
    return found


def _ends_first(test: Located) -> bool:
    """Whether the callback that ends a test is called before anything is asserted."""
    case = test.case
    first = min((each.at for each in case.assertions), default=-1)
    calls = inside(test.code.calls, (case.at, max(first, case.at)))
    return test.code.language in {"javascript", "typescript"} and any(
        _END.fullmatch(call.callee) and not call.arguments for call in calls
    )


def _says_so(test: Located) -> bool:
    case, code = test.case, test.code
    span = (case.at, case.end)
    return any(_SAYS_SO.search(call.callee) for call in inside(code.calls, span)) or any(
        _SAYS_SO.search(marker.text[:300]) for marker in inside(code.markers, span)
    )


def _finding(message: str, test: Located, line: int, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy=_REMEDY,
        file=test.file.path,
        line=line,
    )
