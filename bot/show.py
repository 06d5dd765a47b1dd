"""The demo as people see it: episodes one after another, live, and a table at the end."""

import asyncio
import json
import logging
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from bot.core.errors import SelfhealError
from bot.lab.episode import Episode, document
from bot.lab.narrate import Told
from bot.lab.scenarios import Scenario
from bot.log import configure
from bot.rehearsal import Rehearsal, rehearsal
from bot.settings import Settings, read

AT_ONCE = 3  # episodes that are played side by side; they are shown one after another
SETTLE_S = 15.0
WIDTH = 110  # of a log, where no terminal tells
_MARKS = {
    "out": ("✗", "red"),
    "failure": ("·", "red"),
    "whose": ("?", "cyan"),
    "try": ("→", "blue"),
    "check": ("✓", "blue"),
    "guard": ("§", "magenta"),
    "no": ("✗", "yellow"),
    "push": ("↑", "green"),
    "human": ("!", "yellow"),
    "queue": ("↺", "green"),
    "end": ("■", "bold"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the command line asked for."""

    as_json: bool = False
    keep: bool = False
    live: bool = False


@dataclass(slots=True)
class _Act:
    """An episode that is being played, and what it has told so far."""

    scenario: Scenario
    lines: asyncio.Queue[Told | None] = field(default_factory=asyncio.Queue)
    episode: Episode | None = None


def present(scenarios: Sequence[Scenario], choice: Choice) -> int:
    """Play them; 0 = every one ended as it should, 1 = not, 2 = it cannot be played here."""
    configure("console", logging.ERROR)
    console = Console(stderr=choice.as_json, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    live = read() if choice.live else None
    if live is not None and not live.anthropic_api_key.get_secret_value():
        Console(stderr=True).print("selfheal demo: --live needs ANTHROPIC_API_KEY")
        return 2
    with tempfile.TemporaryDirectory(prefix="selfheal-demo-") as folder:
        try:
            return asyncio.run(_run(scenarios, choice, live, console, Path(folder)))
        except SelfhealError as exc:
            Console(stderr=True).print(f"selfheal demo: {exc}")
            return 2


async def _run(
    scenarios: Sequence[Scenario],
    choice: Choice,
    live: Settings | None,
    console: Console,
    folder: Path,
) -> int:
    with ExitStack() as shown:
        status = shown.enter_context(console.status("Starting a local GitHub …"))
        async with rehearsal(folder, live=live) as stage:
            sandbox = stage.service.ports.sandbox.name
            if sandbox == "none":
                _no_sandbox(console)
                return 2
            if live is None:
                console.print("The model in this demo is a script; `--live` takes the real one.")
            acts = [_Act(each) for each in scenarios]
            episodes = await _play(acts, stage, console, status)
            with suppress(TimeoutError):  # what still moves belongs to no episode
                async with asyncio.timeout(SETTLE_S):
                    await stage.settle()
            model = "live" if live else "script"
            if choice.as_json:
                typed = document(episodes, model=model, sandbox=sandbox)
                print(json.dumps(typed, ensure_ascii=False))  # noqa: T201 - the one document
            status.stop()
            _table(episodes, console)
            _where(stage, console, keep=choice.keep)
            if choice.keep:
                await asyncio.Event().wait()
    return 0 if all(episode.as_expected for episode in episodes) else 1


async def _play(
    acts: Sequence[_Act], stage: Rehearsal, console: Console, status: Status
) -> list[Episode]:
    places = asyncio.Semaphore(AT_ONCE)

    async def play(act: _Act) -> None:
        async with places:
            try:
                act.episode = await stage.play(act.scenario, act.lines.put_nowait)
            finally:
                act.lines.put_nowait(None)

    async with asyncio.TaskGroup() as group:
        for act in acts:
            group.create_task(play(act))
        for number, act in enumerate(acts, start=1):
            title = f"{number}/{len(acts)} {act.scenario.NAME}"
            console.print(Text(f"\n{title}: {act.scenario.TITLE}", style="bold"))
            status.update(f"{title} …")
            while (line := await act.lines.get()) is not None:
                console.print(_line(line))
            if act.episode is not None:
                console.print(_end(act.episode))
    return [act.episode for act in acts if act.episode is not None]


def _line(line: Told) -> Text:
    mark, style = _MARKS[line.kind]
    return Text.assemble("  ", (mark, style), f" {line.text}")


def _end(episode: Episode) -> Text:
    good = episode.as_expected
    word = "as it should" if good else f"NOT as it should: {episode.error or _differs(episode)}"
    return Text(f"  {episode.seconds:.1f} s, {word}", style="green" if good else "bold red")


def _differs(episode: Episode) -> str:
    ended, expected = episode.ended.to_json(), episode.expected.to_json()
    return ", ".join(
        f"{key} {ended[key]} instead of {expected[key]}"
        for key in ended
        if ended[key] != expected[key]
    )


def _table(episodes: Sequence[Episode], console: Console) -> None:
    table = Table(title="\nThe demo", title_justify="left")
    for name in ("scenario", "PR", "ended", "attempts", "guards", "commits", "spent", "seconds"):
        right = name in {"attempts", "commits", "spent", "seconds"}
        table.add_column(name, justify="right" if right else "left", no_wrap=name == "scenario")
    for each in episodes:
        table.add_row(
            each.scenario,
            f"#{each.pr}",
            Text(each.ended.stage, style="green" if each.as_expected else "bold red"),
            str(each.attempts),
            ", ".join(each.ended.verdicts) or "-",
            str(len(each.commits)),
            f"${each.spend_usd:.3f}",
            f"{each.seconds:.1f}",
        )
    console.print(table)
    good = sum(each.as_expected for each in episodes)
    console.print(f"{good} of {len(episodes)} ended as they should.")


def _where(stage: Rehearsal, console: Console, *, keep: bool) -> None:
    stay = "up until you press Ctrl-C" if keep else "gone with this demo; `--keep` leaves them up"
    console.print(f"Case pages: {stage.service.url}/ ({stay})")


def _no_sandbox(console: Console) -> None:
    console.print("selfheal demo: no usable sandbox: `apt-get install bubblewrap`, then again.")
