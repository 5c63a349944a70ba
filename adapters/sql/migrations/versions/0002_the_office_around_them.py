"""The office around them."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "attempt",
    "calendar",
    "calendar_day",
    "calendar_year",
    "definition",
    "delegation",
    "draft",
    "file",
    "idempotency",
    "membership",
    "numbering",
    "policy_value",
    "preference",
    "session",
    "unit",
    "user_account",
    "version",
)


def upgrade() -> None:
    """Make them."""
    _attempt()
    _calendar()
    _calendar_day()
    _calendar_year()
    _definition()
    _delegation()
    _draft()
    _file()
    _idempotency()
    _membership()
    _numbering()
    _policy_value()
    _preference()
    _session()
    _unit()
    _user_account()
    _version()


def downgrade() -> None:
    """Drop them, with all that is in them."""
    for name in TABLES:
        op.drop_table(name)


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("subject", columns.Key(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", columns.Moment(), nullable=False),
        sa.Column("locked_until", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("subject"),
    )


def _calendar() -> None:
    op.create_table(
        "calendar",
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("zone", columns.Key(), nullable=False),
        sa.Column("opening", columns.Key(), nullable=False),
        sa.Column("closing", columns.Key(), nullable=False),
        sa.Column("weekend", columns.Key(), nullable=False),
        sa.Column("needs_announcement", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("calendar", columns.Key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "day"),
    )


def _calendar_year() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("calendar", columns.Key(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "year"),
    )


def _definition() -> None:
    op.create_table(
        "definition",
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", columns.Key(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", columns.Key(), nullable=False),
        sa.Column("author", columns.Key(), nullable=False),
        sa.Column("reviewer", columns.Key(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("published_at", columns.Moment(), nullable=True),
        sa.Column("retired_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", "version"),
    )


def _delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("giver", columns.Key(), nullable=False),
        sa.Column("taker", columns.Key(), nullable=False),
        sa.Column("from_at", columns.Moment(), nullable=False),
        sa.Column("until_at", columns.Moment(), nullable=False),
        sa.Column("definition", columns.Key(), nullable=True),
        sa.Column("amount_max", sa.BigInteger(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("revoked_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("delegation_giver", "delegation", ["giver"])
    op.create_index("delegation_taker", "delegation", ["taker"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "user_id"),
    )


def _file() -> None:
    op.create_table(
        "file",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("field", columns.Key(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", columns.Key(), nullable=False),
        sa.Column("by", columns.Key(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("file_case", "file", ["case_id", "id"])


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("actor", columns.Key(), nullable=False),
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("digest", columns.Key(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
        sqlite_with_rowid=False,
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("role", columns.Key(), nullable=False),
        sa.Column("unit", columns.Key(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "role", "unit"),
    )
    op.create_index("membership_role", "membership", ["role", "unit"])


def _numbering() -> None:
    op.create_table(
        "numbering",
        sa.Column("series", columns.Key(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series"),
    )


def _policy_value() -> None:
    op.create_table(
        "policy_value",
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "from_on"),
    )


def _preference() -> None:
    op.create_table(
        "preference",
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name"),
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.Column("expires_at", columns.Moment(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("session_expiry", "session", ["expires_at"])
    op.create_index("session_user", "session", ["user_id"])


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", columns.Key(), nullable=True),
        sa.Column("path", columns.Key(), nullable=False),
        sa.Column("head", columns.Key(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", columns.Key(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", columns.Key(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", columns.Key(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("password_changed_at", columns.Moment(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username_key"),
    )


def _version() -> None:
    op.create_table(
        "version",
        sa.Column("topic", columns.Key(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic"),
    )
