from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.edges import examine

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
Serve = Callable[[web.Application], Awaitable[TestServer]]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def answering(status: int, body: Any) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        signed = request.headers.get("Authorization", "").startswith("Bearer ")
        headers = {"Date": "Mon, 04 May 2026 10:00:00 GMT"}
        return web.json_response(body, status=status if signed else 401, headers=headers)

    app = web.Application()
    app.router.add_get("/app", answer)
    return app


async def test_git_says_its_version() -> None:
    assert (await examine.git_version()).startswith("git version ")


def test_a_key_signs_for_the_app(key: rsa.RSAPrivateKey) -> None:
    signature, problem = examine.sign("7", pem(key), NOW)

    claims = jwt.decode(
        signature, key.public_key(), algorithms=["RS256"], options={"verify_exp": False}
    )
    assert (claims["iss"], problem) == ("7", "")
    assert claims["exp"] - claims["iat"] < 600


@pytest.mark.parametrize("text", ["", "not a key at all", "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_key_is_said_without_showing_it(text: str) -> None:
    signature, problem = examine.sign("7", text, NOW)

    assert signature == ""
    assert problem
    assert not text or text[:8] not in problem


async def test_github_tells_what_the_app_may_do(aiohttp_server: Serve) -> None:
    body = {"slug": "heal", "permissions": {"contents": "write"}, "events": ["merge_group"]}
    server = await aiohttp_server(answering(200, body))

    seen = await examine.ask_github(str(server.make_url("/")), "signature")

    assert (seen.problem, seen.slug, seen.date) == ("", "heal", NOW)
    assert seen.permissions == {"contents": "write"}
    assert seen.events == {"merge_group"}


@pytest.mark.parametrize(
    ("status", "body"), [(401, {}), (503, {}), (200, {}), (200, []), (200, {"events": 3})]
)
async def test_any_other_answer_is_a_problem_that_still_tells_the_time(
    aiohttp_server: Serve, status: int, body: Any
) -> None:
    server = await aiohttp_server(answering(status, body))

    seen = await examine.ask_github(str(server.make_url("/")), "signature")

    assert seen.problem
    assert (seen.status, seen.date) == (status, NOW)


async def test_without_a_signature_only_the_time_is_learned(aiohttp_server: Serve) -> None:
    server = await aiohttp_server(answering(200, {}))

    seen = await examine.ask_github(str(server.make_url("/")), "")

    assert (seen.status, seen.date) == (401, NOW)


async def test_a_server_that_is_not_there_is_a_problem() -> None:
    seen = await examine.ask_github("http://127.0.0.1:9", "signature")

    assert seen.status == 0
    assert "no answer" in seen.problem


async def test_what_goes_wrong_is_told_in_one_line() -> None:
    async def fails() -> None:
        msg = "first line\nsecond line"
        raise OSError(msg)

    async def works() -> int:
        return 1

    assert await examine.problem_of(fails()) == "OSError: first line"
    assert await examine.problem_of(works()) == ""
