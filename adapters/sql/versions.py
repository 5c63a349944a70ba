"""Counters that tell every process when what it keeps in memory is out of date."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql.statements import Connection
from adapters.sql.tables import VERSION

DIRECTORY = "directory"
"""The topic of units, people, roles, calendars and policies."""

_FIRST = insert(VERSION).values(topic=bindparam("topic"), number=1)
_RAISE = _FIRST.on_conflict_do_update(index_elements=["topic"], set_={"number": VERSION.c.number + 1})
_NUMBER = select(VERSION.c.number).where(VERSION.c.topic == bindparam("topic"))


def touch(connection: Connection, topic: str) -> None:
    """Say that something of this topic changed, in the transaction that changes it."""
    connection.run(_RAISE, {"topic": topic})


def number(connection: Connection, topic: str) -> int:
    """Count the changes of a topic so far."""
    found = connection.one(_NUMBER, topic=topic)
    return 0 if found is None else int(found[0])
