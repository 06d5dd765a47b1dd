"""What is said between the bot and the model; independent of any vendor's client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as the model is told of it: the JSON of the Messages API's `tools` entry."""

    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The model asks for one tool."""

    id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the tool said; `ok` is False when the model should try differently.

    `final` ends the attempt: the `report` tool was called.
    """

    call_id: str
    text: str
    ok: bool = True
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call, as billed: the prompt is `fresh + cache_write + cache_read`."""

    fresh: int = 0
    cache_write: int = 0
    cache_read: int = 0
    output: int = 0

    @property
    def prompt(self) -> int:
        """All tokens that went in."""
        return self.fresh + self.cache_write + self.cache_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One turn of the model.

    Attributes:
        content: the content blocks exactly as received: thinking blocks are bound to them.
        text: all text blocks. thinking: summaries of thinking, for the transcript.
        calls: tool calls; empty unless `stop_reason` is "tool_use".
        stop_reason: the API's word. request_id: the API's id, for support.
    """

    content: tuple[Mapping[str, Any], ...]
    text: str
    stop_reason: str
    usage: Usage
    thinking: str = ""
    calls: tuple[ToolCall, ...] = ()
    request_id: str | None = None


Turn = str | Reply | tuple[ToolResult, ...]  # the task, the model's turns, the tools' answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that one request to the model holds; append-only from turn to turn."""

    model: str
    system: str
    tools: tuple[ToolSpec, ...]
    turns: tuple[Turn, ...] = field(repr=False)
    effort: str = "medium"
