"""The dry run of a version against the running cases: read in batches, decided as the migration would, kept nowhere."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from adapters.sql.database import Database
from adapters.sql.directory import CaseFacts, DirectoryCache
from adapters.sql.migrating import others
from engine.impact import Impact, impact
from engine.ports import Library
from engine.process import Process

BATCH = 200
"""Cases that are judged in one look at the database."""


def impacts(  # what a dry run depends on
    database: Database,
    library: Library,
    process: Process,
    states: Mapping[str, str],
    now: datetime,
    *,
    after: str = "",
    limit: int = BATCH,
) -> list[Impact]:
    """Say what would become of the running cases after one (by id), at most so many, if they moved to a version."""
    definition = process.definition
    with database.snapshot() as connection:
        facts = CaseFacts(DirectoryCache().get(connection, now), connection)
        cases = others(connection, definition.key, definition.version, after, limit)
        return [
            impact(library.get(case.definition, case.version).definition, process, case, facts, now, states)
            for case in cases
        ]


def all_impacts(
    database: Database, library: Library, process: Process, states: Mapping[str, str], now: datetime
) -> Iterator[Impact]:
    """Say it of all running cases."""
    after = ""
    while found := impacts(database, library, process, states, now, after=after):
        yield from found
        after = found[-1].case_id
