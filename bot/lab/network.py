"""What can go wrong between two services, switched on by a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class Mishap(StrEnum):
    """What happens to a webhook on its way."""

    DROP = "drop"
    DOUBLE = "double"
    SWAP = "swap"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    mishap: Mishap
    event: str
    action: str | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer instead of the real one; `after` lets the request have its effect first."""

    method: str
    path_glob: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    times: int = 1
    after: bool = False


class Network:
    """Fault switches; each goes off as often as it was asked to, then it is gone."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._faults: list[Fault] = []

    def drop(self, event: str, action: str | None = None, times: int = 1) -> None:
        """Lose webhooks of an event; the deliveries page shows them as failed."""
        self._plan(Mishap.DROP, event, action, times)

    def double(self, event: str, action: str | None = None, times: int = 1) -> None:
        """Hand a webhook over twice, with the same GUID."""
        self._plan(Mishap.DOUBLE, event, action, times)

    def swap_next_two(self, event: str = "*", action: str | None = None) -> None:
        """Hand the next such webhook over after the one that follows it."""
        self._plan(Mishap.SWAP, event, action, 1)

    def fail(
        self,
        method: str,
        path_glob: str,
        status: int,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        times: int = 1,
    ) -> None:
        """Answer matching REST requests with an error; nothing happens at the lab."""
        self._faults.append(
            Fault(
                method=method,
                path_glob=path_glob,
                status=status,
                headers=headers or {},
                body=body if body is not None else {"message": f"the lab answers {status}"},
                times=times,
            )
        )

    def fail_graphql(self, field_name: str, kind: str, message: str, times: int = 1) -> None:
        """Answer 200 with errors where a document selects this root field."""
        self._graphql(field_name, kind, message, times, after=False)

    def fail_graphql_but_do_it(self, field_name: str, message: str, times: int = 1) -> None:
        """The same, although the mutation did its work (as GitHub's dequeue is known to)."""
        self._graphql(field_name, "UNPROCESSABLE", message, times, after=True)

    def secondary_limit(self, path_glob: str = "*", retry_after_s: int = 1, times: int = 1) -> None:
        """403 with retry-after, as the secondary rate limit answers."""
        message = "You have exceeded a secondary rate limit. Please wait a few minutes."
        headers = {"retry-after": str(retry_after_s)}
        self.fail("*", path_glob, 403, headers=headers, body={"message": message}, times=times)

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The fault that this request runs into, used up once."""
        return self._take(lambda f: f.method in {"*", method} and fnmatchcase(path, f.path_glob))

    def graphql_fault_for(self, fields: tuple[str, ...]) -> Fault | None:
        """The fault that a document with these root fields runs into, used up once."""
        return self._take(lambda f: f.method == "GRAPHQL" and f.path_glob in fields)

    def mishap_for(self, event: str, action: str | None) -> Mishap | None:
        """What happens to this webhook, used up once."""
        for index, planned in enumerate(self._planned):
            if planned.event in {"*", event} and planned.action in {None, action}:
                self._planned[index : index + 1] = (
                    [replace(planned, left=planned.left - 1)] if planned.left > 1 else []
                )
                return planned.mishap
        return None

    def _plan(self, mishap: Mishap, event: str, action: str | None, times: int) -> None:
        self._planned.append(_Planned(mishap=mishap, event=event, action=action, left=times))

    def _graphql(
        self, field_name: str, kind: str, message: str, times: int, *, after: bool
    ) -> None:
        error = {"type": kind, "path": [field_name], "message": message}
        body = {"data": {field_name: None}, "errors": [error]}
        self._faults.append(
            Fault(
                method="GRAPHQL",
                path_glob=field_name,
                status=200,
                body=body,
                times=times,
                after=after,
            )
        )

    def _take(self, fits: Any) -> Fault | None:
        for index, fault in enumerate(self._faults):
            if fits(fault):
                self._faults[index : index + 1] = (
                    [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                )
                return fault
        return None
