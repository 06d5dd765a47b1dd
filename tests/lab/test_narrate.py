"""The demo's story: what is new since the last look, nothing twice."""

from dataclasses import replace

from bot.core.case import Moment, Pushed
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.patch import CheckRun
from bot.lab.narrate import news
from tests.core.cases import ATTRIBUTION, NOW, attempt, case, rejected

RED_RUN = CheckRun(name="unit", command="pytest", passed=False, seconds=1.0)


def test_a_case_is_told_from_its_failure_on() -> None:
    told = [(line.kind, line.text) for line in news(None, case(attribution=ATTRIBUTION))]
    assert told == [
        ("out", "thrown out: required check unit is red on group bbbbbbbbbb"),
        ("failure", "test_failure: tests/test_add.py::test_add: assert 1 == 2"),
        ("whose", "pull request (group red, alone red, base green)"),
    ]


def test_what_was_told_is_not_told_again() -> None:
    known = case(attribution=ATTRIBUTION, attempts=(attempt(),))
    assert list(news(known, known)) == []


def test_a_red_attempt_that_is_rejected_too_says_each_once() -> None:
    red = attempt(checks=(RED_RUN,), why_failed="still red: unit")
    both = replace(red, why_failed="still red: unit; rejected by the guards: x", verdict=rejected())
    first, second = case(attempts=(red,)), case(attempts=(both,))

    assert [line.text for line in news(case(), first)][1:] == ["in a clean checkout: unit red"]
    assert [line.kind for line in news(first, second)] == ["guard", "guard", "no"]
    assert [line.text for line in news(first, second)][-1] == "rejected by the guards: x"


def test_a_push_after_an_approval_names_the_person_and_the_commit() -> None:
    waiting = case(attempts=(attempt(),), stage=Stage.NEEDS_HUMAN)
    pushed = replace(
        waiting,
        stage=Stage.WAITING_CI,
        pushes=(Pushed(attempt=1, sha=Sha("d" * 40), at=NOW),),
        story=(Moment(at=NOW, stage=Stage.PUSHING, note="approved by @grace"),),
    )
    assert [line.text for line in news(waiting, pushed)] == [
        "approved by @grace",
        "pushed dddddddddd Claude fix: add instead of subtract",
    ]
