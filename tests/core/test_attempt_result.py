from dataclasses import replace

import pytest

from bot.core.attempt_result import AttemptResult, result_of
from bot.core.case import Case, Pushed
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, CheckRun
from guards.verdict import Severity, Verdict
from tests.core.cases import FINDING, NOW, PATCH, attempt, case, rejected

RED = CheckRun(name="unit", command="pytest", passed=False, seconds=1.0)
ASKS = Verdict(findings=(replace(FINDING, severity=Severity.NEEDS_HUMAN),))
PUSHED = (Pushed(attempt=1, sha=PATCH.commit, at=NOW),)


@pytest.mark.parametrize(
    ("tried", "of", "result"),
    [
        (attempt(patch=None, why_failed="nothing was changed"), case(), "nothing"),
        (attempt(checks=(RED,), why_failed="still red"), case(), "still_red"),
        (attempt(checks=(RED,), verdict=rejected(), why_failed="red"), case(), "still_red"),
        (attempt(verdict=rejected(), why_failed="rejected"), case(), "rejected"),
        (attempt(verdict=ASKS), case(stage=Stage.NEEDS_HUMAN), "needs_human"),
        (attempt(verdict=Verdict()), case(pushes=PUSHED), "pushed"),
        (attempt(why_failed="it no longer merges"), case(), "failed"),
        (attempt(verdict=Verdict()), case(stage=Stage.OVERTAKEN), "failed"),
    ],
)
def test_an_attempt_ends_in_one_word(tried: Attempt, of: Case, result: str) -> None:
    assert result_of(tried, of) == AttemptResult(result)


@pytest.mark.parametrize("tried", [attempt(), attempt(verdict=Verdict()), attempt(number=2)])
def test_an_attempt_under_way_has_no_end(tried: Attempt) -> None:
    assert result_of(tried, case(stage=Stage.PUSHING)) is None


def test_an_end_is_not_taken_back_by_what_comes_later() -> None:
    red_ci = attempt(verdict=Verdict(), why_failed="CI of the pull request is red")
    assert result_of(red_ci, case(pushes=PUSHED)) is AttemptResult.PUSHED

    approved = attempt(verdict=ASKS)
    assert result_of(approved, case(pushes=PUSHED)) is AttemptResult.NEEDS_HUMAN
