"""The texts that a draft of a definition had, so that writing it can be undone."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; the drafts there are begin with none."""
    op.create_table(
        "draft_step",
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", "step"),
    )
    op.add_column("definition", sa.Column("step", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("definition", "step")
    op.drop_table("draft_step")
