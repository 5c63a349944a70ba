"""Cases and what follows from them."""

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "case_field",
    "cases",
    "notice",
    "outbox",
    "participant",
    "record",
    "task",
    "timer",
    "webhook",
)


def upgrade() -> None:
    """Make them."""
    _case_field()
    _cases()
    _notice()
    _outbox()
    _participant()
    _record()
    _task()
    _timer()
    _webhook()


def downgrade() -> None:
    """Drop them, with all that is in them."""
    for name in TABLES:
        op.drop_table(name)


def _case_field() -> None:
    op.create_table(
        "case_field",
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("field", columns.Key(), nullable=False),
        sa.Column("definition", columns.Key(), nullable=False),
        sa.Column("value", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "field"),
        sqlite_with_rowid=False,
    )
    op.create_index("case_field_value", "case_field", ["definition", "field", "value", "case_id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("code", columns.Key(), nullable=False),
        sa.Column("definition", columns.Key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("phase", columns.Key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_hash", columns.Key(), nullable=False),
        sa.Column("initiator", columns.Key(), nullable=False),
        sa.Column("unit", columns.Key(), nullable=False),
        sa.Column("unit_path", columns.Key(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_at", columns.Moment(), nullable=False),
        sa.Column("entered_at", columns.Moment(), nullable=False),
        sa.Column("due_at", columns.Moment(), nullable=True),
        sa.Column("closed_at", columns.Moment(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("cases_definition", "cases", ["definition", "state", "id"])
    op.create_index("cases_initiator", "cases", ["initiator", "id"])
    op.create_index("cases_unit", "cases", ["unit_path", "id"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=True),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("read_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notice_user", "notice", ["user_id", "id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", columns.Moment(), nullable=False),
        sa.Column("done_at", columns.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["next_at", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _participant() -> None:
    op.create_table(
        "participant",
        sa.Column("user_id", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("copied_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "participant_copied",
        "participant",
        ["user_id", "copied_at", "case_id"],
        sqlite_where=sa.text("copied_at IS NOT NULL"),
        postgresql_where=sa.text("copied_at IS NOT NULL"),
    )


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("actor", columns.Key(), nullable=False),
        sa.Column("command", columns.Key(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.create_index("record_at", "record", ["at", "case_id", "seq"])


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("seat", columns.Key(), nullable=False),
        sa.Column("principal", columns.Key(), nullable=False),
        sa.Column("group_principal", columns.Key(), nullable=True),
        sa.Column("lender", columns.Key(), nullable=True),
        sa.Column("added_by", columns.Key(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("status", columns.Key(), nullable=False),
        sa.Column("opened_at", columns.Moment(), nullable=False),
        sa.Column("due_at", columns.Moment(), nullable=False),
        sa.Column("closed_at", columns.Moment(), nullable=True),
        sa.Column("closed_by", columns.Key(), nullable=True),
        sa.Column("action", columns.Key(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("task_case", "task", ["case_id"])
    op.create_index(
        "task_done",
        "task",
        ["closed_by", "closed_at", "id"],
        sqlite_where=sa.text("status = 'done'"),
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "task_queue",
        "task",
        ["principal", "due_at", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _timer() -> None:
    op.create_table(
        "timer",
        sa.Column("case_id", columns.Key(), nullable=False),
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("fires_at", columns.Moment(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("claimed_until", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index("timer_due", "timer", ["fires_at"])


def _webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by", columns.Key(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
