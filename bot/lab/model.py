"""A server that speaks the Messages API and plays a script: the stand-in for a model.

What it replies is a function of the conversation in the request alone: the play is found by the
lines `Repository:` and `Attempt:` of the first message, the turn by the number of turns that were
said. So a retry gets the same answer, and conversations side by side do not mix. It also keeps
the API's rules that a harness can break: history is append-only, every call has its answer.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.core import prices
from bot.lab.model_script import (
    Request,
    Said,
    Scene,
    ScriptTurn,
    canonical,
    perform,
    prompt_tokens,
    say,
    scene,
    stop,
    think,
    tokens,
    turn_number,
    use,
)
from bot.lab.model_wire import encoded, error_body, events, fault

__all__ = ["Asked", "ScriptedModel", "say", "stop", "think", "use"]

MAX_BODY = 32 * 1024 * 1024  # the API's own limit
NO_SCRIPT = "FAILED FIX: no script"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """What the n-th POST meets instead of an answer.

    `cut_after` breaks the stream off; one that `hangs` gets no answer until its client leaves.
    """

    status: int = 200
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    hangs: bool = False


class ScriptedModel:
    """The server; `unplayed` holds conversations that no play knew."""

    def __init__(self, *, api_key: str = "sk-ant-lab-0000000000000000") -> None:
        self.api_key = api_key
        self.url = ""
        self.requests: list[Asked] = []
        self.unplayed: list[str] = []
        self._plays: dict[tuple[str, int | None, int], Sequence[ScriptTurn]] = {}
        self._faults: dict[int, _Fault] = {}
        self._posts = 0
        self._cached: dict[str, int] = {}  # digest of a marked prefix -> its tokens
        self._runner: web.AppRunner | None = None
        self._arrived = asyncio.Event()
        self._closing = asyncio.Event()

    def play(
        self, repo: str, *, attempt: int, turns: Sequence[ScriptTurn], pr: int | None = None
    ) -> None:
        """Say these turns in that attempt; `pr` None = of any pull request of the repository."""
        self._plays[repo, pr, attempt] = tuple(turns)

    def will_fail(
        self,
        nth: int,
        status: int,
        message: str = "scripted fault",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the nth POST of a message, counted from 1, with an error."""
        self._faults[nth] = _Fault(status=status, message=message, headers=headers or {})

    def will_cut(self, nth: int, *, after_events: int) -> None:
        """Break the stream of the nth POST off after so many events."""
        self._faults[nth] = _Fault(cut_after=after_events)

    def will_hang(self, nth: int) -> None:
        """Never answer the nth POST."""
        self._faults[nth] = _Fault(hangs=True)

    async def asked(self) -> None:
        """Wait until the next request has come in."""
        self._arrived.clear()
        await self._arrived.wait()

    @property
    def messages(self) -> tuple[Asked, ...]:
        """The requests for a message, in order, without counts and listings."""
        return tuple(each for each in self.requests if each.path == "/v1/messages")

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        self._closing.clear()
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post("/v1/messages", self._message)
        app.router.add_post("/v1/messages/count_tokens", self._count)
        app.router.add_get("/v1/models", self._models)
        # A broken stream is what the far side would see; it is no error of this server.
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close the port and every connection."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "ScriptedModel":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _models(self, request: web.Request) -> web.Response:
        self._note(request, None)
        if not self._known(request):
            return self._error(401, "invalid x-api-key")
        listed = [{"type": "model", "id": name, "display_name": name} for name in prices.TARIFFS]
        return web.json_response({"data": listed, "has_more": False})

    async def _count(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        if isinstance(body, web.Response):
            return body
        return web.json_response({"input_tokens": prompt_tokens(body)}, headers=self._headers())

    async def _message(self, request: web.Request) -> web.StreamResponse:
        self._posts += 1
        trouble = self._faults.pop(self._posts, _Fault())
        body = await self._body(request)
        if isinstance(body, web.Response):
            return body
        if "max_tokens" not in body:
            return self._error(400, "max_tokens: Field required")
        if trouble.status != 200:  # noqa: PLR2004 - the one status that is no fault
            return self._error(trouble.status, trouble.message, trouble.headers)
        if trouble.hangs:
            await self._closing.wait()
        message = self._reply(body)
        if body.get("stream"):
            return await self._stream(request, message, trouble.cut_after)
        return web.json_response(message, headers=self._headers())

    async def _stream(
        self, request: web.Request, message: Mapping[str, Any], cut_after: int | None
    ) -> web.StreamResponse:
        headers = {**self._headers(), "Content-Type": "text/event-stream; charset=utf-8"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for number, (name, data) in enumerate(events(message)):
            if number == cut_after:
                if request.transport is not None:
                    request.transport.close()
                return response
            await response.write(encoded(name, data))
        await response.write_eof()
        return response

    async def _body(self, request: web.Request) -> Mapping[str, Any] | web.Response:
        """The request's JSON, or the refusal of it."""
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self._note(request, None)
            return self._error(400, "the body is not a JSON object")
        self._note(request, body)
        if not self._known(request):
            return self._error(401, "invalid x-api-key")
        if body.get("model") not in prices.TARIFFS:
            return self._error(404, f"model: {body.get('model')}")
        if (why := fault(body)) is not None:
            return self._error(400, why)
        return body

    def _note(self, request: web.Request, body: Mapping[str, Any] | None) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(
            Asked(method=request.method, path=request.path, headers=headers, body=body)
        )
        self._arrived.set()

    def _known(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.api_key in {bearer, request.headers.get("X-Api-Key")}

    def _headers(self) -> dict[str, str]:
        return {"request-id": f"req_lab{len(self.requests):08}"}

    def _error(
        self, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> web.Response:
        return web.json_response(
            error_body(status, message),
            status=status,
            headers={**self._headers(), **(headers or {})},
        )

    def _reply(self, request: Request) -> dict[str, Any]:
        """The message that the script has for this conversation."""
        said = self._said(request)
        limit = int(request["max_tokens"])
        output = tokens(said.content)
        digest = hashlib.sha256(canonical(request, len(request["messages"])).encode()).hexdigest()
        return {
            "id": f"msg_{digest[:24]}",
            "type": "message",
            "role": "assistant",
            "model": request["model"],
            "content": list(said.content),
            "stop_reason": said.stop_reason if output <= limit else "max_tokens",
            "stop_sequence": None,
            "usage": {**self._prompt_usage(request), "output_tokens": min(output, limit)},
        }

    def _said(self, request: Request) -> Said:
        where = scene(request)
        turns = self._turns(where) if where else None
        if turns is None:
            self.unplayed.append(f"{where}" if where else "no Repository: and Attempt: lines")
            return perform([say(NO_SCRIPT)], request)
        number = turn_number(request)
        if number >= len(turns):
            self.unplayed.append(f"{where}: turn {number + 1} of {len(turns)}")
            return perform([say(NO_SCRIPT)], request)
        return perform(turns[number], request)

    def _turns(self, where: Scene) -> Sequence[ScriptTurn] | None:
        exact = self._plays.get((where.repo, where.pr, where.attempt))
        return exact or self._plays.get((where.repo, None, where.attempt))

    def _prompt_usage(self, request: Request) -> dict[str, Any]:
        """Cache reads and writes, as a cache of exact prefixes gives them."""
        total = prompt_tokens(request)
        read = written = 0
        if request.get("cache_control"):
            count = len(request["messages"])
            digests = [self._digest(request, n) for n in range(count, 0, -1)]
            read = next((self._cached[each] for each in digests if each in self._cached), 0)
            read = min(read, total)
            written = total - read
            self._cached[digests[0]] = total
        return {
            "input_tokens": total - read - written,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written,
                "ephemeral_1h_input_tokens": 0,
            },
            "service_tier": "standard",
        }

    def _digest(self, request: Request, count: int) -> str:
        prefix = f"{request['model']}\n{canonical(request, count)}"
        return hashlib.sha256(prefix.encode()).hexdigest()
