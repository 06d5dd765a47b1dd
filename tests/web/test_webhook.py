"""The webhook's door: what is kept, what is refused, and that nothing breaks it."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import TransientError
from bot.events import Noted
from bot.web.webhook import MAX_BODY_BYTES, routes

SECRET = "it's a secret"
GUID = "0b3e8a52-1111-11f0-9a6f-2f1f1f1f1f1f"
Client = TestClient[web.Request, web.Application]

DEQUEUED: dict[str, Any] = {
    "action": "dequeued",
    "number": 7,
    "reason": "CI_FAILURE",
    "pull_request": {"number": 7, "base": {"ref": "main"}, "head": {"sha": "a" * 40}},
    "repository": {"full_name": "acme/rocket"},
    "installation": {"id": 1},
    "sender": {"login": "github-merge-queue[bot]"},
}


class FakeIntake:
    """Remembers what was kept; may be out of order."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[Noted, ...]]] = []
        self.broken = False

    async def put(self, noted: Sequence[Noted], delivery: str) -> None:
        if self.broken:
            service = "database"
            raise TransientError(service, "gone")
        if noted:
            self.kept.append((delivery, tuple(noted)))


@contextlib.asynccontextmanager
async def door(intake: FakeIntake, seen: list[tuple[str, str]]) -> AsyncIterator[Client]:
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes(routes(intake, SECRET, lambda event, result: seen.append((event, result))))
    async with TestClient(TestServer(app)) as client:
        yield client


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


def signed(body: bytes, **changes: str | None) -> dict[str, str]:
    headers: dict[str, str | None] = {
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": GUID,
        "X-Hub-Signature-256": "sha256="
        + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
        "Content-Type": "application/json",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in headers.items() if value is not None}


async def post(client: Client, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    async with client.post("/webhook", data=body, headers=headers or signed(body)) as answer:
        await answer.read()
        return answer.status


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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("action", "number", "reason", "pull_request", "repository", "installation", "sender")
NEARLY = st.fixed_dictionaries(
    {}, optional={key: JSON | st.just(DEQUEUED[key]) for key in KEYS}
).map(lambda payload: json.dumps(payload).encode())
EVENTS = st.sampled_from(
    ["pull_request", "merge_group", "check_run", "check_suite", "issue_comment", "status", "push"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases=st.lists(st.tuples(EVENTS, st.binary(max_size=200) | NEARLY), min_size=1, max_size=8))
def test_no_signed_body_is_ever_a_server_error(cases: list[tuple[str, bytes]]) -> None:
    async def statuses() -> set[int]:
        async with door(FakeIntake(), []) as client:
            return {
                await post(client, body, signed(body, X_GitHub_Event=event))
                for event, body in cases
            }

    assert asyncio.run(statuses()) <= {202, 400}


HEADER = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256", "Content-Type"]
        ),
        HEADER,
    )
)
def test_no_header_is_ever_a_server_error(headers: dict[str, str]) -> None:
    async def status() -> int:
        async with door(FakeIntake(), []) as client, ClientSession() as session:
            url = client.make_url("/webhook")
            async with session.post(url, data=b"{}", headers=signed(b"{}") | headers) as answer:
                return answer.status

    assert asyncio.run(status()) in {202, 400, 401}
