"""`selfheal doctor`: is everything there that a heal needs, and if not, what to do about it."""

import asyncio
import json
from typing import Annotated

import typer


def command(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check settings, App, sandbox, database, git and clock; say the remedy for each fault.

    Ends with 0 when a heal can work from start to end, else with 1. Shows no secret.
    """
    from pydantic import ValidationError

    from bot import app
    from bot.core import checkup
    from bot.settings import Settings, problems

    try:
        checks = checkup.judge(asyncio.run(app.examine(Settings())))
    except ValidationError as exc:
        checks = checkup.failed_settings(problems(exc))
    if as_json:
        typer.echo(json.dumps(checkup.to_json(checks), ensure_ascii=False))
    else:
        typer.echo(checkup.to_text(checks))
    raise typer.Exit(checkup.exit_code(checks))
