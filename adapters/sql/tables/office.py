"""The log of the office: what administrators changed around the cases."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key, Moment


class OfficeChangeRow(SQLModel, table=True):
    """One change. `payload` is its text; `hash` chains it to the change before. Triggers keep the rows as written."""

    __tablename__ = "office_change"
    __table_args__ = (
        Index("office_change_actor", "actor", "number"),
        Index("office_change_subject", "subject", "number"),
    )

    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    actor: str = Field(sa_type=Key)
    what: str = Field(sa_type=Key)
    subject: str = Field(sa_type=Key)
    payload: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Key)


class SignInEntryRow(SQLModel, table=True):
    """One try to sign in. `payload` is its text; `hash` chains it to the one before. Triggers keep the rows."""

    __tablename__ = "sign_in_entry"
    __table_args__ = (Index("sign_in_entry_user", "user", "number"),)

    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    outcome: str = Field(sa_type=Key)
    user: str = Field(sa_type=Key)
    payload: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Key)


class SecretRow(SQLModel, table=True):
    """A secret of this database, made with it: what seeds of draws are made of. It never leaves the server."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Text)
