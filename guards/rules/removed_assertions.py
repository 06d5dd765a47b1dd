"""A test that asserts less, or nothing that can fail, passes without the code being right."""

from collections import Counter
from collections.abc import Iterator

from guards.assertion_changes import expects_error, is_real, literals, readable, words
from guards.assertion_strength import denies_a_value, expects_failure
from guards.change import Change, FileChange
from guards.code import Assertion, Strength
from guards.diff_tests import assertion_lines, is_hollow_line
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import is_collected
from guards.test_changes import TestChange, TestChanges, calls_of, test_changes
from guards.test_matching import Located
from guards.verdict import Finding, Severity

NAME = "removed_assertions"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

# A loop or a quantifier over nothing, in the canonical text of a body.
_NOTHING = expression(
    r"\b(?:in|of|each|all) (?:\[ \]|\( \)|\{ \}|range \( (?:0|0 , 0|1 , 1) \))(?! ?[\w.*\[(])"
    r"|\[ 0? ?: 0 \]|\. (?:take|first|head|limit|Take) \( 0 \)|\. slice \( 0 , 0 \)|\bislice \( [^()]{1,80} , 0 \)"
    r"|\b0 \. times\b|\b(?:in|of) \(? ?0 ?\.\.[.<]? ?0\b|\brepeat \( 0 \)|; \w{1,30} < 0 ;"
    r"|\brange \[ \] ?[\w.*]{1,60} ?\{ \}"
    r"|\[ \] \. (?:forEach|each|every|map|all|for_each|iter)\b|\b(?:all|every) \( \[ \]"
    r"|\b(?:emptyList|listOf|Array \. Empty < \w{1,60} >|Enumerable \. Empty < \w{1,60} >"
    r"|List \. of|Collections \. emptyList|vec ! \[|foreach \( \[ \]) ?\(? ?[\])]"
)
_ERRORS = frozenset({"err", "error"})
_ASSERTING = expression(r"(?i)_?(?:assert|expect|verify|check|should|must|ensure|validate)")
_MAX_BODY = 100_000
_REMEDY = "put the assertions back and make the code satisfy them"


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find surviving tests that assert less than before, or only what is always true."""
    if not change.from_trees:
        for file in change.files:
            if is_collected(file.path):
                yield from _by_lines(file)
        return
    changes = test_changes(change)
    for test in changes.tests:
        yield from _weakened(test, changes, evidence)


def _weakened(test: TestChange, changes: TestChanges, evidence: Evidence) -> Iterator[Finding]:
    old, new = test.old.case, test.new.case
    hollow = _new_hollow(test)
    if hollow is not None:
        yield _finding(test.new, f"{new.name} asserts what is always true: {readable(hollow.text)}")
    if new.swallowed > old.swallowed or _wants_failure(test):
        message = f"{new.name} catches its own failing assertion and goes on"
        yield _finding(test.new, message, remedy="let a failing assertion fail the test")
    if not test.real_before:
        return
    yield from _idle_loops(test)
    if not test.real_after:
        if hollow is None and not _is_made_elsewhere(test, changes):
            severity = Severity.NEEDS_HUMAN if _may_assert(test) else SEVERITY
            message = f"{new.name} no longer asserts anything"
            yield _finding(test.new, message, severity=severity)
    elif len(test.real_after) < len(test.real_before) and not _is_table(test):
        yield from _fewer(test, changes, evidence)


def _idle_loops(test: TestChange) -> Iterator[Finding]:
    """Loops around assertions that run never, or less often than they did."""
    name = test.new.case.name
    if _loops_over_nothing(test):
        yield _finding(test.new, f"{name} asserts in a loop over nothing")
    elif _takes_fewer(test):
        message = f"{name} asserts in a loop over less than before"
        yield _finding(test.new, message, severity=Severity.NEEDS_HUMAN)


def _fewer(test: TestChange, changes: TestChanges, evidence: Evidence) -> Iterator[Finding]:
    lost = [each for each in _lost(test, changes) if is_real(each)]
    if not lost or _is_made_elsewhere(test, changes):
        return
    message = (
        f"{test.new.case.name} asserts {len(test.real_after)} things instead of"
        f" {len(test.real_before)}; gone: {readable(lost[0].text)}"
    )
    severity = Severity.NEEDS_HUMAN
    if all({*words(each.subject)} & changes.vanished for each in lost):
        severity = Severity.WARN  # it went with what it looked at
    yield _finding(test.new, message, severity=severity)


def _lost(test: TestChange, changes: TestChanges) -> Iterator[Assertion]:
    """Assertions that nothing stands in for, neither in the test nor elsewhere."""
    for each in test.differences.gone:
        if not (
            changes.stands_elsewhere(each) or _is_merged(each, test) or _is_obsolete(each, test)
        ):
            yield each


def _is_merged(gone: Assertion, test: TestChange) -> bool:
    """Whether an exact assertion of the new test holds all that a lost one did."""
    kept = test.differences
    values = {*literals(gone.expected)} or {*literals(gone.text)}
    for each in (*kept.come, *(revision.after for revision in kept.revised)):
        if each.strength < min(gone.strength, Strength.PART):
            continue
        if values and values <= {*literals(each.text)}:
            return True
    weaker = gone.strength < Strength.PART and not denies_a_value(gone)
    same = {*words(gone.subject)}
    return weaker and any(
        each.strength > gone.strength and same and same <= {*words(each.text)}
        for each in test.new.case.assertions
    )


def _is_obsolete(gone: Assertion, test: TestChange) -> bool:
    """Whether it looked at an error that the code hands over in no such way any more."""
    if not {*words(gone.subject)} & _ERRORS or len(words(gone.subject)) > 1:
        return False
    new = {*test.new.case.body.split()}
    return not new & _ERRORS and "_" not in new - {*test.old.case.body.split()}


def _is_made_elsewhere(test: TestChange, changes: TestChanges) -> bool:
    """Whether a helper that the test did not call before asserts in its place."""
    before = Counter(call.name for call in calls_of(test.old))
    added = Counter(call.name for call in calls_of(test.new)) - before
    if any(name in changes.asserting for name in added):
        return True
    gone = [each for each in test.differences.gone if is_real(each)]
    return bool(gone) and all(changes.stands_elsewhere(each) for each in gone)


def _may_assert(test: TestChange) -> bool:
    """Whether the test calls something new that has the name of an assertion."""
    before = {call.name for call in calls_of(test.old)}
    return any(
        call.name not in before and _ASSERTING.match(call.name) for call in calls_of(test.new)
    )


def _is_table(test: TestChange) -> bool:
    """Whether single assertions became rows of a table in the same test."""
    rows = "\n".join(test.new.case.rows)
    known = {*literals(rows)} | test.new.case.literals
    wanted = {each for gone in test.differences.gone for each in literals(gone.text)}
    grown = len(test.new.case.rows) > len(test.old.case.rows)
    if test.new.case.parametrized and not test.old.case.parametrized:
        known |= {each.text for each in test.new.code.literals}
        grown = True
    return bool(wanted) and grown and wanted <= known


def _new_hollow(test: TestChange) -> Assertion | None:
    """An assertion that cannot fail where one stood that could, or where none stood."""
    had = Counter(each.text for each in test.old.case.assertions if not is_real(each))
    for each in test.new.case.assertions:
        if is_real(each):
            continue
        had[each.text] -= 1
        if had[each.text] < 0 and len(test.real_after) <= len(test.real_before):
            return each
    return None


def _loops_over_nothing(test: TestChange) -> bool:
    old, new = (side.case.body[:_MAX_BODY] for side in (test.old, test.new))
    added = Counter(_NOTHING.findall(new)) - Counter(_NOTHING.findall(old))
    return bool(added) and len(test.real_after) <= len(test.real_before)


def _takes_fewer(test: TestChange) -> bool:
    """Whether a loop takes a part only of what it took, by its head."""
    old, new = (side.case.body[:_MAX_BODY] for side in (test.old, test.new))
    if old == new:
        return False
    heads = [head for head in _HEADS.findall(new) if head not in old]
    gone = [head for head in _HEADS.findall(old) if head not in new]
    cuts = [head for head in heads if _CUTS.search(head)]
    return bool(cuts) and len(heads) == len(gone) and not any(map(_CUTS.search, gone))


_HEADS = expression(
    r"\bfor(?:each)? \(? ?(?:const |let |var |auto )?[^:{;\n]{1,100}? (?:in|of|as|:|:= range) ([^{;\n]{1,100})"
)
_CUTS = expression(
    r"\[ [\w.]{0,30} ?: ?[\w.\-]{0,30} ?\]|\bislice\b|\. ?(?:take|first|slice|skip|drop|filter|limit|Take|Skip|Where)\b"
)


def _wants_failure(test: TestChange) -> bool:
    before = sum(map(expects_error, test.old.case.assertions))  # it may be of another kind now
    return sum(map(expects_failure, test.new.case.assertions)) > before


def _by_lines(file: FileChange) -> Iterator[Finding]:
    """The same from a diff alone: counted a file, because tests cannot be told apart."""
    added, removed = assertion_lines(file.added), assertion_lines(file.removed)
    for line in added:
        if is_hollow_line(line.text):
            message = f"an assertion is always true: {line.text.strip()[:200]}"
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=message,
                remedy=_REMEDY,
                file=file.path,
                line=line.number,
            )
    if len(added) < len(removed) and file.after is None and file.status != "D":
        severity = Severity.NEEDS_HUMAN if added else SEVERITY
        message = f"assertions removed: {len(removed)}, added: {len(added)}"
        yield Finding(
            guard=NAME, severity=severity, message=message, remedy=_REMEDY, file=file.path
        )


def _finding(
    located: Located, message: str, *, remedy: str = _REMEDY, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy=remedy,
        file=located.file.path,
        line=located.case.line,
    )
