"""Running every check of a repository on one tree, and reading what tests and coverage say.

The results are read from files that the run leaves in its box, through the same door as everything
an untrusted tree writes; what cannot be read is not known, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core import codec
from bot.core.case import Case
from bot.core.failure import Failure
from bot.core.ids import Sha
from bot.core.patch import CheckRun
from bot.core.repo_config import CheckConfig
from bot.core.test_commands import understand
from bot.cross_check import Trees, compared, once_more
from bot.formats import find_failures
from bot.ports import Box, Ports, RunResult
from bot.test_runs import run_tests
from bot.workbench import CHECK_TIMEOUT_S, Ran, part_of, prepare, red_checks, run_check
from guards.errors import BadEvidenceError
from guards.evidence import CrossCheck, FileCoverage, Run, Snapshot
from guards.evidence_files import collected, coverage_json

_DATA = ".selfheal-evidence"
_REPORT = ".selfheal-evidence.json"
_PYTEST = ("pytest", "python -m pytest", "python3 -m pytest")
_KEPT_OUTPUT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All checks on one tree.

    Attributes:
        tests: name of a check that runs tests, to what became of each.
    """

    runs: tuple[CheckRun, ...]
    failures: tuple[Failure, ...]
    snapshot: Snapshot
    tests: Mapping[str, Run] = field(default_factory=dict)

    @property
    def green(self) -> bool:
        """Every run passed, and there was one."""
        return bool(self.runs) and all(run.passed for run in self.runs)

    @property
    def red(self) -> str:
        """Names of the runs that did not pass."""
        return ", ".join(run.name for run in self.runs if not run.passed) or "no check to run"


async def measure(case: Case, commit: Sha, ports: Ports, *, narrow_first: bool = False) -> Measured:
    """Run the checks of a case on a clean checkout of a commit.

    With `narrow_first` the failing parts run first, and nothing more when one of them is red.
    """
    runs: list[CheckRun] = []
    failures: list[Failure] = []
    snapshot = Snapshot()
    tests: dict[str, Run] = {}
    async with ports.sandbox.open(case.entry.repo, commit) as box:
        if (set_up := await prepare(box, case)) is not None and not set_up.ok:
            runs.append(await _set_up(case, set_up, ports))
        elif narrow_first:
            for check in red_checks(case):
                ran = await run_check(box, check, part_of(case, check))
                runs.append(await _kept(f"{check.name}: failing part", ran, ports))
                failures += ran.failures
        if all(run.passed for run in runs):
            await box.run(f"rm -rf -- {_DATA} {_REPORT}", CHECK_TIMEOUT_S)  # perhaps committed
            for check in case.config.checks:
                ran, run = await _whole(box, check)
                tests |= {check.name: run} if run else {}
                runs.append(await _kept(check.name, ran, ports))
                failures += ran.failures
            snapshot = await _snapshot(box, case, tests)
    return Measured(runs=tuple(runs), failures=tuple(failures), snapshot=snapshot, tests=tests)


async def _whole(box: Box, check: CheckConfig) -> tuple[Ran, Run | None]:
    """A whole check, with what became of each test where the command is one of tests."""
    covered = _covered(check)
    command = understand(covered.run)
    if command.runner is None:
        return await run_check(box, covered, whole=True), None
    result, run = await run_tests(box, command, CHECK_TIMEOUT_S)
    found = () if result.ok else find_failures(result.output, job=check.name)
    return Ran(check=covered, command=covered.run, result=result, failures=found), run


async def _kept(name: str, ran: Ran, ports: Ports) -> CheckRun:
    output = await ports.store.put(ran.result.output[-_KEPT_OUTPUT:])
    return CheckRun(
        name=name,
        command=ran.command,
        passed=ran.passed,
        seconds=ran.result.seconds,
        output=output,
    )


