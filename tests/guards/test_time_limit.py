"""Judging ends in time, and what was not judged then needs a person."""

import re
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from guards import judge
from guards.change import Change
from guards.errors import OutOfTimeError
from guards.evidence import Evidence
from guards.judgement import OUT_OF_TIME, unjudged
from guards.policy import Policy
from guards.rules import Guard
from guards.time_limit import limited
from guards.verdict import Finding, NotRun, Severity
from tests.guards.conftest import Repo, judged


def _guard(name: str, seconds: float) -> Guard:
    def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
        try:
            time.sleep(seconds)
        except Exception:  # noqa: BLE001 - a guard that takes an interruption for its own error
            return
        yield Finding(guard=name, severity=Severity.WARN, message="seen", remedy="-")

    guard = SimpleNamespace(NAME=name, SEVERITY=Severity.WARN, NEEDS=frozenset(), check=check)
    return cast("Guard", guard)


def test_what_was_found_in_time_is_kept_and_the_rest_named() -> None:
    guards = [_guard("quick", 0), _guard("slow", 30), _guard("never", 0)]

    with limited(0.2):
        verdict = judge(Change(), Policy(), Evidence(), guards)

    assert [finding.guard for finding in verdict.findings] == ["quick"]
    assert verdict.not_run == tuple(NotRun(guard=n, why=OUT_OF_TIME) for n in ("slow", "never"))
    assert verdict.outcome is Severity.NEEDS_HUMAN


def test_a_pattern_that_does_not_end_is_interrupted() -> None:
    with pytest.raises(OutOfTimeError), limited(0.2):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_nothing_is_interrupted_after_the_block() -> None:
    with limited(0.05):
        pass
    time.sleep(0.1)


def test_another_thread_is_left_alone() -> None:
    ended: list[bool] = []

    def work() -> None:
        with limited(0.01):
            time.sleep(0.05)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ended == [True]


def test_a_limit_that_is_none_is_wrong_use(repo: Repo) -> None:
    assert judged(repo, base="HEAD", timeout_s=0.0)[0] == 2
    assert judged(repo, base="HEAD", timeout_s=float("nan"))[0] == 2


def test_a_verdict_of_nobody_needs_a_human() -> None:
    assert unjudged("why").outcome is Severity.NEEDS_HUMAN
