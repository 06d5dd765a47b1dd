"""`selfheal demo`: the main job, end to end, on a local GitHub."""

from typing import Annotated

import typer


def command(
    scenario: Annotated[str, typer.Option(help="One scenario by name, or `all`.")] = "all",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    keep: Annotated[bool, typer.Option(help="Leave GitHub and the pages up when done.")] = False,
    live: Annotated[
        bool, typer.Option(help="Use the real model (needs ANTHROPIC_API_KEY), not the script.")
    ] = False,
    names: Annotated[bool, typer.Option("--list", help="Name the scenarios and stop.")] = False,
) -> None:
    """Throw pull requests out of a local merge queue and watch them being healed."""
    from bot.lab.scenarios import ALL, BY_NAME

    if names:
        for each in ALL:
            typer.echo(f"{each.NAME:20} {each.TITLE}")
        return
    if scenario != "all" and scenario not in BY_NAME:
        typer.echo(f"selfheal demo: no scenario {scenario!r}; see `selfheal demo --list`", err=True)
        raise typer.Exit(2)
    chosen = list(ALL) if scenario == "all" else [BY_NAME[scenario]]
    from bot.show import Choice, present

    raise typer.Exit(present(chosen, Choice(as_json=as_json, keep=keep, live=live)))
