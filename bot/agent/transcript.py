"""The record of an attempt: JSON Lines, each with its time, the last one with the result."""

import json
from collections.abc import Mapping
from typing import Any

from bot.agent.toolbox import truncated
from bot.core.redact import redact
from bot.core.transcript import Reply, ToolCall, ToolResult
from bot.ports import Clock

MAX_STRING = 4_000  # characters of any one text in it: head and tail


class Transcript:
    """Grows line by line; nothing that looks like a secret gets in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: list[str] = []

    def add(self, kind: str, **fields: Any) -> None:
        """Write one line."""
        line = {"at": self._clock.now().isoformat(), "kind": kind, **fields}
        self._lines.append(json.dumps(_kept(line), ensure_ascii=False, separators=(",", ":")))

    def model(self, turn: int, reply: Reply, usd: float, seconds: float) -> None:
        """Write what the model said, and what that cost."""
        usage = reply.usage
        self.add(
            "model",
            turn=turn,
            text=reply.text,
            thinking=reply.thinking,
            stop_reason=reply.stop_reason,
            usage={
                "fresh": usage.fresh,
                "cache_write": usage.cache_write,
                "cache_read": usage.cache_read,
                "output": usage.output,
            },
            usd=round(usd, 9),
            seconds=round(seconds, 3),
            request_id=reply.request_id,
        )

    def tool(self, turn: int, call: ToolCall, result: ToolResult, seconds: float) -> None:
        """Write which tool ran, and how it went."""
        self.add(
            "tool",
            turn=turn,
            name=call.name,
            input=call.args,
            seconds=round(seconds, 3),
            ok=result.ok,
            output=result.text,
        )

    def to_bytes(self) -> bytes:
        """All lines, as UTF-8."""
        return "".join(f"{line}\n" for line in self._lines).encode()


def _kept(value: Any) -> Any:
    """JSON data with every text in it redacted, then bounded: a cut must not hide a secret."""
    if isinstance(value, str):
        return truncated(redact(value), MAX_STRING)
    if isinstance(value, Mapping):
        return {_kept(str(key)): _kept(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(inner) for inner in value]
    return value
