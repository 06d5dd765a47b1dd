"""The tables as SQLAlchemy sees them. A change here needs a migration; a test compares the two."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

METADATA = sa.MetaData()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970: sorts and compares alike on every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To microseconds."""
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From microseconds."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


CASES = sa.Table(
    "cases",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("repo", sa.Text, nullable=False),
    sa.Column("pr", sa.BigInteger, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("pushed", sa.Text),  # our newest commit on the branch
    sa.Column("failure_class", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("spend_usd", sa.Double, nullable=False),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index("cases_by_pr", "repo", "pr", "opened_at"),
    sa.Index("cases_by_pushed", "repo", "pushed"),
    sa.Index("cases_by_age", "ended", "opened_at"),
    sa.Index("cases_by_class", "failure_class", "stage", "ended"),
)

# What the metrics count of cases, see `totals`.
ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("result", sa.Text, nullable=False),
)

FINDINGS = sa.Table(
    "guard_findings",
    METADATA,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("attempt", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("guard", sa.Text, primary_key=True),
    sa.Column("severity", sa.Text, primary_key=True),
    sa.Column("times", sa.BigInteger, nullable=False),
)

MILESTONES = sa.Table(
    "milestones",
    METADATA,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # fix_pushed | green
    sa.Column("after_us", sa.BigInteger, nullable=False),  # since the ejection
)

GROUPS = sa.Table(
    "merge_groups",
    METADATA,
    sa.Column("repo", sa.Text, primary_key=True),
    sa.Column("head", sa.Text, primary_key=True),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("base_branch", sa.Text, nullable=False),
    sa.Column("pr", sa.BigInteger, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("closed", sa.Text),
    sa.Index("merge_groups_by_pr", "repo", "pr", "seen_at"),
)

SIGNALS = sa.Table(
    "signals",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),  # the order of arrival
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index("signals_by_key", "case_id", "key", unique=True),
)

BLOBS = sa.Table(
    "blobs",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # zlib
)

# Money is whole micro-dollars: sums are exact, so a cap holds to the last of them.
SPEND = sa.Table(
    "spend",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("repo", sa.Text, nullable=False),
    sa.Column("pr", sa.BigInteger, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),  # UTC, "2026-11-30"
    sa.Column("month", sa.Text, nullable=False),  # UTC, "2026-11"
    sa.Column("reserved", sa.BigInteger),  # NULL = settled
    sa.Column("spent", sa.BigInteger, nullable=False),
    sa.Index("spend_by_pr", "repo", "pr"),
    sa.Index("spend_by_day", "repo", "day"),
    sa.Index("spend_by_month", "month"),
    sa.Index("spend_by_model", "model", "spent"),
)

ONCE = sa.Table("seen_once", METADATA, sa.Column("key", sa.Text, primary_key=True))
