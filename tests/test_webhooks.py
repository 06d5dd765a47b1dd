"""Webhooks come twice, late, out of order or never: the same end."""

from bot.core.ids import PrNumber
from bot.lab.scenarios import lint
from tests.world import World


async def healed(world: World) -> None:
    pull = await lint.play(world.theatre)
    case = await world.ended(pull)
    assert case.stage == "healed", case.reason
    assert pull.merged
    assert len(case.pushes) == 1


async def test_every_webhook_twice_changes_nothing(world: World) -> None:
    world.lab.network.double("*", times=1000)
    await healed(world)


async def test_the_ejection_may_be_told_before_the_group_was_destroyed(world: World) -> None:
    world.lab.network.swap_next_two("merge_group", "destroyed")
    await healed(world)


async def test_a_lost_ejection_is_found_by_the_sweep(world: World) -> None:
    world.lab.network.drop("pull_request", "dequeued", times=1)
    pull = await lint.play(world.theatre)
    await world.theatre.until(lambda: not pull.queued, "the ejection")
    await world.settle()
    store = world.stage.service.ports.store
    assert await store.newest_case(pull.repo.name, PrNumber(pull.number)) is None

    await world.stage.service.engine.sweep()

    assert (await world.ended(pull)).stage == "healed"
    assert pull.merged


async def test_with_every_webhook_lost_sweeps_alone_heal_it(world: World) -> None:
    world.lab.network.drop("*", times=10_000)
    pull = await lint.play(world.theatre)
    await world.theatre.until(lambda: not pull.queued, "the ejection")
    for _ in range(6):
        await world.settle()
        await world.stage.service.engine.sweep()
    await world.settle()

    assert (await world.case(pull)).stage == "healed"
    assert pull.merged
