"""Whole heals on the local GitHub where something is not as in the demo."""

import pytest

from bot.core.ids import PrNumber
from bot.core.lifecycle import Stage
from bot.lab.acts.telling import change
from bot.lab.model_script import use
from bot.lab.queue.state import QueueConfig
from bot.lab.repos import LabPull, LabRepo
from bot.lab.sample import REQUIRED, files
from bot.lab.scenarios import flaky, human_wins, lint
from bot.lab.stage import done, edit
from tests.world import World

LINTED = {"rocket/shipping.py": lint.SHIPPING, "tests/test_shipping.py": lint.SHIPPING_TEST}


async def opened(repo: LabRepo, new: dict[str, str]) -> LabPull:
    return await repo.open_pr(
        author="ada", branch="feature/new", title="Something new", files=new, message="Add it"
    )


async def thrown_out(world: World, pull: LabPull) -> None:
    await world.theatre.queue(pull)
    await world.theatre.until(lambda: "failed_checks" in pull.removals, "the ejection")


def ours(pull: LabPull) -> list[str]:
    """What we said of the end: summaries of our check run."""
    runs = pull.check_runs()
    return [check.summary or "" for check in runs if check.name == "selfheal"]


async def our_commits(pull: LabPull) -> int:
    return sum(text.startswith("Claude fix") for _, text in await pull.commits())


@pytest.mark.parametrize("lent", [True, False], ids=["lent", "closed"])
async def test_a_fork_is_healed_where_it_may_be_pushed_to_and_explained_elsewhere(
    world: World, lent: bool
) -> None:
    origin = await world.theatre.repo("forked")
    pull = await opened(await world.lab.fork(origin, "zoe"), LINTED)
    change(world.lab.hub, pull.repo, pull.state, maintainer_can_modify=lent)
    await world.theatre.queue(pull)

    case = await world.ended(pull)

    assert case.stage is (Stage.HEALED if lent else Stage.EXPLAINED), case.reason
    assert await our_commits(pull) == int(lent)
    assert pull.merged is lent
    assert pull.labels == set()
    assert lent or "Allow edits by maintainers" in pull.comments[-1].body


async def test_a_squashing_queue_is_healed_as_well(world: World) -> None:
    queue = QueueConfig(method="SQUASH")
    repo = await world.lab.create_repo("acme/squash", files(), queue, REQUIRED)
    pull = await opened(repo, LINTED)
    await world.theatre.queue(pull)

    case = await world.ended(pull)

    assert case.stage is Stage.HEALED, case.reason
    assert pull.merged


async def test_what_is_thrown_out_again_is_one_case_and_never_a_loop(world: World) -> None:
    seldom = 'os.environ.get("GITHUB_RUN_NUMBER") != "2"'
    always = flaky.CACHE_TEST.replace(seldom, '"GITHUB_RUN_NUMBER" not in os.environ')
    repo = await world.theatre.repo("flaky-again")
    pull = await opened(repo, {"rocket/cache.py": flaky.CACHE, "tests/test_cache.py": always})
    await world.theatre.queue(pull)

    case = await world.ended(pull)
    for _ in range(2):
        await world.stage.service.engine.sweep()
        await world.settle()

    assert case.stage is Stage.EXPLAINED, case.reason
    assert case.requeues == 1
    assert pull.removals == ["failed_checks", "failed_checks"]
    assert (await world.case(pull)).id == case.id


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('mode = "requeu"\n', ".selfheal.toml:1"),
        (None, "could not be run here"),
    ],
    ids=["broken", "absent"],
)
async def test_what_cannot_be_done_is_said_once_and_nothing_is_touched(
    world: World, config: str | None, said: str
) -> None:
    base = {path: text for path, text in files().items() if path != ".selfheal.toml"}
    base |= {".selfheal.toml": config} if config else {}
    repo = await world.theatre.repo("unready", base)
    world.lab.network.double("*", times=1000)
    pull = await opened(repo, LINTED)
    await world.theatre.queue(pull)

    case = await world.ended(pull)
    await world.stage.service.engine.sweep()
    await world.settle()

    assert case.stage is Stage.EXPLAINED
    assert [said in text for text in ours(pull)] == [True]
    assert len(pull.comments) == 1
    assert pull.labels == set()
    assert await our_commits(pull) == 0


async def test_a_person_who_queues_it_during_an_attempt_goes_first(world: World) -> None:
    repo = await world.theatre.repo("queued-again")
    world.theatre.cast(
        "acme/queued-again",
        [
            [use("bash", command="sleep 4")],
            [edit(human_wins.PATH, "grams // 1000", "(grams + 999) // 1000")],
            [done("round up", "it rounded down", [human_wins.PATH])],
        ],
    )
    weight = {human_wins.PATH: human_wins.WEIGHT, "tests/test_weight.py": human_wins.WEIGHT_TEST}
    pull = await opened(repo, weight)
    await thrown_out(world, pull)
    await world.theatre.until(lambda: world.theatre.asked("acme/queued-again"), "the model")

    await world.lab.person("grace").enqueue(pull)
    await world.lab.person("grace").dequeue(pull)

    case = await world.ended(pull)
    assert case.stage is Stage.OVERTAKEN, case.reason
    assert await our_commits(pull) == 0
    assert pull.labels == set()
    store = world.stage.service.ports.store
    assert await store.newest_case(pull.repo.name, PrNumber(pull.number)) == case


async def test_who_pushed_before_we_looked_is_left_alone_in_silence(world: World) -> None:
    repo = await world.theatre.repo("quicker")
    pull = await opened(repo, LINTED)
    world.lab.network.drop("pull_request", "dequeued")
    await thrown_out(world, pull)
    await world.lab.person("ada").push(pull, {"rocket/more.py": '"""More."""\n'}, "Add more")
    await world.settle()

    await world.stage.service.engine.sweep()

    case = await world.ended(pull)
    assert case.stage is Stage.OVERTAKEN, case.reason
    assert pull.comments == []
    assert ours(pull) == []
    assert await our_commits(pull) == 0
