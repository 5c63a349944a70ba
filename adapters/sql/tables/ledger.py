"""The funds ledger: journals that only grow, and the balances that their postings come to."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, Text, text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key, Moment


class LedgerHeadRow(SQLModel, table=True):
    """The end of one ledger's journal: how many entries it has, and the hash of the last.

    Whoever posts has read it and changes it only if it is still so: two payments can not both spend the last yuan.
    """

    __tablename__ = "ledger_head"

    scope: str = Field(primary_key=True, sa_type=Key)
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(sa_type=Key)


class LedgerEntryRow(SQLModel, table=True):
    """One event in one ledger. Triggers refuse to change or delete it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ledger_entry_case", "case_code", "case_seq"),)

    scope: str = Field(primary_key=True, sa_type=Key)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    movement: str = Field(sa_type=Key)
    on_day: date
    reason: str = Field(sa_type=Text)
    reverses: str = Field(sa_type=Key)
    policies: str = Field(sa_type=Text)
    case_code: str = Field(sa_type=Key)
    case_seq: int
    actor: str = Field(sa_type=Key)
    behalf_of: str = Field(sa_type=Key)
    form: str = Field(sa_type=Key)
    at: datetime = Field(sa_type=Moment)
    hash: str = Field(sa_type=Key)


WITH_PAYMENT = text("payment <> ''")
WITH_PAYEE = text("payee <> ''")
CLAIMING = text("register <> ''")


class LedgerPostingRow(SQLModel, table=True):
    """One posting of an entry: fen from an account to another, at a place. Triggers refuse to change or delete it."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("amount > 0", name="ledger_posting_amount"),
        Index("ledger_posting_payment", "payment", sqlite_where=WITH_PAYMENT, postgresql_where=WITH_PAYMENT),
        Index("ledger_posting_payee", "payee", sqlite_where=WITH_PAYEE, postgresql_where=WITH_PAYEE),
        Index("ledger_posting_claims", "project", sqlite_where=CLAIMING, postgresql_where=CLAIMING),
    )

    scope: str = Field(primary_key=True, sa_type=Key)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    number: int = Field(primary_key=True)
    debit: str = Field(sa_type=Key)
    credit: str = Field(sa_type=Key)
    amount: int = Field(sa_type=BigInteger)
    project: str = Field(sa_type=Key)
    source: str = Field(sa_type=Key)
    year: int
    line: str = Field(sa_type=Key)
    bank: str = Field(sa_type=Key)
    contract: str = Field(sa_type=Key)
    milestone: str = Field(sa_type=Key)
    payment: str = Field(sa_type=Key)
    payee: str = Field(sa_type=Key)
    document: str = Field(sa_column=Column("register", Key, nullable=False))


class LedgerBalanceRow(SQLModel, table=True):
    """All that was ever debited and credited at one balance. `side` is 1, -1, or 0 where it may go below zero."""

    __tablename__ = "ledger_balance"
    __table_args__ = (CheckConstraint("side * (debited - credited) >= 0", name="ledger_balance_floor"),)

    scope: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    side: int = Field(sa_type=SmallInteger)
    debited: int = Field(sa_type=BigInteger)
    credited: int = Field(sa_type=BigInteger)


class LedgerYearRow(SQLModel, table=True):
    """What a project's accounts turned over in a fiscal year, by source: what yearly statements add up."""

    __tablename__ = "ledger_year"

    year: int = Field(primary_key=True)
    project: str = Field(primary_key=True, sa_type=Key)
    source: str = Field(primary_key=True, sa_type=Key)
    account: str = Field(primary_key=True, sa_type=Key)
    debited: int = Field(sa_type=BigInteger)
    credited: int = Field(sa_type=BigInteger)
