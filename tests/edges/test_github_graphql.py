"""GraphQL over the wire: errors inside a 200, its own limit, its own address."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.core.errors import PermanentError, TransientError
from bot.edges.github import App, GitHub, connect
from tests.edges.github_fake import Wire, pem, reply, wire
from tests.fakes.clock import FakeClock

REPO = "octo/widgets"
PATH = "GET /repos/octo/widgets/x"
GRAPHQL = "POST /graphql"


@pytest.fixture
async def world() -> AsyncIterator[tuple[Wire, GitHub]]:
    async with wire() as pair:
        yield pair


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "NOT_FOUND", "message": "Could not resolve to a node"}, PermanentError),
        ({"type": "FORBIDDEN", "message": "Resource not accessible"}, PermanentError),
        ({"type": "UNPROCESSABLE", "message": "Pull request is closed"}, PermanentError),
        ({"message": "Field 'x' doesn't exist"}, PermanentError),
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, TransientError),
        (
            {"message": "Something went wrong while executing your query. Please include …"},
            TransientError,
        ),
    ],
)
async def test_errors_inside_a_200_of_graphql_are_told_apart(
    world: tuple[Wire, GitHub], error: dict[str, str], kind: type[Exception]
) -> None:
    fake, github = world
    fake.on(GRAPHQL, reply({"data": None, "errors": [error]}))

    with pytest.raises(kind) as caught:
        await github.client.graphql(REPO, "query Q { viewer { login } }", {})

    assert error["message"][:20] in str(caught.value)


async def test_a_limit_of_graphql_waits_for_its_own_reset_and_leaves_rest_alone(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    headers: dict[str, Any] = {
        "x_ratelimit_resource": "graphql",
        "x_ratelimit_limit": "5000",
        "x_ratelimit_remaining": "0",
        "x_ratelimit_reset": str(int(fake.clock.now().timestamp()) + 300),
    }
    error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}
    fake.on(GRAPHQL, reply({"errors": [error]}, **headers))
    fake.on(PATH, reply({"fine": True}))

    for _ in range(2):
        with pytest.raises(TransientError) as caught:
            await github.client.graphql(REPO, "query Q { viewer { login } }", {})
        assert caught.value.retry_after_s == 300

    assert len(fake.asked(GRAPHQL)) == 1
    assert await github.client.get(REPO, "/x") == {"fine": True}


async def test_a_page_of_a_proxy_instead_of_graphql_is_an_outage(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    page = web.Response(text="<html>502</html>", status=502, content_type="text/html")
    fake.on(GRAPHQL, page, reply({"data": {"viewer": {"login": "x"}}}))

    data = await github.client.graphql(REPO, "query Q { viewer { login } }", {})

    assert data == {"viewer": {"login": "x"}}


async def test_graphql_of_an_enterprise_stands_beside_its_rest_api() -> None:
    app = App(id="1", private_key=pem())
    async with connect(app, FakeClock(), "https://ghe.example/api/v3/") as github:
        assert github.client.endpoint == "https://ghe.example/api/graphql"
    async with connect(app, FakeClock(), "https://api.github.com") as github:
        assert github.client.endpoint == "https://api.github.com/graphql"


@pytest.mark.parametrize("answer", [[], "text", {}, {"data": None}, {"data": [], "errors": []}])
async def test_an_answer_that_is_no_graphql_is_an_outage(
    world: tuple[Wire, GitHub], answer: Any
) -> None:
    fake, github = world
    fake.on(GRAPHQL, reply(answer))

    with pytest.raises(TransientError, match="cannot be read"):
        await github.client.graphql(REPO, "query Q { viewer { login } }", {})
