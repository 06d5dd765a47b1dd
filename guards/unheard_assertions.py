"""Assertions of a surviving test whose failure reaches nobody any more, or that ask for less."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.assertion_changes import is_real, shape, words
from guards.code import Assertion, Strength, inside
from guards.facts import Call, Handler
from guards.pattern import expression
from guards.syntax.conditions import FAILS
from guards.test_changes import TestChange, TestChanges, calls_of
from guards.test_matching import Located

_WORD = expression(r"\w+")
_BROAD = frozenset(
    {"Exception", "BaseException", "Throwable", "Error", "StandardError", "RuntimeException"}
    | {"AssertionError", "AssertionFailedError", "RuntimeError", "Any", "AssertionException"}
    | {"XunitException", "ExpectationFailedException", "ExpectationNotMetError", "Failure"}
)
# Calls that run a block at another time, for whoever does not wait for it.
_SPAWNS = frozenset(
    {"Task", "detached", "async", "launch", "spawn", "Run", "StartNew", "submit", "execute"}
    | {"create_task", "ensure_future", "Thread", "thread", "runAsync", "supplyAsync", "asyncAfter"}
    | {"QueueUserWorkItem", "schedule", "startVirtualThread", "Timer", "call_soon", "call_later"}
)
_WAITS = expression(
    r"\b(?:join\w{0,10}|wait\w{0,20}|Wait\w{0,10}|get|value|result|Result|fulfillment|runBlocking|runTest|gather"
    r"|shutdown|awaitTermination|coroutineScope|advanceUntilIdle|run_until_complete|GetAwaiter|scope)\b|await \w{1,80} ;|<- "
)
_GO = "go func ("
_MAX_BODY = 100_000


def caught(test: TestChange) -> Iterator[Assertion]:
    """Assertions that were free, and whose failure a handler of everything takes in now."""
    before = Counter(shape(each.text) for each in test.real_before)
    bound = Counter(shape(each.text) for each in _guarded(test.old))
    for each in _guarded(test.new):
        key = shape(each.text)
        bound[key] -= 1
        if bound[key] < 0 < before[key]:
            yield each


def _guarded(located: Located) -> Iterator[Assertion]:
    span = (located.case.at, located.case.end)
    handlers = [each for each in inside(located.code.handlers, span) if _takes_all(each)]
    for each in located.case.assertions:
        held = any(one.guarded[0] <= each.at < one.guarded[1] for one in handlers[:200])
        if held and is_real(each) and each.matcher != FAILS:
            yield each


def _takes_all(handler: Handler) -> bool:
    names = [name for name in _WORD.findall(handler.catches[:500]) if name[0].isupper()]
    return not handler.raises and (not names or bool(_BROAD & {*names}))


def spawned(test: TestChange) -> Iterator[Call]:
    """Calls that run assertions of the test at a time when it may be over."""
    before = Counter(call.name for call in calls_of(test.old))
    known = {shape(each.text) for each in test.real_before}
    body = test.new.case.body[:_MAX_BODY]
    for call in calls_of(test.new):
        if call.name not in _SPAWNS or call.awaited or call.inner or not call.has_block:
            continue
        before[call.name] -= 1
        held = [each for each in test.real_after if call.at <= each.at < call.end]
        asserts = any(shape(each.text) in known for each in held)
        if asserts and before[call.name] < 0 and not _WAITS.search(body.replace(call.text, " ")):
            yield call


def runs_aside(test: TestChange) -> bool:
    """Whether a test of Go hands its assertions to a goroutine and waits for none."""
    old, new = (side.case.body[:_MAX_BODY] for side in (test.old, test.new))
    if test.new.code.language != "go" or new.count(_GO) <= old.count(_GO):
        return False
    return not re.search(r"\bWait \(|<-|select \{", new)


def outdone(test: TestChange, changes: TestChanges) -> tuple[Assertion, Assertion] | None:
    """An assertion that is gone, and the strongest of those that came, when all ask for less."""
    come = [each for each in test.differences.come if is_real(each)]
    if not come or len(test.real_after) < len(test.real_before):
        return None
    best = max(come, key=lambda each: each.strength)
    strong = [*test.differences.revised]
    if any(each.after.strength > each.before.strength for each in strong):
        return None
    for gone in test.differences.gone:
        weaker = best.strength < Strength.PART <= gone.strength
        obsolete = {*words(gone.subject)} & changes.vanished
        if weaker and not obsolete and not changes.stands_elsewhere(gone):
            return gone, best
    return None
