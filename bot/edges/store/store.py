"""`Store` on SQLAlchemy Core: one file for one machine, PostgreSQL when more than one serves."""

import hashlib
import zlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core import codec
from bot.core.case import Case, Signal
from bot.core.errors import PermanentError
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.spend import Caps, Reservation, SpendLeft
from bot.edges.store import cases, ledger, totals
from bot.edges.store.cases import MAX_DOCUMENT_BYTES
from bot.edges.store.database import Database, insert_new
from bot.edges.store.tables import BLOBS, GROUPS, ONCE, SIGNALS
from bot.ports import CaseLine, Counted, Group

__all__ = ["MAX_BLOB_BYTES", "MAX_DOCUMENT_BYTES", "SqlStore"]
MAX_BLOB_BYTES = 64 * 1024 * 1024
MAX_SIGNALS = 1000


class SqlStore:
    """Every method is one transaction on a thread of the store's own.

    Any method raises `TransientError` while the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        """Remember where.

        Args:
            url: "sqlite:///path" or "postgresql://…".
        """
        self._database = Database(url)

    async def open(self) -> None:
        """Connect and migrate; before anything else."""
        await self._database.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def saw_group(self, group: Group) -> None:
        """Remember a merge group; known already changes nothing."""
        row = {
            "repo": group.repo,
            "head": group.head,
            "installation": group.installation,
            "base": group.base,
            "base_branch": group.base_branch,
            "pr": group.pr,
            "seen_at": group.seen_at,
            "closed": group.closed,
        }
        await self._database.write(lambda connection: insert_new(connection, GROUPS, row))

    async def close_group(self, repo: str, head: Sha, reason: str) -> None:
        """Remember why a group was destroyed."""
        this = sa.update(GROUPS).where(GROUPS.c.repo == repo, GROUPS.c.head == head)
        await self._database.write(
            lambda connection: connection.execute(this.values(closed=reason))
        )

    async def group(self, repo: str, head: Sha) -> Group | None:
        """A group by its head."""
        query = sa.select(GROUPS).where(GROUPS.c.repo == repo, GROUPS.c.head == head)
        return await self._database.read(lambda connection: _group(connection, query))

    async def newest_group(self, repo: str, pr: PrNumber) -> Group | None:
        """The newest group that added this pull request, closed as dequeued or still open."""
        query = (
            sa.select(GROUPS)
            .where(GROUPS.c.repo == repo, GROUPS.c.pr == pr)
            .where(GROUPS.c.closed.is_(None) | (GROUPS.c.closed == "dequeued"))
            .order_by(GROUPS.c.seen_at.desc(), GROUPS.c.head)
            .limit(1)
        )
        return await self._database.read(lambda connection: _group(connection, query))

    async def open_case(self, case: Case) -> bool:
        """Keep a new case; False when that id is there already."""
        return await self._database.write(lambda connection: cases.insert(connection, case))

    async def case(self, case_id: CaseId) -> Case | None:
        """A case by id."""
        return await self._database.read(lambda connection: cases.find(connection, case_id))

    async def save(self, case: Case) -> Case:
        """Keep a newer state of a case; it comes back with its new version.

        Raises:
            StaleError: somebody saved it since it was loaded.
            PermanentError: it is larger than MAX_DOCUMENT_BYTES.
        """
        return await self._database.write(lambda connection: cases.save(connection, case))

    async def newest_case(self, repo: str, pr: PrNumber) -> Case | None:
        """The newest case of a pull request, ended or not."""
        return await self._database.read(lambda connection: cases.newest(connection, repo, pr))

    async def open_cases(self) -> tuple[CaseId, ...]:
        """Ids of all cases that have not ended, oldest first."""
        return await self._database.read(cases.open_ids)

    async def waiting_on(self, repo: str, sha: Sha) -> tuple[CaseId, ...]:
        """Cases not ended whose pushed head is this commit."""
        return await self._database.read(lambda connection: cases.waiting_on(connection, repo, sha))

    async def lines(self, limit: int = 200) -> tuple[CaseLine, ...]:
        """Newest cases first."""
        return await self._database.read(lambda connection: cases.lines(connection, limit))

    async def counted(self) -> Counted:
        """Totals for the metrics."""
        return await self._database.read(totals.counted)

    async def signal(self, case_id: CaseId, signal: Signal) -> bool:
        """Keep a signal; False when its key was kept before."""
        row = {"case_id": case_id, "key": signal.key, "document": codec.dumps(signal)}
        return await self._database.write(lambda connection: insert_new(connection, SIGNALS, row))

    async def signals(self, case_id: CaseId) -> tuple[Signal, ...]:
        """All signals of a case, oldest first; at most the newest MAX_SIGNALS."""
        query = (
            sa.select(SIGNALS.c.document)
            .where(SIGNALS.c.case_id == case_id)
            .order_by(SIGNALS.c.id.desc())
            .limit(MAX_SIGNALS)
        )
        found = await self._database.read(lambda connection: connection.scalars(query).all())
        return tuple(codec.loads(Signal, document) for document in reversed(found))

    async def once(self, key: str) -> bool:
        """True the first time a key is seen, for ever after False."""
        return await self._database.write(
            lambda connection: insert_new(connection, ONCE, {"key": key})
        )

    async def put(self, content: bytes) -> Digest:
        """Keep a blob.

        Raises:
            PermanentError: it is larger than MAX_BLOB_BYTES.
        """
        if len(content) > MAX_BLOB_BYTES:
            msg = f"store: a blob of {len(content)} bytes; at most {MAX_BLOB_BYTES} are kept"
            raise PermanentError(msg)
        digest, packed = await self._database.compute(
            lambda: (Digest(hashlib.sha256(content).hexdigest()), zlib.compress(content))
        )
        row = {"digest": digest, "size": len(content), "content": packed}
        await self._database.write(lambda connection: insert_new(connection, BLOBS, row))
        return digest

    async def get(self, digest: Digest) -> bytes:
        """A blob.

        Raises:
            PermanentError: there is none.
        """
        query = sa.select(BLOBS.c.content).where(BLOBS.c.digest == digest)
        packed = await self._database.read(lambda connection: connection.scalar(query))
        if packed is None:
            msg = f"store: no blob {digest}"
            raise PermanentError(msg)
        return zlib.decompress(packed)

    async def reserve(self, reservation: Reservation, caps: Caps) -> bool:
        """Set money aside for one call; False when a cap could be passed. Once a key."""
        return await self._database.write(
            lambda connection: ledger.reserve(connection, reservation, caps)
        )

    async def settle(self, key: str, usd: float) -> None:
        """Replace a reservation by what the call cost."""
        await self._database.write(lambda connection: ledger.settle(connection, key, usd))

    async def left(self, repo: str, pr: PrNumber, at: datetime, caps: Caps) -> SpendLeft:
        """What may still be spent."""
        return await self._database.read(
            lambda connection: ledger.left(connection, repo, pr, at, caps)
        )


def _group(connection: sa.Connection, query: sa.Select[Any]) -> Group | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else Group(**row)
