"""How an attempt ended, in one word: a label of the metrics."""

from enum import StrEnum

from bot.core.case import Case
from bot.core.patch import Attempt
from guards.verdict import Severity


class AttemptResult(StrEnum):
    """The ends of an attempt; an end is never taken back, whatever comes of the case."""

    PUSHED = "pushed"  # even when CI was red on it later
    REJECTED = "rejected"  # by the guards
    STILL_RED = "still_red"  # its checks were red in the clean checkout
    NOTHING = "nothing"  # no patch came of it
    NEEDS_HUMAN = "needs_human"  # a person had to look, whatever they decided
    FAILED = "failed"  # there was a patch, and it was not pushed for another reason


_JUDGED = {
    Severity.REJECT: AttemptResult.REJECTED,
    Severity.NEEDS_HUMAN: AttemptResult.NEEDS_HUMAN,
}


def result_of(attempt: Attempt, case: Case) -> AttemptResult | None:
    """How an attempt of a case ended; None while it is under way."""
    if attempt.patch is None:
        return AttemptResult.NOTHING
    if any(not check.passed for check in attempt.checks):
        return AttemptResult.STILL_RED
    if attempt.verdict is not None and attempt.verdict.outcome in _JUDGED:
        return _JUDGED[attempt.verdict.outcome]
    if any(pushed.attempt == attempt.number for pushed in case.pushes):
        return AttemptResult.PUSHED
    return AttemptResult.FAILED if attempt.why_failed or case.ended else None
