"""A repository's own settings: `.selfheal.toml`, read from its base branch."""

from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How far selfheal may go in a repository, from nothing to most."""

    OFF = "off"
    OBSERVE = "observe"
    SUGGEST = "suggest"
    PUSH = "push"
    REQUEUE = "requeue"

    @property
    def rank(self) -> int:
        """0 for off to 4 for requeue."""
        return tuple(Mode).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """How to reproduce a check of CI here.

    Attributes:
        run: the whole check, for `sh -c`. only: the failing part, with `{tests}` or `{files}`.
        covers: whether to run it with coverage.
        matches: globs on the names of the CI jobs that it stands for; its own name always counts.
    """

    name: str
    run: str
    only: str | None = None
    covers: bool = False
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be spent. Money in USD, time in minutes."""

    attempts: int = 3
    usd_per_pr: float = 5.0
    usd_per_day: float = 50.0
    minutes_per_attempt: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardsConfig:
    """What is passed to the guards' policy; `protected` adds to the built-in list."""

    protected: tuple[str, ...] = ()
    max_changed_lines: int = 300
    coverage_drop: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoConfig:
    """All of `.selfheal.toml`."""

    mode: Mode = Mode.REQUEUE
    checks: tuple[CheckConfig, ...] = ()
    setup: str | None = None
    guards: GuardsConfig = field(default_factory=GuardsConfig)
    limits: Limits = field(default_factory=Limits)
    bot_label: str = "stop-updating"
