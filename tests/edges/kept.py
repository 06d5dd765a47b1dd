"""What the tests of the store keep in it."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.case import Case, QueueEntry
from bot.core.ids import CaseId, PrNumber, Sha
from bot.core.spend import Caps, Reservation
from bot.edges.store import SqlStore
from bot.ports import Group

NOW = datetime(2026, 11, 22, 12, 30, 15, 123456, tzinfo=UTC)


WIDE = Caps(pr=1000, day=1000, month=1000)


def case(name: str = "c1", pr: int = 7, repo: str = "acme/rocket", minutes: int = 0) -> Case:
    entry = QueueEntry(
        repo=repo,
        installation=1,
        pr=PrNumber(pr),
        head=Sha("a" * 40),
        base_branch="main",
        group=Sha("b" * 40),
        base=Sha("c" * 40),
    )
    return Case(
        id=CaseId(name), entry=entry, opened_at=NOW + timedelta(minutes=minutes), title="A \0 title"
    )


def group(head: str, minutes: int = 0, pr: int = 7) -> Group:
    return Group(
        repo="acme/rocket",
        installation=1,
        head=Sha(head * 40),
        base=Sha("c" * 40),
        base_branch="main",
        pr=PrNumber(pr),
        seen_at=NOW + timedelta(minutes=minutes),
    )


def call(
    key: str, usd: float, pr: int = 7, repo: str = "acme/rocket", days: int = 0
) -> Reservation:
    return Reservation(
        key=key,
        case=CaseId("c1"),
        repo=repo,
        pr=PrNumber(pr),
        model="m",
        usd=usd,
        at=NOW + timedelta(days=days),
    )


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    async with opened(database_url) as store:
        yield store
