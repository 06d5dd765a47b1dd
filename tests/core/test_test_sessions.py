"""What stands in the output of a test run, and what does not."""

import pytest

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.test_sessions import TestSessions

BEGIN = "============================= test session starts =============================="
PASSED = "=============== 2 passed, 1 warning in 0.30s ==============="
FAILED = "========= 1 failed, 2 passed in 75.30s (0:01:15) ========="


def sessions(text: str) -> TestSessions:
    return TestSessions(Line(number, each) for number, each in enumerate(text.splitlines(), 1))


def said(number: int, tool: str = "mypy", type_: FailureType = FailureType.BUILD) -> Failure:
    span = LogSpan(start=number, end=number)
    return Failure(type=type_, tool=tool, message="wrong", log=span)


@pytest.mark.parametrize("counts", [PASSED, FAILED, "===== no tests ran in 0.01s ====="])
def test_what_another_tool_says_within_a_run_is_output_of_its_tests(counts: str) -> None:
    run = sessions(f"mypy\n{BEGIN}\nprinted\n{counts}\nmypy")
    assert [run.hold(said(number)) for number in (1, 3, 5)] == [False, True, False]


def test_what_the_runner_says_is_its_own() -> None:
    assert not sessions(f"{BEGIN}\nsaid\n{PASSED}").hold(said(2, tool="pytest"))


def test_a_linter_that_runs_as_a_test_is_heard_where_tests_failed() -> None:
    lint = said(2, tool="ruff", type_=FailureType.LINT)
    assert not sessions(f"{BEGIN}\nsaid\n{FAILED}").hold(lint)
    assert sessions(f"{BEGIN}\nsaid\n{PASSED}").hold(lint)


@pytest.mark.parametrize(
    "between", ["##[group]Run mypy", "##[error]Process completed with exit code 1."]
)
def test_a_run_that_broke_off_holds_nothing(between: str) -> None:
    assert not sessions(f"{BEGIN}\nsaid").hold(said(2))
    assert not sessions(f"{BEGIN}\n{between}\nsaid\n{PASSED}").hold(said(3))


def test_a_run_within_a_test_ends_before_the_run_around_it() -> None:
    run = sessions(f"{BEGIN}\n{BEGIN}\na\n{FAILED}\nb\n{PASSED}\nc")
    assert [run.hold(said(number)) for number in (3, 5, 7)] == [True, True, False]
