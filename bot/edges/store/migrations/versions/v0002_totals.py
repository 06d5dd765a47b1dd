"""Rows for the metrics: how attempts ended, what guards found, when a fix was pushed and green.

Cases that ended before are not in them: their rows are written when a case is saved.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them; the indexes let totals be counted without reading documents."""
    op.create_table(
        "attempts",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_table(
        "guard_findings",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("attempt", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("guard", sa.Text, primary_key=True),
        sa.Column("severity", sa.Text, primary_key=True),
        sa.Column("times", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "milestones",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("after_us", sa.BigInteger, nullable=False),
    )
    op.create_index("cases_by_class", "cases", ["failure_class", "stage", "ended"])
    op.create_index("spend_by_model", "spend", ["model", "spent"])
