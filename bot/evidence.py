"""Running every check of a repository on one tree, and reading what tests and coverage say.

The results are read from files that the run leaves in its box, through the same door as everything
an untrusted tree writes; what cannot be read is not known, never guessed.
"""

from dataclasses import dataclass

from bot.core.case import Case
from bot.core.failure import Failure
from bot.core.ids import Sha
from bot.core.patch import CheckRun
from bot.core.repo_config import CheckConfig
from bot.ports import Box, Ports, RunResult
from bot.workbench import CHECK_TIMEOUT_S, Ran, part_of, prepare, red_checks, run_check
from guards.errors import BadEvidenceError
from guards.evidence import FileCoverage, Snapshot
from guards.evidence_files import collected, coverage_json

_DATA = ".selfheal-evidence"
_REPORT = ".selfheal-evidence.json"
_PYTEST = ("pytest", "python -m pytest", "python3 -m pytest")
_KEPT_OUTPUT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All checks on one tree."""

    runs: tuple[CheckRun, ...]
    failures: tuple[Failure, ...]
    snapshot: Snapshot

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
                ran = await run_check(box, _covered(check), whole=True)
                runs.append(await _kept(check.name, ran, ports))
                failures += ran.failures
            snapshot = await _snapshot(box, case)
    return Measured(runs=tuple(runs), failures=tuple(failures), snapshot=snapshot)


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


async def _snapshot(box: Box, case: Case) -> Snapshot:
    for check in case.config.checks:
        arguments = _pytest_arguments(check)
        if arguments is None:
            continue
        listed = await box.run(f"python -m pytest{arguments} --collect-only -qq", CHECK_TIMEOUT_S)
        tests = _collected(listed)
        coverage = await _coverage(box) if check.covers else None
        return Snapshot(tests=tests, coverage=coverage)
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
