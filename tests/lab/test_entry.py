"""An entry's way through the queue, with real commits, real CI and real webhooks."""

from bot.lab.lab import Lab
from tests.lab.conftest import Mailbox
from tests.lab.sample import green_pull, rocket


async def test_a_green_entry_is_merged(lab: Lab, mailbox: Mailbox) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    await lab.person("ada").enqueue(pull)
    await lab.idle()
    assert pull.merged
    assert not pull.queued
    log = await repo.main_log()
    assert log[0][1].startswith("Merge pull request #1 from acme/feature/x")
    assert await repo.file("x.txt") == "fine\n"
    assert mailbox.names("merge_group", "pull_request")[-5:] == [
        "pull_request.enqueued",
        "merge_group.checks_requested",
        "merge_group.destroyed",
        "pull_request.dequeued",
        "pull_request.closed",
    ]
    assert mailbox.payloads("pull_request", "dequeued")[0]["reason"] == "MERGE"
    assert mailbox.payloads("push", None)[-1]["after"] == log[0][0]


async def test_a_red_entry_is_thrown_out(lab: Lab, mailbox: Mailbox) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo, text="BUG\n")
    await lab.person("ada").enqueue(pull)
    group = pull.group
    await lab.idle()
    assert not pull.merged
    assert not pull.queued
    assert pull.removals == ["failed_checks"]
    assert pull.state.timeline[-1].before_commit == group
    assert mailbox.payloads("pull_request", "dequeued")[0]["reason"] == "CI_FAILURE"
    destroyed = mailbox.payloads("merge_group", "destroyed")[0]
    assert (destroyed["reason"], destroyed["merge_group"]["head_sha"]) == ("dequeued", group)
    assert not [ref for ref in await repo.refs() if "gh-readonly-queue" in ref]


async def test_the_group_is_named_after_the_commit_it_stands_on(lab: Lab) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    base = (await repo.main_log())[0][0]
    await lab.person("ada").enqueue(pull)
    assert f"refs/heads/gh-readonly-queue/main/pr-1-{base}" in await repo.refs()
