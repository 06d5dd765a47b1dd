"""Claude behind the Messages API, through the vendor's own client."""

import asyncio
from collections.abc import Sequence
from typing import Any

import anthropic
import httpx2

from bot.core.errors import EdgeError, ModelBusyError, PermanentError, TransientError
from bot.core.transcript import Conversation, Reply, ToolCall, ToolResult, Turn, Usage

SERVICE = "claude"
COUNT_TIMEOUT_S = 60.0
_FAULT = 500  # statuses from here on are the service's own
_REMEDIES = {
    400: "the request was refused; if this repeats, report it as a bug of selfheal",
    401: "the API key was refused: set a valid SELFHEAL_ANTHROPIC_API_KEY",
    402: "the account has no credit: add some in the Claude Console, under billing",
    403: "the API key may not use this model: check its workspace and permissions",
    404: "no such model or address: check SELFHEAL_MODELS and SELFHEAL_ANTHROPIC_BASE_URL",
    413: "the conversation is too large for one request; a person should take over",
}
_MAX_DETAIL = 300
_LATER = frozenset({408, 409, 429, 499})  # besides the service's own faults: try again


class ClaudeModel:
    """`Model` by Anthropic's API.

    The client never retries by itself: each try is a call of its own in the ledger, and the
    waiting is done by the caller, whose clock knows the deadline.
    """

    def __init__(self, *, api_key: str, base_url: str) -> None:
        # Both are given, so that the client does not look for them in the environment.
        self._client = anthropic.AsyncAnthropic(
            api_key=api_key.strip(), base_url=base_url, max_retries=0, open_telemetry=False
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def count(self, conversation: Conversation) -> int:
        """Tokens of the prompt, as the API estimates them; free."""
        try:
            async with asyncio.timeout(COUNT_TIMEOUT_S):
                counted = await self._client.messages.count_tokens(**_prompt(conversation))
        except (anthropic.AnthropicError, httpx2.HTTPError, TimeoutError, ValueError) as exc:
            raise _translated(exc) from exc
        return counted.input_tokens

    async def reply(self, conversation: Conversation, max_tokens: int, timeout_s: float) -> Reply:
        """The model's next turn; one that was received in part only is a TransientError."""
        try:
            async with asyncio.timeout(timeout_s):
                message, request_id = await self._whole(conversation, max_tokens)
        except (anthropic.AnthropicError, httpx2.HTTPError, TimeoutError, ValueError) as exc:
            raise _translated(exc) from exc
        return _reply(message, request_id)

    async def _whole(
        self, conversation: Conversation, max_tokens: int
    ) -> tuple[anthropic.types.ParsedMessage[None], str | None]:
        ended = False
        async with self._client.messages.stream(
            max_tokens=max_tokens, **_prompt(conversation)
        ) as stream:
            async for event in stream:
                ended = event.type == "message_stop"
            if not ended:
                raise TransientError(SERVICE, "the stream ended before the reply was whole")
            return stream.current_message_snapshot, stream.request_id


def _prompt(conversation: Conversation) -> dict[str, Any]:
    """The request but its `max_tokens`; a longer conversation has the same beginning, byte by byte.

    Two breakpoints: one after tools and system, one that moves along with the last message.
    """
    marked = {"type": "ephemeral"}
    return {
        "model": conversation.model,
        "system": [{"type": "text", "text": conversation.system, "cache_control": marked}],
        "tools": [dict(tool.definition) for tool in conversation.tools],
        "messages": [_message(turn) for turn in conversation.turns],
        "cache_control": marked,
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": conversation.effort},
    }


def _message(turn: Turn) -> dict[str, Any]:
    if isinstance(turn, str):
        return {"role": "user", "content": turn}
    if isinstance(turn, Reply):
        return {"role": "assistant", "content": [dict(block) for block in turn.content]}
    return {"role": "user", "content": _results(turn)}


def _results(results: Sequence[ToolResult]) -> list[dict[str, Any]]:
    return [
        {
            "type": "tool_result",
            "tool_use_id": result.call_id,
            "content": result.text or "(no output)",
            "is_error": not result.ok,
        }
        for result in results
    ]


def _reply(message: anthropic.types.ParsedMessage[None], request_id: str | None) -> Reply:
    usage = message.usage
    calls = tuple(
        ToolCall(id=block.id, name=block.name, args=dict(block.input))
        for block in message.content
        if block.type == "tool_use"
    )
    stop_reason = message.stop_reason or "unknown"
    return Reply(
        content=tuple(block.to_dict() for block in message.content),
        text="\n".join(block.text for block in message.content if block.type == "text"),
        thinking="\n".join(b.thinking for b in message.content if b.type == "thinking"),
        # Any other reason may leave the last call half received: it must not run.
        calls=calls if stop_reason == "tool_use" else (),
        stop_reason=stop_reason,
        usage=Usage(
            fresh=usage.input_tokens,
            cache_write=usage.cache_creation_input_tokens or 0,
            cache_read=usage.cache_read_input_tokens or 0,
            output=usage.output_tokens,
        ),
        request_id=request_id,
    )


def _translated(exc: Exception) -> EdgeError:
    """The same failure in our own words."""
    if isinstance(exc, anthropic.APIStatusError) and exc.response.is_error:
        return _refused(exc)
    if isinstance(exc, TimeoutError | anthropic.APITimeoutError):
        return TransientError(SERVICE, "no whole reply in time")
    if isinstance(exc, anthropic.APIConnectionError):
        # Only its kind: a header that cannot be sent is quoted in the text, and it holds the key.
        return TransientError(SERVICE, f"no connection ({type(exc.__cause__ or exc).__name__})")
    # An error event in a stream that began with 200, a broken stream, JSON that cannot be read.
    return TransientError(SERVICE, f"the reply broke off: {exc}"[:_MAX_DETAIL])


def _refused(exc: anthropic.APIStatusError) -> EdgeError:
    """An answer with an error status: nothing was begun, nothing is billed."""
    status = exc.status_code
    said = (exc.api_message or exc.message)[:_MAX_DETAIL]
    detail = f"HTTP {status}: {said} (request {exc.request_id or 'unknown'})"
    if status in _LATER or status >= _FAULT:
        return ModelBusyError(SERVICE, detail, retry_after_s=_retry_after_s(exc))
    remedy = _REMEDIES.get(status, "the request was refused")
    return PermanentError(f"{SERVICE}: {remedy} ({detail})")


def _retry_after_s(exc: anthropic.APIStatusError) -> float:
    """What the service asks us to wait; 0 when it does not say or says nonsense."""
    headers = exc.response.headers
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit_s)
        except (KeyError, ValueError):
            continue
    return 0.0
