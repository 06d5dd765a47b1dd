"""Cases to test with: one builder, named parts."""

from datetime import UTC, datetime

from bot.core.attribution import Attribution, Trial, Whose
from bot.core.case import Case, FailedCheck, QueueEntry
from bot.core.diagnosis import Diagnosis, FailureClass, Route
from bot.core.failure import Failure, FailureType
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, Fixer, Patch
from guards.verdict import Finding, Severity, Verdict

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)

ENTRY = QueueEntry(
    repo="acme/rocket",
    installation=1,
    pr=PrNumber(7),
    head=Sha("a" * 40),
    base_branch="main",
    group=Sha("b" * 40),
    base=Sha("c" * 40),
    ahead=(PrNumber(5),),
)
FAILURE = Failure(
    type=FailureType.TEST,
    message="assert 1 == 2",
    tool="pytest",
    test="tests/test_add.py::test_add",
    file="tests/test_add.py",
    line=4,
    job="unit",
)
PATCH = Patch(base=ENTRY.head, commit=Sha("d" * 40), edits=(), diff=Digest("e" * 64))
FINDING = Finding(
    guard="deleted_tests",
    severity=Severity.REJECT,
    message="test_add was removed and exists nowhere else",
    remedy="restore it",
    file="tests/test_add.py",
    line=4,
)


def case(**more: object) -> Case:
    """A case that was collected, with more set by keyword."""
    known: dict[str, object] = {
        "id": CaseId("acme/rocket#7@bbbbbbbbbbbb"),
        "entry": ENTRY,
        "opened_at": NOW,
        "title": "Add numbers",
        "checks": (FailedCheck(name="unit", conclusion="failure", config="unit"),),
        "failures": (FAILURE,),
    }
    return Case(**(known | more))  # type: ignore[arg-type]  # a builder for tests


def attempt(number: int = 1, **more: object) -> Attempt:
    """An attempt of the model with a patch."""
    known: dict[str, object] = {
        "number": number,
        "by": Fixer.MODEL,
        "name": "claude-sonnet-5-5",
        "started_at": NOW,
        "ended_at": NOW,
        "patch": PATCH,
        "summary": "add instead of subtract",
        "cost_usd": 0.12,
        "turns": 4,
    }
    return Attempt(**(known | more))  # type: ignore[arg-type]  # a builder for tests


def rejected() -> Verdict:
    """A verdict with one finding that blocks."""
    return Verdict(findings=(FINDING,))


ATTRIBUTION = Attribution(
    whose=Whose.PULL_REQUEST,
    trials=(
        Trial(tree="group", command="pytest", failed=True, seconds=1.0),
        Trial(tree="alone", command="pytest", failed=True, seconds=1.0),
        Trial(tree="base", command="pytest", failed=False, seconds=1.0),
    ),
)
DIAGNOSIS = Diagnosis(
    failure_class=FailureClass.TEST,
    route=Route.FIX,
    why="It fails with this pull request alone.",
)
ENDS = {
    "healed": (Stage.HEALED, "Merged."),
    "gave_up": (Stage.GAVE_UP, "3 attempts did not lead to a fix that holds."),
}
