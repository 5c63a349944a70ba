"""Who is signed in, from where, who tried to, what was already answered, and what each user prefers."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import COMPACT, Key, Moment


class SessionRow(SQLModel, table=True):
    """A sign-in. `id` is the digest of the token that the user holds."""

    __tablename__ = "session"
    __table_args__ = (Index("session_user", "user_id"), Index("session_expiry", "expires_at"))

    id: str = Field(primary_key=True, sa_type=Key)
    user_id: str = Field(sa_type=Key)
    kind: str = Field(sa_type=Key)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    address: str = Field(default="", sa_type=Text)
    means: str = Field(default="password", sa_type=Key, sa_column_kwargs={"server_default": "password"})


class SignInRow(SQLModel, table=True):
    """From which browser somebody signed in; it stays when the session has ended."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("sign_in_at", "at"),)

    user_id: str = Field(primary_key=True, sa_type=Key)
    at: datetime = Field(primary_key=True, sa_type=Moment)
    browser: str = Field(sa_type=Key)


class FactorRow(SQLModel, table=True):
    """What a person's telephone shares with us; only offered until `since_at`."""

    __tablename__ = "factor"

    user_id: str = Field(primary_key=True, sa_type=Key)
    secret: str = Field(sa_type=Key)
    since_at: datetime | None = Field(default=None, sa_type=Moment)
    step: int


class SpareCodeRow(SQLModel, table=True):
    """A code on paper that may be used once; its digest."""

    __tablename__ = "spare_code"
    __table_args__ = (COMPACT,)

    user_id: str = Field(primary_key=True, sa_type=Key)
    digest: str = Field(primary_key=True, sa_type=Key)


class AttemptRow(SQLModel, table=True):
    """Guesses of passwords by one subject (an account or an address) since `first_at`."""

    __tablename__ = "attempt"

    subject: str = Field(primary_key=True, sa_type=Key)
    count: int
    first_at: datetime = Field(sa_type=Moment)
    locked_until: datetime | None = Field(default=None, sa_type=Moment)


class IdempotencyRow(SQLModel, table=True):
    """The receipt an actor got for a request, to give again when the same key comes again."""

    __tablename__ = "idempotency"
    __table_args__ = (COMPACT,)

    actor: str = Field(primary_key=True, sa_type=Key)
    key: str = Field(primary_key=True, sa_type=Key)
    digest: str = Field(sa_type=Key)
    receipt: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class PreferenceRow(SQLModel, table=True):
    """A setting of one user, as JSON text."""

    __tablename__ = "preference"

    user_id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Text)
