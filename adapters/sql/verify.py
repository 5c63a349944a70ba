"""Proof that what is kept is true: every history is whole and unchanged, and every row is what its history says.

For each case: the hashes chain from the first record to the case row; each record's columns are those of its text; and
the case row, its tasks, timers and summary fields are exactly the fold of the records. What is read is one moment's
snapshot for each batch of cases, so the service may go on working meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Select, Table, bindparam, select

from adapters.encoding import GENESIS, Unreadable, link, read_record
from adapters.sql import rows
from adapters.sql.database import Database
from adapters.sql.directory import read_units
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, CASES, RECORD, TASK, TIMER
from engine.case import Case
from engine.definition import Definition
from engine.events import Record
from engine.evolution import evolve
from engine.facts import Unit
from engine.ports import Library
from engine.refusal import NotFound

BATCH = 500
"""Cases that are looked at in one snapshot."""

FAULTS_MAX = 100
"""Most faults that are listed."""

Cells = dict[str, Any]


class Fault(Struct, frozen=True):
    """Something that is not as it must be: of a record (`seq`), or of a row of the case (`seq` 0)."""

    case_id: str
    seq: int
    what: str


class Verdict(Struct):
    """What was looked at, and the first faults found, in order of case and record."""

    cases: int = 0
    records: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Say whether everything is as it must be."""
        return not self.faults


class Kept(Struct, frozen=True):
    """All rows of one case."""

    case: Cells | None
    records: list[Cells]
    tasks: dict[str, Cells]
    timers: dict[str, Cells]
    fields: dict[str, str]


def verify(database: Database, library: Library, progress: Callable[[Verdict], object] | None = None) -> Verdict:
    """Look at everything; stops when `FAULTS_MAX` faults are found. `progress` is told after each batch."""
    verdict = Verdict()
    after: str | None = ""
    while after is not None and len(verdict.faults) < FAULTS_MAX:
        with database.snapshot() as connection:
            units = read_units(connection)
            batch, after = _batch(connection, after)
        for case_id, kept in batch.items():
            verdict.cases += 1
            verdict.records += len(kept.records)
            verdict.faults += faults(case_id, kept, library, units)
        if progress is not None:
            progress(verdict)
    del verdict.faults[FAULTS_MAX:]
    return verdict


def faults(case_id: str, kept: Kept, library: Library, units: Mapping[str, Unit]) -> Iterator[Fault]:
    """Give what is wrong with one case; after a broken record nothing that follows from it is judged."""
    if kept.case is None:
        yield Fault(case_id, 1, "the case's row is missing")
        return
    history = _History()
    for expected, cells in enumerate(kept.records, 1):
        what = history.add(cells, case_id, expected)
        if what is not None:
            yield Fault(case_id, expected, what)
            return
    if history.case is None or history.case.revision != kept.case["revision"]:
        yield Fault(case_id, len(kept.records) + 1, "the record is missing")
        return
    if kept.case["last_hash"] != history.last.hex():
        yield Fault(case_id, len(kept.records), "the case row holds another hash than the last record has")
        return
    try:
        definition = library.get(history.case.definition, history.case.version).definition
    except NotFound as error:
        yield Fault(case_id, 0, f"there is no {error}")
        return
    unit = units.get(history.case.unit)
    for what in _differences(kept, history, definition, unit.path if unit is not None else ""):
        yield Fault(case_id, 0, what)


class _History:
    """A case growing record by record, with its chain and its tasks."""

    def __init__(self) -> None:
        self.case: Case | None = None
        self.last = GENESIS
        self.tasks: dict[str, Cells] = {}

    def add(self, cells: Cells, case_id: str, expected: int) -> str | None:
        """Take the next record; gives what is wrong with it."""
        if cells["seq"] != expected:
            return "the record is missing"
        self.last = link(self.last, cells["payload"])
        if cells["hash"] != self.last.hex():
            return "the record was changed: its hash does not follow from the one before"
        try:
            record = read_record(cells["payload"])
        except Unreadable as error:
            return str(error)
        said = {"case_id": case_id, "seq": expected, "at": cells["at"], "actor": cells["actor"]}
        if any(getattr(record, name) != value for name, value in said.items()) or record.command != cells["command"]:
            return "the record's columns are not what its text says"
        return self._grow(record)

    def _grow(self, record: Record) -> str | None:
        try:
            opened, changed = rows.task_rows(self.case, record)
            self.case = evolve(self.case, record)
        except (KeyError, ValueError) as error:
            return f"the record does not follow from those before: {error}"
        for row in opened:
            self.tasks[row["id"]] = row
        for row in changed:
            self.tasks[row["id"]] |= row
        return None


