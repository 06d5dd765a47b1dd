"""A case as a story: what is new in it since it was looked at last, line by line. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, Fixer

SHOWN = 3
RED = "still red: "
_COLOUR = {True: "red", False: "green", None: "could not be run"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line: a mark of what kind it is, and the text."""

    kind: str  # "out", "failure", "whose", "try", "guard", "push", "queue", "end"
    text: str


def news(old: Case | None, new: Case) -> Iterator[Told]:
    """What happened to a case between two looks at it."""
    before = old or Case(id=new.id, entry=new.entry, opened_at=new.opened_at)
    yield from _failures(before, new)
    if new.attribution is not None and before.attribution != new.attribution:
        runs = ", ".join(
            f"{trial.tree} {_COLOUR[trial.failed]}" for trial in new.attribution.trials
        )
        others = " ".join(f"#{number}" for number in new.attribution.others)
        whose = new.attribution.whose.value.replace("_", " ")
        yield Told(kind="whose", text=f"{whose} {others} ({runs})".replace("  ", " "))
    for attempt in new.attempts:
        known = next((each for each in before.attempts if each.number == attempt.number), None)
        yield from _attempt(known, attempt)
    yield from _ways(before, new)


def _failures(before: Case, new: Case) -> Iterator[Told]:
    if new.checks and before.checks != new.checks:
        names = ", ".join(check.name for check in new.checks)
        group = new.entry.group[:10]
        yield Told(kind="out", text=f"thrown out: required check {names} is red on group {group}")
        for failure in new.failures[:SHOWN]:
            rule = f" {failure.rule}" if failure.rule else ""
            text = f"{failure.type.value}{rule}: {failure.subject}: {failure.message[:100]}"
            yield Told(kind="failure", text=text)
        if (more := len(new.failures) - SHOWN) > 0:
            yield Told(kind="failure", text=f"and {more} more")


def _attempt(old: Attempt | None, new: Attempt) -> Iterator[Told]:
    if old is None:
        who = f"recipe {new.name}" if new.by is Fixer.RECIPE else new.name
        paid = f" (${new.cost_usd:.3f}, {new.turns} turns)" if new.by is Fixer.MODEL else ""
        yield Told(kind="try", text=f"attempt {new.number} by {who}: {new.summary}{paid}")
    if new.checks and (old is None or old.checks != new.checks):
        runs = ", ".join(f"{run.name} {'green' if run.passed else 'red'}" for run in new.checks)
        kind = "check" if all(run.passed for run in new.checks) else "no"
        yield Told(kind=kind, text=f"in a clean checkout: {runs}")
    if new.verdict is not None and (old is None or old.verdict is None):
        yield Told(kind="guard", text=f"guards: {new.verdict.outcome.value}")
        for finding in new.verdict.findings[:SHOWN]:
            yield Told(kind="guard", text=f"  {finding}")
    known = old.why_failed if old else ""
    added = new.why_failed.removeprefix(known).removeprefix("; ")
    if added and not added.startswith(RED):  # the runs above say that already
        yield Told(kind="no", text=added)


def _ways(before: Case, new: Case) -> Iterator[Told]:
    if new.stage is Stage.NEEDS_HUMAN and before.stage is not Stage.NEEDS_HUMAN:
        yield Told(kind="human", text="waits for a person: /selfheal approve")
    for moment in new.story[len(before.story) :]:
        if moment.note.startswith("approved by"):
            yield Told(kind="human", text=moment.note)
    for pushed in new.pushes[len(before.pushes) :]:
        summary = next(each.summary for each in new.attempts if each.number == pushed.attempt)
        yield Told(kind="push", text=f"pushed {pushed.sha[:10]} Claude fix: {summary}")
    if new.enqueued is not None and before.enqueued != new.enqueued:
        yield Told(kind="queue", text="back in the queue")
    if new.ended and not before.ended:
        yield Told(kind="end", text=f"{new.stage.value.replace('_', ' ')}: {new.reason}")
