"""What people's telephones share with us, and their codes on paper."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables.columns import Key, Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "factor",
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("secret", Key(), nullable=False),
        sa.Column("since_at", Moment(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "spare_code",
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("digest", Key(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "digest"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget them: passwords alone count again, which whoever goes back must know."""
    op.drop_table("spare_code")
    op.drop_table("factor")
