"""The shelf of tools the model may call: one module each, all of the shape `Tool`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.agent.toolbox import Answer, BadInputError, ToolContext, truncated
from bot.agent.tools import bash, report, run_check, text_editor
from bot.core.transcript import ToolCall, ToolResult, ToolSpec


class Tool(Protocol):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """What the model calls it."""
        ...

    @property
    def SCHEMA(self) -> Mapping[str, Any]:
        """Its entry in the Messages API's `tools`."""
        ...

    async def run(self, args: Mapping[str, Any], context: ToolContext) -> Answer:
        """Do it; BadInputError and OSError become an answer that the model can act on."""
        ...


ALL: Sequence[Tool] = [bash, text_editor, run_check, report]
BY_NAME = {tool.NAME: tool for tool in ALL}
SPECS = tuple(ToolSpec(name=tool.NAME, definition=tool.SCHEMA) for tool in ALL)


async def run(call: ToolCall, context: ToolContext) -> ToolResult:
    """Run one call; whatever the model did wrong comes back as text, not as an exception."""
    if (tool := BY_NAME.get(call.name)) is None:
        text = f"there is no tool {call.name!r}; there are: {', '.join(BY_NAME)}"
        return ToolResult(call_id=call.id, text=_sendable(truncated(text)), ok=False)
    try:
        answer = await tool.run(call.args, context)
    except (BadInputError, OSError) as exc:
        return ToolResult(call_id=call.id, text=_sendable(truncated(f"Error: {exc}")), ok=False)
    return ToolResult(
        call_id=call.id,
        text=_sendable(truncated(answer.text)) or "(no output)",
        ok=answer.ok,
        final=answer.final,
    )


def _sendable(text: str) -> str:
    """The text with "?" for what UTF-8 cannot carry: one such character ends the conversation."""
    return text.encode(errors="replace").decode()
