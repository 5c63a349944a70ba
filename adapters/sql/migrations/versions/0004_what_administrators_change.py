"""The log of administrators' changes, whose rows stay as written; where calendars and policies come from."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SOURCES = (
    ("calendar_year", "source"),
    ("calendar_day", "name"),
    ("policy_value", "reason"),
    ("policy_value", "set_by"),
)
"""Texts that say where a row comes from, empty in rows that are there already."""


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "office_change",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("actor", columns.Key(), nullable=False),
        sa.Column("what", columns.Key(), nullable=False),
        sa.Column("subject", columns.Key(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("office_change_actor", "office_change", ["actor", "number"])
    op.create_index("office_change_subject", "office_change", ["subject", "number"])
    for table, column in SOURCES:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
    _keep()


def downgrade() -> None:
    """Drop them, with all that is in them."""
    for table, column in SOURCES:
        op.drop_column(table, column)
    op.drop_table("office_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION office_changes_stay()")


def _keep() -> None:
    stop = "changes of the office are never changed or deleted"
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(
            "CREATE FUNCTION office_changes_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{stop}'; END $$"
        )
    for verb in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER office_change_no_{verb.lower()} BEFORE {verb} ON office_change"
        if is_postgresql:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION office_changes_stay()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{stop}'); END")
