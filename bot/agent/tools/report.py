"""Let the model end the attempt and say what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.agent.task import Status
from bot.agent.toolbox import Answer, BadInputError, ToolContext, text_of

NAME = "report"
MAX_TEXT = 4_000  # characters of each field that are kept
MAX_FILES = 100
SCHEMA: Mapping[str, Any] = {
    "name": NAME,
    "description": (
        "End your work. Call it once, alone, as your last action. SUCCESSFUL FIX means: the cause "
        "is fixed and you saw the check green. FAILED FIX with the reason is a good outcome when "
        "you cannot or should not fix it."
    ),
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": [each.value for each in Status]},
            "root_cause": {"type": "string", "description": "why the check failed"},
            "summary": {
                "type": "string",
                "description": (
                    "what you changed, or why you did not. The first line becomes the subject of "
                    "the commit: imperative mood, at most 60 characters"
                ),
            },
            "files": {
                "type": "array",
                "items": {"type": "string"},
                "description": "the files you changed",
            },
            "risk": {"type": "string", "description": "what could still be wrong"},
        },
        "required": ["status", "root_cause", "summary", "files", "risk"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the agent says of its own work; never trusted."""

    status: Status
    root_cause: str
    summary: str
    files: tuple[str, ...]
    risk: str


def read(args: Mapping[str, Any]) -> Report:
    """The report in a call's input.

    Raises:
        BadInputError: it is not of the shape that `SCHEMA` asks for.
    """
    try:
        status = Status(text_of(args, "status"))
    except ValueError as exc:
        msg = f"`status` must be one of: {', '.join(Status)}"
        raise BadInputError(msg) from exc
    files = args.get("files", [])
    if not isinstance(files, list) or not all(isinstance(each, str) for each in files):
        msg = "`files` must be a list of strings"
        raise BadInputError(msg)
    return Report(
        status=status,
        root_cause=text_of(args, "root_cause", "")[:MAX_TEXT],
        summary=text_of(args, "summary")[:MAX_TEXT],
        files=tuple(each[:MAX_TEXT] for each in files[:MAX_FILES]),
        risk=text_of(args, "risk", "")[:MAX_TEXT],
    )


async def run(args: Mapping[str, Any], context: ToolContext) -> Answer:
    """End the attempt, when the report can be read."""
    del context  # the shape of the shelf: a report touches nothing
    return Answer(text=f"Noted: {read(args).status}", final=True)
