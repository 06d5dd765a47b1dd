"""The Messages API's wire: what a request must look like, errors, and a reply as events."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.lab.model_script import Block, Request, signature

_KNOWN = frozenset(
    {
        "model",
        "max_tokens",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "cache_control",
        "diagnostics",
        "output_config",
        "thinking",
        "speed",
        "service_tier",
        "inference_geo",
        "metadata",
        "stop_sequences",
        "container",
        "stream",
    }
)
_STATUS_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_CHUNK = 24  # characters in one delta


def error_body(status: int, message: str) -> dict[str, Any]:
    """The JSON of an error."""
    kind = _STATUS_TYPES.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}}


def fault(request: Request) -> str | None:
    """What the API would refuse in a request; None when it is fine."""
    try:
        return _fault(request)
    except (KeyError, TypeError, AttributeError) as exc:
        return f"malformed: {exc!r}"


def _fault(request: Request) -> str | None:
    unknown = sorted(set(request) - _KNOWN)
    if unknown:
        return f"{unknown[0]}: Extra inputs are not permitted"
    if request.get("max_tokens", 1) < 1:
        return "max_tokens: must be at least 1"
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages or messages[0].get("role") != "user":
        return "messages: the first message must use the user role"
    for index, message in enumerate(messages):
        if message["role"] not in {"user", "assistant"} or not message["content"]:
            return f"messages.{index}: a user or assistant message with content is required"
    return _unanswered(messages) or _rebound(request)


def _unanswered(messages: list[dict[str, Any]]) -> str | None:
    """Every call must be answered in the very next message, and nothing else may be."""
    asked: set[str] = set()
    for index, message in enumerate(messages):
        answered = _ids(message, "tool_result", "tool_use_id")
        if answered != asked:
            return (
                f"messages.{index}: tool_use ids and tool_result blocks differ: "
                f"{', '.join(sorted(answered ^ asked))}"
            )
        asked = _ids(message, "tool_use", "id")
    return None if not asked else f"tool_use ids were left without tool_result: {sorted(asked)}"


def _ids(message: Mapping[str, Any], kind: str, key: str) -> set[str]:
    if isinstance(message["content"], str):
        return set()
    return {block[key] for block in message["content"] if block["type"] == kind}


def _rebound(request: Request) -> str | None:
    """Thinking is bound to everything before it: history may only be appended to."""
    for index, message in enumerate(request["messages"]):
        if message["role"] != "assistant":
            continue
        for block in message["content"]:
            if block["type"] == "thinking" and block["signature"] != signature(request, index):
                return f"messages.{index}: thinking blocks cannot be used after history changed"
    return None


def events(message: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The message as the API streams it: names and data."""
    usage = dict(message["usage"])
    output = usage.pop("output_tokens")
    began = {
        **message,
        "content": [],
        "stop_reason": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield "message_start", {"message": began}
    yield "ping", {}
    last = len(message["content"]) - 1
    for index, block in enumerate(message["content"]):
        cut = message["stop_reason"] == "max_tokens" and index == last
        yield from _block_events(index, block, cut=cut)
    yield (
        "message_delta",
        {
            "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
            "usage": {**usage, "output_tokens": output},
        },
    )
    yield "message_stop", {}


def _block_events(index: int, block: Block, *, cut: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    start, deltas = _parts(block)
    yield "content_block_start", {"index": index, "content_block": start}
    for kind, key, whole in deltas:
        text = whole[: len(whole) // 2] if cut else whole
        size = _CHUNK if kind != "signature_delta" else max(1, len(text))
        for at in range(0, len(text), size):
            delta = {"type": kind, key: text[at : at + size]}
            yield "content_block_delta", {"index": index, "delta": delta}
    yield "content_block_stop", {"index": index}


def _parts(block: Block) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """How a block starts, and the deltas that fill it: type, key, whole value."""
    if block["type"] == "text":
        return {"type": "text", "text": ""}, [("text_delta", "text", block["text"])]
    if block["type"] == "thinking":
        return {"type": "thinking", "thinking": "", "signature": ""}, [
            ("thinking_delta", "thinking", block["thinking"]),
            ("signature_delta", "signature", block["signature"]),
        ]
    given = json.dumps(block["input"])
    return {**block, "input": {}}, [("input_json_delta", "partial_json", given)]


def encoded(name: str, data: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()
