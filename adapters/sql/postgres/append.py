"""The one statement that writes a command's rows on PostgreSQL.

The case row is changed first, if its revision is still the one that was read; everything else is written from that
row, so a lost race writes nothing. Lists travel as JSON. Which parts there are depends on the command, so each
combination is a statement of its own, made once.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import (
    CTE,
    JSON,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from adapters.encoding import json_text
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
    RECORD,
    TASK,
    TIMER,
)

_LISTS = ("opened", "changed", "armed", "disarmed", "outbox", "participants", "fields")
_LEDGER_LISTS = ("heads", "entries", "postings", "balances", "years")


def values(change: rows.Change, answer: rows.Cells | None) -> tuple[frozenset[str], dict[str, object]]:
    """Give the parts that a change has, and their parameters."""
    lists = {name: found for name in _LISTS if (found := getattr(change, name))}
    lists |= {name: found for name in ("guards", *_LEDGER_LISTS) if (found := getattr(change.ledger, name))}
    parts = frozenset(lists) | ({"answer"} if answer is not None else set())
    if change.record["seq"] == 1:
        parts |= {"new"}
    parameters: dict[str, object] = {f"case_{name}": value for name, value in change.case.items()}
    parameters |= {f"record_{name}": value for name, value in change.record.items()}
    parameters |= {f"answer_{name}": value for name, value in (answer or {}).items()}
    parameters |= {name: json_text(found) for name, found in lists.items()}
    if change.ledger.guards:
        parameters["guard_count"] = len(change.ledger.guards)
    return parts, parameters


@lru_cache(256)
def statement(parts: frozenset[str]) -> Select[int]:
    """Give the statement that writes these parts and counts the cases it wrote: 1, or 0 when the race was lost."""
    case = _case(is_new="new" in parts, is_guarded="guards" in parts)
    written = [_row(RECORD, "record", case)]
    if "answer" in parts:
        written.append(_row(IDEMPOTENCY, "answer", case))
    written += [_PARTS[name](name, case) for name in (*_LISTS, *_LEDGER_LISTS) if name in parts]
    return select(func.count()).select_from(case).add_cte(*written)


def _case(*, is_new: bool, is_guarded: bool) -> CTE:
    if is_new:
        adding = insert(CASES).values({cell.name: bindparam(f"case_{cell.name}") for cell in CASES.c})
        return adding.returning(CASES.c.id).cte("written_case")
    changing = update(CASES).where(
        CASES.c.id == bindparam("case_id"), CASES.c.revision == bindparam("case_revision", type_=Integer) - 1
    )
    if is_guarded:
        held = select(func.count()).select_from(_held_ledgers()).scalar_subquery()
        changing = changing.where(held == bindparam("guard_count", type_=Integer))
    return changing.values(_parameters("case", rows.CASE_CELLS)).returning(CASES.c.id).cte("written_case")


def _held_ledgers() -> CTE:
    """Lock the ends of the ledgers that were read, those that are still as they were, in one order for all."""
    given = _given("guards", LEDGER_HEAD, ("scope", "seq"))
    found = (LEDGER_HEAD.c.scope == given.c.scope, LEDGER_HEAD.c.seq == given.c.seq)
    locked = select(LEDGER_HEAD.c.scope).where(*found).order_by(LEDGER_HEAD.c.scope)
    return locked.with_for_update(of=LEDGER_HEAD).cte("held_ledgers")


def _parameters(prefix: str, names: Sequence[str]) -> dict[str, object]:
    return {name: bindparam(f"{prefix}_{name}") for name in names}


def _row(table: Table, prefix: str, case: CTE) -> CTE:
    """Add one row, if the case was written."""
    cells = [bindparam(f"{prefix}_{cell.name}", type_=cell.type) for cell in table.c]
    return insert(table).from_select(list(table.c), select(*cells).select_from(case)).cte(f"written_{prefix}")


def _given(name: str, table: Table, cells: Sequence[str]) -> TableValuedAlias:
    """Read the rows of a parameter."""
    columns = [column(cell, table.c[cell].type) for cell in cells]
    function = func.json_to_recordset(cast(bindparam(name, type_=Text), JSON)).table_valued(*columns)
    return function.render_derived(name=f"given_{name}", with_types=True)


def _add(name: str, table: Table, cells: Sequence[str], case: CTE) -> Insert:
    """Add the rows of a parameter, if the case was written."""
    given = _given(name, table, cells)
    return insert(table).from_select(list(cells), select(*given.c).select_from(case, given))


def _add_whole(table: Table) -> Callable[[str, CTE], CTE]:
    return lambda name, case: _add(name, table, table.c.keys(), case).cte(f"written_{name}")


def _put(table: Table, keys: Sequence[str], cells: Sequence[str]) -> Callable[[str, CTE], CTE]:
    """Add rows, or change those that exist."""

    def part(name: str, case: CTE) -> CTE:
        adding = _add(name, table, (*keys, *cells), case)
        changes = {cell: adding.excluded[cell] for cell in cells}
        return adding.on_conflict_do_update(index_elements=keys, set_=changes).cte(f"written_{name}")

    return part


def _add_up(name: str, case: CTE) -> CTE:
    keys, cells = ("year", "project", "source", "account"), ("debited", "credited")
    adding = _add(name, LEDGER_YEAR, (*keys, *cells), case)
    sums = {cell: LEDGER_YEAR.c[cell] + adding.excluded[cell] for cell in cells}
    return adding.on_conflict_do_update(index_elements=keys, set_=sums).cte(f"written_{name}")


def _join(name: str, case: CTE) -> CTE:
    return _add(name, PARTICIPANT, ("case_id", "user_id"), case).on_conflict_do_nothing().cte(f"written_{name}")


def _change_tasks(name: str, case: CTE) -> CTE:
    given = _given(name, TASK, ("id", *rows.TASK_CELLS))
    changing = update(TASK).where(TASK.c.id == given.c.id, exists(select(case.c.id)))
    return changing.values({cell: given.c[cell] for cell in rows.TASK_CELLS}).cte(f"written_{name}")


def _disarm(name: str, case: CTE) -> CTE:
    given = _given(name, TIMER, ("case_id", "name"))
    found = (TIMER.c.case_id == given.c.case_id, TIMER.c.name == given.c.name, exists(select(case.c.id)))
    return delete(TIMER).where(*found).cte(f"written_{name}")


_PARTS: Mapping[str, Callable[[str, CTE], CTE]] = {
    "opened": _add_whole(TASK),
    "changed": _change_tasks,
    "armed": _put(TIMER, ("case_id", "name"), rows.TIMER_CELLS),
    "disarmed": _disarm,
    "outbox": _add_whole(OUTBOX),
    "participants": _join,
    "heads": _put(LEDGER_HEAD, ("scope",), ("seq", "hash")),
    "entries": _add_whole(LEDGER_ENTRY),
    "postings": _add_whole(LEDGER_POSTING),
    "balances": _put(LEDGER_BALANCE, ("scope", "name"), ("side", "debited", "credited")),
    "years": _add_up,
    "fields": _put(CASE_FIELD, ("case_id", "field"), ("definition", "value")),
}
