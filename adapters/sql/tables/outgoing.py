"""What is on its way to people and other systems."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import COMPACT, Key, Moment

WAITING = text("done_at IS NULL")


class OutboxRow(SQLModel, table=True):
    """A message to send, written with the command that caused it. `id` tells receivers of a repetition.

    `next_at` is when it may be tried (again): a process that works on it moves it ahead, so no other takes it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_waiting", "next_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        COMPACT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(sa_type=Key)
    case_id: str | None = Field(sa_type=Key)
    payload: str = Field(sa_type=Text)
    attempts: int = 0
    next_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = Field(default=None, sa_type=Text)


class NoticeRow(SQLModel, table=True):
    """Something a user is told inside the site. `params` is JSON text."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_user", "user_id", "id"),)

    id: str = Field(primary_key=True, sa_type=Key)
    user_id: str = Field(sa_type=Key)
    kind: str = Field(sa_type=Key)
    case_id: str | None = Field(sa_type=Key)
    params: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)


class WebhookRow(SQLModel, table=True):
    """Another system that wants to know. `events` is a JSON list of kinds."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True, sa_type=Key)
    url: str = Field(sa_type=Text)
    secret: str = Field(sa_type=Text)
    events: str = Field(sa_type=Text)
    enabled: bool
    created_by: str = Field(sa_type=Key)
    created_at: datetime = Field(sa_type=Moment)
