"""Every method of the forge against a local GitHub that knows GitHub's schemas.

What no schema or handler of that GitHub knows fails the test by name.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import PermanentError, TransientError
from bot.core.failure import Failure, FailureType
from bot.core.ids import PrNumber, Sha
from bot.ports import CheckReport, Installed, PullStatus
from tests.edges.github_lab import FILES, REPO, REPORT, Here, lab_world


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with lab_world(tmp_path) as made:
        yield made


async def ejected(here: Here) -> Sha:
    """Queue the pull request and fail its group; the group's commit."""
    await here.lab.person("ann").enqueue(here.pull)
    while here.pull.group is None:
        await here.lab.hub.change()
    group = here.pull.group
    await here.repo.report(group, "unit", "failure", "boom\n")
    while not here.pull.removals:
        await here.lab.hub.change()
    return Sha(group)


async def test_a_pull_request_that_was_thrown_out_tells_its_group(here: Here) -> None:
    before = await here.forge.pull(REPO, here.pr)
    assert (before.status, before.head, before.title) == (PullStatus.OPEN, here.head, "Add b")
    assert (before.author, before.head_ref, before.base_branch) == ("ann", "topic/a", "main")
    assert (before.may_push, before.in_queue, before.removal) == (True, False, None)
    assert await here.forge.recently_removed(REPO) == ()

    group = await ejected(here)

    after = await here.forge.pull(REPO, here.pr)
    assert after.removal is not None
    assert (after.removal.reason, after.removal.group) == ("failed_checks", group)
    (swept,) = await here.forge.recently_removed(REPO)
    assert swept == after


async def test_a_pull_request_that_is_not_there_is_a_permanent_error(here: Here) -> None:
    with pytest.raises(PermanentError):
        await here.forge.pull(REPO, PrNumber(999))
    with pytest.raises(PermanentError, match="not installed"):
        await here.forge.pull("octo/nothing", PrNumber(1))


async def test_checks_and_logs_of_the_group_are_read(here: Here) -> None:
    group = await ejected(here)

    (check,) = await here.forge.checks(REPO, group)

    assert await here.forge.required_checks(REPO, "main") == {"unit"}
    assert (check.name, check.red, check.conclusion) == ("unit", True, "failure")
    assert check.check_run is not None
    assert b"boom" in await here.forge.job_log(REPO, check.check_run)
    assert all(
        isinstance(one, Failure) for one in await here.forge.annotations(REPO, check.check_run)
    )


async def test_a_check_that_is_no_job_has_no_log(here: Here) -> None:
    await here.forge.report(REPO, here.head, REPORT)
    (ours,) = [run for run in here.pull.check_runs() if run.name == "selfheal"]

    assert await here.forge.job_log(REPO, ours.id) == b""
    assert await here.forge.job_log(REPO, 1) == b""


async def test_our_report_is_one_check_run_that_others_never_see_as_a_check(here: Here) -> None:
    await here.forge.report(REPO, here.head, REPORT)
    broken = Failure(type=FailureType.LINT, message="unused", file="b.py", line=1, rule="F401")
    done = CheckReport(
        external_id="case-1",
        title="Healed",
        summary="Pushed a fix",
        conclusion="success",
        details_url="https://selfheal.example/cases/1",
        annotate=(broken,),
        actions=(("retry", "Retry", "Try once more"), ("stop", "Stop", "Leave it")),
    )
    await here.forge.report(REPO, here.head, done)
    await here.forge.report(REPO, here.head, done)

    (ours,) = [run for run in here.pull.check_runs() if run.name == "selfheal"]
    assert (ours.status, ours.conclusion, ours.external_id) == ("completed", "success", "case-1")
    assert len(ours.annotations) == 1
    assert len(ours.actions) == 2
    assert [check.name for check in await here.forge.checks(REPO, here.head)] == ["unit"]
    (read,) = await here.forge.annotations(REPO, ours.id)
    assert (read.file, read.line, read.message) == ("b.py", 1, "unused")


async def test_permissions_are_those_of_the_repository(here: Here) -> None:
    here.lab.person("ann", "write")
    here.lab.person("rita", "read")

    assert await here.forge.permission(REPO, "ann") == "write"
    assert await here.forge.permission(REPO, "rita") == "read"
    assert await here.forge.permission(REPO, "nobody") == "none"


