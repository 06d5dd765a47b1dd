"""The cross-check of a change in a local repository: `selfheal guard --run`."""

import asyncio
import configparser
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import local_trees, own_toolchain
from bot.core.errors import EdgeError, UserError
from bot.core.test_commands import understand
from bot.cross_check import Checked, Trees, cross_check
from bot.settings import Settings, read
from guards.change import Change
from guards.evidence import Evidence, Run, Snapshot
from guards.verdict import NotRun

NAME = "cross_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run on which trees.

    Attributes:
        base, head, staged: the change, as `selfheal guard` names it.
        line: the test command. failing: tests it is to make pass; empty = those that fail now.
        timeout_s: of each run.
        say: told what happens.
    """

    repo: Path
    base: str | None
    head: str | None
    staged: bool
    line: str
    failing: frozenset[str]
    timeout_s: float
    say: Callable[[str], None]


def measure(plan: Plan, change: Change, evidence: Evidence) -> tuple[Evidence, tuple[NotRun, ...]]:
    """The evidence with the cross-check in it, and what of it could not be run.

    Raises:
        UserError: no usable sandbox on this machine, or the trees cannot be had; nothing was run.
    """
    try:
        checked = asyncio.run(_check(plan, change))
    except EdgeError as exc:
        raise UserError(str(exc)) from exc
    found = checked.cross_check
    evidence = replace(
        evidence,
        cross_check=found,
        before=_with_outcomes(evidence.before, found.base[:1]),
        after=_with_outcomes(evidence.after, found.fix[:1]),
    )
    return evidence, tuple(NotRun(guard=NAME, why=why) for why in checked.notes)


async def _check(plan: Plan, change: Change) -> Checked:
    settings = _settings(plan.repo)
    where = plan.repo.resolve()
    async with local_trees(settings, where, plan.base, plan.head, staged=plan.staged) as local:
        trees = Trees(
            sandbox=local.sandbox,
            git=local.git,
            repo=local.repo,
            base=local.base,
            fix=local.fix,
            command=understand(plan.line),
            timeout_s=plan.timeout_s,
            say=plan.say,
        )
        return await cross_check(trees, change, plan.failing)


def _with_outcomes(snapshot: Snapshot, runs: tuple[Run, ...]) -> Snapshot:
    """What a run of all tests showed, where nothing is known yet."""
    if snapshot.outcomes is not None or not runs or not runs[0].reported:
        return snapshot
    return replace(snapshot, outcomes=runs[0].outcomes)


def _settings(repo: Path) -> Settings:
    """The settings of this machine; without a toolchain in them, the repository's and our own."""
    settings = read()
    if settings.toolchain:
        return settings
    folders = [*_environment(repo), own_toolchain()]
    return settings.model_copy(update={"toolchain": ":".join(folders)})


def _environment(repo: Path) -> list[str]:
    """The virtual environment that lies in the work tree, and the Python it was made with."""
    for name in (".venv", "venv"):
        folder = (repo / name).resolve()
        try:
            text = (folder / "pyvenv.cfg").read_text()
        except (OSError, UnicodeDecodeError):
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(f"[venv]\n{text}")
        except configparser.Error:
            continue
        home = Path(parser["venv"].get("home", ""))
        made_with = [str(home.parent)] if home.name == "bin" else []
        return [str(folder), *made_with]
    return []
