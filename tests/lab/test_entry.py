"""An entry's way through the queue, with real commits, real CI and real webhooks."""

import pytest

from bot.lab.acts.telling import RefusedError
from bot.lab.lab import Lab
from tests.lab.conftest import Client, Mailbox
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


async def test_the_second_of_two_is_rebuilt_when_the_first_falls_out(
    lab: Lab, mailbox: Mailbox
) -> None:
    repo = await rocket(lab)
    bad = await green_pull(repo, "bad", "BUG\n")
    good = await green_pull(repo, "good")
    ada = lab.person("ada")
    await ada.enqueue(bad)
    await ada.enqueue(good)
    await lab.idle()
    assert (bad.merged, good.merged) == (False, True)
    reasons = [p["reason"] for p in mailbox.payloads("merge_group", "destroyed")]
    assert reasons == ["dequeued", "invalidated", "merged"]
    heads = [
        p["merge_group"]["head_sha"] for p in mailbox.payloads("merge_group", "checks_requested")
    ]
    assert len(set(heads)) == 3


async def test_two_that_are_green_alone_and_red_together_lose_the_later_one(lab: Lab) -> None:
    repo = await rocket(lab)
    await repo.commit_to_main({"full.sh": "! { test -f a.txt && test -f b.txt; }\n"}, "Odd rule")
    first = await green_pull(repo, "a")
    second = await green_pull(repo, "b")
    ada = lab.person("ada")
    await ada.enqueue(first)
    await ada.enqueue(second)
    await lab.idle()
    assert (first.merged, second.merged) == (True, False)
    assert second.removals == ["failed_checks"]


async def test_an_entry_that_conflicts_after_one_ahead_merged_leaves_with_that_reason(
    lab: Lab, mailbox: Mailbox
) -> None:
    repo = await rocket(lab)
    first = await green_pull(repo, "same", "one\n")
    second = await repo.open_pr(
        author="bob", branch="b", title="Clash", files={"same.txt": "two\n"}, message="Clash"
    )
    await second.checks_done()
    ada = lab.person("ada")
    await ada.enqueue(first)
    await ada.enqueue(second)
    await lab.idle()
    assert first.merged
    assert second.removals == ["merge_conflict"]
    assert mailbox.payloads("pull_request", "dequeued")[-1]["reason"] == "MERGE_CONFLICT"
    assert second.state.timeline[-1].before_commit is None


async def test_a_direct_push_to_main_rebuilds_the_groups(lab: Lab, mailbox: Mailbox) -> None:
    repo = await rocket(lab, min_merge=2)
    pull = await green_pull(repo)
    await lab.person("ada").enqueue(pull)
    before = pull.group
    tip = await repo.commit_to_main({"hot.txt": "fix\n"}, "Hotfix")
    assert pull.group not in {None, before}
    await lab.idle()
    asked = mailbox.payloads("merge_group", "checks_requested")[-1]["merge_group"]
    assert asked["base_sha"] == tip
    assert mailbox.payloads("merge_group", "destroyed")[0]["reason"] == "invalidated"


async def test_checks_that_never_come_end_in_a_timeout(lab: Lab, mailbox: Mailbox) -> None:
    repo = await rocket(lab, timeout_s=600)
    pull = await green_pull(repo)
    repo.state.required = ("quick",)
    repo.state.required = ("quick", "never")
    await repo.report(pull.head, "never", "success")
    await lab.person("ada").enqueue(pull)
    await lab.idle()
    assert pull.group is not None
    lab.clock.skip(601)
    while pull.queued:
        await lab.hub.change()
    await lab.idle()
    assert pull.removals == ["checks_timed_out"]
    assert mailbox.payloads("pull_request", "dequeued")[0]["reason"] == "CI_TIMEOUT"


async def test_closing_drafting_and_clearing_take_entries_out(lab: Lab, mailbox: Mailbox) -> None:
    repo = await rocket(lab, min_merge=9)
    ada = lab.person("ada")
    pulls = [await green_pull(repo, name) for name in ("a", "b", "c", "d")]
    for pull in pulls:
        await ada.enqueue(pull)
    await ada.close(pulls[0])
    await ada.convert_to_draft(pulls[1])
    await ada.dequeue(pulls[2])
    await ada.clear_queue(repo)
    await ada.ready_for_review(pulls[1])
    await lab.idle()
    assert not any(pull.queued for pull in pulls)
    assert not pulls[0].open
    removals = [pull.removals for pull in pulls]
    assert removals == [["manual"], ["manual"], ["manual"], ["queue_cleared"]]
    sender = mailbox.payloads("pull_request", "dequeued")[0]["sender"]["login"]
    assert sender == "ada"


async def test_squashing_makes_one_commit_of_an_entry(lab: Lab) -> None:
    repo = await rocket(lab, method="SQUASH")
    pull = await green_pull(repo)
    await pull.push({"more.txt": "more\n"}, "More")
    await pull.checks_done()
    await lab.person("ada").enqueue(pull)
    await lab.idle()
    log = await repo.main_log()
    assert [message for _, message in log] == ["Add x (#1)", "Initial commit"]


async def test_a_queue_without_required_checks_merges_at_once(lab: Lab) -> None:
    repo = await lab.create_repo("acme/free", {"a": "a\n"})
    pull = await green_pull(repo)
    await lab.person("ada").enqueue(pull)
    assert pull.merged


async def test_a_person_cannot_push_to_a_queued_branch_either(lab: Lab) -> None:
    repo = await rocket(lab, min_merge=2)
    pull = await green_pull(repo)
    ada = lab.person("ada")
    await ada.enqueue(pull)
    with pytest.raises(RefusedError, match="GH006"):
        await ada.push(pull, {"y.txt": "y\n"}, "Late")
    with pytest.raises(RefusedError, match="already in the queue"):
        await ada.enqueue(pull)


async def test_the_story_is_told_in_order(lab: Lab) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    await lab.person("ada").enqueue(pull)
    await lab.idle()
    told = [event.text for event in lab.events if event.kind == "pull_request"]
    assert told == [
        "#1 opened by ada",
        "#1 enqueued by ada",
        "#1 dequeued (MERGE) by github-merge-queue[bot]",
        "#1 closed by github-merge-queue[bot]",
    ]


async def test_a_pull_request_turns_dirty_when_main_moves_under_it(
    lab: Lab, client: Client
) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo, "same", "one\n")
    await repo.commit_to_main({"same.txt": "two\n"}, "Clash")
    await lab.idle()
    _, body = await client.call("GET", "/repos/acme/rocket/pulls/1")
    assert (body["mergeable"], body["mergeable_state"]) == (False, "dirty")
    await pull.push({"same.txt": "two\n"}, "Settle")
    await lab.idle()
    assert pull.state.test_merge is not None
