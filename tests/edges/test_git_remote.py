"""Fetch and push over HTTP: tokens, refusals, and what of them may be seen."""

import asyncio
import base64
import logging
import os
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.errors import PermanentError, TransientError
from bot.core.ids import PrNumber, Sha
from bot.edges.git import GitMirror
from bot.ports import EditedFile, PushTarget

REPO = "octo/sample"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GOOD, OLD, READ_ONLY = "ghs_good", "ghs_old", "ghs_readonly"


class Wallet:
    """`Tokens` that hands out one after the other; the next one when one was dropped."""

    def __init__(self, *tokens: str) -> None:
        self._left = list(tokens)

    async def token(self, repo: str) -> str:
        return self._left[0]

    def drop(self, repo: str) -> None:
        if len(self._left) > 1:
            self._left.pop(0)


class Server:
    """git's own CGI behind basic authentication, with faults that can be switched on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.status = 0  # answer everything with it
        self.asked: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.status:
            return web.Response(status=self.status, headers={"Location": "http://127.0.0.1:1/x"})
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        token = base64.b64decode(given).decode().partition(":")[2]
        if token not in {GOOD, READ_ONLY}:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="GitHub"'})
        if token == READ_ONLY and "receive-pack" in request.path_qs:
            return web.Response(status=403, text=f"Permission to {REPO}.git denied to x[bot].")
        if not (self.root / REPO).with_suffix(".git").exists() or REPO not in request.path:
            return web.Response(status=404, text="Repository not found.")
        return await self._cgi(request)

    async def _cgi(self, request: web.Request) -> web.Response:
        names = {"Git-Protocol": "GIT_PROTOCOL", "Content-Encoding": "HTTP_CONTENT_ENCODING"}
        body = await request.read()
        process = await asyncio.create_subprocess_exec(
            *("git", "http-backend"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": request.method,
                "PATH_INFO": request.path,
                "QUERY_STRING": request.query_string,
                "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_USER": "bot",
                "REMOTE_ADDR": "127.0.0.1",
                **{
                    own: request.headers[name]
                    for name, own in names.items()
                    if name in request.headers
                },
            },
        )
        out, _ = await process.communicate(body)
        head, _, content = out.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(fields.pop("Status", "200").split()[0])
        return web.Response(status=status, headers=fields, body=content)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    return subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"},
    ).stdout.strip()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    bare, work = tmp_path / "srv" / f"{REPO}.git", tmp_path / "work"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    git(bare, "config", "http.receivepack", "true")
    git(tmp_path, "init", "-q", "-b", "main", str(work))
    (work / "a.txt").write_text("1\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "first")
    git(work, "push", "-q", str(bare), "main")
    server = Server(tmp_path / "srv")
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(app, auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def mirror(tmp_path: Path, server: Server, *tokens: str) -> GitMirror:
    return GitMirror(tmp_path / "mirrors", server.url, Wallet(*tokens))


async def fix(git_: GitMirror, head: Sha) -> tuple[PushTarget, Sha]:
    made = await git_.commit(REPO, head, [EditedFile(path="b", content=b"1")], "fix", AT)
    target = PushTarget(repo=REPO, pr=PrNumber(1), head_repo=REPO, branch="main", expected=head)
    return target, made


async def test_a_branch_is_fetched_and_pushed_with_a_token(tmp_path: Path, server: Server) -> None:
    own = mirror(tmp_path, server, GOOD)
    head = await own.tip(REPO, "main")
    target, made = await fix(own, head)

    await own.push(target, made)

    assert git(server.root / f"{REPO}.git", "rev-parse", "main") == made


async def test_a_refused_token_is_dropped_and_a_new_one_used(
    tmp_path: Path, server: Server
) -> None:
    own = mirror(tmp_path, server, OLD, GOOD)

    assert await own.read(REPO, await own.tip(REPO, "main"), "a.txt") == b"1\n"


async def test_two_refused_tokens_are_enough(tmp_path: Path, server: Server) -> None:
    with pytest.raises(PermanentError):
        await mirror(tmp_path, server, OLD, OLD, GOOD).tip(REPO, "main")


async def test_a_push_without_the_right_is_permanent(tmp_path: Path, server: Server) -> None:
    own = mirror(tmp_path, server, READ_ONLY)
    target, made = await fix(own, await own.tip(REPO, "main"))

    with pytest.raises(PermanentError, match="403"):
        await own.push(target, made)


async def test_a_repository_that_is_not_there_is_permanent(tmp_path: Path, server: Server) -> None:
    with pytest.raises(PermanentError, match="not found"):
        await mirror(tmp_path, server, GOOD).tip("octo/other", "main")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_trouble_of_the_server_passes(tmp_path: Path, server: Server, status: int) -> None:
    server.status = status

    with pytest.raises(TransientError):
        await mirror(tmp_path, server, GOOD).tip(REPO, "main")


async def test_a_server_that_is_down_passes(tmp_path: Path) -> None:
    nobody = GitMirror(tmp_path / "mirrors", "http://127.0.0.1:9", Wallet(GOOD))

    with pytest.raises(TransientError):
        await nobody.tip(REPO, "main")


async def test_a_redirect_is_not_followed_with_a_token(tmp_path: Path, server: Server) -> None:
    server.status = 301

    with pytest.raises(PermanentError):
        await mirror(tmp_path, server, GOOD).tip(REPO, "main")
    assert len(server.asked) == 1


async def test_the_token_shows_in_no_error_log_argument_or_file(
    tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    own = mirror(tmp_path, server, READ_ONLY)
    head = await own.tip(REPO, "main")
    target, made = await fix(own, head)
    secret = base64.b64encode(f"x-access-token:{READ_ONLY}".encode()).decode()

    with pytest.raises(PermanentError) as caught:
        await own.push(target, made)

    kept = [path.read_bytes() for path in (tmp_path / "mirrors").rglob("*") if path.is_file()]
    seen = [str(caught.value), caplog.text, *map(repr, kept)]
    assert not [text for text in seen if READ_ONLY in text or secret in text]


async def test_the_same_commit_is_fetched_once(tmp_path: Path, server: Server) -> None:
    own = mirror(tmp_path, server, GOOD)
    head = await own.tip(REPO, "main")
    await own.fetch(REPO, head)
    server.asked.clear()

    await own.fetch(REPO, head, head)

    assert server.asked == []
