"""Find the files of some bytes: evidence that was handed in twice."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("file_digest", "file", ["digest"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("file_digest", "file")
