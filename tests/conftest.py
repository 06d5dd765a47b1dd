from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal import rehearsal
from tests.world import World

ROOT = Path(__file__).parent


SLOW = {"test_kill.py", "test_scenarios.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what plays a whole heal: `-m "not slow"` is the quick part of the suite."""
    for item in items:
        whole = item.path.parent == ROOT and item.path.name in SLOW
        if whole or "world" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world of its own. A request that GitHub would not know fails the test by name."""
    async with rehearsal(tmp_path / "world") as stage:
        made = World(stage=stage)
        yield made
        await made.settle()
        assert made.lab.unknown == []
        assert made.lab.violations == []
        assert made.model.unplayed == []
