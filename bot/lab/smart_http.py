"""git over smart HTTP: `git http-backend` behind the tokens of the lab."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.lab.access import basic, installation_token
from bot.lab.acts import pulls
from bot.lab.app import Token
from bot.lab.git.commands import environment
from bot.lab.hub import Hub, Repo

if TYPE_CHECKING:
    from asyncio.subprocess import Process

_CHUNK = 65536
Follow = Callable[[], Awaitable[None]]
_ASK = {"WWW-Authenticate": 'Basic realm="GitHub"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class GitServer:
    """Serves `/{owner}/{repo}.git/…`."""

    hub: Hub

    def routes(self) -> list[web.RouteDef]:
        """The three addresses of the protocol."""
        base = "/{owner}/{repo}.git"
        return [
            web.get(f"{base}/info/refs", self.handle),
            web.post(f"{base}/git-upload-pack", self.handle),
            web.post(f"{base}/git-receive-pack", self.handle),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request; a push is followed by everything that a push brings about."""
        hub = self.hub
        fault = hub.network.fault_for(request.method, request.path)
        if fault:
            return web.json_response(fault.body, status=fault.status, headers=dict(fault.headers))
        token = installation_token(hub, basic(request.headers.get("Authorization", "")))
        if token is None:
            return web.Response(status=401, text="Bad credentials", headers=_ASK)
        repo = hub.repos.get(f"{request.match_info['owner']}/{request.match_info['repo']}")
        if repo is None or not (
            hub.reaches(token, repo.name) or _may_push_to_fork(hub, token, repo)
        ):
            return web.Response(status=404, text="Repository not found.")
        pushing = "git-receive-pack" in (
            request.path.rsplit("/", 1)[-1],
            request.query.get("service"),
        )
        if not token.allows("contents", "write" if pushing else "read"):
            return web.Response(status=403, text="Write access to repository not granted.")
        if request.method == "POST" and pushing:
            return await self._push(request, repo, token)
        return await _serve(request, repo, token)

    async def _push(self, request: web.Request, repo: Repo, token: Token) -> web.StreamResponse:
        async with repo.git_lock:
            before = await repo.bare.refs()

            async def follow() -> None:
                after = await repo.bare.refs()
                for ref in sorted(before.keys() | after.keys()):
                    old, new = before.get(ref), after.get(ref)
                    if old != new and not ref.startswith("refs/heads/gh-readonly-queue/"):
                        await pulls.ref_moved(self.hub, repo, ref, old, new, self.hub.app.login)

            return await _serve(request, repo, token, follow)


def _may_push_to_fork(hub: Hub, token: Token, fork: Repo) -> bool:
    """Edits by maintainers: a token of the base repository reaches a fork's branches."""
    origin = hub.repos.get(fork.parent or "")
    if origin is None or not hub.reaches(token, origin.name):
        return False
    return any(
        pull.open and pull.head_repo == fork.name and pull.maintainer_can_modify
        for pull in origin.pulls.values()
    )


async def _nothing() -> None:
    """What follows from a fetch."""


async def _serve(
    request: web.Request, repo: Repo, token: Token, follow: Follow = _nothing
) -> web.StreamResponse:
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_cgi(request, repo, token),
    )
    feeding = asyncio.create_task(_feed(request, process))
    try:
        return await _relay(request, process, follow)
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


def _cgi(request: web.Request, repo: Repo, token: Token) -> dict[str, str]:
    tail = request.path.split(".git/", 1)[1]
    env = {
        "GIT_PROJECT_ROOT": str(repo.bare.path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REQUEST_METHOD": request.method,
        "PATH_INFO": f"/{repo.bare.path.name}/{tail}",
        "QUERY_STRING": request.query_string,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "REMOTE_USER": "x-access-token",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "LAB_WORKFLOWS": token.permissions.get("workflows", ""),
    }
    # The server must not inflate the body itself (auto_decompress=False): git does, told by this.
    for header, name in _PASSED.items():
        if header in request.headers:
            env[name] = request.headers[header]
    return environment(env)


_PASSED = {
    "Content-Length": "CONTENT_LENGTH",
    "Content-Encoding": "HTTP_CONTENT_ENCODING",
    "Git-Protocol": "GIT_PROTOCOL",
}


async def _feed(request: web.Request, process: "Process") -> None:
    if process.stdin is None:
        return
    try:
        async for chunk in request.content.iter_chunked(_CHUNK):
            process.stdin.write(chunk)
            await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        process.stdin.close()


async def _relay(request: web.Request, process: "Process", follow: Follow) -> web.StreamResponse:
    output = process.stdout
    response = web.StreamResponse()
    if output is None:
        return response
    while (line := (await output.readline()).strip()) != b"":
        name, _, value = line.decode().partition(":")
        if name.lower() == "status":
            response.set_status(int(value.split()[0]))
        else:
            response.headers[name] = value.strip()
    await response.prepare(request)
    while chunk := await output.read(_CHUNK):
        await response.write(chunk)
    # The answer ends only when the refs have moved and the pull requests know of it.
    await process.wait()
    await follow()
    await response.write_eof()
    return response
