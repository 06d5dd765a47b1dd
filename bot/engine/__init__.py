"""The only place that knows DBOS: durable inbox, queues, the heal workflow, sweep and take-over."""

from bot.engine.config import EngineConfig
from bot.engine.engine import Engine, Reconcile
from bot.engine.inbox import Inbox

__all__ = ["Engine", "EngineConfig", "Inbox", "Reconcile"]
