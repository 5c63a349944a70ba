"""Moving everything from one database to another, of the same or the other kind."""

from collections.abc import Callable

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection as Session
from sqlmodel import SQLModel

from adapters.sql import (
    schema,
    tables,  # noqa: F401  # all tables are known once they are imported
)

BATCH_ROWS = 1_000
Tell = Callable[[str, int], None]
"""Is told each table with its rows."""


def move(source: str, target: str, tell: Tell) -> None:
    """Make our tables in an empty database and copy every row of another, all in one transaction.

    The columns spell values for both kinds of database, and what is signed or chained is text: no letter of it changes.
    The source is of this release, and nobody writes to it meanwhile. Raises `Unusable`.
    """
    engine = schema.engine_of(source)

    def fill(session: Session) -> None:
        with engine.connect() as reading:
            for table in SQLModel.metadata.sorted_tables:
                tell(table.name, _copy(reading, session, table))

    schema.init(target, fill)


def _copy(source: Session, target: Session, table: Table) -> int:
    """Copy the rows of a table in place of what making it left there; gives how many."""
    if target.execute(select(1).select_from(table).limit(1)).first() is not None:
        target.execute(delete(table))
    rows = source.execution_options(stream_results=True).execute(select(table)).mappings()
    count = 0
    for batch in rows.partitions(BATCH_ROWS):
        target.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
    return count
