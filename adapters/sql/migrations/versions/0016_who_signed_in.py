"""The log of signing in, whose rows stay as written."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables.columns import Key, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE, STAY = "sign_in_entry", "sign_in_entries_stay"
STOP = "entries of signing in are never changed or deleted"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        TABLE,
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("outcome", Key(), nullable=False),
        sa.Column("user", Key(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", Key(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("sign_in_entry_user", TABLE, ["user", "number"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        body = f"$$ BEGIN RAISE EXCEPTION '{STOP}'; END $$"
        op.execute(f"CREATE FUNCTION {STAY}() RETURNS trigger LANGUAGE plpgsql AS {body}")
    for verb in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}"
        if is_postgresql:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {STAY}()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{STOP}'); END")


def downgrade() -> None:
    """Drop it, with all that is in it."""
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {STAY}()")
