"""The wire: limits, outages, redirects, bounds, and whose errors get out."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.errors import PermanentError, TransientError
from bot.edges.github import App, GitHub, connect
from bot.edges.github.transport import MAX_BODY_BYTES
from tests.edges.github_fake import HASTY, Wire, pem, reply, wire
from tests.fakes.clock import FakeClock

REPO = "octo/widgets"
PATH = "GET /repos/octo/widgets/x"
POST = "POST /repos/octo/widgets/x"


@pytest.fixture
async def world() -> AsyncIterator[tuple[Wire, GitHub]]:
    async with wire() as pair:
        yield pair


async def test_a_502_is_asked_again(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    page = web.Response(text="<html>bad gateway</html>", status=502, content_type="text/html")
    fake.on(PATH, page, reply({"fine": True}))
    statuses: list[int] = []
    github.transport.observe = statuses.append

    assert await github.client.get(REPO, "/x") == {"fine": True}
    assert statuses[-2:] == [502, 200]


async def test_what_is_not_safe_to_repeat_is_not_repeated_after_a_502(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    fake.on(POST, reply({"message": "oops"}, 502))

    with pytest.raises(TransientError, match="502"):
        await github.client.send(REPO, "POST", "/x", {}, {"a": 1}, repeatable=False)

    assert len(fake.asked(POST)) == 1


async def test_a_short_limit_is_waited_out_even_for_what_is_not_repeatable(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    said = "You have exceeded a secondary rate limit."
    fake.on(POST, reply({"message": said}, 403, retry_after="0.01"), reply({"id": 1}, 201))

    assert await github.client.send(REPO, "POST", "/x", {}, {}, repeatable=False) == {"id": 1}


@pytest.mark.parametrize("status", [403, 429])
async def test_a_long_limit_is_left_to_the_engine(world: tuple[Wire, GitHub], status: int) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "slow down"}, status, retry_after="37"))

    with pytest.raises(TransientError) as caught:
        await github.client.get(REPO, "/x")

    assert caught.value.retry_after_s == 37
    assert len(fake.asked(PATH)) == 1


async def test_nothing_is_asked_in_that_name_until_the_limit_ends(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "slow down"}, 429, retry_after="37"), reply({"fine": True}))
    with pytest.raises(TransientError):
        await github.client.get(REPO, "/x")

    fake.clock.forward(30)
    with pytest.raises(TransientError) as caught:
        await github.client.get(REPO, "/x")
    assert caught.value.retry_after_s == pytest.approx(7)
    assert len(fake.asked(PATH)) == 1

    fake.clock.forward(8)
    assert await github.client.get(REPO, "/x") == {"fine": True}


async def test_an_empty_budget_waits_for_its_reset(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    reset = str(int(fake.clock.now().timestamp()) + 900)
    limit = {"x_ratelimit_limit": "5000", "x_ratelimit_remaining": "0", "x_ratelimit_reset": reset}
    fake.on(PATH, reply({"message": "API rate limit exceeded"}, 403, **limit))

    with pytest.raises(TransientError) as caught:
        await github.client.get(REPO, "/x")

    assert caught.value.retry_after_s == 900
    assert github.transport.rate_remaining == 0


async def test_a_limit_without_a_time_waits_a_minute(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "You have exceeded a secondary rate limit"}, 403))

    with pytest.raises(TransientError) as caught:
        await github.client.get(REPO, "/x")

    assert caught.value.retry_after_s == 60


async def test_a_missing_permission_names_the_one_that_is_needed(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    said = "Resource not accessible by integration"
    needed = "pull_requests=write"
    fake.on(PATH, reply({"message": said}, 403, X_Accepted_GitHub_Permissions=needed))

    with pytest.raises(PermanentError, match=r"not accessible.*pull_requests=write"):
        await github.client.get(REPO, "/x")


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
async def test_a_refusal_is_permanent(world: tuple[Wire, GitHub], status: int) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "no"}, status))

    with pytest.raises(PermanentError, match=str(status)):
        await github.client.get(REPO, "/x")


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(body=b"{", content_type="application/json"),
        web.Response(body=b"\xff\xfe", content_type="application/json"),
        web.Response(text="<html>sign in to the wifi</html>", content_type="text/html"),
        web.Response(body=b"[]", content_type="application/json"),
        web.Response(body=b"{}", status=422, content_type="application/json"),
        web.Response(body=b"{}", status=599, content_type="application/json"),
        web.Response(body=b"x", headers={"content-type": "application/json; charset=klingon"}),
    ],
)
async def test_an_answer_that_cannot_be_read_is_an_outage(
    world: tuple[Wire, GitHub], answer: web.Response
) -> None:
    fake, github = world
    fake.on(PATH, answer)

    with pytest.raises(TransientError):
        await github.client.get(REPO, "/x")


async def test_no_connection_is_an_outage() -> None:
    app = App(id="1", private_key=pem())
    seen: list[int] = []
    async with connect(app, FakeClock(), "http://127.0.0.1:1", patience=HASTY) as github:
        github.transport.observe = seen.append
        with pytest.raises(TransientError, match="cannot connect"):
            await github.tokens.token(REPO)
    assert seen == [0, 0, 0]


async def test_a_cut_connection_is_an_outage(world: tuple[Wire, GitHub]) -> None:
    fake, github = world

    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    fake.on(PATH, cut)
    with pytest.raises(TransientError, match="the connection failed"):
        await github.client.get(REPO, "/x")


async def test_an_endless_answer_is_refused(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(PATH, reply({"long": "x" * MAX_BODY_BYTES}))

    with pytest.raises(PermanentError, match="an answer of more than"):
        await github.client.get(REPO, "/x")


async def test_a_renamed_repository_is_followed_on_the_same_host(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "Moved"}, 301, location=f"{fake.url}/repositories/9/x"))
    fake.on("GET /repositories/9/x", reply({"fine": True}))

    assert await github.client.get(REPO, "/x") == {"fine": True}


async def test_no_redirect_leads_to_another_host(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "Moved"}, 302, location="http://localhost:1/x"))

    with pytest.raises(PermanentError, match="refused to ask another host"):
        await github.client.get(REPO, "/x")


async def test_redirects_end(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(PATH, reply({"message": "Moved"}, 302, location="/repos/octo/widgets/x"))

    with pytest.raises(PermanentError, match="moved too often"):
        await github.client.get(REPO, "/x")


async def test_pages_are_followed_and_bounded(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    more = f'<{fake.url}/repos/octo/widgets/jobs?page=2>; rel="next"'
    fake.on(
        "GET /repos/octo/widgets/jobs",
        reply({"total_count": 4, "jobs": [{"id": 1}, {"id": 2}]}, link=more),
    )
    fake.on(
        "GET /repos/octo/widgets/jobs?page=2",
        reply({"message": "oops"}, 502),
        reply({"total_count": 4, "jobs": [{"id": 3}, {"id": 4}]}),
    )

    assert [job["id"] for job in await github.client.items(REPO, "/jobs", "jobs", 10)] == [
        1,
        2,
        3,
        4,
    ]
    assert [job["id"] for job in await github.client.items(REPO, "/jobs", "jobs", 3)] == [1, 2, 3]


async def test_a_next_page_on_another_host_is_not_asked(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    more = '<http://localhost:1/steal>; rel="next"'
    fake.on("GET /repos/octo/widgets/jobs", reply({"jobs": [{"id": 1}]}, link=more))

    with pytest.raises(PermanentError, match="refused to ask another host"):
        await github.client.items(REPO, "/jobs", "jobs", 10)


async def test_names_in_paths_are_encoded(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on("GET /repos/octo/widgets/rules/branches/a%2Fb%23c%3Fd", reply({"fine": True}))

    found = await github.client.get(REPO, "/rules/branches/{branch}", branch="a/b#c?d")

    assert found == {"fine": True}


@pytest.mark.parametrize("repo", ["widgets", "a/b/c", "../x", "octo/..", "octo/wid gets", "a/b#"])
async def test_what_is_no_repository_is_never_asked(world: tuple[Wire, GitHub], repo: str) -> None:
    fake, github = world

    with pytest.raises(PermanentError, match=r"not a repository's name|made of dots"):
        await github.client.get(repo, "/x")

    assert fake.seen == []


@pytest.mark.parametrize("label", ["", ".", ".."])
async def test_a_name_that_would_make_another_path_is_never_asked(
    world: tuple[Wire, GitHub], label: str
) -> None:
    fake, github = world

    with pytest.raises(PermanentError, match="empty or made of dots"):
        await github.client.get(REPO, "/issues/1/labels/{label}", label=label)

    assert fake.seen == []


async def test_no_token_is_ever_logged_or_told(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    token = await github.tokens.token(REPO)
    fake.on(PATH, reply({"message": "no"}, 404), reply({"message": "slow down"}, 429))

    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises((PermanentError, TransientError)) as caught:
                await github.client.get(REPO, "/x")
            assert token not in repr(caught.value)

    assert [line["status"] for line in logs if "status" in line] == [404, 429]
    assert token not in str(logs)
