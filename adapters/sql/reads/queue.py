"""Who has which work: the queue of some principals, what a person has done, and what they got a copy of.

A person's queue is the union of the queues of their principals, each read from the index `task_queue` in order and no
further than the page goes; so a page costs the same with ten thousand open tasks and with a million.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from adapters.sql.reads.paging import BEGINNING, COUNT_MAX, END, Page, Place, bound_place, bounded, page, place
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, TASK
from adapters.sql.tables.cases import DONE, OPEN
from adapters.sql.tables.columns import FOREVER

_TASK = (
    TASK.c.id,
    TASK.c.case_id,
    TASK.c.state,
    TASK.c.seat,
    TASK.c.principal,
    TASK.c.group_principal,
    TASK.c.lender,
    TASK.c.opened_at,
    TASK.c.due_at,
    TASK.c.closed_at,
    TASK.c.closed_by,
    TASK.c.status,
    TASK.c.action,
)
_CASE = (
    CASES.c.code,
    CASES.c.title,
    CASES.c.definition,
    CASES.c.version,
    CASES.c.phase,
    CASES.c.unit,
    CASES.c.revision,
)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in a list, with what one wants to know of its case. `status` and `action` say how it ended."""

    id: str
    case_id: str
    state: str
    seat: str
    principal: str
    group: str | None
    lender: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    status: str
    action: str
    code: str
    title: str
    definition: str
    version: int
    phase: str
    unit: str
    revision: int


def open_tasks(
    connection: Connection, principals: Iterable[str], after: str | None = None, limit: int = 20
) -> Page[TaskLine]:
    """Give the open tasks that these principals hold, the soonest due first; those without a deadline come last."""
    names, limit = sorted(set(principals)), bounded(limit)
    if not names:
        return Page((), None)
    start = place(after, BEGINNING)
    values = {f"p{index}": name for index, name in enumerate(names)}
    rows = connection.rows(_queue(len(names)), **values, after_at=start.at, after_id=start.id, lines=limit + 1)
    return page(rows, limit, _line, lambda line: Place(line.due_at or FOREVER, line.id).text())


def count_open(connection: Connection, principals: Iterable[str]) -> int:
    """Count the open tasks of these principals, up to `COUNT_MAX`."""
    names = sorted(set(principals))
    if not names:
        return 0
    values = {f"p{index}": name for index, name in enumerate(names)}
    found = connection.one(_count(len(names)), **values)
    return 0 if found is None else min(int(found[0]), COUNT_MAX)


def done_tasks(connection: Connection, user_id: str, after: str | None = None, limit: int = 20) -> Page[TaskLine]:
    """Give the tasks a person has done, the latest first."""
    limit = bounded(limit)
    start = place(after, END)
    rows = connection.rows(_DONE, user_id=user_id, after_at=start.at, after_id=start.id, lines=limit + 1)
    return page(rows, limit, _line, lambda line: Place(line.closed_at or FOREVER, line.id).text())


def find_task(connection: Connection, task_id: str) -> TaskLine | None:
    """Give one task, open or over."""
    found = connection.one(_ONE, task_id=task_id)
    return None if found is None else _line(found)


def _line(row: tuple[Any, ...]) -> TaskLine:
    line = TaskLine(*row)
    if line.due_at != FOREVER:
        return line
    cells = list(row)
    cells[_DUE] = None
    return TaskLine(*cells)


_DUE = _TASK.index(TASK.c.due_at)


@lru_cache(64)
def _queue(principals: int) -> Select[Any]:
    later = tuple_(TASK.c.due_at, TASK.c.id) > bound_place()
    parts = [
        select(
            select(*_TASK)
            .where(TASK.c.principal == bindparam(f"p{index}"), OPEN, later)
            .order_by(TASK.c.due_at, TASK.c.id)
            .limit(bindparam("lines"))
            .subquery()
        )
        for index in range(principals)
    ]
    every = union_all(*parts).subquery("every")
    queue = select(every).order_by(every.c.due_at, every.c.id).limit(bindparam("lines")).subquery("queue")
    lines = select(*queue.c, *_CASE).join(CASES, CASES.c.id == queue.c.case_id)
    return lines.order_by(queue.c.due_at, queue.c.id)


@lru_cache(64)
def _count(principals: int) -> Select[Any]:
    parts = [
        select(select(literal(1)).where(TASK.c.principal == bindparam(f"p{index}"), OPEN).limit(COUNT_MAX).subquery())
        for index in range(principals)
    ]
    return select(func.count()).select_from(union_all(*parts).subquery())


def _lines_of_tasks(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*_TASK, *_CASE).join(CASES, CASES.c.id == TASK.c.case_id).where(*conditions)


_ONE = _lines_of_tasks(TASK.c.id == bindparam("task_id"))
_EARLIER = tuple_(TASK.c.closed_at, TASK.c.id) < bound_place()
_DONE = (
    _lines_of_tasks(TASK.c.closed_by == bindparam("user_id"), and_(DONE, _EARLIER))
    .order_by(TASK.c.closed_at.desc(), TASK.c.id.desc())
    .limit(bindparam("lines"))
)
