"""Running a repository's own checks in a box, and making a patch of what a fixer left there.

One floor below the steps, the agent's tools and the recipes, which all do the same things here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.case import Case
from bot.core.checks import narrow, same_part
from bot.core.failure import Failure
from bot.core.ids import PrNumber, Sha
from bot.core.patch import FileEdit, Patch
from bot.core.repo_config import CheckConfig
from bot.core.wording import commit_message
from bot.formats import find_failures
from bot.ports import Box, EditedFile, Ports, RunResult

CHECK_TIMEOUT_S = 900.0
SETUP_TIMEOUT_S = 900.0
MAX_AHEAD = 50
_NO_PROGRAM = frozenset({126, 127})  # the shell's words for "not executable" and "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One check, run in a box."""

    check: CheckConfig
    command: str
    result: RunResult
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Ended by itself with 0."""
        return self.result.ok

    @property
    def ran(self) -> bool:
        """Whether it ran to an end: not killed, and its program is there."""
        return self.result.exit_code is not None and self.result.exit_code not in _NO_PROGRAM

    def shows(self, failures: Sequence[Failure]) -> bool:
        """Whether it is red for the same part that these failures are about."""
        return not self.passed and same_part(failures, self.failures)


async def prepare(box: Box, case: Case) -> RunResult | None:
    """Run the repository's set-up command; None when it has none.

    After one that failed, a red check says nothing about the tree.
    """
    if case.config.setup is None:
        return None
    return await box.run(case.config.setup.run, SETUP_TIMEOUT_S)


async def run_check(
    box: Box,
    check: CheckConfig,
    failures: Sequence[Failure] = (),
    *,
    whole: bool = False,
    by_file: bool = False,
) -> Ran:
    """Run a check's failing part; the whole check when asked to or when no part can be named."""
    command = (None if whole else narrow(check, failures, by_file=by_file)) or check.run
    result = await box.run(command, CHECK_TIMEOUT_S)
    found = () if result.ok else find_failures(result.output, job=check.name)
    return Ran(check=check, command=command, result=result, failures=found)


def part_of(case: Case, check: CheckConfig) -> list[Failure]:
    """The failures of the CI jobs that a check stands for."""
    jobs = {red.name for red in case.checks if red.config == check.name}
    return [failure for failure in case.failures if failure.job in jobs]


def red_checks(case: Case) -> list[CheckConfig]:
    """The configured checks that were red in the queue."""
    red = {check.config for check in case.checks}
    return [check for check in case.config.checks if check.name in red]


async def ahead_of(repo: str, base: Sha, ports: Ports) -> tuple[PrNumber, ...]:
    """Pull requests whose groups a commit stands on, nearest first (at most 50)."""
    found: list[PrNumber] = []
    while len(found) < MAX_AHEAD and (group := await ports.store.group(repo, base)) is not None:
        found.append(group.pr)
        base = group.base
    return tuple(found)


async def base_of(case: Case, ports: Ports) -> Sha:
    """The commit a fixer starts from: what the queue tested, with our own pushes on top."""
    if not case.pushes:
        return case.entry.group
    merged = await ports.git.merge(case.entry.repo, case.entry.base, case.head)
    return merged or case.entry.group


def origin_of(case: Case) -> Sha:
    """The head of the branch before all that is judged.

    That is the newest patch and the pushes of ours that it stands on, back to one that a person
    approved: slices that are harmless one by one may be a cheat together.
    """
    patches = {tried.patch.commit: tried.patch for tried in case.attempts if tried.patch}
    approved = {pushed.sha for pushed in case.pushes if pushed.approved_by}
    ours = {pushed.sha for pushed in case.pushes} - approved
    newest = case.attempts[-1].patch if case.attempts else None
    at = newest.base if newest else case.head
    for _ in case.pushes:
        if at not in ours or at not in patches:
            break
        at = patches[at].base
    return at


async def unfixed(case: Case, ports: Ports) -> Sha:
    """The tree without all that is judged: what the queue tested, had we pushed nothing of it."""
    origin = origin_of(case)
    if origin == case.entry.head:
        return case.entry.group
    return await ports.git.merge(case.entry.repo, case.entry.base, origin) or case.entry.group


async def patch_of(case: Case, box: Box, ports: Ports, *, number: int, summary: str) -> Patch | str:
    """A patch for the pull request's branch of what was changed in a box; a reason if there is none."""
    return await patch_from(case, await box.changes(), ports, number=number, summary=summary)


async def patch_from(
    case: Case, edited: Sequence[EditedFile], ports: Ports, *, number: int, summary: str
) -> Patch | str:
    """A patch of what was changed in the tree that fixers start from.

    That tree is the merge group's; what was changed there is replayed onto the branch, so that the
    pushed commit holds nothing of anybody else's work.
    """
    if not edited:
        return "nothing was changed"
    repo, at = case.entry.repo, case.opened_at
    message = commit_message(case, number=number, summary=summary)
    bench = await base_of(case, ports)
    made = await ports.git.commit(repo, bench, edited, message, at)
    moved = await ports.git.transplant(repo, made, case.head, message, at)
    if moved is None:
        return "the fix changes lines that are not on the pull request's branch"
    edits = [
        FileEdit(
            path=file.path,
            content=None if file.content is None else await ports.store.put(file.content),
            executable=file.executable,
        )
        for file in edited
    ]
    diff = await ports.git.diff(repo, case.head, moved)
    if not diff:
        return "the fix changes nothing on the pull request's branch"
    return Patch(
        base=case.head,
        commit=moved,
        edits=tuple(edits),
        diff=await ports.store.put(diff.encode()),
    )


def narrow_commands(case: Case) -> tuple[str, ...]:
    """The commands that show the failing parts again, one a red check."""
    return tuple(narrow(check, part_of(case, check)) or check.run for check in red_checks(case))
