"""A handler of the tests' own on the shelf of events, and worlds around it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import events
from bot.core import codec
from bot.core.ids import CaseId
from bot.edges.store import SqlStore
from bot.events import Noted
from bot.ports import Ports
from tests.engine.tiny import Run, World, straight, with_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the test's own handler sees."""

    key: str
    text: str
    wakes: tuple[str, ...] = ()


class Handler:
    """A handler whose deeds a test can read."""

    NAME = "said"
    EVENT = "issue_comment"
    ACTIONS: frozenset[str] = frozenset()
    Seen = Said

    def __init__(self) -> None:
        self.acted: list[tuple[str, str]] = []
        self.errors: list[Exception] = []

    def read(self, payload: Mapping[str, Any]) -> Said | None:
        del payload
        return None

    async def act(self, seen: Said, delivery: str, /, ports: Ports) -> tuple[CaseId, ...]:
        del ports
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop()
        self.acted.append((delivery, seen.text))
        return tuple(CaseId(name) for name in seen.wakes)


@pytest.fixture
def handler() -> Iterator[Handler]:
    """Our handler on the shelf, as long as the test runs."""
    made = Handler()
    events.BY_NAME["said"] = made
    yield made
    del events.BY_NAME["said"]


def said(text: str, key: str = "acme/rocket#7", wakes: Sequence[str] = ()) -> Noted:
    seen = codec.dumps(Said(key=key, text=text, wakes=tuple(wakes)))
    return Noted(handler="said", partition=key, seen=seen)


@pytest.fixture
def world(database_url: str) -> World:
    return World(url=database_url, steps=straight(), store=SqlStore(database_url))


@pytest.fixture
def lite(tmp_path: Path) -> World:
    """A world on SQLite, for what does not depend on the database."""
    url = f"sqlite:///{tmp_path}/selfheal.db"
    return World(url=url, steps=straight(), store=SqlStore(url))


def world_of(lite: World, **steps: Run) -> World:
    return World(url=lite.url, steps=dict(with_steps(**steps)), store=lite.store, clock=lite.clock)
