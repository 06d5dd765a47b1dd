"""`selfheal guard`: judge a change by the guards alone, without the bot."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.core.errors import UserError


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
    tests: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="CMD",
            help="Also run the tests in the sandbox: the original ones on the new source, the new"
            " ones on the original source, and more. CMD is a line for the shell.",
        ),
    ] = None,
    failing: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="With --run: a test the change is to make pass; by default, those that fail"
            " without it.",
        ),
    ] = None,
    timeout_s: Annotated[
        float, typer.Option("--timeout", help="With --run: seconds, for each run.")
    ] = 900.0,
) -> None:
    """Judge a change. Exit code 0: passed, 1: rejected, 3: needs a human."""
    from guards.cli import Request, run

    if tests is None and failing:
        msg = "--failing says nothing without --run"
        raise UserError(msg)
    if not timeout_s >= 1:  # nan is none either
        msg = "--timeout must be 1 second or more"
        raise UserError(msg)
    if tests is not None and diff is not None:
        msg = "--run needs both trees: a diff alone cannot be run"
        raise UserError(msg)

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
    if tests is None:
        raise typer.Exit(run(request))
    from bot.local_check import Plan, measure

    plan = Plan(
        repo=repo,
        base=base,
        head=head,
        staged=staged,
        line=tests,
        failing=frozenset(failing or ()),
        timeout_s=timeout_s,
        say=lambda line: typer.echo(line, err=True),
    )
    raise typer.Exit(run(request, measure=lambda change, known: measure(plan, change, known)))
