"""People from a table (CSV or XLSX) into accounts: first shown row by row, then taken when somebody says so.

Roles are not among it: they are the security administrator's to give.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from io import BytesIO

from adapters.documents.spreadsheet import Row, SpreadsheetError, address, chosen, read_tables
from adapters.documents.workbook import Column, Table, csv_file
from adapters.sql.directory import ZONE, Directory, Person
from adapters.sql.office_log import By
from engine.refusal import Refusal, Refused
from service.administering import against_account, change_person, create_person
from service.assembly import Assembly
from service.texts import LANGUAGES, Catalogue, Language

COLUMNS = ("username", "name", "unit", "email", "phone")
NEEDED = COLUMNS[:3]
ROWS_MAX = 500
"""Most people of one table: each new one gets a password, which takes its time on purpose."""

FILE_BYTES_MAX = 1 << 20


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the table. `before` is the account that is there; `reasons` are placed at cells such as `B7`."""

    number: int
    person: Person
    before: Person | None
    reasons: tuple[Refusal, ...]

    @property
    def fate(self) -> Fate:
        """The one word for it."""
        if self.reasons:
            return Fate.REFUSED
        if self.before is None:
            return Fate.NEW
        return Fate.SAME if self.before == self.person else Fate.CHANGED

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What differs from the account that is there: column, before, after."""
        before = self.before
        if before is None or self.reasons:
            return []
        pairs = ((name, str(getattr(before, name)), str(getattr(self.person, name))) for name in COLUMNS)
        return [one for one in pairs if one[1] != one[2]]


@dataclass(frozen=True, slots=True)
class PeopleReading:
    """A table as it was read, without the sheets `left_out`. `digest` tells whether the same would come of it later."""

    rows: Sequence[PersonRow]
    left_out: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Tell this outcome from any other."""
        return sha256(repr([(row.number, row.fate, row.person) for row in self.rows]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row that was taken: with the first password for a new account."""

    row: PersonRow
    password: str = ""
    reasons: tuple[Refusal, ...] = ()


def read_people(assembly: Assembly, content: bytes, name: str | None = None) -> PeopleReading:
    """Read a table, or the sheet of that name, and judge each row.

    Raises `Refused`, with the place, when it can not be read.
    """
    try:
        sheet, left_out = chosen(read_tables(BytesIO(content)), name)
    except SpreadsheetError as error:
        raise Refused(error.refusal) from error
    if not sheet.rows:
        raise Refused(Refusal("table.not_a_table"))
    head, rows = sheet.rows[0], sheet.rows[1:]
    if len(rows) > ROWS_MAX:
        raise Refused(Refusal("people.too_many", head.address(0), {"most": ROWS_MAX, "found": len(rows)}))
    judge = _Judge(assembly.organisation.now(), _places(head, assembly.catalogue), assembly.language)
    return PeopleReading([judge.row(one) for one in rows], left_out)


def _places(head: Row, catalogue: Catalogue) -> dict[str, int]:
    """Find the columns by their headings, in any order and either language."""
    names = {
        str(catalogue.text(language, f"people.field.{name}")).casefold(): name
        for language in LANGUAGES
        for name in COLUMNS
    } | {name: name for name in COLUMNS}
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        name = names.get(str(cell or "").strip().casefold())
        if name is not None:
            found.setdefault(name, place)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        wanted = catalogue.listed("people.field", missing)
        raise Refused(Refusal("people.no_column", address(head.sheet, head.number, 0), text=wanted))
    return found


@dataclass
class _Judge:
    """Judges rows by the organisation as it is, and by the rows before. `places` are the columns by name."""

    directory: Directory
    places: Mapping[str, int]
    language: Language
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find people by name to sign in with, units by id and by name; a name may be that of several."""
        self.known = {one.username.casefold(): one for one in self.directory.people.values()}
        self.units: dict[str, list[str]] = {id: [id] for id in self.directory.units}
        for unit in self.directory.units.values():
            if unit.id != unit.name:
                self.units.setdefault(unit.name, []).append(unit.id)

    def row(self, row: Row) -> PersonRow:
        """Read and judge a row."""
        cells = {name: _text(row, self.places.get(name)) for name in COLUMNS}
        before = self.known.get(cells["username"].casefold())
        person = self._person(cells, before)
        return PersonRow(row.number, person, before, tuple(self._against(row, cells, person)))

    def _person(self, cells: Mapping[str, str], before: Person | None) -> Person:
        """Give the account as the row wants it; what the table has no column for stays."""
        fitting, username = self.units.get(cells["unit"], ()), cells["username"]
        known = before or Person(username, username, "", "", "", "", self.language, enabled=True)
        return replace(
            known,
            name=cells["name"],
            unit=fitting[0] if len(fitting) == 1 else cells["unit"],
            email=cells["email"] if "email" in self.places else known.email,
            phone=cells["phone"] if "phone" in self.places else known.phone,
        )

    def _against(self, row: Row, cells: Mapping[str, str], person: Person) -> Iterator[Refusal]:
        """Say why not, at the cells."""
        yield from (cell for place in self.places.values() if isinstance(cell := row.cell(place), Refusal))
        where = {name: row.address(self.places.get(name, 0)) for name in COLUMNS}
        for reason in against_account(self.directory, person):
            yield replace(reason, where=where.get(reason.where, where["username"]))
        first = self.seen.setdefault(cells["username"].casefold(), row.number)
        if first != row.number:
            yield Refusal("people.twice", where["username"], {"row": first})
        fitting = self.units.get(cells["unit"], ())
        if len(fitting) > 1:
            yield Refusal("people.several_units", where["unit"], {"name": cells["unit"], "ids": ", ".join(fitting)})


def _text(row: Row, place: int | None) -> str:
    cell = None if place is None else row.cell(place)
    return "" if cell is None or isinstance(cell, Refusal) else str(cell).strip()


def take_people(assembly: Assembly, by: By, reading: PeopleReading) -> list[Taken]:
    """Open and change the accounts of the rows that may be taken; each is done by itself."""
    return [_taken(assembly, by, row) for row in reading.rows if row.fate in {Fate.NEW, Fate.CHANGED}]


def _taken(assembly: Assembly, by: By, row: PersonRow) -> Taken:
    try:
        if row.before is None:
            return Taken(row, create_person(assembly, by, row.person))
        change_person(assembly, by, row.person)
    except Refused as refused:
        return Taken(row, reasons=refused.reasons)
    return Taken(row)


def template(assembly: Assembly, language: Language) -> bytes:
    """Write the table to fill in."""
    columns = tuple(Column(assembly.catalogue.text(language, f"people.field.{name}")) for name in COLUMNS)
    return csv_file(Table("", columns), ZONE)
