"""Cases that are put on another version of their definition, many at a time."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import COMPACT, Key, Moment


class MigrationRow(SQLModel, table=True):
    """One order to put cases on a version. `states` and `chosen` are JSON text (`chosen` null: all that run).

    `direction` is `forward` or `back`, `status` `running`, `paused` or `done`; `place` the case up to which it
    has come. The process that works on it holds it until `claimed_until`.
    """

    __tablename__ = "migration"
    __table_args__ = (Index("migration_definition", "definition", "id"),)

    id: str = Field(primary_key=True, sa_type=Key)
    definition: str = Field(sa_type=Key)
    version: int
    states: str = Field(sa_type=Text)
    chosen: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    direction: str = Field(sa_type=Key)
    status: str = Field(sa_type=Key)
    place: str = Field(sa_type=Key)
    total: int
    ordered_by: str = Field(sa_type=Key)
    ordered_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)


class MigrationCaseRow(SQLModel, table=True):
    """What became of one case: `moved` or `refused`, later `returned` or `kept` (it could not be rolled back).

    `fate` is the one word of the impact, `reasons` JSON text.
    """

    __tablename__ = "migration_case"
    __table_args__ = (Index("migration_case_outcome", "migration", "outcome", "case_id"), COMPACT)

    migration: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(primary_key=True, sa_type=Key)
    outcome: str = Field(sa_type=Key)
    fate: str = Field(sa_type=Key)
    reasons: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
