"""The log of signing in: who tried, from where, how it ended; a chain of its own, since it grows with every day.

A name that nobody has is not written down: people type passwords into the wrong field.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Select, literal, select

from adapters.identity.signing_in import Outcome
from adapters.sql.chained_log import ChainedLog
from adapters.sql.database import Database
from adapters.sql.reads.paging import Page, bounded, page
from adapters.sql.statements import Connection
from adapters.sql.tables import SIGN_IN_ENTRY

NUMBER_DIGITS_MAX = 18
"""Longest number of an entry in a place that comes from outside."""


class SignInEntry(Struct, frozen=True):
    """One try. `user` is empty where nobody has the name; `address` is where it came from."""

    number: int
    at: datetime
    outcome: Outcome
    user: str
    address: str


SIGN_INS = ChainedLog(SIGN_IN_ENTRY, SignInEntry)


class SignInLog:
    """`SignInLog` of `adapters.identity` over a database."""

    def __init__(self, database: Database) -> None:
        """Keep it in this database."""
        self._database = database

    def note(self, outcome: Outcome, user_id: str, address: str, at: datetime) -> None:
        """Write down how a try ended, before anybody is told."""
        self._database.write(
            lambda connection: SIGN_INS.add(
                connection, lambda number: SignInEntry(number, at, outcome, user_id, address)
            )
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """Whose tries, and from when until when (both included); what is None does not matter."""

    actor: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


ANYBODY = Tried()


def list_sign_ins(
    connection: Connection, tried: Tried = ANYBODY, after: str | None = None, limit: int = 50
) -> Page[SignInEntry]:
    """Give the tries that fit, the latest first."""
    limit, columns = bounded(limit), SIGN_IN_ENTRY.c
    query: Select[tuple[str]] = select(columns.payload).order_by(columns.number.desc())
    if after is not None and after.isdecimal() and len(after) <= NUMBER_DIGITS_MAX:
        query = query.where(columns.number < int(after))
    if tried.actor is not None:
        query = query.where(columns.user == tried.actor)
    if tried.from_at is not None:
        query = query.where(columns.at >= literal(tried.from_at, columns.at.type))
    if tried.until_at is not None:
        query = query.where(columns.at <= literal(tried.until_at, columns.at.type))
    rows = connection.rows_once(query.limit(limit + 1))
    return page(rows, limit, lambda row: SIGN_INS.decoder.decode(row[0]), lambda entry: str(entry.number))
