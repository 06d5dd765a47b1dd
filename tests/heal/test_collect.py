"""What is read of a merge group, and how, also where GitHub has lost its commit."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.heal import collect
from bot.ports import CheckResult
from tests.core.cases import ENTRY, NOW, case
from tests.heal.world import Bench

TIP, MADE = Sha("1" * 40), Sha("2" * 40)


class LossyGit:
    """A mirror whose remote has the pull request and the base branch alone."""

    def __init__(self, *lost: Sha) -> None:
        self.lost = lost

    async def fetch(self, repo: str, *wanted: str) -> None:
        if set(self.lost) & set(wanted):
            msg = f"git: {repo} has no such commit"
            raise PermanentError(msg)

    async def tip(self, repo: str, branch: str) -> Sha:
        del repo, branch
        return TIP

    async def read(self, repo: str, commit: Sha, path: str) -> bytes | None:
        del repo, commit, path
        return None

    async def merge(self, repo: str, ours: Sha, theirs: Sha) -> Sha | None:
        del repo, theirs
        return ours if ours == MADE else MADE


async def collected(bench: Bench, *lost: Sha) -> tuple[Sha, Sha, Sha | None]:
    """Group, base and the group's old name after the step, which must have found the red check."""
    red = CheckResult(name="unit", done=True, conclusion="failure")
    bench.forge.results[ENTRY.group] = (red,)
    ports = replace(bench.ports, git=cast("Any", LossyGit(*lost)))
    known = replace(case(), entry=replace(ENTRY, removed_at=NOW), checks=(), failures=())

    found = await collect.run(known, ports)

    assert found.stage is Stage.ATTRIBUTING, found.reason
    assert [check.name for check in found.checks] == ["unit"]
    return found.entry.group, found.entry.base, found.entry.queued_as


async def test_a_lost_group_is_made_again_on_what_it_stood_on(bench: Bench) -> None:
    assert await collected(bench, ENTRY.group) == (MADE, ENTRY.base, ENTRY.group)


async def test_a_group_on_a_group_that_is_lost_too_is_made_on_the_base_branch(bench: Bench) -> None:
    assert await collected(bench, ENTRY.group, ENTRY.base) == (MADE, TIP, ENTRY.group)


@pytest.mark.parametrize(
    ("red", "counted"),
    [(("unit", "docs"), ["unit"]), (("docs",), ["docs"])],
    ids=["required", "required elsewhere"],
)
async def test_the_required_red_checks_count_and_else_any(
    bench: Bench, red: tuple[str, ...], counted: list[str]
) -> None:
    bench.forge.green(ENTRY.group, *red, conclusion="failure")
    ports = replace(bench.ports, git=cast("Any", LossyGit(ENTRY.group)))
    found = await collect.run(case(entry=replace(ENTRY, removed_at=NOW)), ports)
    assert [check.name for check in found.checks] == counted
