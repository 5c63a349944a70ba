"""Where cases were, from the tasks they opened: the stays of every case of a procedure that a reader sees."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from adapters.sql.reads.cases import Filter, Scope, conditions
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, TASK
from workflows.reports.ground import Move

_CASE, _VERSION, _NOW, _ARRIVED, _STATE, _OPENED, _CLOSED, _STATUS, _ACTION = range(9)


def moves_at(
    connection: Connection, scope: Scope, definition: str, below: str | None, at: datetime | None
) -> Iterator[Move]:
    """Give the stays of the cases of a procedure, case by case in order; `at` None is now.

    A step that opens no task counts to the one before it, but for the last.
    """
    cells = (CASES.c.id, CASES.c.version, CASES.c.state, CASES.c.entered_at)
    task = (TASK.c.state, TASK.c.opened_at, TASK.c.closed_at, TASK.c.status, TASK.c.action)
    query = (
        select(*cells, *task)
        .join(CASES, CASES.c.id == TASK.c.case_id)
        .where(*conditions(scope, Filter(definition=definition, below=below)))
        .order_by(TASK.c.case_id, TASK.c.opened_at, TASK.c.id)
    )
    for _, rows in groupby(connection.rows_once(query), key=lambda row: row[_CASE]):
        there = [row for row in rows if at is None or row[_OPENED] <= at]
        if there:
            yield from _stays(there, at)


def _stays(rows: Sequence[Sequence[Any]], at: datetime | None) -> Iterator[Move]:
    """Put the tasks of a case together."""
    found = [list(tasks) for _, tasks in groupby(rows, key=lambda row: row[_STATE])]
    for tasks, after in zip(found, [*found[1:], None], strict=True):
        last = tasks[-1]
        to, left = (last[_NOW], last[_ARRIVED]) if after is None else (after[0][_STATE], after[0][_OPENED])
        if to == last[_STATE] or (at is not None and left > at):
            to, left = "", None
        done = [one for one in tasks if one[_STATUS] == "done" and (at is None or one[_CLOSED] <= at)]
        action = max(done, key=lambda one: one[_CLOSED])[_ACTION] if done and left is not None else ""
        yield Move(last[_CASE], last[_VERSION], last[_STATE], tasks[0][_OPENED], left, to, action)
