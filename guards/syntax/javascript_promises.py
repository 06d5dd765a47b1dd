"""Promises of JavaScript: what their handlers catch, and what nobody waits for."""

import re

from tree_sitter import Node

from guards.code import inside
from guards.facts import Call, Definition, Handler
from guards.pattern import expression
from guards.syntax.found import Found
from guards.syntax.reader import Reader
from guards.syntax.spec import part
from guards.syntax.values import raises

_LATER = frozenset(
    ["then", "catch", "finally", "setTimeout", "setImmediate", "nextTick", "queueMicrotask"]
)
_POLLS = frozenset(["waitFor", "waitUntil", "waitForExpect"])
_WAITS = expression(
    r"\b(?:done|next|resolve|reject|cb|callback|finish|ended) \(|\b(?:then|catch|finally) \( (?:done|next)\b"
    r"|\. (?:end|resolve|done|plan|assertions|hasAssertions|notify) \(|\b\w{0,20}Timers?\w{0,20}\b|\btick\w{0,10} \("
    r"|\bflush\w{0,20}|, done \)"
)
_MAX = 20_000
_MAX_CAUGHT = 1000


def unwatched(case: Definition, found: Found) -> list[tuple[int, int]]:
    """Spans of callbacks that run after their test has ended, because nothing waits for them."""
    calls = [
        call
        for call in inside(found.calls, case.body_span)
        if call.name in _LATER | _POLLS and call.has_block and not call.inner and not call.awaited
    ]
    if not calls or len(case.body) > _MAX or _WAITS.search(case.body):
        return []
    return [
        (call.at, call.end)
        for call in calls
        if not re.search(r"\bawait\b", case.body.rpartition(call.text)[2])
    ]


def errors_caught(found: Found, reader: Reader) -> list[Handler]:
    """`promise.catch(() => {})`, `promise.then(done, ignore)`."""
    handlers: list[Handler] = []
    catching = [call for call in found.calls if call.name in {"catch", "then"}]
    for call in catching[:_MAX_CAUGHT]:
        place = {"catch": 0, "then": 1}.get(call.name)
        if place is None or len(call.arguments) <= place or len(call.links) <= 1:
            continue
        node = reader.tree.root.descendant_for_byte_range(call.at, call.end)
        handler = None if node is None else _caught(node, call, place, reader)
        handlers += [] if handler is None else [handler]
    return handlers


def _caught(node: Node, call: Call, place: int, reader: Reader) -> Handler | None:
    watched = part(node, "function>object")
    given = part(node, f"arguments>@{place}")
    if watched is None or given is None or node.type not in reader.syntax.calls:
        return None
    if given.type in reader.syntax.lambdas:
        body = part(given, "body") or given
        statements, again = tuple(reader.notes.statements(body)), raises(body, reader.syntax)
    elif given.type in reader.syntax.names or given.type in reader.syntax.members:
        body, statements = given, (f"{reader.tree.text(given)} ( error )",)
        again = re.search(r"\b(?:next|reject|done|fail|callback|cb)\b", statements[0]) is not None
    else:
        return None
    return Handler(
        catches="",
        guarded=(watched.start_byte, watched.end_byte),
        body=(body.start_byte, body.end_byte),
        statements=tuple(each for each in statements if each != "{ }"),
        raises=again,
        at=watched.end_byte,
        end=call.end,
        line=given.start_point.row + 1,
    )
