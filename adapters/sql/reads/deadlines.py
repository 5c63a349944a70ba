"""Deadlines over all cases: to see, and to count anew, those that a change of the calendar touches."""

from datetime import datetime

from sqlalchemy import bindparam, select

from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, TASK
from adapters.sql.tables.cases import OPEN

DEADLINES_MAX = 500
"""Most open tasks whose deadlines are looked at."""

_DUE = (
    select(CASES.c.code, CASES.c.title, TASK.c.due_at)
    .join(CASES, CASES.c.id == TASK.c.case_id)
    .where(OPEN, TASK.c.due_at.is_not(None), TASK.c.due_at >= bindparam("now"))
    .order_by(TASK.c.due_at, TASK.c.id)
    .limit(DEADLINES_MAX)
)

_RUNNING = (
    select(CASES.c.id)
    .where(CASES.c.closed_at.is_(None), CASES.c.due_at >= bindparam("now"), CASES.c.id > bindparam("after"))
    .order_by(CASES.c.id)
    .limit(bindparam("most"))
)


def running(connection: Connection, now: datetime, after: str, most: int) -> list[str]:
    """Give cases whose deadline runs and has not passed, in the order of their ids, those behind `after`."""
    return [id for (id,) in connection.rows(_RUNNING, now=now, after=after, most=most)]


def deadlines(connection: Connection, now: datetime) -> list[tuple[str, str, datetime]]:
    """Give code, title and deadline of the tasks that are due from now on, the soonest first."""
    return [(code, title, due_at) for code, title, due_at in connection.rows(_DUE, now=now)]
