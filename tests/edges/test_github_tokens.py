"""Tokens: one repository, least permission, one request for many callers, renewed in time."""

import asyncio
from collections.abc import AsyncIterator

import jwt
import pytest

from bot.core.errors import PermanentError
from bot.edges.github import App, GitHub, connect
from bot.edges.github.tokens import MAX_KEPT
from tests.edges.github_fake import HASTY, Wire, private_key, reply, wire

REPO = "octo/widgets"


@pytest.fixture
async def world() -> AsyncIterator[tuple[Wire, GitHub]]:
    async with wire() as pair:
        yield pair


async def test_a_token_is_asked_for_one_repository_and_no_more_than_we_use(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world

    token = await github.tokens.token(REPO)

    (found,) = fake.asked("GET /repos/octo/widgets/installation")
    (made,) = fake.asked("POST /app/installations/7/access_tokens")
    assert token.startswith("ghs_")
    assert made.body["repositories"] == ["widgets"]
    assert made.body["permissions"]["contents"] == "write"
    assert "workflows" not in made.body["permissions"]
    assert made.headers["X-GitHub-Api-Version"] == "2022-11-28"
    claims = jwt.decode(
        made.headers["authorization"].removeprefix("bearer "),
        private_key().public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    now = int(fake.clock.now().timestamp())
    assert claims == {"iss": "1", "iat": now - 60, "exp": now + 480}
    assert found.headers["authorization"] == made.headers["authorization"]


async def test_many_callers_at_once_cause_one_request(world: tuple[Wire, GitHub]) -> None:
    fake, github = world

    got = await asyncio.gather(*(github.tokens.token(REPO) for _ in range(20)))

    assert len(set(got)) == 1
    assert fake.tokens_made == 1


async def test_a_token_is_kept_until_five_minutes_before_its_end(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    first = await github.tokens.token(REPO)

    fake.clock.forward(54 * 60)
    assert await github.tokens.token(REPO) == first
    fake.clock.forward(61)
    assert await github.tokens.token(REPO) != first

    assert len(fake.asked("GET /repos/octo/widgets/installation")) == 1


async def test_the_signature_of_the_app_is_renewed_before_it_ends(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    first = github.tokens.jwt()
    fake.clock.forward(6 * 60)
    assert github.tokens.jwt() == first
    fake.clock.forward(61)
    assert github.tokens.jwt() != first


async def test_a_refused_token_is_dropped_and_the_call_made_once_more(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    path = "GET /repos/octo/widgets/collaborators/ann/permission"
    fake.on(path, reply({"message": "Bad credentials"}, 401), reply({"permission": "write"}))

    found = await github.client.get(REPO, "/collaborators/{login}/permission", login="ann")

    assert found == {"permission": "write"}
    assert fake.tokens_made == 2


async def test_a_token_refused_twice_is_not_asked_for_a_third_time(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    fake.on("GET /repos/octo/widgets/x", reply({"message": "Bad credentials"}, 401))

    with pytest.raises(PermanentError, match="Bad credentials"):
        await github.client.get(REPO, "/x")

    assert len(fake.asked("GET /repos/octo/widgets/x")) == 2


async def test_a_repository_without_the_app_is_named(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on("GET /repos/octo/gone/installation", reply({"message": "Not Found"}, 404))

    with pytest.raises(PermanentError, match="not installed on octo/gone"):
        await github.tokens.token("octo/gone")


async def test_an_app_installed_anew_is_found_again(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on("POST /app/installations/7/access_tokens", reply({"message": "Not Found"}, 404))
    with pytest.raises(PermanentError):
        await github.tokens.token(REPO)

    fake.on("GET /repos/octo/widgets/installation", reply({"id": 8}))

    assert await github.tokens.token(REPO)
    assert fake.asked("POST /app/installations/8/access_tokens")


async def test_a_missing_permission_is_told_in_githubs_words(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    said = "The permissions requested are not granted to this installation."
    fake.on("POST /app/installations/7/access_tokens", reply({"message": said}, 422))

    with pytest.raises(PermanentError, match="not granted to this installation"):
        await github.tokens.token(REPO)


async def test_the_cache_is_bounded(world: tuple[Wire, GitHub]) -> None:
    _, github = world
    for number in range(MAX_KEPT + 5):
        github.tokens._slot(f"octo/r{number}")

    assert len(github.tokens._slots) == MAX_KEPT


async def test_a_useless_private_key_is_our_own_error() -> None:
    async with wire() as (fake, _):
        app = App(id="1", private_key="no key")
        async with connect(app, fake.clock, fake.url, patience=HASTY) as github:
            with pytest.raises(PermanentError, match="private key cannot be used"):
                await github.tokens.token(REPO)


def test_no_secret_shows_when_values_are_printed() -> None:
    assert "hunter2" not in repr(App(id="1", private_key="hunter2"))
