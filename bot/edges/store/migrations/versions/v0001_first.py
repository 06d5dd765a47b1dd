"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them; spelled out, because the tables in code will move on and this must not."""
    _cases()
    op.create_table(
        "merge_groups",
        sa.Column("repo", sa.Text, primary_key=True),
        sa.Column("head", sa.Text, primary_key=True),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("base_branch", sa.Text, nullable=False),
        sa.Column("pr", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.Text),
    )
    op.create_index("merge_groups_by_pr", "merge_groups", ["repo", "pr", "seen_at"])
    op.create_table(
        "signals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("signals_by_key", "signals", ["case_id", "key"], unique=True)
    op.create_table(
        "blobs",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    _spend()
    op.create_table("seen_once", sa.Column("key", sa.Text, primary_key=True))


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("repo", sa.Text, nullable=False),
        sa.Column("pr", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("pushed", sa.Text),
        sa.Column("failure_class", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("spend_usd", sa.Double, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("cases_by_pr", "cases", ["repo", "pr", "opened_at"])
    op.create_index("cases_by_pushed", "cases", ["repo", "pushed"])
    op.create_index("cases_by_age", "cases", ["ended", "opened_at"])


def _spend() -> None:
    op.create_table(
        "spend",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("repo", sa.Text, nullable=False),
        sa.Column("pr", sa.BigInteger, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("reserved", sa.BigInteger),
        sa.Column("spent", sa.BigInteger, nullable=False),
    )
    op.create_index("spend_by_pr", "spend", ["repo", "pr"])
    op.create_index("spend_by_day", "spend", ["repo", "day"])
    op.create_index("spend_by_month", "spend", ["month"])
