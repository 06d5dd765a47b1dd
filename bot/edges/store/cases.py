"""Cases in and out of their table."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from bot.core import codec
from bot.core.case import Case
from bot.core.errors import PermanentError, StaleError
from bot.core.ids import CaseId, PrNumber, Sha
from bot.edges.store import totals
from bot.edges.store.database import insert_new
from bot.edges.store.tables import CASES
from bot.ports import CaseLine

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024


def insert(connection: sa.Connection, case: Case) -> bool:
    """Keep a new case; False when that id is there."""
    new = insert_new(connection, CASES, _row(case))
    if new:
        totals.keep(connection, case)
    return new


def save(connection: sa.Connection, case: Case) -> Case:
    """The case with its next version, now kept.

    Raises:
        StaleError: the version in the table is another one.
    """
    newer = replace(case, version=case.version + 1)
    same = (CASES.c.id == case.id) & (CASES.c.version == case.version)
    if connection.execute(sa.update(CASES).where(same).values(**_row(newer))).rowcount != 1:
        msg = f"case {case.id} was saved by somebody else since version {case.version}"
        raise StaleError(msg)
    totals.keep(connection, newer)
    return newer


def find(connection: sa.Connection, case_id: CaseId) -> Case | None:
    """A case by id."""
    return _one(connection, sa.select(CASES.c.document).where(CASES.c.id == case_id))


def newest(connection: sa.Connection, repo: str, pr: PrNumber) -> Case | None:
    """The newest case of a pull request."""
    query = (
        sa.select(CASES.c.document)
        .where(CASES.c.repo == repo, CASES.c.pr == pr)
        .order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())
        .limit(1)
    )
    return _one(connection, query)


def open_ids(connection: sa.Connection) -> tuple[CaseId, ...]:
    """Ids of cases that have not ended, oldest first."""
    query = (
        sa.select(CASES.c.id)
        .where(CASES.c.ended.is_(False))
        .order_by(CASES.c.opened_at, CASES.c.id)
    )
    return tuple(CaseId(found) for found in connection.execute(query).scalars())


def waiting_on(connection: sa.Connection, repo: str, sha: Sha) -> tuple[CaseId, ...]:
    """Ids of cases not ended whose newest push is this commit."""
    query = (
        sa.select(CASES.c.id)
        .where(CASES.c.repo == repo, CASES.c.pushed == sha, CASES.c.ended.is_(False))
        .order_by(CASES.c.opened_at, CASES.c.id)
    )
    return tuple(CaseId(found) for found in connection.execute(query).scalars())


def lines(connection: sa.Connection, limit: int) -> tuple[CaseLine, ...]:
    """Newest cases first, without their documents."""
    columns = [column for column in CASES.c if column.name != "document"]
    query = sa.select(*columns).order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(limit)
    return tuple(_line(row) for row in connection.execute(query))


def _one(connection: sa.Connection, query: sa.Select[str]) -> Case | None:
    document = connection.scalar(query)
    if document is None:
        return None
    try:
        return codec.loads(Case, document)
    except ValueError as exc:
        msg = "store: a case's document cannot be read by this version"
        raise PermanentError(msg) from exc


def _row(case: Case) -> dict[str, Any]:
    document = codec.dumps(case)
    if len(document.encode()) > MAX_DOCUMENT_BYTES:
        msg = f"store: case {case.id} has outgrown {MAX_DOCUMENT_BYTES} bytes"
        raise PermanentError(msg)
    return {
        "id": case.id,
        "repo": case.entry.repo,
        "pr": case.entry.pr,
        "stage": case.stage.value,
        "ended": case.ended,
        "version": case.version,
        "pushed": case.pushes[-1].sha if case.pushes else None,
        "failure_class": case.diagnosis.failure_class.value if case.diagnosis else "",
        "title": _storable(case.title),
        "reason": _storable(case.reason),
        "spend_usd": case.spend_usd,
        "opened_at": case.opened_at,
        "updated_at": case.story[-1].at if case.story else case.opened_at,
        "document": document,
    }


def _storable(text: str) -> str:
    # PostgreSQL's text refuses NUL; the document holds it escaped.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:2000]


def _line(row: Row[Any]) -> CaseLine:
    return CaseLine(
        id=CaseId(row.id),
        repo=row.repo,
        pr=PrNumber(row.pr),
        title=row.title,
        stage=row.stage,
        failure_class=row.failure_class,
        reason=row.reason,
        spend_usd=row.spend_usd,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
