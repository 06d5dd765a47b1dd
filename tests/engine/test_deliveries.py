"""Deliveries: kept once, handled in order, lost by nothing."""

import asyncio

from bot.core.errors import TransientError
from bot.core.lifecycle import Stage
from tests.engine.saying import Handler, said
from tests.engine.tiny import World, started


async def test_a_delivery_wakes_the_cases_its_handler_names(world: World, handler: Handler) -> None:
    async with started(world):
        await world.open_case()

        await world.engine.inbox.put([said("go", wakes=["c1", "unknown"])], "guid-1")
        await world.engine.idle()

        assert (await world.case()).stage is Stage.HEALED
    assert handler.acted == [("guid-1", "go")]


async def test_a_delivery_is_handled_once_however_often_it_comes(
    world: World, handler: Handler
) -> None:
    async with started(world):
        twice = [world.engine.inbox.put([said("go")], "guid-1") for _ in range(5)]
        await asyncio.gather(*twice)
        await world.engine.idle()
        await world.engine.inbox.put([said("go")], "guid-1")
        await world.engine.idle()

    async with started(world):
        await world.engine.inbox.put([said("go")], "guid-1")
        await world.engine.idle()

    assert handler.acted == [("guid-1", "go")]


async def test_deliveries_of_a_pull_request_are_handled_in_their_order(
    world: World, handler: Handler
) -> None:
    async with started(world):
        for number in range(12):
            key = f"acme/rocket#{number % 2}"
            await world.engine.inbox.put([said(str(number), key)], f"guid-{number}")
        await world.engine.idle()

    texts = [int(text) for _, text in handler.acted]
    assert [text for text in texts if text % 2] == [1, 3, 5, 7, 9, 11]
    assert [text for text in texts if not text % 2] == [0, 2, 4, 6, 8, 10]


async def test_what_is_put_before_a_stop_is_handled_after_the_next_start(
    world: World, handler: Handler
) -> None:
    async with started(world, work=False):
        await world.engine.inbox.put([said("go")], "guid-1")
        assert await world.engine.depth() == {"prs": 1, "heal": 0}

    assert handler.acted == []
    async with started(world):
        await world.engine.idle()
    assert handler.acted == [("guid-1", "go")]


async def test_a_handler_is_tried_again_while_a_service_is_down(
    lite: World, handler: Handler
) -> None:
    handler.errors = [TransientError("github", "502") for _ in range(5)]
    async with started(lite):
        await lite.engine.inbox.put([said("go")], "guid-1")
        await lite.engine.idle()

    assert handler.acted == [("guid-1", "go")]
    assert lite.clock.slept == [2, 4, 8, 16, 32]


async def test_a_broken_handler_holds_nobody_else_up(lite: World, handler: Handler) -> None:
    handler.errors = [ZeroDivisionError("a bug")]
    async with started(lite):
        await lite.engine.inbox.put([said("broken")], "guid-1")
        await lite.engine.idle()
        await lite.engine.inbox.put([said("fine")], "guid-2")
        await lite.engine.idle()

    assert handler.acted == [("guid-2", "fine")]


async def test_many_at_once_share_commits_and_none_is_lost(lite: World, handler: Handler) -> None:
    async with started(lite):
        await asyncio.gather(
            *(
                lite.engine.inbox.put([said(str(n), f"acme/rocket#{n}")], f"guid-{n}")
                for n in range(300)
            )
        )
        await lite.engine.idle()

    assert sorted(int(text) for _, text in handler.acted) == list(range(300))
