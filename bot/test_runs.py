"""Running tests in a box and reading what became of each, from a report that nobody could prepare."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.ids import Sha
from bot.core.test_commands import TestCommand
from bot.ports import Box, Git, RunResult, Sandbox
from guards.errors import BadEvidenceError
from guards.evidence import Run

KILLED = 124  # as timeout(1) says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A change in a local repository: where its trees are run, and their commits there."""

    sandbox: Sandbox
    git: Git
    repo: str
    base: Sha
    fix: Sha


async def run_tests(
    box: Box, command: TestCommand, timeout_s: float, tests: Sequence[str] = ()
) -> tuple[RunResult, Run]:
    """One run: of `tests` alone where the runner can name them, of all otherwise.

    The report is written to a path that did not exist and cannot be guessed, outside the checkout,
    and is taken over when the run has ended.
    """
    token = secrets.token_hex(8)
    report, taken = f"/tmp/selfheal-{token}", f".selfheal-{token}"  # noqa: S108 - in the box
    line = command.measured(report, tests)
    if command.runner is None:
        result = await box.run(line, timeout_s)
        code = KILLED if result.exit_code is None else result.exit_code
        return result, Run(exit_code=code, reported=True, outcomes=command.failed(code))
    kept = f"cp {report} {taken} 2>/dev/null; rm -f {report}; exit $code"
    result = await box.run(f"({line}\n); code=$?; {kept}", timeout_s)
    if result.exit_code is None:
        return result, Run(exit_code=KILLED, reported=False)
    try:
        outcomes = command.runner.read(await box.read(taken))
    except (OSError, BadEvidenceError):
        return result, Run(exit_code=result.exit_code, reported=False)
    return result, Run(exit_code=result.exit_code, reported=True, outcomes=outcomes)
