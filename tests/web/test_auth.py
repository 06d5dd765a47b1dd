from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.core.links import case_path
from bot.web.auth import COOKIE, SESSION, Auth, is_public, local_path
from bot.web.metrics import Metrics, add_metrics
from bot.web.pages import add_pages
from tests.fakes.example_cases import NOW, case_id, full_store
from tests.fakes.still_clock import StillClock

Client = TestClient[web.Request, web.Application]
Start = Callable[[web.Application], Awaitable[Client]]
TOKEN = "a-token-of-the-operator"
TITLE = "Give the cart a discount"


def site(clock: StillClock, auth: Auth) -> web.Application:
    app = web.Application()
    add_pages(app, full_store(), clock, auth)
    add_metrics(app, Metrics(), full_store(), clock, auth)
    return app


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


async def test_with_a_token_set_nobody_sees_a_case_without_it(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))
    for path in ("/", case_path(case_id(41)), f"{case_path(case_id(41))}/transcript/2"):
        async with client.get(path) as response:
            assert response.status == 401
            page = await response.text()
        assert TITLE not in page
        assert 'name="token"' in page
    async with client.get("/metrics") as response:
        assert response.status == 403


async def test_signing_in_leads_on_to_the_page_that_was_wanted(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN, https=True)))
    wanted = case_path(case_id(41))

    form = {"token": TOKEN, "next": wanted}
    async with client.post("/sign-in", data=form, allow_redirects=False) as response:
        assert response.status == 303
        assert response.headers["Location"] == wanted
        cookie = response.headers["Set-Cookie"]
        value = response.cookies[COOKIE].value

    assert all(mark in cookie for mark in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
    assert TOKEN not in cookie
    async with client.get(wanted, headers={"Cookie": f"{COOKIE}={value}"}) as response:
        assert TITLE in await response.text()


async def test_a_session_ends_after_its_time_and_with_another_token(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))
    mine = {"Cookie": f"{COOKIE}={Auth(token=TOKEN).session(NOW)}"}
    other = {"Cookie": f"{COOKIE}={Auth(token='another').session(NOW)}"}

    assert (await client.get("/", headers=mine)).status == 200
    assert (await client.get("/", headers=other)).status == 401
    clock.time += SESSION + timedelta(seconds=1)
    assert (await client.get("/", headers=mine)).status == 401


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "99999999999.", "99999999999.é", "a.b.c"])
async def test_a_forged_cookie_is_no_session(
    aiohttp_client: Start, clock: StillClock, cookie: str
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))

    response = await client.get("/", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert response.status == 401


async def test_a_wrong_token_is_said_and_sets_nothing(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))

    for form in ({"token": "wrong"}, {"token": ""}, {}):
        async with client.post("/sign-in", data=form) as response:
            assert response.status == 403
            assert "Set-Cookie" not in response.headers
            assert "That is not the token." in await response.text()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded; charset=nope", b"token=a", 403),
        ("application/x-www-form-urlencoded", b"token=\xff%ff&next=%ed%a0%80", 403),
        ("multipart/form-data", b"x", 403),
        ("application/x-www-form-urlencoded", b"a=b&" * 20, 400),
        ("application/x-www-form-urlencoded", b"token=" + b"a" * 40_000, 413),
    ],
)
async def test_whatever_a_stranger_sends_as_a_form_is_refused_and_bounded(
    aiohttp_client: Start, clock: StillClock, kind: str, body: bytes, status: int
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))
    headers = {"Content-Type": kind}
    async with client.post("/sign-in", data=body, headers=headers) as response:
        assert response.status == status
        assert "Set-Cookie" not in response.headers


async def test_a_bearer_token_reads_pages_and_metrics(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))

    for path in ("/", "/metrics"):
        good = await client.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
        wrong = await client.get(path, headers={"Authorization": f"Bearer {TOKEN}x"})
        assert (good.status, wrong.status // 100) == (200, 4)


async def test_signing_out_forgets_the_cookie(aiohttp_client: Start, clock: StillClock) -> None:
    client = await aiohttp_client(site(clock, Auth(token=TOKEN)))

    async with client.post("/sign-out", allow_redirects=False) as response:
        assert response.status == 303
        assert "Max-Age=0" in response.headers["Set-Cookie"]


async def test_without_a_token_this_machine_may_read(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth()))

    async with client.get("/") as response:
        assert TITLE in await response.text()
    async with client.post("/sign-in", data={"token": ""}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "rebound.example"},
        {"Host": "["},
        {"X-Forwarded-For": "127.0.0.1", "Cookie": f"{COOKIE}={Auth().session(NOW)}"},
    ],
)
async def test_without_a_token_whoever_comes_through_a_proxy_or_a_foreign_name_is_refused(
    aiohttp_client: Start, clock: StillClock, headers: dict[str, str]
) -> None:
    client = await aiohttp_client(site(clock, Auth()))

    for path in ("/", "/metrics"):
        async with client.get(path, headers=headers) as response:
            assert response.status in {400, 403}
            assert TITLE not in await response.text()


async def test_without_a_token_nobody_may_read_where_a_silent_proxy_may_stand(
    aiohttp_client: Start, clock: StillClock
) -> None:
    client = await aiohttp_client(site(clock, Auth(public=is_public("https://heal.example"))))

    for path in ("/", "/metrics"):
        async with client.get(path) as response:
            assert response.status == 403
    assert not is_public("http://127.0.0.1:8080")
    assert not is_public("")


async def test_without_a_token_a_connection_that_is_not_by_loopback_is_refused(
    tmp_path: Path, clock: StillClock
) -> None:
    runner = web.AppRunner(site(clock, Auth()))
    await runner.setup()
    socket = str(tmp_path / "http")
    await web.UnixSite(runner, socket).start()
    connector = aiohttp.UnixConnector(path=socket)

    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get("http://localhost/") as response,
    ):
        assert response.status == 403
        assert "SELFHEAL_DASHBOARD_TOKEN" in await response.text()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/cases/o/r%237@a?x=1", "/cases/o/r%237@a?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(given: str, kept: str) -> None:
    assert local_path(given) == kept
