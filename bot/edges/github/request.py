"""What goes over the wire, and in whose name."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import PermanentError

_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100}")
# As a part of a path these would make it another path.
_NO_NAMES = frozenset({"", ".", ".."})

Values = Mapping[str, str | int]


def named(repo: str, **values: str | int) -> Values:
    """Values of a URI template below `/repos/{owner}/{name}`.

    Raises:
        PermanentError: it is not "owner/name".
    """
    if not _REPO.fullmatch(repo):
        msg = f"github: not a repository's name: {repo[:200]!r}"
        raise PermanentError(msg)
    owner, _, name = repo.partition("/")
    return {"owner": owner, "name": name, **values}


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
    values: Values = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    repeatable: bool = True
    budget: str = "core"
    follow: bool = True

    def __post_init__(self) -> None:
        if not _NO_NAMES.isdisjoint(self.values.values()):
            msg = f"github: {self.what}: a name in it is empty or made of dots"
            raise PermanentError(msg)

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
