"""What one attempt is given, and what comes back of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.failure import Failure
from bot.core.ids import CaseId, PrNumber
from bot.core.repo_config import CheckConfig
from bot.core.spend import Caps


class Status(StrEnum):
    """The two ways an attempt ends; these words stand in the transcript."""

    SUCCESSFUL = "SUCCESSFUL FIX"
    FAILED = "FAILED FIX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One attempt of the model.

    Attributes:
        number: the attempt's own number in the case; part of the keys in the ledger.
        system: the stable part of the prompt. text: the first user turn.
        checks: what `run_check` may run. failures: what its failing part is made of.
        caps: upper limits of the ledger; the worst case of each call must fit below them.
    """

    case: CaseId
    repo: str
    pr: PrNumber
    number: int
    model: str
    system: str = field(repr=False)
    text: str = field(repr=False)
    caps: Caps
    deadline_s: float
    checks: tuple[CheckConfig, ...] = ()
    failures: tuple[Failure, ...] = field(default=(), repr=False)
    max_turns: int = 40
    effort: str = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How an attempt ended. The status is the agent's own word: nothing is proven by it.

    Attributes:
        summary: what was done, by the agent; its first line makes a commit subject.
        why_failed: our word on why it ended without a fix; "" for a successful one.
        cost_usd: what was charged; a call that broke off counts at its worst case.
        turns: replies of the model.
        transcript: JSON Lines; the last one holds the result.
        stopped: a person, or the world, ended it.
        hopeless: the service refused for good (key, credit): another attempt would end the same.
    """

    status: Status
    summary: str
    why_failed: str
    cost_usd: float
    turns: int
    transcript: bytes = field(repr=False)
    root_cause: str = ""
    files: tuple[str, ...] = ()
    risk: str = ""
    stopped: bool = False
    hopeless: bool = False
