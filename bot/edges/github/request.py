"""What goes over the wire, and in whose name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request of ours; `path` is a URI template that takes its values encoded.

    Attributes:
        body: goes out as JSON; None = no body.
        budget: which of GitHub's rate limits it counts for: "core" is REST's.
        follow: go to the new address of what has moved, on the same host.
        repeatable: doing it twice is as good as once, so a lost answer may be asked for again.
    """

    method: str
    path: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    repeatable: bool = True
    budget: str = "core"
    follow: bool = True

    @property
    def what(self) -> str:
        """The request, for people."""
        return f"{self.method} {self.path.partition('?')[0].removesuffix('{')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a request is signed with: an installation token, or the App's own JWT."""

    token: str | None = field(default=None, repr=False)
    jwt: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """In whose name a request goes out.

    Attributes:
        key: rate limits are counted a key. drop: forgets a credential that was refused.
    """

    key: str
    credential: Callable[[], Awaitable[Credential]]
    drop: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait inside a call before the engine is told to come back later.

    Attributes:
        attempts: tries in all. wait_s: the first pause, doubled each time.
        limit_s: the longest pause for a rate limit; longer ones are the engine's.
    """

    attempts: int = 4
    wait_s: float = 0.2
    limit_s: float = 5.0
