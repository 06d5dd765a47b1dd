"""What the guards are shown of a fix, and what becomes of their word."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

import guards
from bot.core import codec
from bot.core.case import Case, Pushed
from bot.core.ids import Digest, Sha
from bot.core.lifecycle import Stage
from bot.core.patch import Patch
from bot.core.repo_config import RepoConfig
from bot.heal import judge
from bot.ports import Ports
from bot.workbench import origin_of, unfixed
from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence, FileCoverage, Snapshot
from guards.policy import Policy
from guards.verdict import Severity, Verdict
from tests.core.cases import ENTRY, NOW, attempt, case
from tests.heal.world import Bench

FIRST, SECOND, THIRD = (Sha(letter * 40) for letter in "123")
BEFORE = "def add(a, b):\n    return a - b\n"
AFTER = "def add(a, b):\n    if a is None:\n        a = 0\n    return a + b\n"
COVERAGE = FileCoverage(executed=frozenset({1, 2, 4}), missing=frozenset({3}))
UNREACHED = Evidence(
    before=Snapshot(coverage={"src/add.py": replace(COVERAGE, missing=frozenset())}),
    after=Snapshot(coverage={"src/add.py": COVERAGE}),
)
SOURCE = FileChange(
    path="src/add.py",
    old_path="src/add.py",
    status=Status.MODIFIED,
    before=BEFORE.encode(),
    after=AFTER.encode(),
    added=(
        Line(number=2, text="    if a is None:"),
        Line(number=3, text="        a = 0"),
        Line(number=4, text="    return a + b"),
    ),
    removed=(Line(number=2, text="    return a - b"),),
)
SECURITY = replace(SOURCE, path="security/add.py", old_path="security/add.py")


@dataclass
class Trees:
    """The part of `Git` that compares and merges."""

    found: Change = field(default_factory=lambda: Change(files=(SOURCE,)))
    asked: list[tuple[Sha, Sha]] = field(default_factory=list)

    async def change(self, repo: str, base: Sha, head: Sha) -> Change:
        del repo
        self.asked.append((base, head))
        return self.found

    async def merge(self, repo: str, base: Sha, head: Sha) -> Sha | None:
        del repo, base
        return Sha(head[::-1].replace("1", "9"))


def patch(base: Sha, commit: Sha) -> Patch:
    return Patch(base=base, commit=commit, edits=(), diff=Digest("e" * 64))


def pushed(number: int, sha: Sha, by: str | None = None) -> Pushed:
    return Pushed(attempt=number, sha=sha, at=NOW, approved_by=by)


def judging(pushes: tuple[Pushed, ...] = (), **policy: object) -> Case:
    """Three patches, each on the one before; the pushes are some of the first two."""
    commits = (ENTRY.head, FIRST, SECOND, THIRD)
    tried = tuple(
        attempt(number, patch=patch(commits[number - 1], commits[number]))
        for number in range(1, len(pushes) + 2)
    )
    config = RepoConfig(guards=Policy(**policy))  # type: ignore[arg-type]  # by keyword
    return case(stage=Stage.JUDGING, attempts=tried, pushes=pushes, config=config)


def ports_of(bench: Bench, git: Trees) -> Ports:
    return replace(bench.ports, git=cast("Any", git))


async def judged(
    bench: Bench, known: Case, change: Change, evidence: Evidence | None = None
) -> Case:
    if evidence is not None:
        digest = await bench.store.put(codec.dumps(evidence).encode())
        newest = replace(known.attempts[-1], evidence=digest)
        known = replace(known, attempts=(*known.attempts[:-1], newest))
    return await judge.run(known, ports_of(bench, Trees(change)))


def verdict_of(known: Case) -> Verdict:
    found = known.attempts[-1].verdict
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("pushes", "origin"),
    [
        ((), ENTRY.head),
        ((pushed(1, FIRST),), ENTRY.head),
        ((pushed(1, FIRST), pushed(2, SECOND)), ENTRY.head),
        ((pushed(1, FIRST, "ada"),), FIRST),
        ((pushed(1, FIRST, "ada"), pushed(2, SECOND)), FIRST),
        ((pushed(1, FIRST), pushed(2, SECOND, "ada")), SECOND),
    ],
)
async def test_all_that_nobody_approved_is_judged_together(
    bench: Bench, pushes: tuple[Pushed, ...], origin: Sha
) -> None:
    git, known = Trees(), judging(pushes)
    await judge.run(known, ports_of(bench, git))

    newest = known.attempts[-1].patch
    assert newest is not None
    assert git.asked == [(origin, newest.commit)]


def test_pushes_of_a_case_that_is_not_known_any_more_are_left_out() -> None:
    known = judging((pushed(1, FIRST),))
    assert origin_of(replace(known, attempts=known.attempts[1:])) == FIRST


async def test_what_is_measured_without_a_fix_is_without_what_we_pushed(bench: Bench) -> None:
    ports, once = ports_of(bench, Trees()), judging((pushed(1, FIRST),))
    again = replace(once, entry=replace(ENTRY, head=FIRST, group=SECOND))

    assert await unfixed(judging(), ports) == ENTRY.group
    assert await unfixed(once, ports) == ENTRY.group
    assert await unfixed(again, ports) == ENTRY.head
    assert await unfixed(judging((pushed(1, FIRST, "ada"),)), ports) == Sha("9" * 40)


async def test_untested_lines_go_back_to_the_fixer_not_to_a_person(bench: Bench) -> None:
    after = await judged(bench, judging(), Change(files=(SOURCE,)), UNREACHED)

    assert after.stage is Stage.ATTEMPTING
    assert after.attempts[-1].why_failed == "rejected by the guards: coverage"


async def test_untested_lines_that_only_refuse_hold_nothing_up(bench: Bench) -> None:
    refusing = AFTER.replace("a = 0", "raise ValueError")
    lines = tuple(
        replace(line, text=line.text.replace("a = 0", "raise ValueError")) for line in SOURCE.added
    )
    change = Change(files=(replace(SOURCE, after=refusing.encode(), added=lines),))

    after = await judged(bench, judging(), change, UNREACHED)

    found = [each.severity for each in verdict_of(after).findings if each.guard == "coverage"]
    assert found == [Severity.WARN]
    assert after.stage is Stage.PUSHING


@pytest.mark.parametrize("severity", [Severity.PASS, Severity.WARN])
async def test_a_repository_cannot_make_a_guard_weigh_less(
    bench: Bench, severity: Severity
) -> None:
    lax: Mapping[str, Severity] = {"protected": severity, "coverage": severity}
    known = judging(severity=lax, disabled=frozenset({"protected"}), coverage_drop=100.0)
    after = await judged(bench, known, Change(files=(SECURITY,)))

    assert after.stage is Stage.NEEDS_HUMAN
    assert verdict_of(after).lowered == ()


async def test_a_repository_can_make_a_guard_weigh_more(bench: Bench) -> None:
    known = judging(severity={"protected": Severity.REJECT})
    assert (await judged(bench, known, Change(files=(SECURITY,)))).stage is Stage.ATTEMPTING


async def test_others_are_served_while_guards_judge(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, served = asyncio.get_running_loop(), asyncio.Event()

    def slow(*_: object, **__: object) -> Verdict:
        asyncio.run_coroutine_threadsafe(_set(served), loop).result(timeout=60)
        return Verdict()

    monkeypatch.setattr(guards, "judge", slow)
    await judged(bench, judging(), Change(files=(SOURCE,)))

    assert served.is_set()


async def _set(event: asyncio.Event) -> None:
    event.set()
