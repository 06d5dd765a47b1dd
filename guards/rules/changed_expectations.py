"""An expected value that is changed to what the code returns makes any bug correct."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards.assertion_changes import Revision, is_real, literals, readable, shape, words
from guards.assertion_strength import weakness
from guards.change import Change
from guards.code import Assertion, Case
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.test_changes import TestChange, TestChanges, is_failing, test_changes
from guards.verdict import Finding, Severity

NAME = "changed_expectations"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})

_MARKS = expression(r"[\\\"'`\s+]|(?<=\d)[_fFdDlLuU]")
_NO_LETTERS = expression(r"[\W_]")
# How often a loop runs, in the canonical text of a body.
_ROUNDS = expression(
    r"\brange \( (?:0 , )?(\d{1,9}) \)|; \w{1,30} <=? (\d{1,9}) ;|\b(\d{1,9}) \. times\b"
    r"|\b(?:in|of) \(? ?[01] ?\.\.[.<=]? ?(\d{1,9})\b|\brepeat \( (\d{1,9}) \)|\brange (\d{1,9}) \{|\b(?:1|0) \. upto \( (\d{1,9}) \)"
)
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
        failing = is_failing(test.old, evidence) or is_failing(test.new, evidence)
        for each in _rewritten(test):
            follows = _follows_code(each, changes) or (not failing and _is_told(each, changes))
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
    if after.strength > before.strength and _is_within(before, after):
        return False  # a pattern became all of the text
    if new - old:
        return True
    return _is_computed(revision, test)


def _is_within(before: Assertion, after: Assertion) -> bool:
    """Whether all that one assertion wants is a part of what the other one does."""
    old, new = (_NO_LETTERS.sub("", each.expected or each.text) for each in (before, after))
    return old in new


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
    before, after = _without_marks(old), _without_marks(new)
    if old.body != new.body and _names(before) == _names(after):
        yield from _other_constants(*_without_rounds(before, after), new.line)
    else:
        yield from _other_rows(test)


def _without_marks(case: Case) -> str:
    """The body without skips, whose reasons nobody expects."""
    body = case.body
    for mark in case.marks[:_MOST_MARKS]:
        body = body.replace(mark.text, " ")
    return body


_MOST_MARKS = 20


def _without_rounds(before: str, after: str) -> tuple[str, str]:
    """Both bodies without the numbers of rounds of their loops, when none of them fell."""
    rounds = [
        [int("".join(match.groups(""))) for match in _ROUNDS.finditer(body[:_MAX_BODY])]
        for body in (before, after)
    ]
    grown = all(old <= new for old, new in zip(*rounds, strict=False))
    if len(rounds[0]) != len(rounds[1]) or not grown:
        return before, after
    return _ROUNDS.sub(" ", before), _ROUNDS.sub(" ", after)


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
    kept = {_value(row) for row in new}
    fresh: dict[str, list[str]] = {}
    for row in (new - old).elements():
        fresh.setdefault(shape(row), []).append(row)
    for row in (old - new).elements():
        if _value(row) in kept:
            continue  # it has another name, or stood there twice
        found = [each for each in fresh.get(shape(row), ()) if _is_same_row(row, each)]
        if found:
            yield _Rewriting(row, found[0], test.new.case.line)
            return


def _value(row: str) -> str:
    """A row without the name that it may have."""
    return _KEY.sub("", row[:_MAX_BODY]).rstrip(" ,")


def _is_same_row(before: str, after: str) -> bool:
    """Whether two rows of one shape have the same name, or have none and nothing tells otherwise."""
    one, other = _KEY.match(before[:_MAX_BODY]), _KEY.match(after[:_MAX_BODY])
    if one is None or other is None:
        return True
    return one[0] == other[0] or bool({*literals(_value(before))} & {*literals(_value(after))})


_KEY = expression(r"(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\w{1,100})\s?(?:=>|:)\s(?=\S)")


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


def _is_told(rewriting: _Rewriting, changes: TestChanges) -> bool:
    """Whether lines of the product lost the words that went, and got those that came."""
    removed, added = changes.product_words
    before, after = (
        Counter(_WORD.findall(" ".join(literals(text)) or text))
        for text in (rewriting.before, rewriting.after)
    )
    gone, come = before - after, after - before
    if not (removed or added):
        return False
    return all(word in removed for word in gone) and all(word in added for word in come)


_WORD = expression(r"[^\W_]{1,100}")


def _all_told(values: Counter[str], known: frozenset[str]) -> bool:
    return all(value in known for value in values)
