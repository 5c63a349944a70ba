"""Open tasks in the order in which they were opened, so that a queue by age is read no further than a page goes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME, OPEN = "task_age", sa.text("status = 'open'")


def upgrade() -> None:
    """Make the index."""
    op.create_index(NAME, "task", ["principal", "opened_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, "task")
