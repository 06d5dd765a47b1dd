"""Every scenario of the demo ends as it demands, through the real route."""

import pytest

from bot.lab.narrate import Told
from bot.lab.scenarios import ALL, Scenario
from tests.world import World


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.NAME)
async def test_a_scenario_ends_as_it_demands(scenario: Scenario, world: World) -> None:
    told: list[Told] = []

    episode = await world.stage.play(scenario, told.append)

    assert episode.error == ""
    assert episode.ended == episode.expected
    assert told[-1].kind == "end"
