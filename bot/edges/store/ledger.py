"""The ledger: what calls to the model cost, and what is set aside for those under way.

A row is a key of a call. It may be made again after a crash: a reservation that was never settled
is used once more (and raised if it must be), and one that was settled is made anew on top of what
the first call cost, because that money is gone.
"""

import math
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.core.ids import PrNumber
from bot.core.spend import Caps, Reservation, SpendLeft
from bot.edges.store.tables import SPEND

_MICRO = 1_000_000
_LOCK_KEY = 0x5E1F0D  # of PostgreSQL's advisory lock: sums and the new row are one
_TAKEN = sa.func.coalesce(sa.func.sum(SPEND.c.spent + sa.func.coalesce(SPEND.c.reserved, 0)), 0)


def reserve(connection: sa.Connection, reservation: Reservation, caps: Caps) -> bool:
    """Set money aside unless a cap could be passed; connection holds the write lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
    usd = reservation.usd
    if not (math.isfinite(usd) and usd >= 0):
        msg = f"a reservation of {usd} USD makes no sense"
        raise ValueError(msg)
    micros = math.ceil(round(usd * _MICRO, 3))
    known = connection.execute(sa.select(SPEND).where(SPEND.c.key == reservation.key)).first()
    more = micros - ((known.reserved or 0) if known else 0)
    if more <= 0 and known is not None:
        return True
    if more > min(_left(connection, reservation.repo, reservation.pr, reservation.at, caps)):
        return False
    if known is not None:
        again = sa.update(SPEND).where(SPEND.c.key == reservation.key)
        connection.execute(again.values(reserved=micros))
        return True
    day, month = _periods(reservation.at)
    connection.execute(
        sa.insert(SPEND).values(
            key=reservation.key,
            case_id=reservation.case,
            repo=reservation.repo,
            pr=reservation.pr,
            model=reservation.model,
            day=day,
            month=month,
            reserved=micros,
            spent=0,
        )
    )
    return True


def settle(connection: sa.Connection, key: str, usd: float) -> None:
    """Put the cost in the place of the reservation; nothing happens when it was settled before."""
    micros = math.ceil(round(usd * _MICRO, 3))
    waiting = (SPEND.c.key == key) & SPEND.c.reserved.is_not(None)
    connection.execute(
        sa.update(SPEND).where(waiting).values(reserved=None, spent=SPEND.c.spent + micros)
    )


def left(connection: sa.Connection, repo: str, pr: PrNumber, at: datetime, caps: Caps) -> SpendLeft:
    """What may still be spent under each cap."""
    of_pr, of_day, of_month = _left(connection, repo, pr, at, caps)
    return SpendLeft(pr=of_pr / _MICRO, day=of_day / _MICRO, month=of_month / _MICRO)


def _left(
    connection: sa.Connection, repo: str, pr: PrNumber, at: datetime, caps: Caps
) -> tuple[int, int, int]:
    day, month = _periods(at)
    same_repo = SPEND.c.repo == repo
    of_pr = sa.select(_TAKEN).where(same_repo, SPEND.c.pr == pr).scalar_subquery()
    of_day = sa.select(_TAKEN).where(same_repo, SPEND.c.day == day).scalar_subquery()
    of_month = sa.select(_TAKEN).where(SPEND.c.month == month).scalar_subquery()
    taken = connection.execute(sa.select(of_pr, of_day, of_month)).one()
    limits = (caps.pr, caps.day, caps.month)
    return (
        _floor(limits[0]) - int(taken[0]),
        _floor(limits[1]) - int(taken[1]),
        _floor(limits[2]) - int(taken[2]),
    )


def _floor(usd: float) -> int:
    return math.floor(round(usd * _MICRO, 3))


def _periods(at: datetime) -> tuple[str, str]:
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%d"), utc.strftime("%Y-%m")
