"""The log of signing in: who tried, from where, how it ended; a chain of its own, since it grows with every day.

A name that nobody has is not written down: people type passwords into the wrong field.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from adapters.identity.signing_in import Outcome
from adapters.sql.chained_log import ChainedLog
from adapters.sql.database import Database
from adapters.sql.reads.paging import Page
from adapters.sql.statements import Connection
from adapters.sql.tables import SIGN_IN_ENTRY


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
    fits = SIGN_INS.between(tried.from_at, tried.until_at)
    if tried.actor is not None:
        fits.append(SIGN_IN_ENTRY.c.user == tried.actor)
    return SIGN_INS.page(connection, fits, after, limit)
