"""A proposed change, from the fixer's hand to the push."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.failure import Failure
from bot.core.ids import Digest, Sha
from guards.verdict import Severity, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """One changed file: its new content as a blob of the store; None = deleted."""

    path: str  # relative, "/"-separated
    content: Digest | None
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What a fixer changed, and the commit we made of it in our own mirror.

    Attributes:
        base: the head of the pull request that the commit stands on.
        commit: the commit to push; made by us, deterministic for equal input.
        edits: the changed files as the fixer left them.
        diff: blob with the unified diff of base..commit, for people.
    """

    base: Sha
    commit: Sha
    edits: tuple[FileEdit, ...]
    diff: Digest


class Fixer(StrEnum):
    """Who made a patch."""

    RECIPE = "recipe"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """One command that verify ran, and what came of it."""

    name: str  # "unit: failing part", "unit", …
    command: str
    passed: bool
    seconds: float
    output: Digest | None = None  # bounded tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to fix; `patch` is None when there was nothing to judge.

    Attributes:
        number: from 1, over recipes and the model together.
        by: who tried. name: the recipe's name, or the model's id.
        summary: one line on what was tried, by the fixer; never trusted.
        why_failed: our own word on why it ended without a push; "" while it has not.
        transcript: blob of JSON Lines: what was said and run, with times.
    """

    number: int
    by: Fixer
    name: str
    started_at: datetime
    ended_at: datetime
    patch: Patch | None = None
    summary: str = ""
    why_failed: str = ""
    cost_usd: float = 0.0
    turns: int = 0
    transcript: Digest | None = None
    checks: tuple[CheckRun, ...] = ()
    failures: tuple[Failure, ...] = ()  # what still failed in verify
    evidence: Digest | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedPatch:
    """A patch that guards let through, or that a person approved: all that `Forge.push` accepts."""

    patch: Patch
    verdict: Verdict
    approved_by: str | None = None  # login of the person who let a needs_human verdict through

    def __post_init__(self) -> None:
        human = self.verdict.outcome is Severity.NEEDS_HUMAN and self.approved_by
        if not (self.verdict.passed or human):
            msg = "a patch with blocking findings cannot be cleared"
            raise ValueError(msg)
