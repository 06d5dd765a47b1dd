from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal import rehearsal
from tests.world import World


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
