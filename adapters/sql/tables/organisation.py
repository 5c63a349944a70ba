"""Who is who: units, people, their roles, and who stands for whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key, Moment


class UnitRow(SQLModel, table=True):
    """An office, township, county or outside body; `path` is its ids from the root, each followed by `/`."""

    __tablename__ = "unit"

    id: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(sa_type=Key)
    name: str = Field(sa_type=Text)
    parent: str | None = Field(sa_type=Key)
    path: str = Field(sa_type=Key)
    head: str | None = Field(sa_type=Key)


class UserRow(SQLModel, table=True):
    """A person who can sign in. `password` is a hash; without one nobody can. `username_key` is case-folded."""

    __tablename__ = "user_account"

    id: str = Field(primary_key=True, sa_type=Key)
    username: str = Field(sa_type=Text)
    username_key: str = Field(unique=True, sa_type=Key)
    name: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Key)
    email: str = Field(default="", sa_type=Text)
    phone: str = Field(default="", sa_type=Text)
    language: str = Field(default="zh", sa_type=Key)
    enabled: bool = True
    password: str | None = Field(default=None, sa_type=Text)
    password_changed_at: datetime | None = Field(default=None, sa_type=Moment)
    must_change_password: bool = False
    created_at: datetime = Field(sa_type=Moment)


class MembershipRow(SQLModel, table=True):
    """A role a user holds in a unit, from a day until a day (both included; None: without end)."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_role", "role", "unit"),)

    user_id: str = Field(primary_key=True, sa_type=Key)
    role: str = Field(primary_key=True, sa_type=Key)
    unit: str = Field(primary_key=True, sa_type=Key)
    from_on: date | None = None
    until_on: date | None = None


class DelegationRow(SQLModel, table=True):
    """A standing authorisation: `taker` may act for `giver`, within limits (money in fen)."""

    __tablename__ = "delegation"
    __table_args__ = (Index("delegation_taker", "taker"), Index("delegation_giver", "giver"))

    id: str = Field(primary_key=True, sa_type=Key)
    giver: str = Field(sa_type=Key)
    taker: str = Field(sa_type=Key)
    from_at: datetime = Field(sa_type=Moment)
    until_at: datetime = Field(sa_type=Moment)
    definition: str | None = Field(default=None, sa_type=Key)
    amount_max: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
