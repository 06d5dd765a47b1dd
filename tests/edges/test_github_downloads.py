"""Logs: followed to known hosts only, without our token, with their ends kept when large."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import PermanentError, TransientError
from bot.edges.github import GitHub
from bot.edges.github.client import Client
from bot.edges.github.downloads import LOG_HOSTS, Downloads, Ends
from bot.edges.github.logs import JobLogs
from tests.edges.github_fake import Wire, reply, wire

REPO = "octo/widgets"
BASE = "/repos/octo/widgets"
LOGS = f"GET {BASE}/actions/jobs/5/logs"
JOB = {"id": 5, "check_run_url": f"https://api.github.com{BASE}/check-runs/5"}


@pytest.fixture
async def world() -> AsyncIterator[tuple[Wire, GitHub]]:
    async with wire() as (fake, github):
        fake.on(f"GET {BASE}/actions/jobs/5", reply(JOB))
        yield fake, github


@asynccontextmanager
async def storage(seen: list[Mapping[str, str]], *answers: web.Response) -> AsyncIterator[str]:
    """A server of another origin that hands out a log."""
    script = list(answers)

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.headers)
        return script.pop(0)

    app = web.Application()
    app.router.add_get("/log", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/log"
    finally:
        await runner.cleanup()


async def test_a_log_is_read_behind_its_redirect(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location=f"{fake.url}/blob?sig=1"))
    fake.on("GET /blob?sig=1", web.Response(body=b"line\n", content_type="text/plain"))

    assert await JobLogs(github.client).job_log(REPO, 5) == b"line\n"

    (second,) = fake.asked("GET /blob")
    assert "authorization" not in second.headers


async def test_a_relative_redirect_is_the_same_host(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location="/blob"))
    fake.on("GET /blob", web.Response(body=b"\x00\xff"))

    assert await JobLogs(github.client).job_log(REPO, 5) == b"\x00\xff"


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/log",
        "http://[::1]/log",
        "//evil.example/log",
        "https://blob.core.windows.net.evil.example/log",
        "http://x.blob.core.windows.net/log",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_to_an_unknown_host_is_refused(
    world: tuple[Wire, GitHub], location: str
) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location=location))

    with pytest.raises(PermanentError, match="not an allowed host"):
        await JobLogs(github.client).job_log(REPO, 5)


@pytest.mark.parametrize("location", ["http://[bad", "http://x:port/"])
async def test_a_redirect_that_is_no_address_is_an_outage(
    world: tuple[Wire, GitHub], location: str
) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location=location))

    with pytest.raises(TransientError, match="cannot be read"):
        await JobLogs(github.client).job_log(REPO, 5)


async def test_a_log_without_a_redirect_is_refused(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply({"log": "here"}))

    with pytest.raises(PermanentError, match="not a redirect"):
        await JobLogs(github.client).job_log(REPO, 5)


async def test_a_redirect_of_the_storage_is_not_followed(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location="/blob"))
    fake.on("GET /blob", reply(status=302, location="http://localhost:1/steal"))

    with pytest.raises(TransientError, match="the storage answered 302"):
        await JobLogs(github.client).job_log(REPO, 5)


async def test_an_old_link_is_asked_for_again(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location="/old"), reply(status=302, location="/new"))
    fake.on("GET /old", reply({"message": "expired"}, 403))
    fake.on("GET /new", web.Response(body=b"ok"))

    assert await JobLogs(github.client).job_log(REPO, 5) == b"ok"


async def test_links_that_are_always_refused_are_an_outage(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(LOGS, reply(status=302, location="/old"))
    fake.on("GET /old", reply(status=403))

    with pytest.raises(TransientError, match="the links were refused"):
        await JobLogs(github.client).job_log(REPO, 5)

    assert len(fake.asked("GET /old")) == 3


async def test_the_token_is_never_shown_to_the_storage(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    seen: list[Mapping[str, str]] = []
    async with storage(seen, web.Response(body=b"far")) as url:
        fake.on(LOGS, reply(status=302, location=url))

        assert await JobLogs(github.client).job_log(REPO, 5) == b"far"

    assert "authorization" not in {name.lower() for name in seen[0]}


async def test_a_log_larger_than_the_bound_keeps_its_head_and_its_tail(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    downloads = Downloads(github.transport, LOG_HOSTS, head_bytes=10, tail_bytes=20)
    client = Client(github.transport, github.tokens, downloads)
    fake.on(LOGS, reply(status=302, location="/blob"))
    fake.on("GET /blob", web.Response(body=b"a" * 10 + b"x" * 500_000 + b"b" * 20))

    log = await JobLogs(client).job_log(REPO, 5)

    assert log == b"a" * 10 + b"\n[selfheal: 500000 bytes left out]\n" + b"b" * 20


@pytest.mark.parametrize("status", [404, 410])
async def test_a_log_that_is_gone_is_empty(world: tuple[Wire, GitHub], status: int) -> None:
    fake, github = world
    fake.on(LOGS, reply({"message": "gone"}, status))

    assert await JobLogs(github.client).job_log(REPO, 5) == b""


async def test_a_check_run_of_another_app_has_no_log(world: tuple[Wire, GitHub]) -> None:
    fake, github = world
    fake.on(f"GET {BASE}/actions/jobs/6", reply({"message": "Not Found"}, 404))
    fake.on(f"GET {BASE}/check-runs/6", reply({"app": {"slug": "buildkite"}, "head_sha": "a"}))

    assert await JobLogs(github.client).job_log(REPO, 6) == b""


async def test_the_job_is_searched_when_its_id_is_not_its_check_runs(
    world: tuple[Wire, GitHub],
) -> None:
    fake, github = world
    other = {"id": 6, "check_run_url": f"https://api.github.com{BASE}/check-runs/99"}
    wanted = {"id": 5, "check_run_url": f"https://api.github.com{BASE}/check-runs/6"}
    fake.on(f"GET {BASE}/actions/jobs/6", reply(other))
    fake.on(f"GET {BASE}/check-runs/6", reply({"app": {"slug": "github-actions"}, "head_sha": "a"}))
    runs = {"total_count": 1, "workflow_runs": [{"id": 3}]}
    fake.on(f"GET {BASE}/actions/runs?head_sha=a&per_page=30", reply(runs))
    jobs = {"total_count": 2, "jobs": [other, wanted]}
    fake.on(f"GET {BASE}/actions/runs/3/jobs?filter=all&per_page=100", reply(jobs))
    fake.on(LOGS, reply(status=302, location="/blob"))
    fake.on("GET /blob", web.Response(body=b"found"))

    assert await JobLogs(github.client).job_log(REPO, 6) == b"found"


@given(
    st.lists(st.binary(max_size=40), max_size=30),
    st.integers(min_value=1, max_value=50),
    st.integers(min_value=1, max_value=50),
)
def test_both_ends_are_kept_however_the_stream_is_cut(
    chunks: list[bytes], head: int, tail: int
) -> None:
    ends = Ends(head_bytes=head, tail_bytes=tail)
    for chunk in chunks:
        ends.add(chunk)
    whole = b"".join(chunks)

    content = ends.content()

    if len(whole) <= head + tail:
        assert content == whole
    else:
        assert content.startswith(whole[:head])
        assert content.endswith(whole[-tail:])
        assert f"{len(whole) - head - tail} bytes left out".encode() in content
