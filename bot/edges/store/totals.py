"""What the metrics count of all cases: written when a case is saved, added up at a scrape.

A row is written once and never changed, so saving a case again changes nothing and no total falls.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.attempt_result import result_of
from bot.core.case import Case
from bot.edges.store.database import insert_all_new
from bot.edges.store.tables import ATTEMPTS, CASES, FINDINGS, MILESTONES, SPEND
from bot.ports import TIME_BOUNDS_S, Counted, Durations

FIX_PUSHED, GREEN = "fix_pushed", "green"
_MICRO = 1_000_000


def keep(connection: sa.Connection, case: Case) -> None:
    """Write down what is new about a case."""
    insert_all_new(connection, ATTEMPTS, list(_attempts(case)))
    insert_all_new(connection, FINDINGS, list(_findings(case)))
    insert_all_new(connection, MILESTONES, list(_milestones(case)))


def counted(connection: sa.Connection) -> Counted:
    """Everything added up."""
    stages = _stages(connection)
    times = _times(connection)
    return Counted(
        cases={(of, at): count for of, at, ended, count in stages if ended},
        open={(of, at): count for of, at, ended, count in stages if not ended},
        attempts=_attempt_results(connection),
        findings=_finding_times(connection),
        spend_usd=_spent(connection),
        to_fix_push=times.get(FIX_PUSHED, Durations()),
        to_green=times.get(GREEN, Durations()),
    )


def _stages(connection: sa.Connection) -> list[tuple[str, str, bool, int]]:
    keys = CASES.c.failure_class, CASES.c.stage, CASES.c.ended  # as they stand in the index
    query = sa.select(*keys, sa.func.count()).group_by(*keys)
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _attempt_results(connection: sa.Connection) -> dict[str, int]:
    query = sa.select(ATTEMPTS.c.result, sa.func.count()).group_by(ATTEMPTS.c.result)
    return {row[0]: row[1] for row in connection.execute(query)}


def _finding_times(connection: sa.Connection) -> dict[tuple[str, str], int]:
    keys = FINDINGS.c.guard, FINDINGS.c.severity
    query = sa.select(*keys, sa.func.sum(FINDINGS.c.times)).group_by(*keys)
    return {(guard, weight): int(times) for guard, weight, times in connection.execute(query)}


def _spent(connection: sa.Connection) -> dict[str, float]:
    query = sa.select(SPEND.c.model, sa.func.sum(SPEND.c.spent)).group_by(SPEND.c.model)
    return {model: int(micros) / _MICRO for model, micros in connection.execute(query)}


def _times(connection: sa.Connection) -> dict[str, Durations]:
    after = MILESTONES.c.after_us
    bounds = [(after <= bound * _MICRO, n) for n, bound in enumerate(TIME_BOUNDS_S)]
    bucket = sa.case(*bounds, else_=len(TIME_BOUNDS_S)).label("bucket")
    query = sa.select(MILESTONES.c.name, bucket, sa.func.count(), sa.func.sum(after))
    buckets: dict[str, dict[int, tuple[int, int]]] = {}
    for name, number, count, sum_us in connection.execute(
        query.group_by(MILESTONES.c.name, bucket)
    ):
        buckets.setdefault(name, {})[number] = count, int(sum_us)
    return {name: _durations(of_name) for name, of_name in buckets.items()}


def _durations(buckets: dict[int, tuple[int, int]]) -> Durations:
    every = range(len(TIME_BOUNDS_S) + 1)
    return Durations(
        counts=tuple(buckets[number][0] if number in buckets else 0 for number in every),
        sum_s=sum(sum_us for _, sum_us in buckets.values()) / _MICRO,
    )


def _attempts(case: Case) -> Iterator[dict[str, Any]]:
    for attempt in case.attempts:
        if (result := result_of(attempt, case)) is not None:
            yield {"case_id": case.id, "number": attempt.number, "result": result.value}


def _findings(case: Case) -> Iterator[dict[str, Any]]:
    for attempt in case.attempts:
        found = attempt.verdict.findings if attempt.verdict else ()
        times = Counter((finding.guard, finding.severity.value) for finding in found)
        for (guard, severity), count in times.items():
            yield {
                "case_id": case.id,
                "attempt": attempt.number,
                "guard": guard,
                "severity": severity,
                "times": count,
            }


def _milestones(case: Case) -> Iterator[dict[str, Any]]:
    """How long after the ejection a fix was pushed first, and checks were green first."""
    reached: dict[str, datetime | None] = {
        FIX_PUSHED: case.pushes[0].at if case.pushes else None,
        GREEN: case.green_at,
    }
    for name, at in reached.items():
        if at is not None:
            after = (at - case.opened_at) // timedelta(microseconds=1)
            # Two machines' clocks may differ by more than a quick fix takes.
            yield {"case_id": case.id, "name": name, "after_us": max(0, after)}