def _differences(kept: Kept, history: _History, definition: Definition, unit_path: str) -> Iterator[str]:
    """Give which rows are not what the history says."""
    case = history.case
    assert case is not None
    assert kept.case is not None
    told = rows.case_row(case, definition, unit_path)
    yield from (f"the case's {name} is not what the history says" for name in told if kept.case[name] != told[name])
    yield from _compared("task", kept.tasks, history.tasks)
    yield from _compared("timer", kept.timers, {timer.name: rows.timer_row(case.id, timer) for timer in case.timers})
    shown = {name: value for name, value in kept.fields.items() if name in definition.summary}
    yield from _compared("summary field", shown, _fields(kept, case, definition))


def _fields(kept: Kept, case: Case, definition: Definition) -> dict[str, str]:
    """Give what the summary fields must be; one that never had a value need not be kept."""
    named = (name for name in definition.summary if name in kept.fields or name in case.data)
    return {name: rows.value_key(case.data.get(name)) for name in named}


def _compared(kind: str, kept: Mapping[str, object], told: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(kept.keys() | told.keys()):
        if name not in told:
            yield f"the {kind} {name} is not in the history"
        elif name not in kept:
            yield f"the {kind} {name} is missing"
        elif kept[name] != told[name]:
            yield f"the {kind} {name} is not what the history says"


_NEXT = select(CASES.c.id).where(CASES.c.id > bindparam("after")).order_by(CASES.c.id).limit(BATCH)


def _in_range(table: Table, case_id: str, *order: str) -> Select[Any]:
    """Select a table's rows of the cases after one, up to another."""
    column = table.c[case_id]
    cells = [cell for cell in table.c if cell.name != "claimed_until"]
    chosen = select(*cells).where(column > bindparam("after"), column <= bindparam("until"))
    return chosen.order_by(column, *(table.c[name] for name in order))


_CASES = _in_range(CASES, "id")
_RECORDS = _in_range(RECORD, "case_id", "seq")
_TASKS = _in_range(TASK, "case_id")
_TIMERS = _in_range(TIMER, "case_id")
_FIELDS = _in_range(CASE_FIELD, "case_id")
LAST = "~"
"""Sorts after every id."""


def _batch(connection: Connection, after: str) -> tuple[dict[str, Kept], str | None]:
    """Read the next cases with all their rows, and where the batch after them begins."""
    found = [id for (id,) in connection.rows(_NEXT, after=after)]
    until = found[-1] if len(found) == BATCH else LAST
    limits = {"after": after, "until": until}
    cases = {row["id"]: row for row in _cells(connection, _CASES, limits)}
    records, tasks, timers, fields = (
        {case_id: list(group) for case_id, group in groupby(_cells(connection, query, limits), itemgetter("case_id"))}
        for query in (_RECORDS, _TASKS, _TIMERS, _FIELDS)
    )
    batch = {
        case_id: Kept(
            cases.get(case_id),
            records.get(case_id, []),
            {row["id"]: row for row in tasks.get(case_id, [])},
            {row["name"]: row for row in timers.get(case_id, [])},
            {row["field"]: row["value"] for row in fields.get(case_id, [])},
        )
        for case_id in sorted(cases.keys() | records.keys() | tasks.keys() | timers.keys() | fields.keys())
    }
    return batch, until if until != LAST else None


def _cells(connection: Connection, query: Select[Any], limits: Mapping[str, object]) -> list[Cells]:
    names = tuple(column.name for column in query.selected_columns)
    return [dict(zip(names, row, strict=True)) for row in connection.rows(query, **limits)]
