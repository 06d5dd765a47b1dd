"""Model, clock and operator, and everything outside in one bag."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.transcript import Conversation, Reply
from bot.ports.forge import Forge
from bot.ports.git import Git
from bot.ports.sandbox import Sandbox
from bot.ports.store import Store


class Model(Protocol):
    """A language model with tools."""

    async def count(self, conversation: Conversation) -> int:
        """Tokens of the prompt."""
        ...

    async def reply(self, conversation: Conversation, max_tokens: int, timeout_s: float) -> Reply:
        """The model's next turn, asked for once.

        Raises:
            ModelBusyError: turned away before it began (overloaded, rate limited): not billed.
            TransientError: timed out or broke off; it may have been billed.
            PermanentError: refused for good (key, credit, request): not billed.
        """
        ...


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What the operator decided, for steps: no secrets.

    Attributes:
        models: the ladder: the model of the first, second, … attempt; the last one repeats.
        public_url: where people see the case pages; "" = not known.
        usd_per_day: over a repository. usd_per_month: over everything.
    """

    models: tuple[str, ...]
    public_url: str = ""
    usd_per_day: float = 50.0
    usd_per_month: float = 1000.0
    app_slug: str = "selfheal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside, in one bag."""

    forge: Forge
    git: Git
    model: Model | None  # None: no key; recipes and explanations only
    sandbox: Sandbox
    store: Store
    clock: Clock
    operator: Operator
