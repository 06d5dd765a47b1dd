"""What a scenario plays on: the local GitHub, the scripted model, and a way to wait for things."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.lab import sample
from bot.lab.lab import Lab
from bot.lab.model import ScriptedModel
from bot.lab.model_script import Block, ScriptTurn, use
from bot.lab.repos import LabPull, LabRepo

WAIT_S = 120.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """The lab and the model; scenarios side by side share one, each in its own repository."""

    lab: Lab
    model: ScriptedModel
    live: bool = False

    async def repo(self, name: str, files: Mapping[str, str] | None = None) -> LabRepo:
        """A repository with the sample's history and both checks required."""
        return await self.lab.create_repo(
            f"acme/{name}", files or sample.files(), required=sample.REQUIRED
        )

    async def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until something holds.

        Raises:
            TimeoutError: it did not come to be within two minutes.
        """
        try:
            async with asyncio.timeout(WAIT_S):
                while not true():  # noqa: ASYNC110  # what is waited for has no event
                    await asyncio.sleep(POLL_S)
        except TimeoutError as exc:
            msg = f"waited {WAIT_S:.0f} s for {what}"
            raise TimeoutError(msg) from exc

    async def queue(self, pull: LabPull, by: str = "ada") -> None:
        """Put a pull request into the queue as a person does: when its own checks are green."""
        await pull.checks_done()
        await self.lab.person(by).enqueue(pull)

    def asked(self, repo: str) -> bool:
        """Whether the model was asked about a repository; the real one does not tell us."""
        return self.live or any(
            f"Repository: {repo}" in str(asked.body) for asked in self.model.requests
        )

    def cast(self, repo: str, *attempts: Sequence[ScriptTurn]) -> None:
        """What the model does in its first, second and third attempt."""
        for number, turns in enumerate(attempts, start=1):
            self.model.play(repo, attempt=number, turns=turns)


EDITOR = "str_replace_based_edit_tool"


def look(path: str) -> Block:
    """View a file."""
    return use(EDITOR, command="view", path=path)


def edit(path: str, old: str, new: str) -> Block:
    """Replace one place in a file."""
    return use(EDITOR, command="str_replace", path=path, old_str=old, new_str=new)


def check(name: str, *, narrow: bool = True) -> Block:
    """Run a check."""
    return use("run_check", name=name, narrow=narrow)


def done(summary: str, cause: str, files: Sequence[str]) -> Block:
    """Report success."""
    return use(
        "report",
        status="SUCCESSFUL FIX",
        root_cause=cause,
        summary=summary,
        files=list(files),
        risk="low",
    )


def failed(why: str) -> Block:
    """Report that no honest fix was found."""
    return use("report", status="FAILED FIX", root_cause=why, summary=why, files=[], risk="none")
