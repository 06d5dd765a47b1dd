"""What the bot needs from the world, in our own words. Edges implement these; tests use the lab.

Errors: every method may raise `TransientError` (try again) or `PermanentError` (do not), and
nothing of any client library.
"""

from bot.ports.forge import Forge, Tokens
from bot.ports.git import EditedFile, Git, Trees
from bot.ports.github import (
    CheckReport,
    CheckResult,
    FailedDelivery,
    Installed,
    PullState,
    PullStatus,
    PushTarget,
    Removal,
)
from bot.ports.sandbox import Box, RunResult, Sandbox
from bot.ports.store import TIME_BOUNDS_S, CaseLine, Counted, Durations, Group, Store
from bot.ports.world import Clock, Model, Operator, Ports

__all__ = [
    "TIME_BOUNDS_S",
    "Box",
    "CaseLine",
    "CheckReport",
    "CheckResult",
    "Clock",
    "Counted",
    "Durations",
    "EditedFile",
    "FailedDelivery",
    "Forge",
    "Git",
    "Group",
    "Installed",
    "Model",
    "Operator",
    "Ports",
    "PullState",
    "PullStatus",
    "PushTarget",
    "Removal",
    "RunResult",
    "Sandbox",
    "Store",
    "Tokens",
    "Trees",
]
