"""How the process logs: one line an event, secrets taken out, to stderr."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.core.redact import redact


def configure(log_format: str, level: int = logging.INFO) -> None:
    """Log JSON lines, or coloured lines for a person; the libraries' own loggers too."""
    console = log_format == "console"
    render: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if console
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiohttp.access", "alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _without_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The event with every text redacted."""
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}
