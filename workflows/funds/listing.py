"""A table of payments or a bank statement from elsewhere: read row by row, and what stands out in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, cast
from unicodedata import normalize

from engine.definition import Field, FieldType
from engine.refusal import Refusal
from engine.texts import Text
from workflows.proposal_cells import Manner, Unreadable, Words, cell_text, read_cell
from workflows.table_heading import Headed, Line, headed, plain
from workflows.table_mapping import WRITTEN, PlanFaulty, filled, holes_in, manner_from, patterns_from

COLUMNS = ("payee", "amount", "paid_in", "paid_out", "direction", "on", "reference", "account", "wording", "balance")
"""What a mapping may say of a heading.

An amount stands in one column (below zero, or by its `direction`: money that went out), or in two: what came in, and
what went out. `balance` is what the account held after the row; a file need not have it.
"""

NEEDED = ("payee", "on")
AMOUNTS = ("amount", "paid_in", "paid_out")
NUMBERS = (*AMOUNTS, "balance")
OPTIONAL = frozenset({"balance"})
"""Columns whose heading a mapping names and a file need not have."""

_UNTITLED = Text("", "")
_FIELDS = {
    name: Field(
        name,
        FieldType.MONEY if name in NUMBERS else FieldType.DATE if name == "on" else FieldType.TEXT,
        _UNTITLED,
    )
    for name in COLUMNS
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: whom it paid (or who paid), the amount in fen (below zero: the other way), and when.

    `balance` is what the account held after it, where the bank says so.
    """

    row: int
    payee: str
    amount: int
    on: date
    reference: str = ""
    account: str = ""
    wording: str = ""
    balance: int | None = None

    @property
    def likeness(self) -> tuple[str, int, date]:
        """What two rows of one payment have in common."""
        return (self.payee, self.amount, self.on)

    @property
    def identity(self) -> tuple[str, date, int]:
        """What tells a line from others: the bank's number (else the other party), with day and amount."""
        return (self.reference or self.payee, self.on, self.amount)


@dataclass(frozen=True, slots=True)
class HeadingPlan:
    """Which heading is which column, which are put together from several headings, and how cells are written."""

    headings: Mapping[str, str]
    composed: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner()  # noqa: RUF009  # frozen


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that could be read, and every cell that could not."""

    rows: tuple[Listed, ...]
    faults: tuple[Refusal, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of other sheets of the workbook, which have rows and were not read."""
    totals: tuple[int, ...] = ()
    """Numbers of rows that only sum up others, and count for nothing."""
    notes: tuple[int, ...] = ()
    """Numbers of rows that are no data: notes, the heading again."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which heading was taken for which column, where nobody said so."""

    @property
    def total(self) -> int:
        """The sum in fen."""
        return sum(row.amount for row in self.rows)

    @property
    def negatives(self) -> tuple[Listed, ...]:
        """Rows below zero: money that came back, or a correction."""
        return tuple(row for row in self.rows if row.amount < 0)

    @property
    def doubles(self) -> tuple[tuple[Listed, ...], ...]:
        """Groups of rows with the same payee, amount and day: perhaps one payment made twice."""
        groups: dict[tuple[str, int, date], list[Listed]] = {}
        for row in self.rows:
            groups.setdefault(row.likeness, []).append(row)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def mapping_from(data: Mapping[str, Any]) -> HeadingPlan:
    """Read a mapping: `columns: {HEADING: one of COLUMNS}`, `composed: {COLUMN: pattern}`, and how cells are written.

    Raises PlanFaulty, which says where and what is allowed.
    """
    if unknown := data.keys() - {"columns", "composed", *WRITTEN}:
        told = ", ".join(WRITTEN)
        raise PlanFaulty(f"{', '.join(sorted(map(str, unknown)))}: a mapping has columns, composed, {told}")
    headings = data.get("columns")
    if not isinstance(headings, Mapping):
        raise PlanFaulty(f"columns: a mapping of headings to {', '.join(COLUMNS)}")
    composed = patterns_from(data)
    if bare := [name for name, pattern in composed.items() if not [*holes_in(pattern)]]:
        raise PlanFaulty(f"composed.{bare[0]}: name the headings in braces, such as '{{Year}}-{{Month}}-{{Day}}'")
    _check_columns([*headings.values(), *composed])
    return HeadingPlan({plain(str(name)): str(what) for name, what in headings.items()}, composed, manner_from(data))


def _check_columns(named: Sequence[object]) -> None:
    """Refuse columns that are none, missing, given twice or against each other."""
    if wrong := [str(name) for name in named if name not in COLUMNS]:
        raise PlanFaulty(f"columns: {', '.join(wrong)} is none of {', '.join(COLUMNS)}")
    needed = NEEDED if {"paid_in", "paid_out"} & {*named} else ("payee", "amount", "on")
    if missing := [name for name in needed if name not in named]:
        raise PlanFaulty(f"columns: no heading is {', '.join(missing)}")
    if twice := sorted({str(name) for name in named if named.count(name) > 1}):
        raise PlanFaulty(f"columns: {', '.join(twice)} is given by several headings")
    if {"paid_in", "paid_out"} & {*named} and {"amount", "direction"} & {*named}:
        raise PlanFaulty("columns: give either amount (with direction), or paid_in and paid_out")


