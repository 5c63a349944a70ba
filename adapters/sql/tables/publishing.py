"""Definitions, policy values, running numbers, and the versions that tell processes to look again."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key, Moment


class DefinitionRow(SQLModel, table=True):
    """One version of a workflow definition: `draft`, `review`, `published`, `retired` or `rejected`.

    `step` is where its text stands among those that were kept while it was written.
    """

    __tablename__ = "definition"

    key: str = Field(primary_key=True, sa_type=Key)
    version: int = Field(primary_key=True)
    status: str = Field(sa_type=Key)
    source: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Key)
    author: str = Field(sa_type=Key)
    reviewer: str | None = Field(default=None, sa_type=Key)
    created_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    retired_at: datetime | None = Field(default=None, sa_type=Moment)
    step: int = 0


class DraftStepRow(SQLModel, table=True):
    """A text that a draft had, to go back to; forgotten when the version is published."""

    __tablename__ = "draft_step"

    key: str = Field(primary_key=True, sa_type=Key)
    version: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    source: str = Field(sa_type=Text)


class PolicyRow(SQLModel, table=True):
    """A county's parameter, as JSON text, in force from a day on; `reason` and `set_by` say why and who set it."""

    __tablename__ = "policy_value"

    key: str = Field(primary_key=True, sa_type=Key)
    from_on: date = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    set_by: str = Field(default="", sa_type=Text)


class NumberingRow(SQLModel, table=True):
    """The last number given in a series of codes."""

    __tablename__ = "numbering"

    series: str = Field(primary_key=True, sa_type=Key)
    last: int = Field(sa_type=BigInteger)


class VersionRow(SQLModel, table=True):
    """Counts the changes of something that processes keep in memory."""

    __tablename__ = "version"

    topic: str = Field(primary_key=True, sa_type=Key)
    number: int = Field(sa_type=BigInteger)
