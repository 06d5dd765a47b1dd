"""What a scripted model says: blocks, turns and plays, and which play a conversation belongs to."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
Request = Mapping[str, Any]
# A turn is what the model says next, or a function of the request: a script may react to results.
ScriptTurn = Sequence[Block] | Callable[[Request], Sequence[Block]]

_STOP = "stop"  # our own block: it never goes over the wire
_REPOSITORY = re.compile(r"^Repository: (\S{1,200})[ \t]*$", re.MULTILINE)
_PULL = re.compile(r"^Pull request: #(\d{1,9})\b", re.MULTILINE)
_ATTEMPT = re.compile(r"^Attempt: (\d{1,4}) of \d{1,4}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Which conversation it is, by the first user message."""

    repo: str
    pr: int | None
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One turn, ready for the wire."""

    content: tuple[Block, ...]
    stop_reason: str


def say(text: str) -> Block:
    """A block of text."""
    return {"type": "text", "text": text}


def think(text: str) -> Block:
    """A block of thinking; the server signs it over all that came before."""
    return {"type": "thinking", "thinking": text}


def use(tool: str, /, **given: Any) -> Block:
    """A call of a tool; keywords are its input."""
    return {"type": "tool_use", "name": tool, "input": given}


def stop(reason: str) -> Block:
    """End the turn for this reason ("refusal"); "max_tokens" cuts the last block in half."""
    return {"type": _STOP, "reason": reason}


def scene(request: Request) -> Scene | None:
    """Where the conversation plays; None when its first message does not say."""
    text = _first_text(request)
    repo, pull, attempt = (each.search(text) for each in (_REPOSITORY, _PULL, _ATTEMPT))
    if repo is None or attempt is None:
        return None
    number = int(pull.group(1)) if pull else None
    return Scene(repo=repo.group(1), pr=number, attempt=int(attempt.group(1)))


def turn_number(request: Request) -> int:
    """How many turns of the model the conversation holds already."""
    return sum(message["role"] == "assistant" for message in request["messages"])


def perform(turn: ScriptTurn, request: Request) -> Said:
    """The turn's blocks with the ids and signatures that depend on the conversation alone."""
    blocks = list(turn(request)) if callable(turn) else list(turn)
    stops = [block["reason"] for block in blocks if block["type"] == _STOP]
    content = tuple(
        _finished(block, index, request)
        for index, block in enumerate(each for each in blocks if each["type"] != _STOP)
    )
    calls = any(block["type"] == "tool_use" for block in content)
    reason = stops[0] if stops else "tool_use" if calls else "end_turn"
    return Said(content=content, stop_reason=reason)


def _finished(block: Block, index: int, request: Request) -> Block:
    if block["type"] == "tool_use":
        number = turn_number(request)
        digest = hashlib.sha256(f"{number}:{index}:{_first_text(request)}".encode()).hexdigest()
        return {"type": "tool_use", "id": f"toolu_{digest[:24]}", **block}
    if block["type"] == "thinking":
        return {**block, "signature": signature(request, len(request["messages"]))}
    return block


def signature(request: Request, count: int) -> str:
    """What binds a block of thinking to tools, system and the first `count` messages."""
    return hashlib.sha256(canonical(request, count).encode()).hexdigest()[:32]


def canonical(request: Request, count: int) -> str:
    """Tools, system and the first `count` messages as one text."""
    bound = [request.get("tools"), request.get("system"), request["messages"][:count]]
    return json.dumps(bound, separators=(",", ":"), sort_keys=True)


def tokens(value: Any) -> int:
    """A stable and visibly fake estimate: four characters each."""
    return max(1, len(json.dumps(value, separators=(",", ":"))) // 4)


def prompt_tokens(request: Request) -> int:
    """Tokens of all that goes in."""
    return tokens([request.get(part) for part in ("tools", "system", "messages")])


def _first_text(request: Request) -> str:
    content = request["messages"][0]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content if block["type"] == "text")
