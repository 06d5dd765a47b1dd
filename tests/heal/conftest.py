from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.edges.store import SqlStore
from tests.heal.world import Bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = SqlStore(f"sqlite:///{tmp_path / 'selfheal.db'}")
    await store.open()
    yield Bench(store=store)
    await store.close()
