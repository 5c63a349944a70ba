"""The open tasks of some principals in another order than the soonest due first.

By deadline and by age a page is read from an index, no further than it goes. By money all tasks of the principals are
put in order by the database, page by page: whoever holds a thousand tasks waits for a thousand to be looked at. What
others hold costs nothing in any order.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, and_, bindparam, cast, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from adapters.sql.reads.paging import Page, bounded
from adapters.sql.reads.queue import EVERY, Moment, TaskLine, Wanted, asked_for, narrowing, task_lines, tasks_by_moment
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, CASES, TASK
from adapters.sql.tables.cases import OPEN
from adapters.sql.tables.columns import Key
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
    is_rising = sorting.descending == (sorting.by == "age")
    if sorting.by != "amount":
        moment: Moment = "opened_at" if sorting.by == "age" else "due_at"
        return tasks_by_moment(connection, principals, moment, after, limit, wanted, is_rising=is_rising)
    return _by_amount(connection, sorted(set(principals)), sorting, after, bounded(limit), wanted)


def _by_amount(
    connection: Connection, names: list[str], sorting: Sorting, after: str | None, limit: int, wanted: Wanted
) -> Page[TaskLine]:
    if not names:
        return Page((), None)
    mine = and_(TASK.c.principal.in_(names), OPEN, *_narrowed(wanted))
    key = _amount(connection, mine, sorting.money)
    query = select(TASK.c.id, key).where(mine)
    if after is not None:
        place, here = _place(after), tuple_(key, TASK.c.id)
        query = query.where(here < place if sorting.descending else here > place)
    order = (key.desc(), TASK.c.id.desc()) if sorting.descending else (key, TASK.c.id)
    found = connection.rows_once(query.order_by(*order).limit(limit + 1))
    lines = task_lines(connection, [id for id, _ in found[:limit]])
    return Page(lines, f"{found[limit - 1][1]}~{found[limit - 1][0]}" if len(found) > limit else None)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    return narrowing({name: bindparam(name, value) for name, value in asked_for(wanted).items()})


def _amount(
    connection: Connection, mine: ColumnElement[bool], money: Callable[[str, int], str | None]
) -> ColumnElement[Any]:
    """Give what the case of a task is about in fen."""
    kinds = select(CASES.c.definition, CASES.c.version).join(TASK, TASK.c.case_id == CASES.c.id).where(mine).distinct()
    fields = [(key, version, money(key, version)) for key, version in connection.rows_once(kinds)]
    known = [each for each in fields if each[2] is not None]
    if not known:
        return literal(NO_AMOUNT)
    of_case = [CASE_FIELD.c.case_id == TASK.c.case_id, CASE_FIELD.c.field.in_(sorted({name for _, _, name in known}))]
    found = select(cast(CASE_FIELD.c.value, BigInteger)).where(*of_case, CASE_FIELD.c.value != "null")
    names: dict[str, set[str | None]] = {}
    for definition, _, name in fields:
        names.setdefault(definition, set()).add(name)
    if all(len(each) == 1 for each in names.values()):
        pairs = {(definition, name) for definition, _, name in known}
        found = found.where(tuple_(CASE_FIELD.c.definition, CASE_FIELD.c.field).in_(sorted(pairs)))
    else:  # the field is another one, or missing, in some versions of a definition
        version = tuple_(CASES.c.definition, CASES.c.version, CASE_FIELD.c.field)
        found = found.join(CASES, CASES.c.id == CASE_FIELD.c.case_id).where(version.in_(known))
    return func.coalesce(found.correlate(TASK).scalar_subquery(), NO_AMOUNT)


def _place(text: str) -> ColumnElement[Any]:
    key, _, id = text.partition("~")
    if not AMOUNT.fullmatch(key) or not id.isascii() or not id.isprintable():
        raise Refused(Refusal("page.unknown", where="after"))
    return tuple_(literal(int(key), BigInteger), literal(id, Key))
