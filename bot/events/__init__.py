"""The shelf of webhook handlers: one module for each thing that happens and that we react to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.core import codec
from bot.core.ids import CaseId
from bot.events import (
    button_pressed,
    checks_finished,
    comment_posted,
    entry_dequeued,
    entry_enqueued,
    group_destroyed,
    group_requested,
    pr_changed,
    status_changed,
)
from bot.ports import Ports

T = TypeVar("T")


class Handler(Protocol[T]):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """Its own name; stands in the durable inbox, so it never changes."""
        ...

    @property
    def EVENT(self) -> str:
        """GitHub's name of the event."""
        ...

    @property
    def ACTIONS(self) -> frozenset[str]:
        """The actions it wants; empty = the event has none."""
        ...

    @property
    def Seen(self) -> type[T]:
        """The frozen dataclass that `read` returns; it has a `key: str`, "owner/name#pr"."""
        ...

    def read(self, payload: Mapping[str, Any]) -> T | None:
        """What we care about, in our words; None to ignore. Pure; KeyError, TypeError = malformed."""
        ...

    async def act(self, seen: T, delivery: str, /, ports: Ports) -> tuple[CaseId, ...]:
        """React, and name the cases that may move on now. Idempotent by the delivery's GUID."""
        ...


ALL: Sequence[Handler[Any]] = [
    group_requested,
    group_destroyed,
    entry_dequeued,
    entry_enqueued,
    pr_changed,
    checks_finished,
    status_changed,
    comment_posted,
    button_pressed,
]
BY_NAME = {handler.NAME: handler for handler in ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A delivery in our words, small enough for the durable inbox.

    Attributes:
        handler: `NAME` of who wants it. partition: what must be handled in order ("o/r#7").
        seen: its `Seen` as JSON.
    """

    handler: str
    partition: str
    seen: str


def wanted(event: str, action: str) -> bool:
    """Whether any handler could want it: decided before the body is parsed in full."""
    return any(
        event == handler.EVENT and (not handler.ACTIONS or action in handler.ACTIONS)
        for handler in ALL
    )


def note(event: str, payload: Mapping[str, Any]) -> Iterator[Noted]:
    """What every handler sees in a delivery."""
    for handler in ALL:
        if event != handler.EVENT:
            continue
        if handler.ACTIONS and payload.get("action") not in handler.ACTIONS:
            continue
        if (seen := handler.read(payload)) is not None:
            yield Noted(handler=handler.NAME, partition=seen.key, seen=codec.dumps(seen))


async def act(noted: Noted, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Let the handler react; the cases that may move on now."""
    handler = BY_NAME[noted.handler]
    return await handler.act(codec.loads(handler.Seen, noted.seen), delivery, ports=ports)
