"""The funds ledger, with triggers that keep its rows as they were written."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("ledger_head", "ledger_entry", "ledger_posting", "ledger_balance", "ledger_year")
KEPT = ("ledger_entry", "ledger_posting")
"""Tables whose rows are never changed or deleted (INV-02)."""


def upgrade() -> None:
    """Make them."""
    _head()
    _entry()
    _posting()
    _balance()
    _year()
    _keep()


def downgrade() -> None:
    """Drop them, with all that is in them."""
    for name in TABLES:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_rows_stay()")


def _head() -> None:
    op.create_table(
        "ledger_head",
        sa.Column("scope", columns.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )


def _entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("scope", columns.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("movement", columns.Key(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reverses", columns.Key(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("case_code", columns.Key(), nullable=False),
        sa.Column("case_seq", sa.Integer(), nullable=False),
        sa.Column("actor", columns.Key(), nullable=False),
        sa.Column("behalf_of", columns.Key(), nullable=False),
        sa.Column("form", columns.Key(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "seq"),
    )
    op.create_index("ledger_entry_case", "ledger_entry", ["case_code", "case_seq"])


def _posting() -> None:
    op.create_table(
        "ledger_posting",
        sa.Column("scope", columns.Key(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("debit", columns.Key(), nullable=False),
        sa.Column("credit", columns.Key(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("project", columns.Key(), nullable=False),
        sa.Column("source", columns.Key(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, columns.Key(), nullable=False) for name in _PLACE),
        sa.PrimaryKeyConstraint("scope", "seq", "number"),
        sa.CheckConstraint("amount > 0", name="ledger_posting_amount"),
    )
    for name, column, condition in (
        ("ledger_posting_payment", "payment", "payment <> ''"),
        ("ledger_posting_payee", "payee", "payee <> ''"),
        ("ledger_posting_claims", "project", "register <> ''"),
    ):
        where = sa.text(condition)
        op.create_index(name, "ledger_posting", [column], sqlite_where=where, postgresql_where=where)


_PLACE = ("line", "bank", "contract", "milestone", "payment", "payee", "register")


def _balance() -> None:
    op.create_table(
        "ledger_balance",
        sa.Column("scope", columns.Key(), nullable=False),
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("side", sa.SmallInteger(), nullable=False),
        sa.Column("debited", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "name"),
        sa.CheckConstraint("side * (debited - credited) >= 0", name="ledger_balance_floor"),
    )


def _year() -> None:
    op.create_table(
        "ledger_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("project", columns.Key(), nullable=False),
        sa.Column("source", columns.Key(), nullable=False),
        sa.Column("account", columns.Key(), nullable=False),
        sa.Column("debited", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", "project", "source", "account"),
    )


def _keep() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION ledger_rows_stay() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'ledger rows are never changed or deleted'; END $$"
        )
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_trigger(table, verb))


def _trigger(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_rows_stay()"
    stop = "SELECT RAISE(ABORT, 'ledger rows are never changed or deleted');"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN {stop} END"