async def test_labels_come_and_go(here: Here) -> None:
    await here.forge.add_labels(REPO, here.pr, ["selfheal:working", "a/b c"])
    await here.forge.add_labels(REPO, here.pr, ["selfheal:working"])
    assert here.pull.labels == {"selfheal:working", "a/b c"}
    assert (await here.forge.pull(REPO, here.pr)).labels == here.pull.labels

    await here.forge.remove_label(REPO, here.pr, "selfheal:working")
    await here.forge.remove_label(REPO, here.pr, "selfheal:working")
    await here.forge.remove_label(REPO, here.pr, "a/b c")

    assert here.pull.labels == set()


async def test_comments_are_made_once_and_reactions_too(here: Here) -> None:
    await here.forge.sticky(REPO, here.pr, "working")
    await here.forge.sticky(REPO, here.pr, "healed")
    await here.forge.sticky(REPO, here.pr, "healed")
    await here.forge.answer(REPO, here.pr, "delivery-1", "Stopped.")
    await here.forge.answer(REPO, here.pr, "delivery-1", "Stopped.")

    sticky, answer = here.pull.comments
    assert sticky.body.endswith("healed")
    assert answer.body.endswith("Stopped.")
    assert sticky.author == "selfheal[bot]"

    asked = await here.lab.person("ann").comment(here.pull, "/selfheal status")
    await here.forge.react(REPO, asked.id, "eyes")
    await here.forge.react(REPO, asked.id, "eyes")
    assert here.repo.state.comments[asked.id].reactions == (("selfheal[bot]", "eyes"),)


async def test_the_sticky_comment_is_found_behind_more_than_a_page(here: Here) -> None:
    ann = here.lab.person("ann")
    for number in range(120):
        await ann.comment(here.pull, f"comment {number}")
    await here.forge.sticky(REPO, here.pr, "one")
    await here.forge.sticky(REPO, here.pr, "two")

    assert [c.body for c in here.pull.comments if c.author == "selfheal[bot]"] == [
        "<!-- selfheal:sticky -->\ntwo"
    ]


async def test_every_repository_is_listed(here: Here) -> None:
    await here.lab.create_repo("octo/gadgets", FILES, merge_queue=None)

    found = await here.forge.repositories()

    number = here.lab.hub.installation
    assert found == (
        Installed(repo=REPO, installation=number, default_branch="main"),
        Installed(repo="octo/gadgets", installation=number, default_branch="main"),
    )


async def test_a_lost_webhook_is_found_and_asked_for_again(here: Here) -> None:
    since = here.lab.clock.now() - timedelta(minutes=1)
    before = {one.guid for one in await here.forge.failed_deliveries(since)}
    here.lab.network.drop("issue_comment")
    await here.lab.person("ann").comment(here.pull, "hello")
    await here.lab.idle()

    lost = [one for one in await here.forge.failed_deliveries(since) if one.guid not in before]

    assert [one.event for one in lost] == ["issue_comment"]
    await here.forge.redeliver(lost[0])
    await here.lab.idle()
    again = [one for one in here.lab.deliveries if one.guid == lost[0].guid]
    assert [one.redelivery for one in again] == [False, True]


async def test_tokens_that_ended_early_are_renewed_within_the_call(here: Here) -> None:
    await here.forge.pull(REPO, here.pr)
    here.lab.hub.app.expire_all(here.lab.clock.now())

    assert (await here.forge.pull(REPO, here.pr)).number == here.pr


async def test_faults_of_the_network_do_not_show(here: Here) -> None:
    here.lab.person("ann", "write")
    here.lab.network.fail("GET", "*/permission", 502)
    here.lab.network.fail("POST", "*/access_tokens", 503)
    assert await here.forge.permission(REPO, "ann") == "write"

    here.lab.network.secondary_limit("*/labels", retry_after_s=0)
    await here.forge.add_labels(REPO, here.pr, ["bug"])
    assert here.pull.labels == {"bug"}


async def test_a_limit_is_told_with_its_time(here: Here) -> None:
    here.lab.network.secondary_limit("*/permission", retry_after_s=42)

    with pytest.raises(TransientError) as caught:
        await here.forge.permission(REPO, "ann")

    assert caught.value.retry_after_s == 42


async def test_many_at_once_share_one_token(here: Here) -> None:
    pulls = await asyncio.gather(*(here.forge.pull(REPO, here.pr) for _ in range(8)))

    assert {pull.head for pull in pulls} == {here.head}
    assert len(here.lab.hub.app._tokens) == 1


async def test_the_counters_for_the_metrics_are_kept(here: Here) -> None:
    seen: list[int] = []
    here.github.transport.observe = seen.append

    await here.forge.permission(REPO, "ann")

    assert set(seen) <= {200, 201}
    assert here.github.transport.rate_remaining == 4999
