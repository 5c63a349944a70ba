"""The open tasks of some principals in another order than the soonest due first.

All of them are put in order by the database, page by page. Whoever holds a thousand tasks waits for a thousand to be
looked at; what others hold costs nothing, since only the principals' own part of the index `task_queue` is read.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, and_, bindparam, cast, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from adapters.sql.reads.paging import BEGINNING, Page, bounded
from adapters.sql.reads.paging import place as read_place
from adapters.sql.reads.queue import EVERY, TaskLine, Wanted, asked_for, narrowing, task_lines
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, CASES, TASK
from adapters.sql.tables.cases import OPEN
from adapters.sql.tables.columns import Key, Moment, moment_text
from engine.refusal import Refusal, Refused

By = Literal["due", "age", "amount"]
NO_AMOUNT = -1
"""Where a case is about no money: less than any sum."""

AMOUNT = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sorting:
    """What tasks are ordered by; `descending`: the last due, what waits longest, or the most money, first.

    `money` tells of a definition (key and version) which of its summary fields is what a case is about.
    """

    by: By
    descending: bool
    money: Callable[[str, int], str | None]


def sorted_tasks(
    connection: Connection,
    principals: Iterable[str],
    sorting: Sorting,
    after: str | None = None,
    limit: int = 20,
    wanted: Wanted = EVERY,
) -> Page[TaskLine]:
    """Give the open tasks that these principals hold in an order; `Refused` when `after` is no place in it."""
    names, limit = sorted(set(principals)), bounded(limit)
    if not names:
        return Page((), None)
    mine = and_(TASK.c.principal.in_(names), OPEN, *_narrowed(wanted))
    moments: dict[str, ColumnElement[Any]] = {"due": TASK.c.due_at, "age": TASK.c.opened_at}
    key = moments.get(sorting.by)
    key = _amount(connection, mine, sorting.money) if key is None else key
    is_rising = sorting.descending == (sorting.by == "age")
    query = select(TASK.c.id, key).join(CASES, CASES.c.id == TASK.c.case_id).where(mine)
    if after is not None:
        place, here = _place(after, sorting.by), tuple_(key, TASK.c.id)
        query = query.where(here > place if is_rising else here < place)
    order = (key, TASK.c.id) if is_rising else (key.desc(), TASK.c.id.desc())
    found = connection.rows_once(query.order_by(*order).limit(limit + 1))
    lines = task_lines(connection, [id for id, _ in found[:limit]])
    return Page(lines, _text(*found[limit - 1]) if len(found) > limit else None)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    begins = [] if wanted.due_from is None else [TASK.c.due_at >= wanted.due_from]
    return [*begins, *narrowing({name: bindparam(name, value) for name, value in asked_for(wanted).items()})]


def _amount(
    connection: Connection, mine: ColumnElement[bool], money: Callable[[str, int], str | None]
) -> ColumnElement[Any]:
    """Give what the case of a task is about in fen."""
    kinds = select(CASES.c.definition, CASES.c.version).join(TASK, TASK.c.case_id == CASES.c.id).where(mine).distinct()
    fields = [(key, version, money(key, version)) for key, version in connection.rows_once(kinds)]
    known = [each for each in fields if each[2] is not None]
    if not known:
        return literal(NO_AMOUNT)
    is_money = tuple_(CASES.c.definition, CASES.c.version, CASE_FIELD.c.field).in_(known)
    found = select(cast(CASE_FIELD.c.value, BigInteger)).where(
        CASE_FIELD.c.case_id == TASK.c.case_id, is_money, CASE_FIELD.c.value != "null"
    )
    return func.coalesce(found.correlate(TASK, CASES).scalar_subquery(), NO_AMOUNT)


def _text(id: str, key: datetime | int) -> str:
    return f"{moment_text(key) if isinstance(key, datetime) else key}~{id}"


def _place(text: str, by: By) -> ColumnElement[Any]:
    key, _, id = text.partition("~")
    if by != "amount":
        found = read_place(text, BEGINNING)
        return tuple_(literal(found.at, Moment), literal(found.id, Key))
    if not AMOUNT.fullmatch(key) or not id.isascii() or not id.isprintable():
        raise Refused(Refusal("page.unknown", where="after"))
    return tuple_(literal(int(key), BigInteger), literal(id, Key))
