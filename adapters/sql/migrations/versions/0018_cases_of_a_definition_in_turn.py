"""Cases of a definition in the order of their ids, so that whoever walks through them goes on where it stopped."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "cases_in_turn"


def upgrade() -> None:
    """Make the index."""
    op.create_index(NAME, "cases", ["definition", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, "cases")
