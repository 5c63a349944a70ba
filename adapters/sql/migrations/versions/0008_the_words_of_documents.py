"""The words of documents, to find them by."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; the heartbeat reads the files that are there already."""
    op.create_table(
        "document_text",
        sa.Column("digest", columns.Key(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("read_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    """Drop them; they can be read from the files again."""
    op.drop_table("document_text")
