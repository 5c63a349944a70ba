"""Who has which work: the queue of some principals, what a person has done, and what they got a copy of.

A person's queue is the union of the queues of their principals, each read from the index `task_queue` in order and no
further than the page goes; so a page costs the same with ten thousand open tasks and with a million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import BindParameter, Select, and_, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from adapters.sql.reads.cases import holds, pattern
from adapters.sql.reads.paging import BEGINNING, COUNT_MAX, END, Page, Place, bound_place, bounded, page, place
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, PARTICIPANT, TASK
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


class TaskLine(Struct, frozen=True):
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks of a queue; what is None does not matter.

    They fall due in a span (`due_from` included, `due_until` not), are of a state, and belong to a case of a
    definition, whose title or code holds some words.
    """

    due_from: datetime | None = None
    due_until: datetime | None = None
    state: str | None = None
    words: str | None = None
    definition: str | None = None


EVERY = Wanted()
NARROWINGS = ("due_from", "due_until", "state", "words", "definition")
"""What a queue is narrowed by, in the order of `Wanted`."""

Moment = Literal["due_at", "opened_at"]
"""What tasks are put in order by; for each there is an index by principal."""


def open_tasks(
    connection: Connection,
    principals: Iterable[str],
    after: str | None = None,
    limit: int = 20,
    wanted: Wanted = EVERY,
) -> Page[TaskLine]:
    """Give the open tasks that these principals hold, the soonest due first; those without a deadline come last."""
    start = place(after, Place(wanted.due_from, "") if wanted.due_from is not None else BEGINNING)
    return _in_order(connection, principals, ("due_at", True), start, limit, replace(wanted, due_from=None))


def tasks_by_moment(
    connection: Connection,
    principals: Iterable[str],
    moment: Moment,
    after: str | None,
    limit: int,
    wanted: Wanted,
    *,
    is_rising: bool,
) -> Page[TaskLine]:
    """Give the open tasks that these principals hold by when they are due or were opened, from either end."""
    start = place(after, BEGINNING if is_rising else END)
    return _in_order(connection, principals, (moment, is_rising), start, limit, wanted)


def _in_order(
    connection: Connection,
    principals: Iterable[str],
    order: tuple[Moment, bool],
    start: Place,
    limit: int,
    wanted: Wanted,
) -> Page[TaskLine]:
    names, limit = sorted(set(principals)), bounded(limit)
    if not names:
        return Page((), None)
    values, asked = {f"p{index}": name for index, name in enumerate(names)}, asked_for(wanted)
    queue = _queue(len(names), order, *(name in asked for name in NARROWINGS))
    rows = connection.rows(queue, **values, **asked, after_at=start.at, after_id=start.id, lines=limit + 1)
    return page(rows, limit, _line, lambda line: Place(_moment(line, order[0]), line.id).text())


def _moment(line: TaskLine, moment: Moment) -> datetime:
    return line.opened_at if moment == "opened_at" else line.due_at or FOREVER


def asked_for(wanted: Wanted) -> dict[str, object]:
    """Give the values of the narrowings that are asked for."""
    words = pattern(wanted.words) if wanted.words else None
    values = (wanted.due_from, wanted.due_until, wanted.state, words, wanted.definition)
    return {name: value for name, value in zip(NARROWINGS, values, strict=True) if value is not None}


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


def lent_tasks(connection: Connection, user_id: str, after: str | None = None, limit: int = 20) -> Page[TaskLine]:
    """Give the open tasks that a person lent to others and waits to get back, the soonest due first."""
    limit = bounded(limit)
    start = place(after, BEGINNING)
    rows = connection.rows(_LENT, user_id=user_id, after_at=start.at, after_id=start.id, lines=limit + 1)
    return page(rows, limit, _line, lambda line: Place(line.due_at or FOREVER, line.id).text())


def task_lines(connection: Connection, ids: Sequence[str]) -> tuple[TaskLine, ...]:
    """Give tasks by their ids, in the same order."""
    rows = connection.rows_once(_lines_of_tasks(TASK.c.id.in_(list(ids)))) if ids else ()
    found = {line.id: line for line in map(_line, rows)}
    return tuple(found[id] for id in ids if id in found)


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


@lru_cache(128)
def _queue(principals: int, by: tuple[Moment, bool], *narrowed_by: bool) -> Select[Any]:
    """Make the query of a queue; `by` is a moment and whether it rises, `narrowed_by` says it of each narrowing."""
    moment, is_rising = by
    here = tuple_(TASK.c[moment], TASK.c.id)
    later = here > bound_place() if is_rising else here < bound_place()
    asked = [name for name, is_asked in zip(NARROWINGS, narrowed_by, strict=True) if is_asked]
    narrowed = narrowing({name: bindparam(name) for name in asked})

    def order(key: ColumnElement[Any], id: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
        return (key, id) if is_rising else (key.desc(), id.desc())

    parts = [
        select(
            select(*_TASK)
            .where(TASK.c.principal == bindparam(f"p{index}"), OPEN, later, *narrowed)
            .order_by(*order(TASK.c[moment], TASK.c.id))
            .limit(bindparam("lines"))
            .subquery()
        )
        for index in range(principals)
    ]
    every = union_all(*parts).subquery("every")
    queue = select(every).order_by(*order(every.c[moment], every.c.id)).limit(bindparam("lines")).subquery("queue")
    lines = select(*queue.c, *_CASE).join(CASES, CASES.c.id == queue.c.case_id)
    return lines.order_by(*order(queue.c[moment], queue.c.id))


def narrowing(asked: Mapping[str, BindParameter[Any]]) -> list[ColumnElement[bool]]:
    """Give what tasks must fulfil, by those of `NARROWINGS` that are asked for."""
    of_case = select(CASES.c.definition).where(CASES.c.id == TASK.c.case_id).correlate(TASK).scalar_subquery()
    conditions: Mapping[str, Callable[[BindParameter[Any]], ColumnElement[bool]]] = {
        "due_from": lambda begin: TASK.c.due_at >= begin,
        "due_until": lambda until: TASK.c.due_at < until,
        "state": lambda state: TASK.c.state == state,
        "words": lambda words: TASK.c.case_id.in_(select(CASES.c.id).where(holds(words))),
        "definition": lambda definition: of_case == definition,
    }
    return [conditions[name](value) for name, value in asked.items()]


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
_LENT = (
    _lines_of_tasks(TASK.c.lender == bindparam("user_id"), and_(OPEN, tuple_(TASK.c.due_at, TASK.c.id) > bound_place()))
    .join(PARTICIPANT, and_(PARTICIPANT.c.case_id == TASK.c.case_id, PARTICIPANT.c.user_id == bindparam("user_id")))
    .order_by(TASK.c.due_at, TASK.c.id)
    .limit(bindparam("lines"))
)
"""Through the cases the person takes part in, so that the other open tasks are not looked at."""
