"""From which browser people signed in, and what pictures look like."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables.columns import Key, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sign_in",
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("browser", Key(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "at"),
    )
    op.create_index("sign_in_at", "sign_in", ["at"])
    op.create_table(
        "picture",
        sa.Column("digest", Key(), nullable=False),
        sa.Column("likeness", Key(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("picture")
    op.drop_index("sign_in_at", table_name="sign_in")
    op.drop_table("sign_in")
