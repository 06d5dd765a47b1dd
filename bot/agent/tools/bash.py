"""Let the model run a command in the box."""

from collections.abc import Mapping
from typing import Any

from bot.agent.toolbox import Answer, BadInputError, ToolContext, text_of
from bot.ports import RunResult

NAME = "bash"
SCHEMA: Mapping[str, Any] = {"type": "bash_20250124", "name": NAME}
TIMEOUT_S = 120.0
MAX_COMMAND = 100_000  # characters; an argument of a process has a limit


async def run(args: Mapping[str, Any], context: ToolContext) -> Answer:
    """Say how the command ended and what it wrote."""
    if args.get("restart"):
        return Answer(text="Nothing to restart: every command runs in a fresh shell.")
    command = text_of(args, "command")
    if not command.strip() or len(command) > MAX_COMMAND or "\0" in command:
        msg = f"`command` must be a shell command of at most {MAX_COMMAND} characters"
        raise BadInputError(msg)
    result = await context.box.run(command, min(TIMEOUT_S, context.seconds_left))
    # A command that ends with 1 did its work (grep, a red test); only a killed one did not.
    return Answer(text=_told(result), ok=result.exit_code is not None)


def _told(result: RunResult) -> str:
    ended = (
        f"killed: {result.killed or 'unknown reason'}"
        if result.exit_code is None
        else f"exit code: {result.exit_code}"
    )
    return f"{result.text.rstrip()}\n[{ended}, {result.seconds:.1f} s]".lstrip("\n")
