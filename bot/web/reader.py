"""The part of the store that pages, health and metrics need: they only read."""

from typing import Protocol

from bot.core.case import Case
from bot.core.ids import CaseId, Digest
from bot.ports import CaseLine, Counted


class Reader(Protocol):
    """See `bot.ports.Store`, which is one."""

    async def case(self, case_id: CaseId) -> Case | None:
        """A case by id."""
        ...

    async def lines(self, limit: int = 200) -> tuple[CaseLine, ...]:
        """Newest cases first."""
        ...

    async def counted(self) -> Counted:
        """Totals for the metrics."""
        ...

    async def get(self, digest: Digest) -> bytes:
        """A blob.

        Raises:
            PermanentError: there is none.
        """
        ...
