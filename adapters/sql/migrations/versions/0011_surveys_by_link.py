"""Surveys by link: tokens that may answer once, and the answers."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "survey_token",
        sa.Column("hash", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("audience", columns.Key(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("survey_token_case", "survey_token", ["case_id", "audience"])
    op.create_table(
        "survey_answer",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("audience", columns.Key(), nullable=False),
        sa.Column("level", columns.Key(), nullable=False),
        sa.Column("is_fast", sa.Boolean(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("survey_answer_case", "survey_answer", ["case_id", "audience"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("survey_answer")
    op.drop_table("survey_token")