async def _set_up(case: Case, result: RunResult, ports: Ports) -> CheckRun:
    """The set-up that failed, as a run: nothing is green without it."""
    check = CheckConfig(name="set-up", run=case.config.setup.run if case.config.setup else "")
    return await _kept(
        check.name, Ran(check=check, command=check.run, result=result, failures=()), ports
    )


def _covered(check: CheckConfig) -> CheckConfig:
    """The check under coverage.py, when the repository asks for it and it is a pytest run."""
    arguments = _pytest_arguments(check)
    if not check.covers or arguments is None:
        return check
    run = f"python -m coverage run --data-file={_DATA} -m pytest{arguments}"
    return CheckConfig(name=check.name, run=run)


def _pytest_arguments(check: CheckConfig) -> str | None:
    """What follows pytest in a command; None when the command is not pytest alone."""
    for start in _PYTEST:
        rest = check.run.removeprefix(start)
        if rest != check.run and (not rest or rest[0] == " ") and not set(rest) & set(";|&<>`$"):
            return rest
    return None


async def _snapshot(box: Box, case: Case, runs: Mapping[str, Run]) -> Snapshot:
    for check in case.config.checks:
        arguments = _pytest_arguments(check)
        if arguments is None:
            continue
        # One id a line, however quiet or talkative the check itself asks pytest to be.
        listing = f"python -m pytest{arguments} --collect-only --verbosity=-1"
        listed = await box.run(listing, CHECK_TIMEOUT_S)
        tests = _collected(listed)
        coverage = await _coverage(box) if check.covers else None
        run = runs.get(check.name)
        outcomes = run.outcomes if run and run.reported else None
        return Snapshot(tests=tests, coverage=coverage, outcomes=outcomes)
    return Snapshot()


def _collected(listed: RunResult) -> frozenset[str] | None:
    try:
        return collected(listed.text) if listed.ok else None
    except BadEvidenceError:
        return None


async def _coverage(box: Box) -> dict[str, FileCoverage] | None:
    command = f"python -m coverage json -q --fail-under=0 --data-file={_DATA} -o {_REPORT}"
    if not (await box.run(command, CHECK_TIMEOUT_S)).ok:
        return None  # whatever lies there now, coverage did not write it
    try:
        return dict(coverage_json(await box.read(_REPORT)))
    except (OSError, BadEvidenceError):
        return None


def tested(case: Case) -> CheckConfig | None:
    """The red check whose tests can be told apart; None when there is none."""
    return next((check for check in red_checks(case) if understand(check.run).runner), None)


async def runs_without(
    case: Case, commit: Sha, measured: Measured, ports: Ports
) -> CrossCheck | None:
    """The runs of the tree without a fix, once and again; None when no tests can be told apart."""
    check = tested(case)
    first = measured.tests.get(check.name) if check else None
    if check is None or first is None:
        return None
    trees = _trees(case, check, ports, base=commit, fix=commit)
    base = await once_more(trees, first)
    return CrossCheck(failing=frozenset(), base=base)


async def crosswise(case: Case, tree: Sha, after: Measured, ports: Ports) -> CrossCheck | None:
    """Original tests on the fixed source and the other way round; None when it cannot be known.

    The case holds what was measured without the fix.
    """
    check, baseline = tested(case), case.baseline
    first = after.tests.get(check.name) if check else None
    if check is None or first is None or baseline is None or baseline.runs is None:
        return None
    base = codec.loads(CrossCheck, await ports.store.get(baseline.runs)).base
    trees = _trees(case, check, ports, base=baseline.commit, fix=tree)
    change = await ports.git.change(case.entry.repo, baseline.commit, tree)
    return (await compared(trees, change, base, first)).cross_check


def _trees(case: Case, check: CheckConfig, ports: Ports, *, base: Sha, fix: Sha) -> Trees:
    return Trees(
        sandbox=ports.sandbox,
        git=ports.git,
        repo=case.entry.repo,
        base=base,
        fix=fix,
        command=understand(check.run),
        set_up=case.config.setup.run if case.config.setup else "",
        timeout_s=CHECK_TIMEOUT_S,
    )
