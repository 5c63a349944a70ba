"""The one statement that writes a command's rows on PostgreSQL.

The case row is changed first, if its revision is still the one that was read; every other row is written from that one,
so a lost race writes nothing. Which rows there are depends on the command, so each combination is a statement of its
own, made once. (Rows as JSON would need fewer statements, but measured twice the time.)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from adapters.sql import rows
from adapters.sql.tables import (
    CASE_FIELD,
    CASES,
    IDEMPOTENCY,
    LEDGER_BALANCE,
    LEDGER_ENTRY,
    LEDGER_HEAD,
    LEDGER_POSTING,
    LEDGER_YEAR,
    OUTBOX,
    PARTICIPANT,
    PICKED,
    RECORD,
    TASK,
    TIMER,
)

Shape = tuple[tuple[str, int], ...]
"""Which rows a statement writes: names of parts, and of each how many."""

SHAPES_KEPT_MAX = 512
"""Statements kept; most commands of a definition share a few dozen."""

_NEW = ("new", 1)
_GUARD = ("scope", "seq")


def rows_of(change: rows.Change, answer: rows.Cells | None) -> tuple[Shape, dict[str, object]]:
    """Give the shape of a change, and the parameters of its statement."""
    parts: dict[str, Sequence[rows.Cells]] = {
        "record": [change.record],
        "answer": [answer] if answer is not None else [],
        "opened": change.opened,
        "changed": change.changed,
        "armed": change.armed,
        "disarmed": change.disarmed,
        "outbox": change.outbox,
        "participants": change.participants,
        "fields": change.fields,
        "picks": change.picks,
        "guards": change.ledger.guards,
        "heads": change.ledger.heads,
        "entries": change.ledger.entries,
        "postings": change.ledger.postings,
        "balances": change.ledger.balances,
        "years": change.ledger.years,
    }
    shape = tuple((name, len(found)) for name, found in parts.items() if found)
    parameters: dict[str, object] = {f"case_{name}": value for name, value in change.case.items()}
    for name, found in parts.items():
        for index, cells in enumerate(found):
            prefix = f"{name}{index}_"
            parameters.update({prefix + cell: value for cell, value in cells.items()})
    return (_NEW, *shape) if change.record["seq"] == 1 else shape, parameters


@lru_cache(SHAPES_KEPT_MAX)
def statement(shape: Shape) -> Select[int]:
    """Give the statement that writes these rows and counts the cases it wrote: 1, or 0 when the race was lost."""
    case = _new_case() if _NEW in shape else _changed_case(dict(shape).get("guards", 0))
    return select(func.count()).select_from(case).add_cte(*_parts(shape, case))


def _parts(shape: Shape, case: CTE) -> Iterator[CTE]:
    for name, number in shape:
        if name in _PARTS:
            for index in range(number):
                yield _PARTS[name](f"{name}{index}", case)


def _new_case() -> CTE:
    return insert(CASES).values(_bound("case", CASES.c.keys())).returning(CASES.c.id).cte("written_case")


def _changed_case(guards: int) -> CTE:
    unchanged = CASES.c.revision == bindparam("case_revision", type_=Integer) - 1
    changing = update(CASES).where(CASES.c.id == bindparam("case_id"), unchanged)
    if guards:
        held = select(func.count()).select_from(_held_ledgers(guards)).scalar_subquery()
        changing = changing.where(held == guards)
    return changing.values(_bound("case", rows.CASE_CELLS)).returning(CASES.c.id).cte("written_case")


def _held_ledgers(guards: int) -> CTE:
    """Lock the ends of the ledgers that were read, those that are still as they were, in one order for all."""
    names = (f"guards{index}" for index in range(guards))
    unchanged = (and_(*(LEDGER_HEAD.c[cell] == _value(LEDGER_HEAD, name, cell) for cell in _GUARD)) for name in names)
    locked = select(LEDGER_HEAD.c.scope).where(or_(*unchanged)).order_by(LEDGER_HEAD.c.scope)
    return locked.with_for_update(of=LEDGER_HEAD).cte("held_ledgers")


def _value(table: Table, prefix: str, cell: str) -> BindParameter[Any]:
    return bindparam(f"{prefix}_{cell}", type_=table.c[cell].type)


def _bound(prefix: str, cells: Sequence[str]) -> dict[str, object]:
    return {cell: bindparam(f"{prefix}_{cell}") for cell in cells}


def _adding(table: Table, cells: Sequence[str], prefix: str, case: CTE) -> Insert:
    """Add a row, if the case was written."""
    values = [_value(table, prefix, cell) for cell in cells]
    return insert(table).from_select(list(cells), select(*values).select_from(case))


def _add(table: Table, prefix: str, case: CTE) -> CTE:
    return _adding(table, table.c.keys(), prefix, case).cte(f"written_{prefix}")


def _put(table: Table, keys: Sequence[str], cells: Sequence[str], prefix: str, case: CTE) -> CTE:
    """Add a row, or change the one with the same keys."""
    adding = _adding(table, (*keys, *cells), prefix, case)
    changes = {cell: adding.excluded[cell] for cell in cells}
    return adding.on_conflict_do_update(index_elements=keys, set_=changes).cte(f"written_{prefix}")


def _add_up(prefix: str, case: CTE) -> CTE:
    keys, cells = ("year", "project", "source", "account"), ("debited", "credited")
    adding = _adding(LEDGER_YEAR, (*keys, *cells), prefix, case)
    sums = {cell: LEDGER_YEAR.c[cell] + adding.excluded[cell] for cell in cells}
    return adding.on_conflict_do_update(index_elements=keys, set_=sums).cte(f"written_{prefix}")


def _join(prefix: str, case: CTE) -> CTE:
    adding = _adding(PARTICIPANT, ("user_id", "case_id"), prefix, case)
    return adding.on_conflict_do_nothing().cte(f"written_{prefix}")


def _change_task(prefix: str, case: CTE) -> CTE:
    changing = update(TASK).where(TASK.c.id == bindparam(f"{prefix}_id"), exists(select(case.c.id)))
    return changing.values(_bound(prefix, rows.TASK_CELLS)).cte(f"written_{prefix}")


def _disarm(prefix: str, case: CTE) -> CTE:
    keys = (TIMER.c[cell] == bindparam(f"{prefix}_{cell}") for cell in ("case_id", "name"))
    return delete(TIMER).where(*keys, exists(select(case.c.id))).cte(f"written_{prefix}")


_PARTS: Mapping[str, Callable[[str, CTE], CTE]] = {
    "record": partial(_add, RECORD),
    "answer": partial(_add, IDEMPOTENCY),
    "opened": partial(_add, TASK),
    "changed": _change_task,
    "armed": partial(_put, TIMER, ("case_id", "name"), rows.TIMER_CELLS),
    "disarmed": _disarm,
    "outbox": partial(_add, OUTBOX),
    "participants": _join,
    "heads": partial(_put, LEDGER_HEAD, ("scope",), ("seq", "hash")),
    "entries": partial(_add, LEDGER_ENTRY),
    "postings": partial(_add, LEDGER_POSTING),
    "balances": partial(_put, LEDGER_BALANCE, ("scope", "name"), ("side", "debited", "credited")),
    "years": _add_up,
    "picks": partial(_put, PICKED, ("definition", "state", "user_id"), ("picked_at",)),
    "fields": partial(_put, CASE_FIELD, ("case_id", "field"), ("definition", "value")),
}
