"""Let the model run a check of CI, the way it will be judged by."""

from collections.abc import Mapping
from typing import Any

from bot.agent.toolbox import Answer, BadInputError, ToolContext, text_of
from bot.core import checks

NAME = "run_check"
SCHEMA: Mapping[str, Any] = {
    "name": NAME,
    "description": (
        "Run one of the repository's checks in the sandbox, exactly as your fix will be verified. "
        "With narrow=true only the part that failed in the merge queue runs (quick); with "
        "narrow=false the whole check. Run the narrow part until it is green, then the whole "
        "check once before you report."
    ),
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "name of the check, as the task lists it"},
            "narrow": {"type": "boolean", "description": "only the part that failed"},
        },
        "required": ["name", "narrow"],
        "additionalProperties": False,
    },
}
TIMEOUT_S = 600.0


async def run(args: Mapping[str, Any], context: ToolContext) -> Answer:
    """Say whether the check is green, with its output."""
    wanted = text_of(args, "name")
    check = next((each for each in context.checks if each.name == wanted), None)
    if check is None:
        known = ", ".join(each.name for each in context.checks) or "none"
        msg = f"no check named {wanted!r}; there are: {known}"
        raise BadInputError(msg)
    part = checks.narrow(check, context.failures) if args.get("narrow") is True else None
    command = part or check.run
    result = await context.box.run(command, min(TIMEOUT_S, context.seconds_left))
    ended = f"killed: {result.killed}" if result.exit_code is None else f"exit {result.exit_code}"
    told = f"{'PASSED' if result.ok else 'FAILED'} ({ended}, {result.seconds:.1f} s): {command}"
    if args.get("narrow") is True and part is None:
        told += "\n(the failing part cannot be run alone: this was the whole check)"
    return Answer(text=f"{told}\n\n{result.text}".rstrip())
