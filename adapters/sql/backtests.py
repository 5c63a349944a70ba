"""Finished and running cases on a draft: read in batches, played anew as they were, kept nowhere."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, select

from adapters.sql.database import Database
from adapters.sql.directory import CaseFacts, DirectoryCache
from adapters.sql.histories import history
from adapters.sql.tables import CASES
from engine.backtesting import Replayed, backtest
from engine.ports import Library
from engine.process import Process
from engine.refusal import NotFound

BATCH = 50
"""Cases that are played in one look at the database."""

_SINCE = (
    select(CASES.c.id)
    .where(
        CASES.c.definition == bindparam("definition"),
        CASES.c.opened_at >= bindparam("since"),
        CASES.c.id > bindparam("after"),
    )
    .order_by(CASES.c.id)
    .limit(bindparam("most"))
)


def backtests(  # the past, the draft, and from where on
    database: Database,
    library: Library,
    process: Process,
    now: datetime,
    since: datetime,
    *,
    after: str = "",
    limit: int = BATCH,
) -> list[Replayed]:
    """Play the cases that were opened since a moment, after one (by id), at most so many."""

    def rules_of(version: int) -> Process | None:
        try:
            return library.get(process.definition.key, version)
        except NotFound:
            return None

    with database.snapshot() as connection:
        directory = DirectoryCache().get(connection, now)
        facts = CaseFacts(directory, connection)
        values = {"definition": process.definition.key, "since": since, "after": after, "most": limit}
        found = [str(case_id) for (case_id,) in connection.rows(_SINCE, **values)]
        return [backtest(process, history(connection, case_id), facts, directory.actor, rules_of) for case_id in found]


def all_backtests(
    database: Database, library: Library, process: Process, now: datetime, since: datetime
) -> Iterator[Replayed]:
    """Play all of them."""
    after = ""
    while found := backtests(database, library, process, now, since, after=after):
        yield from found
        after = found[-1].case_id