def read(mapping: HeadingPlan, table: Sequence[Line], words: Words) -> Listing:
    """Read a table from its heading on; cells that can not be read are named, their rows left out."""
    if not table:
        return Listing((), (Refusal("proposal.no_rows"),))
    holes = [name for pattern in mapping.composed.values() for name in holes_in(pattern)]
    numbers = [name for name, what in mapping.headings.items() if what in NUMBERS]
    found = headed(table, list(dict.fromkeys([*mapping.headings, *holes])), words, numbers)
    wrong = tuple(_amiss(mapping, holes, found))
    if wrong:
        return Listing((), wrong)
    reader = _Reader(mapping, found, words)
    rows = [reader.row(line) for line in found.rows]
    faults = tuple(reader.faults) if found.rows else (Refusal("proposal.no_rows"),)
    return Listing(tuple(row for row in rows if row is not None), faults, totals=found.totals, notes=found.notes)


def _amiss(mapping: HeadingPlan, holes: Sequence[str], table: Headed) -> Iterator[Refusal]:
    """Give the headings that are missing, and those that stand there twice: which one is meant can not be known."""
    heading, places = table.heading, table.columns
    for name, what in {**dict.fromkeys(holes, ""), **mapping.headings}.items():
        if name not in places and what in OPTIONAL:
            continue
        if name not in places:
            yield Refusal("proposal.no_heading", heading.address(0), {"heading": name, "found": table.names()})
        elif len(places[name]) > 1:
            yield Refusal("proposal.heading_twice", heading.address(places[name][1]), {"heading": name})


class _Reader:
    """Reads rows one after the other and keeps what is wrong with them."""

    def __init__(self, mapping: HeadingPlan, table: Headed, words: Words) -> None:
        self.faults: list[Refusal] = []
        self._table, self._words, self._composed = table, words, mapping.composed
        self._places = {
            what: table.columns[heading][0] for heading, what in mapping.headings.items() if heading in table.columns
        }
        self._places |= {what: table.columns[next(holes_in(pattern))][0] for what, pattern in mapping.composed.items()}
        self._manners = {
            what: replace(mapping.manner, times=mapping.manner.times or table.times_of(place))
            for what, place in self._places.items()
        }

    def row(self, line: Line) -> Listed | None:
        """Read a row; None when something is wrong with it. Interest and fees of a bank name nobody, but say so."""
        before = len(self.faults)
        if (wide := self._table.too_wide(line)) is not None:
            self.faults.append(wide)
            return None
        cells = {what: self._cell(line, what) for what in self._places}
        if len(self.faults) > before:
            return None
        amount = self._amount(line, cells)
        needed = {"on": cells["on"], "payee": cells["payee"] or cells.get("wording")}
        self.faults += [
            Refusal("proposal.empty", line.address(self._places[name])) for name, value in needed.items() if not value
        ]
        if len(self.faults) > before or amount is None:
            return None
        texts = {name: str(cells.get(name) or "") for name in ("payee", "reference", "account", "wording")}
        balance = cells.get("balance")
        told = balance if isinstance(balance, int) else None
        return Listed(line.number, amount=amount, on=date.fromisoformat(str(cells["on"])), **texts, balance=told)

    def _cell(self, line: Line, what: str) -> object:
        try:
            cell = self._put_together(line, what) if what in self._composed else line.cell(self._places[what])
            return read_cell(_FIELDS[what], cell, self._words, self._manners[what])
        except Unreadable as wrong:
            self._blame(line, what, wrong.code, **wrong.params)
            return None

    def _put_together(self, line: Line, what: str) -> str:
        """Fill a pattern's `{Heading}` from the row. Raises `Unreadable`."""
        pattern = self._composed[what]
        places = {name: self._table.columns[name][0] for name in holes_in(pattern)}
        return filled(pattern, {name: cell_text(line.cell(place)).strip() for name, place in places.items()})

    def _amount(self, line: Line, cells: Mapping[str, object]) -> int | None:
        """Give what came in, below zero what went out; None after saying why not."""
        amounts = {name: cast("int", cells[name]) for name in AMOUNTS if cells.get(name) is not None}
        filled = {name: amount for name, amount in amounts.items() if amount} or dict([*amounts.items()][:1])
        if len(filled) != 1:
            first = next(name for name in AMOUNTS if name in self._places)
            self._blame(line, first, "proposal.two_sides" if filled else "proposal.empty")
            return None
        ((name, amount),) = filled.items()
        if name == "paid_out" or self._went_out(line, cells):
            return -amount
        return amount

    def _went_out(self, line: Line, cells: Mapping[str, object]) -> bool:
        """Tell by the direction, where there is a column of it, whether money went out."""
        if "direction" not in self._places:
            return False
        word = normalize("NFKC", str(cells["direction"] or "")).casefold()
        if word not in self._words.came_in | self._words.went_out:
            self._blame(line, "direction", "proposal.no_direction" if word else "proposal.empty", value=word)
        return word in self._words.went_out

    def _blame(self, line: Line, what: str, code: str, **params: str | int) -> None:
        self.faults.append(Refusal(code, line.address(self._places[what]), params))


def gaps(rows: Sequence[Listed]) -> Iterator[Refusal]:
    """Give the rows whose balance does not go on from the row before: lines are missing, or an amount is wrong.

    Banks write the newest row first or last; the order that has fewer gaps is the statement's.
    """
    told = [row for row in rows if row.balance is not None]
    yield from min((list(_gaps(told)), list(_gaps(told[::-1]))), key=len)


def _gaps(rows: Sequence[Listed]) -> Iterator[Refusal]:
    for before, row in pairwise(rows):
        expected = (before.balance or 0) + row.amount
        if row.balance != expected:
            told: dict[str, str | int] = {"row": row.row, "found": f"{row.balance or 0:,}", "expected": f"{expected:,}"}
            yield Refusal("statement.gap", f"{row.row}", told)
