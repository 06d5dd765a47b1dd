"""A test that is skipped, or expected to fail, says nothing; a fixer has no reason to add one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import MarkKind
from guards.evidence import Evidence, Need, Outcome
from guards.languages import language_of
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import is_collected
from guards.roles import is_code
from guards.test_ids import parsed
from guards.test_marks import NewMark, new_marks
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "skips"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_REMEDY = "let the test run and pass; do not skip it or expect it to fail"
_WHAT = {
    MarkKind.SKIP: "a test is skipped",
    MarkKind.EXPECTED_FAILURE: "a test is expected to fail",
    MarkKind.ONLY: "only this test runs of all that are there",
    MarkKind.RETRY: "a test is run again when it fails",
}
_OF_TOOLS = expression(r"\b(?:pytest|unittest|SkipTest)\b")  # what makes a mark one in the product
_OF_NEW_TESTS = expression(r"should_panic|\bexpected\b|ExpectedException|importorskip")
_CONDITION = expression(r",\s{0,3}(?:if|unless):\s")
_OFF_BY_NAME = expression(r"(?:^|[^A-Za-z])DISABLED_")
_PLATFORM = expression(r"\b(?:platform|os\.name|version_info|implementation|maxsize|GOOS)\b")
_LINE = expression(
    r"\b(?:it|test|describe|context|suite)\.(?:skip|todo|only|failing|fixme)\b|\b[xf](?:it|describe|context)\b\s*\(?"
    r"|\bxtest\(|\bt\.Skip(?:f|Now)?\(|@(?:Ignore|Disabled)\b|#\[ignore\b|#\[should_panic\b|\bmarkTestSkipped\("
    r"|\bmarkTestIncomplete\(|\bXCTSkip|\bGTEST_SKIP\b|\[(?:Ignore|Explicit)\b|\bSkip\s?=\s?\"|\bDISABLED_\w"
    r"|@(?:skip|tag\s+:skip|Tag\(\"skip)|\.disabled\(|\bAssert\.(?:Ignore|Inconclusive)\("
    r"|\bmark\s*\.\s*(?:skip|skipif|xfail)\b|\b(?:pytest|unittest)\s*\.\s*(?:skip\w*|xfail|importorskip|expectedFailure)\b"
    r"|\.skipTest\(|\bSkipTest\b|^\s*@(?:skip\w*|xfail|expectedFailure)\b|__test__\s*=\s*False|\bcollect_ignore"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ran:
    """Names of the tests that ran with the change."""

    names: frozenset[str]

    def has(self, test: Located | None) -> bool:
        """Whether a test is among them."""
        if test is None:
            return False
        name = test.case.name
        return bool(self.names & {name, test.case.simple_name, name.replace(" > ", " ")})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find skips, expected failures and focused or repeated tests that were not there before."""
    ran = _Ran(
        names=frozenset(
            parsed(test).name
            for test, outcome in (evidence.after.outcomes or {}).items()
            if outcome is Outcome.PASSED
        )
    )
    if change.from_trees:
        for new in new_marks(change):
            severity = _severity(new, ran)
            if severity is not Severity.PASS:
                message = f"{_WHAT[new.mark.kind]}: {new.text[:200]}"
                yield _finding(message, new.file, new.mark.line, severity)
        yield from _by_name(change)
    yield from _by_lines(change)


def _severity(new: NewMark, ran: _Ran) -> Severity:
    if not _counts(new):
        return Severity.PASS
    if new.mark.kind is MarkKind.RETRY:
        return Severity.NEEDS_HUMAN
    if new.mark.kind is MarkKind.ONLY:
        return SEVERITY
    return _of_new(new) if new.old is None else _of_existing(new, ran)


def _of_new(new: NewMark) -> Severity:
    """A new test that does not run takes nothing away, but a person may ask what it is for."""
    if _OF_NEW_TESTS.search(new.mark.text[:300]):
        return Severity.WARN if "import" in new.mark.text else Severity.PASS
    if not is_collected(new.file.path) and not new.conditional:
        return SEVERITY  # beside the tests, and over all of them
    return Severity.WARN if new.conditional else Severity.NEEDS_HUMAN


def _of_existing(new: NewMark, ran: _Ran) -> Severity:
    """A test that was there has no reason to need a mark now, but for another system."""
    if new.platform and ran.has(new.new):
        return Severity.WARN
    return Severity.NEEDS_HUMAN if new.conditional else SEVERITY


def _counts(new: NewMark) -> bool:
    """Whether a mark stands where tests are; in the product, only what names a runner does."""
    if is_collected(new.file.path) and not new.file.path.endswith(".rs"):
        return True
    if new.file.is_test or new.new is not None:
        return True
    return bool(_OF_TOOLS.search(new.mark.text[:300]))


def _by_name(change: Change) -> Iterator[Finding]:
    """Tests that their new name switches off."""
    for old, new in match_tests(change).pairs:
        if new.code.language == "ruby" and _asks(new) and not _asks(old):
            message = f"a test only runs on a condition: {new.case.name[:200]}"
            yield _finding(message, new.file, new.case.line, Severity.NEEDS_HUMAN)
        if new.case.marks or not _OFF_BY_NAME.search(new.case.name[:300]):
            continue
        if not _OFF_BY_NAME.search(old.case.name[:300]):
            message = f"a test is skipped by its name: {new.case.name[:200]}"
            yield _finding(message, new.file, new.case.line)


def _asks(test: Located) -> bool:
    """Whether the head of an example of RSpec has a condition."""
    raw = (test.content or b"")[test.case.at : test.case.at + 300]
    return _CONDITION.search(raw.partition(b"\n")[0].decode(errors="replace")) is not None


def _by_lines(change: Change) -> Iterator[Finding]:
    """Skips in the changed lines, in languages whose syntax is not known or without contents."""
    files = [file for file in change.files if _has_no_facts(change, file)]
    known = Counter(
        line.text.strip()
        for file in files
        for line in file.removed
        if _LINE.search(line.text[:1000])
    )
    for file in files:
        for line in file.added:
            text = line.text.strip()
            if text.startswith(("#!", "# ", "//", "*")) or not _LINE.search(text[:1000]):
                continue
            if known[text] > 0:  # it was there, or has moved
                known[text] -= 1
                continue
            platform = _PLATFORM.search(text[:1000])
            severity = Severity.NEEDS_HUMAN if platform else SEVERITY
            message = f"a test is skipped or expected to fail: {text[:200]}"
            yield _finding(message, file, line.number, severity)


def _has_no_facts(change: Change, file: FileChange) -> bool:
    path = file.path
    if not is_code(path) or not (file.is_test or path.endswith((".py", ".rs"))):
        return False
    if not change.from_trees:
        return True
    return language_of(path) is None and file.after is not None


def _finding(
    message: str, file: FileChange, line: int | None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME, severity=severity, message=message, remedy=_REMEDY, file=file.path, line=line
    )
