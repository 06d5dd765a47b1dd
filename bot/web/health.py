"""GET /healthz: this process answers. GET /readyz: it can do its work."""

import asyncio
from collections.abc import Callable

import structlog
from aiohttp import web

from bot.core.ids import CaseId
from bot.web.reader import Reader

TIMEOUT_S = 5.0
_log = structlog.get_logger(__name__)


def add_health(
    app: web.Application, store: Reader, worker: Callable[[], bool], timeout_s: float = TIMEOUT_S
) -> None:
    """Serve both; `worker` says whether the engine does its part in this process.

    The answers carry no details: they are open to everybody.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        checks = {"database": await _answers(store, timeout_s), "worker": worker()}
        ready = all(checks.values())
        words = {name: "ok" if good else "failing" for name, good in checks.items()}
        document = {"status": "ok" if ready else "failing", "checks": words}
        return web.json_response(document, status=200 if ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def _answers(store: Reader, timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(timeout_s):
            await store.case(CaseId(""))
    except Exception as exc:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        _log.warning("database does not answer", error=repr(exc)[:300])
        return False
    return True
