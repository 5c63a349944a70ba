"""Who was picked for a task in a state, and when: what turns and draws are decided by."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "picked",
        sa.Column("definition", columns.Key(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("picked_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("definition", "state", "user_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it, with all that is in it."""
    op.drop_table("picked")
