"""The lab and the service wired together: what the demo runs in, and what tests run in."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import Service, own_toolchain, running, sandbox_maker
from bot.core.case import Case
from bot.core.ids import PrNumber
from bot.core.links import case_url
from bot.lab.episode import Ending, Episode
from bot.lab.lab import Lab
from bot.lab.model import ScriptedModel
from bot.lab.narrate import Told, news
from bot.lab.repos import LabPull
from bot.lab.scenarios import Scenario
from bot.lab.stage import Theatre
from bot.ports import Store
from bot.settings import Settings

LOOK_S = 0.1
GIVE_UP_S = 240.0
LIVE_GIVE_UP_S = 1800.0
OURS = "Claude fix: "
Listener = Callable[[Told], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A lab with its theatre, and the service that serves it."""

    theatre: Theatre
    service: Service

    async def play(self, scenario: Scenario, listen: Listener) -> Episode:
        """Play a scenario to its end and compare how it ended with what it demands."""
        clock = asyncio.get_running_loop().time
        began, error = clock(), ""
        pull: LabPull | None = None
        case: Case | None = None
        try:
            async with asyncio.timeout(LIVE_GIVE_UP_S if self.theatre.live else GIVE_UP_S):
                pull = await scenario.play(self.theatre)
                case = await self.ended(pull, listen)
        except TimeoutError as exc:
            error = f"it did not end in time: {exc}"
        demanded = Ending(
            stage=scenario.ENDED,
            merged=scenario.MERGED,
            commits=scenario.COMMITS,
            verdicts=tuple(scenario.VERDICTS),
        )
        if pull is None or case is None:
            return _unfinished(scenario.NAME, demanded, error, clock() - began)
        ended = await _ending(pull, case)
        if self.theatre.live:  # a real model may take another way to the same end
            demanded = replace(ended, stage=demanded.stage, merged=demanded.merged)
        return Episode(
            scenario=scenario.NAME,
            repo=pull.repo.name,
            pr=pull.number,
            ended=ended,
            expected=demanded,
            attempts=len(case.attempts),
            commits=tuple(subject for _, subject in await _our_commits(pull)),
            webhooks=sum(each.repo == pull.repo.name for each in self.theatre.lab.deliveries),
            spend_usd=case.spend_usd,
            seconds=clock() - began,
            case_url=case_url(self.service.url, case.id),
            error=error,
        )

    async def settle(self) -> None:
        """Until nothing moves: no job, no webhook under way, nothing in the engine's queues."""
        for _ in range(2):  # what one of them does last may move the other once more
            await self.theatre.lab.idle()
            await self.service.engine.idle()

    async def ended(self, pull: LabPull, listen: Listener) -> Case:
        """The case of a pull request when it has ended, told to the listener on the way."""
        store, seen = self.service.ports.store, None
        while True:
            now = await store.newest_case(pull.repo.name, PrNumber(pull.number))
            if now is not None and now != seen:
                for line in news(seen, now):
                    listen(line)
                if now.ended:
                    return now
                seen = now
            await self.service.ports.clock.sleep(LOOK_S)


@asynccontextmanager
async def rehearsal(
    folder: Path, *, live: Settings | None = None, port: int = 0, store: Store | None = None
) -> AsyncIterator[Rehearsal]:
    """A lab and a service in a folder, until the context ends.

    Args:
        folder: empty; repositories, mirrors and the database lie in it.
        live: settings with a key of the real model; None = the scripted one.
        port: of the pages; 0 = any free one.
        store: instead of the service's own; for tests that break it on purpose.
    """
    model = ScriptedModel()
    await model.start()
    own = own_settings(folder)
    lab = Lab(folder / "github", sandbox_maker(own))
    await lab.start()
    try:
        settings = Settings(**lab_settings(own, lab, model, live), port=port or free_port())
        settings = settings.model_copy(
            update={"public_url": f"http://{settings.host}:{settings.port}"}
        )
        async with running(settings, store=store) as service:
            lab.send_webhooks_to(f"{service.url}/webhook")
            theatre = Theatre(lab=lab, model=model, live=live is not None)
            yield Rehearsal(theatre=theatre, service=service)
    finally:
        await lab.stop()
        await model.stop()


def own_settings(folder: Path) -> Settings:
    """Where a rehearsal keeps its state, and what its boxes may use."""
    return Settings(data_dir=folder / "selfheal", toolchain=own_toolchain(), poll_s=0.1, workers=4)


def lab_settings(
    own: Settings, lab: Lab, model: ScriptedModel, live: Settings | None = None
) -> dict[str, Any]:
    """All settings: those of a folder, and what an operator would set for github.com, for the lab.

    Secrets stand in it as text, for another process that is to serve the same lab.
    """
    return own.model_dump(exclude_defaults=True) | {
        "github_app_id": lab.app_id,
        "github_private_key": lab.private_key,
        "github_webhook_secret": lab.webhook_secret,
        "github_api_url": lab.url,
        "github_url": lab.url,
        "anthropic_api_key": live.anthropic_api_key.get_secret_value() if live else model.api_key,
        "anthropic_base_url": live.anthropic_base_url if live else model.url,
    }


def free_port() -> int:
    """A port that nobody listens on now; known before the service binds it, for its links."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


async def _ending(pull: LabPull, case: Case) -> Ending:
    """How it ended, read from the local GitHub's bare repository rather than from ourselves."""
    ours = await _our_commits(pull)
    main = {sha for sha, _ in await pull.repo.bare.log("main")}
    labels = {label for label in pull.labels if label.startswith("selfheal:")}
    if case.stage == "gave_up":
        labels.discard("selfheal:needs-human")  # that one is the escalation itself
    return Ending(
        stage=case.stage.value,
        merged=pull.merged,
        commits=len(ours),
        verdicts=tuple(each.verdict.outcome.value for each in case.attempts if each.verdict),
        as_before=not labels and pull.auto_merge is None,
        on_main=not pull.merged or all(sha in main for sha, _ in ours),
    )


async def _our_commits(pull: LabPull) -> list[tuple[str, str]]:
    """Sha and subject of our commits on the branch, oldest first."""
    commits = reversed(await pull.commits())
    subjects = [(sha, message.splitlines()[0]) for sha, message in commits]
    return [(sha, subject) for sha, subject in subjects if subject.startswith(OURS)]


def _unfinished(name: str, demanded: Ending, error: str, seconds: float) -> Episode:
    return Episode(
        scenario=name,
        repo="",
        pr=0,
        ended=Ending(stage="none", merged=False, commits=0, verdicts=()),
        expected=demanded,
        attempts=0,
        commits=(),
        webhooks=0,
        spend_usd=0.0,
        seconds=seconds,
        case_url="",
        error=error,
    )
