"""What `serve`, `web` and `worker` have in common: start, say where, stop on a signal."""

import asyncio
import signal

import typer

from bot.app import running
from bot.core.errors import EdgeError, SelfhealError
from bot.log import configure
from bot.settings import Settings, read


def run_until_stopped(*, serve: bool, work: bool) -> None:
    """Run the service until SIGINT or SIGTERM; a fault of the set-up is one line and exit code 2."""
    settings = read()
    configure(settings.log_format)
    try:
        asyncio.run(_run(settings, serve=serve, work=work))
    except SelfhealError as exc:
        hint = "; `selfheal doctor` says the remedy" if isinstance(exc, EdgeError) else ""
        typer.echo(f"selfheal: {' '.join(str(exc).split())}{hint}", err=True)
        raise typer.Exit(2) from exc


async def _run(settings: Settings, *, serve: bool, work: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopped.set)
    async with running(settings, serve=serve, work=work) as service:
        where = f"listening on {service.url}" if serve else "working"
        typer.echo(f"selfheal: {where} (sandbox: {service.ports.sandbox.name})", err=True)
        await stopped.wait()
