"""Tables of the office (CSV or XLSX): first shown row by row, then taken when somebody says so.

What a table is about (units, accounts, roles) is an `OfficeTable` in a module of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Generic, TypeVar

from adapters.documents.spreadsheet import Row, SpreadsheetError, address, chosen, read_tables
from adapters.documents.workbook import Column, Table, csv_file
from adapters.sql.directory import ZONE, Directory
from adapters.sql.office_log import By
from engine.refusal import Refusal, Refused
from service.assembly import Assembly
from service.texts import LANGUAGES, Catalogue, Language
from workflows.table_heading import too_wide

ROWS_MAX = 500
"""Most rows of one table: each new account gets a password, which takes its time on purpose."""

FILE_BYTES_MAX = 1 << 20
T = TypeVar("T")
Cells = Mapping[str, str]
"""What a row has in the columns that the table has, by their names."""


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """What a row wants to be there, what is there, and why it can not be: reasons name the column in `where`."""

    value: T
    before: T | None
    reasons: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class OfficeTable(Generic[T]):
    """A kind of table. `name` is a key of `office_tables`; columns have their words under `people.field`."""

    name: str
    columns: Sequence[str]
    needed: Sequence[str]
    key: Sequence[str]
    """Columns that tell a row from all others."""

    judge: Callable[[Assembly], Callable[[Cells], Verdict[T]]]
    """Begins with the organisation as it is; then asked row by row, and told by that of the rows before."""

    cells: Callable[[T], Cells]
    subject: Callable[[T], tuple[str, str]]
    """Whom or what a row is about: in words, and its id."""

    take: Callable[[Assembly, By, T, T | None], str]
    """Makes it so; gives a first password where there is one. Raises `Refused`."""


@dataclass(frozen=True, slots=True)
class OfficeRow(Generic[T]):
    """A row as it was judged; `reasons` are placed at cells such as `B7`."""

    number: int
    value: T
    before: T | None
    reasons: tuple[Refusal, ...]

    @property
    def fate(self) -> Fate:
        """The one word for it."""
        if self.reasons:
            return Fate.REFUSED
        if self.before is None:
            return Fate.NEW
        return Fate.SAME if self.before == self.value else Fate.CHANGED


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A table as it was read, without the sheets `left_out`. `digest` tells whether the same would come of it later."""

    table: OfficeTable[T]
    rows: Sequence[OfficeRow[T]]
    left_out: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Tell this outcome from any other."""
        return sha256(repr([(row.number, row.fate, row.value) for row in self.rows]).encode()).hexdigest()

    def changes(self, row: OfficeRow[T]) -> list[tuple[str, str, str]]:
        """What differs from what is there: column, before, after."""
        if row.fate is not Fate.CHANGED or row.before is None:
            return []
        before, after = self.table.cells(row.before), self.table.cells(row.value)
        return [(name, before[name], after[name]) for name in self.table.columns if before[name] != after[name]]


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """What became of a row that was taken: with the first password for a new account."""

    row: OfficeRow[T]
    password: str = ""
    reasons: tuple[Refusal, ...] = ()


def read_rows(assembly: Assembly, table: OfficeTable[T], content: bytes, sheet: str | None = None) -> Reading[T]:
    """Read a table, or the sheet of that name, and judge each row.

    Raises `Refused`, with the place, when it can not be read.
    """
    try:
        found, left_out = chosen(read_tables(BytesIO(content)), sheet)
    except SpreadsheetError as error:
        raise Refused(error.refusal) from error
    if not found.rows:
        raise Refused(Refusal("table.not_a_table"))
    head, rows = found.rows[0], found.rows[1:]
    if len(rows) > ROWS_MAX:
        raise Refused(Refusal("people.too_many", head.address(0), {"most": ROWS_MAX, "found": len(rows)}))
    judge = _RowJudge(table, _places(head, table, assembly.catalogue), table.judge(assembly), head.width)
    return Reading(table, [judge.row(one) for one in rows], left_out)


def _places(head: Row, table: OfficeTable[T], catalogue: Catalogue) -> dict[str, int]:
    """Find the columns by their headings, in any order and either language."""
    names = {
        str(catalogue.text(language, f"people.field.{name}")).casefold(): name
        for language in LANGUAGES
        for name in table.columns
    } | {name: name for name in table.columns}
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        name = names.get(str(cell or "").strip().casefold())
        if name is not None:
            found.setdefault(name, place)
    missing = [name for name in table.needed if name not in found]
    if missing:
        wanted = catalogue.listed("people.field", missing)
        raise Refused(Refusal("people.no_column", address(head.sheet, head.number, 0), text=wanted))
    return found


@dataclass(frozen=True, slots=True)
class _RowJudge(Generic[T]):
    """Judges rows of cells; `places` are the columns by name, `width` the heading's, `seen` the keys of rows before."""

    table: OfficeTable[T]
    places: Mapping[str, int]
    judge: Callable[[Cells], Verdict[T]]
    width: int
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def row(self, row: Row) -> OfficeRow[T]:
        """Judge a row, with the reasons at its cells."""
        reasons = [cell for place in self.places.values() if isinstance(cell := row.cell(place), Refusal)]
        reasons += [wide] if (wide := too_wide(row, self.width)) is not None else []
        cells = {name: _text(row, place) for name, place in self.places.items()}
        verdict = self.judge(cells)
        reasons += [replace(one, where=self._at(row, one.where)) for one in verdict.reasons]
        first = self.seen.setdefault(tuple(cells.get(name, "").casefold() for name in self.table.key), row.number)
        if first != row.number:
            reasons.append(Refusal("people.twice", self._at(row, self.table.key[0]), {"row": first}))
        return OfficeRow(row.number, verdict.value, verdict.before, tuple(reasons))

    def _at(self, row: Row, column: str) -> str:
        return row.address(self.places.get(column, min(self.places.values())))


