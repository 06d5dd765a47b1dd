"""Ready is who does its part: the web half takes deliveries, a worker carries cases on as well."""

from tests.engine.tiny import World, started


async def test_an_engine_is_ready_between_its_start_and_its_stop(lite: World) -> None:
    seen = [lite.engine.ready]
    async with started(lite):
        seen.append(lite.engine.ready)
    seen.append(lite.engine.ready)

    assert seen == [False, True, False]


async def test_the_web_half_is_ready_as_long_as_its_inbox_is_open(lite: World) -> None:
    async with started(lite, work=False):
        seen = [lite.engine.ready]
        await lite.engine.inbox.stop()
        seen.append(lite.engine.ready)

    assert seen == [True, False]


async def test_what_waits_is_counted_in_the_web_half_too(lite: World) -> None:
    async with started(lite, work=False) as world:
        opened = await world.open_case()
        await world.engine.wake(opened.id, "test")

        assert await world.engine.depth() == {"prs": 0, "heal": 1}
