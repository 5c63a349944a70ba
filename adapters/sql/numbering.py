"""Running numbers of case codes: each series counts for itself, over all processes."""

import re
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import NUMBERING

_COUNTER = re.compile(r"\{n:(\d)\}")
_FIRST = insert(NUMBERING).values(series=bindparam("series"), last=1)
_COUNT = _FIRST.on_conflict_do_update(index_elements=["series"], set_={"last": NUMBERING.c.last + 1})
_LAST = select(NUMBERING.c.last).where(NUMBERING.c.series == bindparam("series"))


def next_code(database: Database, pattern: str, unit: str, on: date) -> str:
    """Give the next code of a definition's `numbering` pattern, such as `QH-{year}-{n:4}`. A number is given once."""
    series = pattern.replace("{year}", str(on.year)).replace("{unit}", unit)
    number = database.write(lambda connection: _count(connection, series))
    return _COUNTER.sub(lambda found: str(number).zfill(int(found[1])), series)


def _count(connection: Connection, series: str) -> int:
    connection.run(_COUNT, {"series": series})
    found = connection.one(_LAST, series=series)
    assert found is not None
    return int(found[0])
