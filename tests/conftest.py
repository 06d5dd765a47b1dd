from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal import Rehearsal, rehearsal
from tests.world import World

SLOW = {"test_kill.py", "test_reaper.py", "test_scenarios.py", "test_serve.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what plays a whole heal, serves, or kills processes: `-m "not slow"` is the quick part."""
    for item in items:
        if item.path.name in SLOW or "stage" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The lab and the service, wired together."""
    async with rehearsal(tmp_path / "world") as made:
        yield made


@pytest.fixture
async def world(stage: Rehearsal) -> AsyncIterator[World]:
    """A world of its own. A request that GitHub would not know fails the test by name."""
    made = World(stage=stage)
    yield made
    await made.settle()
    assert made.lab.unknown == []
    assert made.lab.violations == []
    assert made.model.unplayed == []
