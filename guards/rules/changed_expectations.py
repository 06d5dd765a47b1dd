"""An expected value that is changed to what the code returns makes any bug correct."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards.assertion_changes import Revision, is_real, literals, readable, shape, words
from guards.assertion_strength import weakness
from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.test_changes import TestChange, TestChanges, test_changes
from guards.verdict import Finding, Severity

NAME = "changed_expectations"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})

_MARKS = re.compile(r"[\\\"'`\s+]|(?<=\d)[_fFdDlLuU]")
_TELLING = 6  # letters of a text that is in the code by no accident
_REMEDY = "make the code satisfy the old expectation; if that is wrong, say why"


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """A text before and after, and the line of what it is now."""

    before: str
    after: str
    line: int


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find assertions of surviving tests that differ in their constants."""
    changes = test_changes(change)
    for test in changes.tests:
        for each in _rewritten(test):
            follows = _follows_code(each, changes)
            yield Finding(
                guard=NAME,
                severity=Severity.WARN if follows else SEVERITY,
                message=(
                    f"{test.new.case.name} expects something else:"
                    f" {readable(each.before)} → {readable(each.after)}"
                ),
                remedy=_REMEDY,
                file=test.new.file.path,
                line=each.line,
            )


def _rewritten(test: TestChange) -> Iterator[_Rewriting]:
    found = [
        _Rewriting(each.before.text, each.after.text, each.after.line)
        for each in test.differences.revised
        if _is_other_value(each, test)
    ]
    if found:
        yield from found
    elif not test.differences.gone and not test.differences.revised:
        yield from _other_body(test)
    else:
        yield from _other_rows(test)


def _is_other_value(revision: Revision, test: TestChange) -> bool:
    before, after = revision.before, revision.after
    if not (is_real(before) and is_real(after)) or weakness(revision) is not None:
        return False
    old, new = Counter(literals(before.text)), Counter(literals(after.text))
    if not old - new or _joined(before.text) == _joined(after.text):
        return False  # more is said, or the same
    if new - old:
        return True
    return _is_computed(revision, test)


def _joined(text: str) -> str:
    """All constants of a text as one, however they are cut into pieces and marked."""
    return _MARKS.sub("", "".join(literals(text)))


def _is_computed(revision: Revision, test: TestChange) -> bool:
    """Whether a constant became something else than a name for the same constant."""
    before, after = revision.before, revision.after
    values = {*literals(before.expected)}
    if not before.constant or not values or before.subject != after.subject:
        return False
    last = words(after.expected)[-1:]
    assigned = [
        item.value
        for item in test.new.code.assignments
        if words(item.target)[-1:] == last and item.value
    ]
    if assigned:
        return not any(values <= {*literals(value)} for value in assigned)
    return "(" in after.expected


def _other_body(test: TestChange) -> Iterator[_Rewriting]:
    """The same statements with other constants: other inputs, or expected values kept by name."""
    old, new = test.old.case, test.new.case
    if old.body != new.body and _names(old.body) == _names(new.body):
        yield from _other_constants(old.body, new.body, new.line)
    else:
        yield from _other_rows(test)


def _names(body: str) -> object:
    """What a body says without its constants; of a long one, all of it."""
    return words(body) if len(body) <= _MAX_BODY else body


_MAX_BODY = 4000


def _other_constants(before: str, after: str, line: int) -> Iterator[_Rewriting]:
    old, new = literals(before), literals(after)
    gone, come = list((Counter(old) - Counter(new)).elements()), Counter(new) - Counter(old)
    if gone and come and _joined(before) != _joined(after):
        yield _Rewriting(gone[0], next(come.elements()), line)


def _other_rows(test: TestChange) -> Iterator[_Rewriting]:
    """Rows of a table that went, each with a new one of the same shape."""
    old, new = (Counter(_rows(side.case.rows)) for side in (test.old, test.new))
    fresh: dict[str, list[str]] = {}
    for row in (new - old).elements():
        fresh.setdefault(shape(row), []).append(row)
    for row in (old - new).elements():
        if found := fresh.get(shape(row)):
            yield _Rewriting(row, found.pop(0), test.new.case.line)
            return


def _rows(rows: Sequence[str]) -> Iterator[str]:
    return (row for row in rows if not row.startswith("@") and len(literals(row)) > 1)


def _follows_code(rewriting: _Rewriting, changes: TestChanges) -> bool:
    """Whether product code of the same change replaces the same constants by the same ones."""
    old, new = Counter(literals(rewriting.before)), Counter(literals(rewriting.after))
    if not old and not new:
        old, new = Counter([rewriting.before]), Counter([rewriting.after])
    gone, come = old - new, new - old
    if not (gone and come):
        return False
    if not _all_told(come, changes.appeared):
        return False
    telling = all(len(value) >= _TELLING and not value.isdigit() for value in come)
    return telling or _all_told(gone, changes.vanished)


def _all_told(values: Counter[str], known: frozenset[str]) -> bool:
    return all(value in known for value in values)
