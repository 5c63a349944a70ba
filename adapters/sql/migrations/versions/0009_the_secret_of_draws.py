"""The secret that seeds of draws are made of: made here, once for each database."""

import secrets

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SECRET_BYTES = 32


def upgrade() -> None:
    """Make it."""
    made = op.create_table(
        "secret",
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.bulk_insert(made, [{"name": "draws", "value": secrets.token_hex(SECRET_BYTES)}])


def downgrade() -> None:
    """Forget it; seeds that were not told yet can then not be told any more."""
    op.drop_table("secret")
