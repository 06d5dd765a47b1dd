"""What verify takes apart, and what becomes of a fix whose halves do not agree."""

from bot.core import codec
from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.patch import Fixer
from bot.lab.repos import LabPull
from bot.lab.scenarios import failing_test
from bot.lab.stage import done, edit
from guards.evidence import CrossCheck, Evidence, Outcome
from guards.verdict import Severity
from tests.world import World

PATH = "rocket/discount.py"
TESTS = "tests/test_discount.py"
FAILING = "tests/test_discount.py::test_a_tenth_off"
FIXED = edit(PATH, "* percent // 100", "* (100 - percent) // 100")


async def queued(world: World, *turns: object) -> LabPull:
    """A pull request with a bug, thrown out of the queue; the model does what is said."""
    repo = await world.theatre.repo("crosswise")
    script = [*([turn] for turn in turns), [done("take the discount off", "inverted", [PATH])]]
    world.theatre.cast("acme/crosswise", script)  # type: ignore[arg-type] # turns of a script
    pull = await repo.open_pr(
        author="ada",
        branch="feature/discounts",
        title="Add discounts",
        files={PATH: failing_test.DISCOUNT, TESTS: failing_test.DISCOUNT_TEST},
        message="Add discounts",
    )
    await world.theatre.queue(pull)
    return pull


async def checked(world: World, case: Case, number: int) -> CrossCheck:
    """The cross-check of an attempt."""
    digest = case.attempts[number - 1].evidence
    assert digest is not None
    evidence = codec.loads(Evidence, await world.stage.service.ports.store.get(digest))
    assert evidence.cross_check is not None
    return evidence.cross_check


async def test_a_fix_is_run_three_times_and_the_tree_without_it_twice(world: World) -> None:
    pull = await queued(world, FIXED)

    case = await world.ended(pull)

    assert case.stage is Stage.HEALED, case.reason
    runs = await checked(world, case, 1)
    assert runs.failing == {FAILING}
    assert [run.outcomes[FAILING] for run in runs.base] == [Outcome.FAILED] * 2
    assert [run.outcomes[FAILING] for run in runs.fix] == [Outcome.PASSED] * 3
    assert runs.restored == runs.fix[0]
    assert runs.ablated is None


async def test_the_fix_is_kept_and_the_blunted_test_is_not(world: World) -> None:
    blunt = edit(TESTS, "assert discounted([1000, 990], 10) == 1791", "discounted([1000, 990], 10)")
    pull = await queued(world, FIXED, blunt)

    case = await world.ended(pull)

    assert case.stage is Stage.HEALED, case.reason
    first, second = case.attempts
    assert first.verdict is not None
    assert second.verdict is not None
    assert first.verdict.outcome is Severity.REJECT
    assert {part.file for part in first.verdict.salvage} == {TESTS}
    runs = await checked(world, case, 1)
    assert runs.restored is not None
    assert runs.ablated is not None
    assert runs.restored.outcomes[FAILING] is Outcome.PASSED
    assert runs.ablated.outcomes[FAILING] is Outcome.PASSED
    assert (second.by, second.name, second.cost_usd) == (Fixer.RECIPE, "salvage", 0)
    assert second.verdict.passed
    assert second.patch is not None
    assert [file.path for file in second.patch.edits] == [PATH]
    assert pull.merged
