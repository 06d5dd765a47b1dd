"""Cases with everything that a page can show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.attribution import Attribution, Trial, Whose
from bot.core.case import Case, FailedCheck, Moment, Pushed, QueueEntry
from bot.core.diagnosis import Diagnosis, FailureClass, Route
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.ids import CaseId, PrNumber, Sha
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, CheckRun, Fixer, Patch
from guards.verdict import Finding, NotRun, Severity, Verdict
from tests.fakes.pages_store import PagesStore

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
OPENED = NOW - timedelta(minutes=9)
GROUP = Sha("9f3c" * 10)
HEAD = Sha("1a2b" * 10)
BASE = Sha("77e0" * 10)
FIX = Sha("c0ffee" + "0" * 34)

CHEAT = """diff --git a/tests/test_cart.py b/tests/test_cart.py
--- a/tests/test_cart.py
+++ b/tests/test_cart.py
@@ -10,7 +10,2 @@ from shop.cart import Cart
-def test_total_counts_the_discount_once() -> None:
-    cart = Cart(discount=10)
-    cart.add("pen", 100)
-    assert cart.total() == 90
-
 def test_an_empty_cart_costs_nothing() -> None:
"""
HONEST = """diff --git a/shop/cart.py b/shop/cart.py
index 3f1d2aa..91b0c3e 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -21,8 +21,8 @@ class Cart:
     def total(self) -> int:
         \"\"\"What the customer pays, in cents.\"\"\"
         net = sum(price for _, price in self.items)
-        for _ in self.items:
-            net -= self.discount
+        if self.items:
+            net -= self.discount
         return max(net, 0)
