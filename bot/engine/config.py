"""What the engine is told, and the names that stand in its tables."""

from dataclasses import dataclass

APP = "selfheal"
# Rows of another version are invisible to DBOS, and what waits behind them waits for ever. A
# changed workflow body therefore needs a plan (drain, or a patch), never just a new number.
VERSION = "1"
PRS = "prs"  # deliveries, in order within a pull request
HEAL = "heal"  # cases, one at a time within a pull request
ON_EVENT = "on_event"
SWEEP = "sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """How to run.

    Attributes:
        database_url: "sqlite:///path" or "postgresql://…"; the store's own, usually.
        executor_id: stable name of this process's slot; a restart takes its own work up again.
        workers: cases that move at the same time in this process.
        poll_s: how often a queue is looked at.
        threads: for DBOS's own database work.
        sweep_cron: when the sweep comes by.
        reap_s: how often dead peers are looked for, on PostgreSQL.
    """

    database_url: str
    executor_id: str = "selfheal-0"
    workers: int = 4
    poll_s: float = 0.25
    threads: int = 12
    sweep_cron: str = "*/5 * * * *"
    reap_s: float = 5.0
