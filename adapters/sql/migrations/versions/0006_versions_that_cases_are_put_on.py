"""Orders to put cases on another version of their definition, and what became of each case."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "migration",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("definition", columns.Key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("states", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("direction", columns.Key(), nullable=False),
        sa.Column("status", columns.Key(), nullable=False),
        sa.Column("place", columns.Key(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ordered_by", columns.Key(), nullable=False),
        sa.Column("ordered_at", columns.Moment(), nullable=False),
        sa.Column("finished_at", columns.Moment(), nullable=True),
        sa.Column("claimed_until", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("migration_definition", "migration", ["definition", "id"])
    op.create_table(
        "migration_case",
        sa.Column("migration", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("outcome", columns.Key(), nullable=False),
        sa.Column("fate", columns.Key(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("migration", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("migration_case_outcome", "migration_case", ["migration", "outcome", "case_id"])


def downgrade() -> None:
    """Drop them, with all that is in them."""
    op.drop_table("migration_case")
    op.drop_table("migration")
