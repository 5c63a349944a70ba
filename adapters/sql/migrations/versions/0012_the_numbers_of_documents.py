"""Number printed documents by kind and year, without gaps."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables.columns import Key, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "document_number",
        sa.Column("case_id", Key(), nullable=False),
        sa.Column("kind", Key(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("document_number")
