"""One step of a case: where each ending of a step sends it. No DBOS here, only a store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.case import Case, Signal, SignalKind
from bot.core.errors import (
    ConfigError,
    NoSandboxError,
    PermanentError,
    SpendCapError,
    StaleError,
    TransientError,
    UserError,
)
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import MAX_DOCUMENT_BYTES, SqlStore
from bot.engine.advance import INTERNAL, MAX_MOVES, MAX_ROUNDS, Advanced, advance, give_up
from bot.ports import Ports
from tests.engine.tiny import Run, World, case, with_steps

ID = CaseId("c1")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite:///{tmp_path}/selfheal.db"
    store = SqlStore(url)
    await store.open()
    yield World(url=url, steps={}, store=store)
    await store.close()


async def step(world: World, **steps: Run) -> Advanced:
    return await advance(ID, with_steps(**steps), world.ports)


def raises(*errors: Exception) -> Callable[[Case, Ports], Awaitable[Case]]:
    """A step that fails with each in turn and then goes on; the last error stays."""
    left = list(errors)

    async def run(_case: Case, _ports: Ports) -> Case:
        raise left[0] if len(left) == 1 else left.pop(0)

    return run


async def parked(case: Case, _ports: Ports) -> Case:
    return case


async def test_a_move_is_saved_and_told(world: World) -> None:
    await world.open_case()

    assert await step(world) == Advanced(stage="attributing", version=1, more=True)

    [moment] = (await world.case()).story
    assert (moment.stage, moment.note) == (Stage.ATTRIBUTING, "did collecting")


async def test_a_parked_case_is_not_saved(world: World) -> None:
    await world.open_case()

    assert await step(world, collecting=parked) == Advanced(
        stage="collecting", version=0, more=False
    )


async def test_a_case_that_is_richer_at_its_own_stage_is_saved_and_run_again(world: World) -> None:
    async def richer(case: Case, _ports: Ports) -> Case:
        return replace(case, hints=("found",))

    await world.open_case()

    assert (await step(world, collecting=richer)).more
    assert not (await step(world, collecting=richer)).more
    assert (await world.case()).story == ()


async def test_an_ended_or_unknown_case_is_left_alone(world: World) -> None:
    assert not (await step(world)).more
    await world.open_case(stage=Stage.HEALED)

    assert await step(world) == Advanced(stage="healed", version=0, more=False)


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (StaleError("a newer push"), Stage.OVERTAKEN, "a newer push"),
        (PermanentError("403"), Stage.GAVE_UP, "403"),
        (SpendCapError("no money left"), Stage.GAVE_UP, "no money left"),
        (NoSandboxError("no bubblewrap here"), Stage.EXPLAINED, "no bubblewrap here"),
        (ConfigError(".selfheal.toml:3"), Stage.GAVE_UP, ".selfheal.toml:3"),
        (UserError("no such check"), Stage.GAVE_UP, "no such check"),
        (ZeroDivisionError("secret detail"), Stage.GAVE_UP, INTERNAL),
    ],
)
async def test_an_error_sends_a_case_out(
    world: World, error: Exception, outcome: Stage, reason: str
) -> None:
    await world.open_case()

    assert (await step(world, collecting=raises(error))).stage == "releasing"

    case = await world.case()
    assert (case.outcome, case.reason) == (outcome, reason)


async def test_a_forbidden_move_is_an_internal_error(world: World) -> None:
    async def jumps(case: Case, _ports: Ports) -> Case:
        return case.to(Stage.PUSHING)

    await world.open_case()
    await step(world, collecting=jumps)

    assert (await world.case()).reason == INTERNAL


async def test_a_service_that_is_down_for_a_moment_costs_only_time(world: World) -> None:
    await world.open_case()
    calls = 0

    async def flaky(case: Case, _ports: Ports) -> Case:
        nonlocal calls
        calls += 1
        if calls < 4:
            service = "github"
            raise TransientError(service, "502", retry_after_s=30 if calls == 1 else 0)
        return case.to(Stage.ATTRIBUTING)

    assert (await step(world, collecting=flaky)).stage == "attributing"
    assert world.clock.slept == [30, 4, 8]


async def test_a_service_that_stays_down_leaves_the_case_to_the_sweep_and_ends_it_at_last(
    world: World,
) -> None:
    await world.open_case()
    down = raises(TransientError("github", "502"))

    assert await step(world, collecting=down) == Advanced(stage="collecting", version=1, more=False)
    for _ in range(MAX_ROUNDS - 2):
        assert not (await step(world, collecting=down)).more
    assert (await step(world, collecting=down)).stage == "releasing"

    case = await world.case()
    assert case.outcome is Stage.GAVE_UP
    assert "github: 502" in case.reason


async def test_the_rounds_are_counted_anew_after_one_that_went_well(world: World) -> None:
    await world.open_case()
    await step(world, collecting=raises(TransientError("github", "502")))
    assert (await world.case()).tries == 1

    await step(world, collecting=parked)

    assert (await world.case()).tries == 0


async def test_a_pause_that_is_too_long_holds_no_worker(world: World) -> None:
    await world.open_case()

    await step(world, collecting=raises(TransientError("github", "limit", retry_after_s=1800)))

    assert world.clock.slept == []
    assert (await world.case()).tries == 1


@pytest.mark.parametrize(
    "error", [PermanentError("403"), StaleError("gone"), ZeroDivisionError("a bug")]
)
async def test_a_release_that_fails_ends_the_case_all_the_same(
    world: World, error: Exception
) -> None:
    await world.open_case(stage=Stage.WATCHING)
    await step(world)
    assert (await world.case()).outcome is Stage.HEALED

    assert not (await step(world, releasing=raises(error))).more

    case = await world.case()
    assert (case.stage, case.reason) == (Stage.HEALED, "merged")
    assert "not everything was put back" in case.story[-1].note


async def test_a_release_that_cannot_reach_its_service_ends_after_some_rounds(world: World) -> None:
    await world.open_case(stage=Stage.WATCHING)
    await step(world)

    for _ in range(MAX_ROUNDS):
        await step(world, releasing=raises(TransientError("github", "502")))

    assert (await world.case()).stage is Stage.HEALED


@pytest.mark.parametrize(
    ("kind", "text", "outcome", "reason"),
    [
        (SignalKind.STOP, "", Stage.STOPPED, "stopped by mona"),
        (SignalKind.OVERTAKEN, "a newer push", Stage.OVERTAKEN, "a newer push"),
    ],
)
async def test_a_signal_ends_a_case_before_its_next_step(
    world: World, kind: SignalKind, text: str, outcome: Stage, reason: str
) -> None:
    await world.open_case()
    signal = Signal(key="k", kind=kind, by="mona", at=world.clock.now(), text=text)
    await world.store.signal(ID, signal)

    await step(world, collecting=raises(AssertionError("it must not run")))

    case = await world.case()
    assert (case.stage, case.outcome, case.reason) == (Stage.RELEASING, outcome, reason)
    assert not (await step(world)).more
    assert (await world.case()).stage is outcome


async def test_other_signals_are_left_to_the_steps(world: World) -> None:
    await world.open_case()
    for kind in (SignalKind.APPROVE, SignalKind.HINT):
        signal = Signal(key=kind, kind=kind, by="mona", at=world.clock.now())
        await world.store.signal(ID, signal)

    assert (await step(world)).stage == "attributing"


async def test_a_case_that_somebody_else_moved_is_left_to_them(world: World) -> None:
    async def slow(case: Case, ports: Ports) -> Case:
        await ports.store.save(replace(case, note="theirs"))
        return case.to(Stage.ATTRIBUTING)

    await world.open_case()

    assert not (await step(world, collecting=slow)).more
    assert (await world.case()).note == "theirs"


async def test_a_case_that_grew_too_large_to_be_kept_ends_as_it_was_before(world: World) -> None:
    async def hoards(case: Case, _ports: Ports) -> Case:
        return replace(case, hints=("x" * MAX_DOCUMENT_BYTES,)).to(Stage.ATTRIBUTING)

    await world.open_case()

    assert (await step(world, collecting=hoards)).stage == "releasing"
    case = await world.case()
    assert case.outcome is Stage.GAVE_UP
    assert case.hints == ()


async def test_a_case_that_runs_in_circles_is_ended(world: World) -> None:
    await world.store.open_case(case())
    story = (await _told(world)).story * MAX_MOVES
    await world.store.save(replace(await world.case(), story=story))

    await step(world)

    assert (await world.case()).reason == "it ran in circles"


async def _told(world: World) -> Case:
    await step(world)
    return await world.case()


async def test_giving_up_ends_a_case_and_leaves_an_ended_one_alone(world: World) -> None:
    await world.open_case()
    await give_up(ID, "it died", world.ports)
    assert (await world.case()).stage is Stage.RELEASING

    await give_up(ID, "it died again", world.ports)
    assert (await world.case()).stage is Stage.GAVE_UP

    before = await world.case()
    await give_up(ID, "once more", world.ports)
    await give_up(CaseId("unknown"), "x", world.ports)
    assert await world.case() == before