"""
TRANSCRIPT = """{"at":"2026-05-04T10:24:01+00:00","kind":"task","case":"octo/shop#41","text":"A queue entry failed."}
{"at":"2026-05-04T10:24:07+00:00","kind":"model","turn":1,"text":"I look at the failing test first.","usage":{"fresh":5310,"output":88},"usd":0.0171}
{"at":"2026-05-04T10:24:08+00:00","kind":"tool","turn":1,"name":"bash","input":{"command":"sed -n 1,40p shop/cart.py"},"ok":false,"output":"class Cart:\\n    ..."}
not a line of JSON
{"at":"2026-05-04T10:25:40+00:00","kind":"result","result":"SUCCESSFUL FIX","why":"The discount is taken once."}
"""

FAILURE = Failure(
    type=FailureType.TEST,
    message="assert 80 == 90",
    tool="pytest",
    test="tests/test_cart.py::test_total_counts_the_discount_once",
    file="tests/test_cart.py",
    line=14,
    command="pytest -q tests/test_cart.py::test_total_counts_the_discount_once",
    detail=("    cart = Cart(discount=10)", ">   assert cart.total() == 90", "E   assert 80 == 90"),
    log=LogSpan(start=118, end=131),
    job="unit",
    root=True,
)


def entry(pr: int = 41) -> QueueEntry:
    return QueueEntry(
        repo="octo/shop",
        installation=7,
        pr=PrNumber(pr),
        head=HEAD,
        base_branch="main",
        group=GROUP,
        base=BASE,
        ahead=(PrNumber(39), PrNumber(40)),
    )


def case_id(pr: int) -> CaseId:
    return CaseId(f"octo/shop#{pr}@{GROUP}")


def opened(pr: int = 41, title: str = "Count the discount once", minutes: int = 9) -> Case:
    return Case(
        id=case_id(pr),
        entry=entry(pr),
        opened_at=NOW - timedelta(minutes=minutes),
        title=title,
        author="mona",
        head_repo="octo/shop",
        head_ref="discount",
    )


def healed(store: PagesStore, title: str = "Give the cart a discount") -> Case:
    """A case with a cheating and an honest attempt, kept in the store with its blobs."""
    case = replace(
        opened(title=title),
        stage=Stage.HEALED,
        checks=(FailedCheck(name="unit", conclusion="failure", config="unit"),),
        failures=(FAILURE, replace(FAILURE, test=None, tool="ruff", rule="F401", root=False)),
        attribution=Attribution(whose=Whose.PULL_REQUEST, trials=trials()),
        diagnosis=Diagnosis(
            failure_class=FailureClass.TEST,
            route=Route.FIX,
            why="It fails with this pull request alone.",
        ),
        attempts=(_cheat(store), _honest(store)),
        pushes=(Pushed(attempt=2, sha=FIX, at=NOW - timedelta(minutes=4)),),
        outcome=Stage.HEALED,
        reason="Merged through the queue after one fix.",
        story=story(),
    )
    store.cases[case.id] = case
    return case


def trials() -> tuple[Trial, ...]:
    command = "pytest -q tests/test_cart.py"
    return (
        Trial(tree="base", command=command, failed=False, seconds=1.2),
        Trial(tree="alone", command=command, failed=True, seconds=1.3),
        Trial(tree="group", command=command, failed=True, seconds=1.3),
    )


def story() -> tuple[Moment, ...]:
    told = (
        (3, Stage.ATTRIBUTING, "2 failures in the log of unit"),
        (9, Stage.DIAGNOSING, "red alone, green on the base branch"),
        (10, Stage.HOLDING, "It fails with this pull request alone."),
        (14, Stage.ATTEMPTING, "labels set"),
        (95, Stage.JUDGING, "attempt 1: the checks are green"),
        (96, Stage.ATTEMPTING, "rejected: a test was removed"),
        (290, Stage.PUSHING, "attempt 2 passed every guard"),
        (300, Stage.WAITING_CI, f"pushed {FIX[:10]}"),
        (420, Stage.WATCHING, "queued again"),
        (530, Stage.RELEASING, "merged"),
        (533, Stage.HEALED, "labels are as before"),
    )
    return tuple(
        Moment(at=OPENED + timedelta(seconds=after), stage=stage, note=note)
        for after, stage, note in told
    )


def _attempt(number: int, store: PagesStore, diff: str) -> Attempt:
    return Attempt(
        number=number,
        by=Fixer.MODEL,
        name="claude-sonnet-5-5",
        started_at=OPENED,
        ended_at=OPENED + timedelta(seconds=81 * number),
        patch=Patch(base=HEAD, commit=FIX, edits=(), diff=store.keep(diff)),
        cost_usd=0.0423 * number,
        turns=6 * number,
        transcript=store.keep(TRANSCRIPT),
        checks=(
            CheckRun(
                name="unit: failing part",
                command="pytest -q tests/test_cart.py",
                passed=True,
                seconds=1.4,
            ),
            CheckRun(name="unit", command="pytest -q", passed=True, seconds=12.8),
        ),
    )


def _cheat(store: PagesStore) -> Attempt:
    removed = "test_total_counts_the_discount_once was removed and exists nowhere else"
    finding = Finding(
        guard="deleted_tests",
        severity=Severity.REJECT,
        message=removed,
        remedy="restore it; if the behaviour is gone, a person must say so",
        file="tests/test_cart.py",
        line=10,
    )
    verdict = Verdict(
        findings=(finding,), not_run=(NotRun(guard="coverage", why="no coverage data before"),)
    )
    return replace(
        _attempt(1, store, CHEAT),
        summary="Removed an outdated test.",
        why_failed="The guards rejected it: a test was removed.",
        verdict=verdict,
    )


def _honest(store: PagesStore) -> Attempt:
    return replace(
        _attempt(2, store, HONEST), summary="The discount is taken once.", verdict=Verdict()
    )


def full_store() -> PagesStore:
    """A store with one case of every kind."""
    store = PagesStore()
    healed(store)
    human = replace(
        opened(42, "Bump the payment client to 4.0", 31),
        stage=Stage.NEEDS_HUMAN,
        note="The fix changes package.json: dependencies, which needs a person.",
    )
    base = replace(
        opened(43, "Translate the checkout page into Hebrew: תשלום", 65),
        stage=Stage.EXPLAINED,
        reason="The same check fails on the base branch without this pull request.",
        attribution=Attribution(whose=Whose.BASE, trials=trials()),
    )
    gave_up = replace(
        opened(44, "Rewrite the price engine in terms of money bags", 300),
        stage=Stage.GAVE_UP,
        reason="Three attempts failed; the last one still broke test_rounding.",
        attempts=(_cheat(store),),
    )
    busy = replace(
        opened(45, "Show the shipping costs earlier", 2),
        stage=Stage.VERIFYING,
        story=story()[:3],
        note="attempt 1: running the whole check",
    )
    for case in (human, base, gave_up, busy):
        store.cases[case.id] = case
    return store


def attributed_to_others(*others: PrNumber) -> Attribution:
    """Green alone, red together."""
    return Attribution(whose=Whose.INTERACTION, others=others)
