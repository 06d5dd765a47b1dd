import pytest

from bot.core.attribution import Trial, Whose, attribute
from bot.core.diagnosis import FailureClass, Route, classify, diagnose
from bot.core.failure import Failure, FailureType


def trials(**failed: bool | None) -> tuple[Trial, ...]:
    return tuple(Trial(tree=tree, command="x", failed=red) for tree, red in failed.items())


@pytest.mark.parametrize(
    ("runs", "whose"),
    [
        (trials(group=False), Whose.FLAKY),
        (trials(group=True, alone=True, base=True), Whose.BASE),
        (trials(group=True, alone=False, base=True), Whose.BASE),
        (trials(group=True, alone=True, base=False), Whose.PULL_REQUEST),
        (trials(group=True, alone=False, base=False), Whose.INTERACTION),
        (trials(group=True, alone=None, base=None), Whose.UNKNOWN),
        ((), Whose.UNKNOWN),
    ],
)
def test_the_truth_table_names_who_has_to_act(runs: tuple[Trial, ...], whose: Whose) -> None:
    assert attribute(runs, others=(5,)).whose is whose


def test_only_an_interaction_names_the_others() -> None:
    assert attribute(trials(group=True, alone=False, base=False), others=(5,)).others == (5,)
    assert attribute(trials(group=True, alone=True, base=False), others=(5,)).others == ()


def failure(kind: FailureType) -> Failure:
    return Failure(type=kind, message="x")


def test_the_most_basic_failure_names_the_class() -> None:
    mixed = [failure(FailureType.LINT), failure(FailureType.BUILD), failure(FailureType.TEST)]
    assert classify(mixed) is FailureClass.BUILD
    assert classify([failure(FailureType.UNKNOWN)]) is FailureClass.UNKNOWN


def test_a_flaky_entry_is_requeued_once_and_no_more() -> None:
    flaky = attribute(trials(group=False))
    assert diagnose([], flaky, requeues=0).route is Route.REQUEUE
    assert diagnose([], flaky, requeues=1).route is Route.EXPLAIN


def test_a_broken_base_is_never_fixed_on_the_pull_request() -> None:
    broken = attribute(trials(group=True, alone=True, base=True))
    assert diagnose([failure(FailureType.TEST)], broken, 0).route is Route.EXPLAIN


def test_what_could_not_be_run_is_explained() -> None:
    found = diagnose([failure(FailureType.TEST)], attribute(()), 0)
    assert found.route is Route.EXPLAIN


def test_a_runner_that_failed_is_requeued() -> None:
    red = attribute(trials(group=True, alone=True, base=False))
    assert diagnose([failure(FailureType.INFRA)], red, 0).route is Route.REQUEUE
