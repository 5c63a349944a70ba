"""Moving everything from one database to another, of the same or the other kind."""

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection as Session
from sqlmodel import SQLModel

from adapters.sql import (
    schema,
    tables,  # noqa: F401  # all tables are known once they are imported
)

BATCH_ROWS = 1_000


def move(source: str, target: str) -> dict[str, int]:
    """Make our tables in an empty database and copy every row of another, in one transaction; gives rows by table.

    The columns spell values for both kinds of database, and what is signed or chained is text: no letter of it changes.
    The source is of this release, and nobody writes to it meanwhile. Raises `Unusable`.
    """
    engine, moved = schema.engine_of(source), dict[str, int]()

    def fill(session: Session) -> None:
        with engine.connect() as reading:
            for table in SQLModel.metadata.sorted_tables:
                moved[table.name] = _copy(reading, session, table)

    schema.init(target, fill)
    return moved


def _copy(source: Session, target: Session, table: Table) -> int:
    """Copy the rows of a table in place of what making it left there; gives how many."""
    target.execute(delete(table))
    rows = source.execution_options(stream_results=True).execute(select(table)).mappings()
    count = 0
    for batch in rows.partitions(BATCH_ROWS):
        target.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
    return count
