"""The scripted server, and a world whose model is the real client in front of it."""

from collections.abc import AsyncIterator

import pytest

from bot.edges.claude import ClaudeModel
from bot.lab.model import ScriptedModel
from tests.agent.world import World


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModel]:
    async with ScriptedModel() as running:
        yield running
    assert running.unplayed == []


@pytest.fixture
async def world(server: ScriptedModel) -> AsyncIterator[World]:
    model = ClaudeModel(api_key=server.api_key, base_url=server.url)
    yield World(model)
    await model.close()
