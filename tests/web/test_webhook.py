"""The webhook's door: what is kept, what is refused, and that nothing breaks it."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.web.webhook import MAX_BODY_BYTES, routes
from tests.web.door import DEQUEUED, GUID, SECRET, Client, FakeIntake, door, post, signed


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
def seen() -> list[tuple[str, str]]:
    return []


@pytest.fixture
async def client(intake: FakeIntake, seen: list[tuple[str, str]]) -> AsyncIterator[Client]:
    async with door(intake, seen) as client:
        yield client


async def test_a_wanted_delivery_is_kept_in_our_words_and_counted(
    client: Client, intake: FakeIntake, seen: list[tuple[str, str]]
) -> None:
    body = json.dumps(DEQUEUED).encode()

    async with client.post("/webhook", data=body, headers=signed(body)) as answer:
        assert answer.status == 202
        kept = (await answer.json())["kept"]

    [(delivery, noted)] = intake.kept
    assert delivery == GUID
    assert kept == len(noted)
    assert "entry_dequeued" in {each.handler for each in noted}
    assert {each.partition for each in noted} == {"acme/rocket#7"}
    assert seen == [("pull_request", "kept")]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("star", {"action": "created"}),
        ("pull_request", {"action": "locked"}),
        ("pull_request", {"number": 1, "action": "locked"}),
        ("ping", {"zen": "Keep it logically awesome."}),
    ],
)
async def test_what_nobody_wants_is_acknowledged_and_forgotten(
    client: Client, intake: FakeIntake, event: str, payload: dict[str, Any]
) -> None:
    body = json.dumps(payload).encode()

    assert await post(client, body, signed(body, X_GitHub_Event=event)) == 202
    assert intake.kept == []


async def test_an_unwanted_action_is_not_even_parsed(client: Client) -> None:
    body = b'{"action":"locked", this is not JSON'

    assert await post(client, body) == 202


async def test_an_action_hidden_behind_other_keys_is_found(
    client: Client, intake: FakeIntake
) -> None:
    last = {key: DEQUEUED[key] for key in sorted(DEQUEUED, reverse=True)}
    body = json.dumps(last).encode()

    assert await post(client, body) == 202
    assert len(intake.kept) == 1


async def test_a_wrong_signature_is_refused(client: Client, seen: list[tuple[str, str]]) -> None:
    body = json.dumps(DEQUEUED).encode()

    assert await post(client, body, signed(body + b" ")) == 401
    assert seen == [("pull_request", "refused")]


async def test_sha1_alone_does_not_count(client: Client) -> None:
    body = json.dumps(DEQUEUED).encode()
    weak = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()

    assert (
        await post(client, body, signed(body, X_Hub_Signature_256=None, X_Hub_Signature=weak))
        == 401
    )


async def test_a_body_that_does_not_say_json_is_refused(client: Client) -> None:
    body = json.dumps(DEQUEUED).encode()

    assert await post(client, body, signed(body, Content_Type="text/plain")) == 400
    assert (
        await post(client, body, signed(body, Content_Type="application/json; charset=x-no")) == 202
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"action":"dequeued","number":NaN}',
        b'{"action":"dequeued","number":-Infinity}',
        b'{"action":"dequeued","x":' + b"[" * 100_000,
        b'{"action":"dequeued","x":' + b'{"a":' * 100_000,
        b'{"action":"dequeued","number":' + b"9" * 10_000 + b"}",
        b'{"action":"dequeued"}',
        b'{"action":"dequeued","pull_request":null,"repository":7,"number":"x"}',
        b'{"action":{"a":1},"pull_request":[]}',
        json.dumps(DEQUEUED | {"number": {"a": 1}}).encode(),
        json.dumps(DEQUEUED | {"repository": {"full_name": "\ud800"}}).encode(),
        json.dumps(DEQUEUED | {"repository": {"full_name": "a" * 9999}}).encode(),
        json.dumps(DEQUEUED | {"reason": "x" * 300_000}).encode(),
    ],
)
async def test_a_broken_payload_is_a_bad_request(
    client: Client, intake: FakeIntake, body: bytes
) -> None:
    assert await post(client, body) == 400
    assert intake.kept == []


async def test_of_a_key_given_twice_the_last_counts(client: Client, intake: FakeIntake) -> None:
    body = json.dumps(DEQUEUED).encode()[:-1] + b',"number":8}'

    assert await post(client, body) == 202
    assert intake.kept[0][1][0].partition == "acme/rocket#8"


@pytest.mark.parametrize(
    "changes",
    [
        {"X_GitHub_Event": None},
        {"X_GitHub_Event": "Pull Request"},
        {"X_GitHub_Event": "a" * 65},
        {"X_GitHub_Delivery": None},
        {"X_GitHub_Delivery": "../../x"},
        {"X_GitHub_Delivery": "a" * 65},
        {"X_Hub_Signature_256": None},
        {"X_Hub_Signature_256": "sha256="},
        {"X_Hub_Signature_256": "sha256=" + "ä" * 64},
        {"X_Hub_Signature_256": "sha256=" + "A" * 64},
        {"Content_Type": None},
        {"Content_Type": ";;;"},
        {"Content_Encoding": "br"},
    ],
)
async def test_a_broken_header_is_refused(client: Client, changes: dict[str, str | None]) -> None:
    body = json.dumps(DEQUEUED).encode()

    assert await post(client, body, signed(body, **changes)) in {400, 401}


async def test_a_body_beyond_the_bound_is_refused(client: Client) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)

    async with client.post("/webhook", data=io.BytesIO(body), headers=signed(body)) as answer:
        assert answer.status == 413


async def test_a_database_that_is_away_is_a_503(
    client: Client, intake: FakeIntake, seen: list[tuple[str, str]]
) -> None:
    intake.broken = True

    assert await post(client, json.dumps(DEQUEUED).encode()) == 503
    assert seen == [("pull_request", "unavailable")]


def test_an_empty_secret_opens_no_door() -> None:
    with pytest.raises(ValueError, match="secret"):
        routes(FakeIntake(), "")


async def raw(client: Client, request: bytes) -> bytes:
    """Send bytes as they are; the status line that comes back."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        writer.write(request)
        return await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: \xe4\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_bytes_that_are_no_http_are_never_a_server_error(
    client: Client, request_bytes: bytes
) -> None:
    line = await raw(client, request_bytes)

    assert line.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401", b"HTTP/1.0 400"))
