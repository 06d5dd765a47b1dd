"""The cross-check: original tests on the new source, new tests on the original source.

Each tree is a clean checkout in a box of its own. What ran is handed to the guards as it was; what
it means is theirs to say.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.core.test_commands import TestCommand, file_of, of_files
from bot.ports import Box, EditedFile, Git, Sandbox
from bot.test_runs import run_tests
from guards.change import Change
from guards.evidence import CrossCheck, Mutant, Outcome, Run
from guards.halves import FileState, Halves, take_apart
from guards.mutations import Mutation, mutations

FIX_RUNS = 3
_MUTANTS_S = 60.0
_AT = datetime(2000, 1, 1, tzinfo=UTC)  # the commit is never shown; equal trees, equal sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Where and how the trees of one change are run.

    Attributes:
        base, fix: commits without and with the change.
        set_up: run first in every checkout; "" = nothing.
        timeout_s: of each run.
        say: told what happens, for people who wait.
    """

    sandbox: Sandbox
    git: Git
    repo: str
    base: Sha
    fix: Sha
    command: TestCommand
    set_up: str = ""
    timeout_s: float = 900.0
    say: Callable[[str], None] = lambda _: None

    @asynccontextmanager
    async def checkout(self, commit: Sha) -> AsyncIterator[Box]:
        """A box on one of them, set up.

        Raises:
            PermanentError: the set-up failed.
        """
        async with self.sandbox.open(self.repo, commit) as box:
            if self.set_up and not (await box.run(self.set_up, self.timeout_s)).ok:
                msg = f"`{self.set_up[:200]}` failed in a clean checkout"
                raise PermanentError(msg)
            yield box

    async def run(self, name: str, box: Box, tests: Sequence[str] = ()) -> Run:
        """One run, told to whoever waits; a whole one where none of `tests` was found by its id."""
        result, run = await run_tests(box, self.command, self.timeout_s, tests)
        if tests and not run.outcomes:
            result, run = await run_tests(box, self.command, self.timeout_s)
        self.say(f"{name}: {_summary(run)}, {result.seconds:.1f} s")
        return run


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All runs, and in words what could not be run."""

    cross_check: CrossCheck
    notes: tuple[str, ...] = ()


async def cross_check(trees: Trees, change: Change, named: frozenset[str] = frozenset()) -> Checked:
    """Run what shows which half of a change made the failing tests pass; then its mutants.

    Args:
        trees: where and how.
        change: what lies between both trees.
        named: ids of the failing tests, or of files or groups of them; empty = those that fail
            without the change.

    Raises:
        PermanentError: the set-up of the repository failed.
        NoSandboxError: no usable sandbox here.
    """
    async with trees.checkout(trees.base) as box:
        whole = await trees.run("without the change", box)
    base = await once_more(trees, whole, named)
    async with trees.checkout(trees.fix) as box:
        first = await trees.run("with the change", box)
    checked = await compared(trees, change, base, first, named)
    found = checked.cross_check
    if not _is_green(found.fix):
        return checked
    known = frozenset(first.outcomes)
    tests = (found.failing | of_files(take_apart(change).tests, known)) & known
    mutants = await _mutants(trees, change, tests)
    return replace(checked, cross_check=replace(found, mutants=mutants))


async def once_more(
    trees: Trees, first: Run, named: frozenset[str] = frozenset()
) -> tuple[Run, ...]:
    """The runs of the tree without the change: the first one, and what failed in it again."""
    failing = _failing((first,), named) & first.outcomes.keys()
    if not failing and first.exit_code == 0:
        return (first,)
    async with trees.checkout(trees.base) as box:
        return first, await trees.run("without the change, again", box, sorted(failing))


async def compared(
    trees: Trees,
    change: Change,
    base: tuple[Run, ...],
    first: Run,
    named: frozenset[str] = frozenset(),
) -> Checked:
    """The cross-check, from the runs of both whole trees on."""
    failing = _spelled_out(_failing(base, named), frozenset(first.outcomes))
    halves = take_apart(change)
    again, (restored, ablated, notes) = await asyncio.gather(
        _again(trees, failing, first), _half_runs(trees, halves, failing, first)
    )
    found = CrossCheck(
        failing=failing, base=base, fix=(first, *again), restored=restored, ablated=ablated
    )
    if trees.command.runner is None:
        notes = (*notes, "no report: of this command only the exit code is known")
    return Checked(cross_check=_comparable(found), notes=notes)


async def _again(trees: Trees, failing: frozenset[str], first: Run) -> tuple[Run, ...]:
    """The tests that failed, on the tree with the change, until they ran often enough."""
    part = sorted(failing & first.outcomes.keys())
    if not part or not _is_green((first,)):
        return ()
    async with trees.checkout(trees.fix) as box:
        return tuple(
            [await trees.run("with the change, again", box, part) for _ in range(1, FIX_RUNS)]
        )


async def _half_runs(
    trees: Trees, halves: Halves, failing: frozenset[str], first: Run
) -> tuple[Run | None, Run | None, tuple[str, ...]]:
    """Both halves apart: (restored, ablated, what could not be run and why)."""
    if why := halves.why_not or _tests_inside(trees.command, halves, failing):
        return None, None, (f"the change cannot be taken apart: {why}",)
    restored, ablated = first, None  # where no test changed, the original tests are those that ran
    if halves.restored:
        commit = await _commit(trees, trees.fix, halves.restored)
        async with trees.checkout(commit) as box:
            restored = await trees.run("original tests on the new source", box)
    if not halves.ablated:
        return restored, None, ()
    if not failing:
        why = "no test fails without the change: there is nothing that new tests have to see"
        return restored, None, (why,)
    commit = await _commit(trees, trees.base, halves.ablated)
    files = halves.tests | {file_of(test) for test in failing}
    part = sorted(of_files(files, first.outcomes) | (failing & first.outcomes.keys()))
    async with trees.checkout(commit) as box:
        ablated = await trees.run("new tests on the original source", box, _by_file(part))
    return restored, ablated, ()


async def _commit(trees: Trees, parent: Sha, states: Sequence[FileState]) -> Sha:
    files = [
        EditedFile(path=state.path, content=state.content, executable=state.executable)
        for state in states
    ]
    return await trees.git.commit(trees.repo, parent, files, "half of a change", _AT)


async def _mutants(trees: Trees, change: Change, tests: frozenset[str]) -> tuple[Mutant, ...]:
    """Changed lines made wrong, one at a time, as many as the time allows."""
    planned = mutations(change)
    if not planned or (not tests and trees.command.runner is not None):
        return ()
    found: list[Mutant] = []
    spent = 0.0
    async with trees.checkout(trees.fix) as box:
        for mutation in planned:
            if spent > _MUTANTS_S:
                break
            caught, seconds = await _is_caught(trees, box, mutation, tests)
            spent += seconds
            found.append(
                Mutant(path=mutation.path, line=mutation.line, what=mutation.what, caught=caught)
            )
    trees.say(
        f"changed lines made wrong: {sum(each.caught for each in found)} of {len(found)} caught"
    )
    return tuple(found)


async def _is_caught(
    trees: Trees, box: Box, mutation: Mutation, tests: frozenset[str]
) -> tuple[bool, float]:
    original = await box.read(mutation.path)
    await box.write(mutation.path, mutation.content)
    try:
        result, run = await run_tests(box, trees.command, _MUTANTS_S, sorted(tests))
    finally:
        await box.write(mutation.path, original)
    noticed = not run.reported or any(outcome.is_bad for outcome in run.outcomes.values())
    return noticed, result.seconds


def _failing(base: Sequence[Run], named: frozenset[str]) -> frozenset[str]:
    """Tests that failed in every run without the change; with names, those of them alone."""
    bad = [
        {test for test, outcome in run.outcomes.items() if outcome.is_bad}
        for run in base
        if run.outcomes
    ]
    always = frozenset(set.intersection(*bad)) if bad else frozenset()
    if not named:
        return always
    known = frozenset(test for run in base for test in run.outcomes)
    matched = {name: frozenset(t for t in known if _is_of(t, name)) for name in named}
    return frozenset().union(*(found or {name} for name, found in matched.items()))


def _is_of(test: str, name: str) -> bool:
    """Whether a name means a test: itself, its parameters, or all of a class or file."""
    return test == name or test.startswith((f"{name}::", f"{name}[", f"{name}/"))


def _spelled_out(failing: frozenset[str], known: frozenset[str]) -> frozenset[str]:
    """A file that could not be read stands for the tests that are in it now."""
    found: set[str] = set()
    for name in failing:
        tests = {test for test in known if "::" not in name and test.startswith(f"{name}::")}
        found |= tests if name not in known and tests else {name}
    return frozenset(found)


def _comparable(found: CrossCheck) -> CrossCheck:
    """The same runs, with an unreadable file's tests named one by one in each."""
    runs = (*found.base, *found.fix, found.restored, found.ablated)
    known = frozenset(test for run in runs if run for test in run.outcomes)

    def spelled(run: Run) -> Run:
        files = {
            name for name, outcome in run.outcomes.items() if outcome.is_bad and "::" not in name
        }
        hidden = of_files(files, known) - run.outcomes.keys() - files
        return replace(run, outcomes={**run.outcomes, **dict.fromkeys(hidden, Outcome.ERROR)})

    return replace(
        found,
        base=tuple(map(spelled, found.base)),
        fix=tuple(map(spelled, found.fix)),
        restored=spelled(found.restored) if found.restored else None,
        ablated=spelled(found.ablated) if found.ablated else None,
    )


def _tests_inside(command: TestCommand, halves: Halves, failing: frozenset[str]) -> str:
    """Why the failing tests may stand in source that the change touches; "" when they do not."""
    if command.runner is None:
        touched = halves.inside
    else:
        touched = halves.inside & {file_of(test) for test in failing}
    return f"{min(touched)} holds source and tests together" if touched else ""


def _by_file(tests: Sequence[str]) -> Sequence[str]:
    """The files of tests: a tree that lacks one of the tests can be asked for these too."""
    return list(dict.fromkeys(map(file_of, tests)))


def _is_green(runs: Sequence[Run]) -> bool:
    return bool(runs) and all(run.exit_code == 0 and run.is_strict for run in runs)


def _summary(run: Run) -> str:
    if not run.reported:
        return f"exit code {run.exit_code}, no report"
    bad = sum(outcome.is_bad for outcome in run.outcomes.values())
    passed = sum(outcome is Outcome.PASSED for outcome in run.outcomes.values())
    return f"exit code {run.exit_code}, {passed} passed, {bad} failed"
