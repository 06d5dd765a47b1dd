"""The shape of an endpoint: what it is asked, what it answers, what it takes to be allowed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.lab.app import Token
from bot.lab.hub import Hub, Repo

_PAGE = 30
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer; `body` is JSON, None is no body at all."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpError(Exception):
    """An answer that ends the request early, in GitHub's words."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        self.status = status
        self.message = message
        self.headers = headers
        super().__init__(f"{status}: {message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in; `token` is None where the App itself asks."""

    hub: Hub
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    url: str
    token: Token | None = None

    @property
    def repo(self) -> Repo:
        """The repository in the path."""
        return self.hub.repos[f"{self.path['owner']}/{self.path['repo']}"]

    @property
    def login(self) -> str:
        """Who acts: the App's bot."""
        return self.hub.app.login

    def page(self, items: Sequence[Any]) -> tuple[Sequence[Any], Mapping[str, str]]:
        """The wanted page, and the Link header that leads on."""
        size = min(int(self.query.get("per_page", _PAGE)), _MOST)
        number = max(int(self.query.get("page", 1)), 1)
        start = (number - 1) * size
        headers = {}
        if start + size < len(items):
            query = "&".join(f"{k}={v}" for k, v in self.query.items() if k != "page")
            link = f"{self.url}?{query}{'&' if query else ''}page={number + 1}"
            headers["Link"] = f'<{link}>; rel="next"'
        return items[start : start + size], headers

    def counted(self, key: str, items: Sequence[Any], payload: Callable[[Any], Any]) -> Answer:
        """A page of a list that GitHub wraps with its length."""
        shown, headers = self.page(items)
        body = {"total_count": len(items), key: [payload(item) for item in shown]}
        return Answer(body=body, headers=headers)

    def listed(self, items: Sequence[Any], payload: Callable[[Any], Any]) -> Answer:
        """A page of a plain list."""
        shown, headers = self.page(items)
        return Answer(body=[payload(item) for item in shown], headers=headers)

    def found(self, table: Mapping[int, Any], name: str) -> Any:
        """What a number in the path names.

        Raises:
            HttpError: 404.
        """
        number = self.path[name]
        if not number.isdecimal() or int(number) not in table:
            raise HttpError(404, "Not Found")
        return table[int(number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An endpoint.

    Attributes:
        operation: as GitHub's OpenAPI names it: "GET /app".
        needs: (permission, level) pairs of which one is enough; () = the App's own JWT.
    """

    operation: str
    handle: Callable[[Call], Awaitable[Answer]]
    needs: tuple[tuple[str, str], ...] = ()
