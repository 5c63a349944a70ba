"""By what the person of a session showed who they are."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables.columns import Key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; all sessions so far rest on a password."""
    op.add_column("session", sa.Column("means", Key(), nullable=False, server_default="password"))


def downgrade() -> None:
    """Take it away; a session that rests on another service's word would count as one of a password: it ends."""
    op.execute("DELETE FROM session WHERE means <> 'password'")
    op.drop_column("session", "means")
