"""Slash commands, as people write them on a pull request."""

from bot.core.lifecycle import Stage
from bot.lab.repos import LabPull
from bot.lab.scenarios import gives_up, protected_path
from bot.lab.stage import check, done, edit, look
from tests.world import World


def answers(pull: LabPull) -> list[str]:
    return [each.body for each in pull.comments if "selfheal:answer" in each.body]


async def reactions(world: World, pull: LabPull, body: str, by: str = "grace") -> list[str]:
    """What we react with to a comment, when all is settled."""
    written = await world.lab.person(by).comment(pull, body)
    await world.settle()
    return [
        content
        for comment in pull.comments
        if comment.id == written.id
        for _, content in comment.reactions
    ]


async def test_who_has_no_right_gets_a_thumbs_down_and_nothing_else(world: World) -> None:
    pull = await protected_path.asked(world.theatre)
    world.lab.person("mallory", permission="read")

    assert await reactions(world, pull, "/selfheal approve", by="mallory") == ["-1"]

    assert answers(pull) == []
    assert (await world.case(pull)).stage is Stage.NEEDS_HUMAN
    assert not await our_commits(pull)


async def test_commands_are_acknowledged_and_answered_once(world: World) -> None:
    pull = await protected_path.asked(world.theatre)
    world.lab.network.double("issue_comment", times=10)

    assert await reactions(world, pull, "/selfheal status") == ["eyes"]
    assert await reactions(world, pull, "/selfheal dance\n/selfheal") == ["eyes"]
    assert await reactions(world, pull, "Just talking about /selfheal stop") == []

    status, unknown = answers(pull)
    assert "A person must look" in status
    assert "1 of 3 attempts used" in status
    assert "There is no command `dance`" in unknown
    assert "/selfheal approve" in unknown


async def test_stop_ends_the_heal_without_a_push_and_puts_labels_back(world: World) -> None:
    pull = await protected_path.asked(world.theatre)

    await reactions(world, pull, "/selfheal stop")

    assert (await world.ended(pull)).stage is Stage.STOPPED
    assert pull.labels == set()
    assert not await our_commits(pull)


async def test_a_button_of_the_check_run_does_the_same(world: World) -> None:
    pull = await protected_path.asked(world.theatre)
    await world.settle()

    await world.lab.person("grace").press(pull, "stop")

    assert (await world.ended(pull)).stage is Stage.STOPPED


async def test_retry_tries_again_with_the_hint_and_attempts_anew(world: World) -> None:
    pull = await gives_up.play(world.theatre)
    assert (await world.ended(pull)).stage is Stage.GAVE_UP
    assert pull.labels == {"selfheal:needs-human"}
    right = 'assert rank(11) == "gold"\n    assert rank(10) == "new"'
    wrong = 'assert rank(10) == "gold"\n    assert rank(10) == "new"'
    world.theatre.cast(
        gives_up.REPO,
        [
            [look(gives_up.TESTS)],
            [edit(gives_up.TESTS, wrong, right)],
            [check("unit")],
            [done("ten orders are not gold yet", "the test said both", [gives_up.TESTS])],
        ],
    )

    await reactions(world, pull, "/selfheal retry ten is new, eleven is gold")

    first = world.model.messages[-1].body or {}
    assert "ten is new, eleven is gold" in str(first["messages"][0])
    case = await world.case(pull)
    assert case.id.endswith("-r1")
    assert case.attempts[0].patch is not None


async def our_commits(pull: LabPull) -> list[str]:
    return [text for _, text in await pull.commits() if text.startswith("Claude fix")]
