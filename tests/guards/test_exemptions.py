"""An exemption covers one finding, by its content and until a day."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from guards import judge
from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence
from guards.exemptions import Exemption, content_of
from guards.policy import Policy
from guards.verdict import Severity, Verdict

TODAY = date(2026, 12, 1)


def _change(text: str = "x = 1  # noqa", number: int = 3, path: str = "a.py") -> Change:
    added = (Line(number=number, text=text),)
    file = FileChange(path=path, old_path=path, status=Status.MODIFIED, added=added)
    return Change(files=(file,), from_trees=False)


def _exemption(change: Change, until: date = TODAY) -> Exemption:
    (finding,) = judge(change, Policy(), Evidence()).findings
    return Exemption(
        fingerprint=finding.fingerprint,
        guard=finding.guard,
        reason="generated",
        owner="@ada",
        until=until,
    )


def _judged(change: Change, exemption: Exemption, today: date | None = TODAY) -> Verdict:
    return judge(change, Policy(exemptions=(exemption,)), Evidence(), today=today)


def test_an_exempted_finding_is_kept_but_does_not_count() -> None:
    verdict = _judged(_change(), _exemption(_change()))

    assert (verdict.outcome, verdict.findings, verdict.warnings) == (Severity.PASS, (), ())
    assert [each.owner for each in verdict.exempted] == ["@ada"]


def test_it_covers_the_same_lines_elsewhere_in_the_file() -> None:
    assert _judged(_change(number=40), _exemption(_change())).exempted


def test_it_covers_no_other_line_no_other_file_and_nothing_after_its_last_day() -> None:
    exemption = _exemption(_change())

    for change in (_change("x = 2  # noqa"), _change(path="b.py")):
        verdict = _judged(change, exemption)
        assert (verdict.passed, verdict.exempted) == (False, ())
        assert "fits nothing in this change" in verdict.warnings[0]
    late = _judged(_change(), exemption, date(2026, 12, 2))
    assert (late.passed, late.exempted) == (False, ())
    assert "ended on 2026-12-01" in late.warnings[0]


def test_without_a_date_no_exemption_counts() -> None:
    verdict = _judged(_change(), _exemption(_change()), None)

    assert not verdict.passed
    assert "date is not known" in verdict.warnings[0]


def test_no_comment_in_a_change_waives_a_finding() -> None:
    for word in ("selfheal: ignore", "selfheal-guard: off", "selfheal: allow suppressions"):
        verdict = judge(_change(f"x = 1  # noqa  # {word}"), Policy(), Evidence(), today=TODAY)
        assert not verdict.passed


_LINES = st.lists(st.text(), max_size=3)


@given(_LINES, _LINES, _LINES, _LINES)
def test_a_fingerprint_tells_sides_and_lines_apart(
    before: list[str], after: list[str], other_before: list[str], other_after: list[str]
) -> None:
    def plain(lines: list[str]) -> list[str]:
        return [line.rstrip() for line in lines]

    same = plain(before) == plain(other_before) and plain(after) == plain(other_after)

    one = content_of(before, after)
    assert (one == content_of(other_before, other_after)) == same
    assert one == content_of([f"{each}\r" for each in before], after)