def _text(row: Row, place: int) -> str:
    cell = row.cell(place)
    return "" if cell is None or isinstance(cell, Refusal) else str(cell).strip()


def take_rows(assembly: Assembly, by: By, reading: Reading[T]) -> list[Taken[T]]:
    """Make so what the good rows want, in their order; each is done by itself."""
    wanted = (row for row in reading.rows if row.fate in {Fate.NEW, Fate.CHANGED})
    return [_taken(assembly, by, reading.table, row) for row in wanted]


def _taken(assembly: Assembly, by: By, table: OfficeTable[T], row: OfficeRow[T]) -> Taken[T]:
    try:
        return Taken(row, table.take(assembly, by, row.value, row.before))
    except Refused as refused:
        return Taken(row, reasons=refused.reasons)


def template(assembly: Assembly, table: OfficeTable[T], language: Language) -> bytes:
    """Write the table to fill in."""
    columns = tuple(Column(assembly.catalogue.text(language, f"people.field.{name}")) for name in table.columns)
    return csv_file(Table("", columns), ZONE)


class UnitNames:
    """Finds units by id and by name; a name may be that of several."""

    def __init__(self, directory: Directory) -> None:
        """Begin with the units there are."""
        self._ids: dict[str, list[str]] = {id: [id] for id in directory.units}
        for unit in directory.units.values():
            self.add(unit.id, unit.name)

    def add(self, id: str, name: str) -> None:
        """Know one more."""
        self._ids.setdefault(id, [id])
        if id != name:
            self._ids.setdefault(name, []).append(id)

    def id_of(self, words: str) -> str:
        """Give the id of the one unit that is called so; else the words."""
        fitting = self._ids.get(words, ())
        return fitting[0] if len(fitting) == 1 else words

    def several(self, words: str, column: str) -> list[Refusal]:
        """Say that more than one unit is called so."""
        fitting = self._ids.get(words, ())
        if len(fitting) > 1:
            return [Refusal("people.several_units", column, {"name": words, "ids": ", ".join(fitting)})]
        return []
