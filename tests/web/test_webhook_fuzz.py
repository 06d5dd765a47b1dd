"""The webhook's door, leaned on: nothing that anybody sends is a server error."""

import asyncio
import json

from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.door import DEQUEUED, FakeIntake, door, post, signed

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
