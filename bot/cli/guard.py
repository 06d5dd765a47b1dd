"""`selfheal guard`: judge a change by the guards alone, without the bot."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How the verdict is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def command(  # noqa: PLR0913 - one an option
    *,
    base: Annotated[str | None, typer.Option(help="Revision before the change.")] = None,
    head: Annotated[
        str | None, typer.Option(help="Revision with the change; HEAD by default.")
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Judge the index instead.")] = False,
    repo: Annotated[Path, typer.Option(help="The repository.")] = Path(),
    diff: Annotated[
        Path | None, typer.Option(help="Judge a unified diff alone; - is standard input.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="TOML with [guards]; .selfheal.toml of the base by default.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Folder with before/ and after/: coverage, collected tests.")
    ] = None,
    output: Annotated[Output, typer.Option("--format", help="How to write it.")] = Output.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Judge a change. Exit code 0: passed, 1: rejected, 3: needs a human."""
    from guards.cli import Request, run

    request = Request(
        repo=repo,
        base=base,
        head=head,
        staged=staged,
        diff=diff,
        policy=policy,
        evidence=evidence,
        output="json" if as_json else output.value,
    )
    raise typer.Exit(run(request))
