"""Cases with their histories, tasks and timers: what a command writes, all in one transaction."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import COMPACT, Key, Moment


class CaseRow(SQLModel, table=True):
    """A case as it is now. `body` is the whole of it; the other columns are what lists sort and filter by.

    `unit_path` ends with `/`, so that a prefix is a subtree; `last_hash` is the head of the case's hash chain.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_unit", "unit_path", "id"),
        Index("cases_definition", "definition", "state", "id"),
        Index("cases_in_turn", "definition", "id"),
        Index("cases_initiator", "initiator", "id"),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    code: str = Field(unique=True, sa_type=Key)
    definition: str = Field(sa_type=Key)
    version: int
    state: str = Field(sa_type=Key)
    phase: str = Field(sa_type=Key)
    revision: int
    last_hash: str = Field(sa_type=Key)
    initiator: str = Field(sa_type=Key)
    unit: str = Field(sa_type=Key)
    unit_path: str = Field(sa_type=Key)
    title: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=Moment)
    entered_at: datetime = Field(sa_type=Moment)
    due_at: datetime | None = Field(sa_type=Moment)
    closed_at: datetime | None = Field(sa_type=Moment)
    body: str = Field(sa_type=Text)


class RecordRow(SQLModel, table=True):
    """One command's outcome. `payload` is the record's text; `hash` chains it to the record before."""

    __tablename__ = "record"
    __table_args__ = (Index("record_at", "at", "case_id", "seq"),)

    case_id: str = Field(primary_key=True, sa_type=Key)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    actor: str = Field(sa_type=Key)
    command: str = Field(sa_type=Key)
    payload: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Key)


OPEN = text("status = 'open'")
DONE = text("status = 'done'")
COPIED = text("copied_at IS NOT NULL")


class TaskRow(SQLModel, table=True):
    """A task, open or over. `due_at` is `FOREVER` where there is no deadline."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_queue", "principal", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("task_age", "principal", "opened_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("task_done", "closed_by", "closed_at", "id", sqlite_where=DONE, postgresql_where=DONE),
        Index("task_case", "case_id"),
        COMPACT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(sa_type=Key)
    state: str = Field(sa_type=Key)
    seat: str = Field(sa_type=Key)
    principal: str = Field(sa_type=Key)
    group_principal: str | None = Field(sa_type=Key)
    lender: str | None = Field(sa_type=Key)
    added_by: str | None = Field(sa_type=Key)
    weight: int
    status: str = Field(sa_type=Key)
    opened_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(sa_type=Moment)
    closed_by: str | None = Field(sa_type=Key)
    action: str = Field(sa_type=Key)


class TimerRow(SQLModel, table=True):
    """An armed rung of a ladder. A process that works on it holds it until `claimed_until`."""

    __tablename__ = "timer"
    __table_args__ = (Index("timer_due", "fires_at"), COMPACT)

    case_id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    generation: int
    fires_at: datetime = Field(sa_type=Moment)
    rung: int
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)


class ParticipantRow(SQLModel, table=True):
    """Somebody who acted on a case, held a task of it or got a copy: they may look at it."""

    __tablename__ = "participant"
    __table_args__ = (
        Index(
            "participant_copied",
            "user_id",
            "copied_at",
            "case_id",
            sqlite_where=COPIED,
            postgresql_where=COPIED,
        ),
        COMPACT,
    )

    user_id: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(primary_key=True, sa_type=Key)
    copied_at: datetime | None = Field(default=None, sa_type=Moment)


class PickedRow(SQLModel, table=True):
    """When somebody was last picked or drawn for a task in a state, over all cases of a definition."""

    __tablename__ = "picked"
    __table_args__ = (COMPACT,)

    definition: str = Field(primary_key=True, sa_type=Key)
    state: str = Field(primary_key=True, sa_type=Key)
    user_id: str = Field(primary_key=True, sa_type=Key)
    picked_at: datetime = Field(sa_type=Moment)


class CaseFieldRow(SQLModel, table=True):
    """The value of a summary field of a case, as JSON text, to find cases by."""

    __tablename__ = "case_field"
    __table_args__ = (Index("case_field_value", "definition", "field", "value", "case_id"), COMPACT)

    case_id: str = Field(primary_key=True, sa_type=Key)
    field: str = Field(primary_key=True, sa_type=Key)
    definition: str = Field(sa_type=Key)
    value: str = Field(sa_type=Key)
