"""A table of payments or a bank statement from elsewhere: read row by row, and what stands out in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.definition import Field, FieldType
from engine.refusal import Refusal
from engine.texts import Text
from workflows.proposal_cells import Order, Unreadable, Words, cell_text, read_cell
from workflows.proposals import PlanFaulty
from workflows.table_heading import Line, columns_of, from_heading, plain

COLUMNS = ("payee", "amount", "on", "reference", "account", "wording")
"""What a mapping may say of a heading."""

NEEDED = ("payee", "amount", "on")
_UNTITLED = Text("", "")
_MONEY = Field("amount", FieldType.MONEY, _UNTITLED)
_DAY = Field("on", FieldType.DATE, _UNTITLED)


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: whom it paid (or who paid), the amount in fen (below zero: the other way), and when."""

    row: int
    payee: str
    amount: int
    on: date
    reference: str = ""
    account: str = ""
    wording: str = ""

    @property
    def likeness(self) -> tuple[str, int, date]:
        """What two rows of one payment have in common."""
        return (self.payee, self.amount, self.on)


@dataclass(frozen=True, slots=True)
class HeadingPlan:
    """Which heading is which column, the order of dates that do not begin with the year, and a sign before amounts."""

    headings: Mapping[str, str]
    order: Order | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that could be read, and every cell that could not."""

    rows: tuple[Listed, ...]
    faults: tuple[Refusal, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of other sheets of the workbook, which have rows and were not read."""

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
    """Read a mapping: `columns: {HEADING: payee|amount|on|reference|account|wording}`, `dates`, `currency`.

    `dates` is one of `Order`, `currency` a sign such as `£`. Raises PlanFaulty, which says where and what is allowed.
    """
    if unknown := data.keys() - {"columns", "dates", "currency"}:
        raise PlanFaulty(f"{', '.join(sorted(map(str, unknown)))}: a mapping has columns, dates and currency")
    headings = data.get("columns")
    if not isinstance(headings, Mapping):
        raise PlanFaulty("columns: a mapping of headings to payee, amount, on, reference, account, wording")
    wrong = [str(name) for name in headings.values() if name not in COLUMNS]
    if wrong:
        raise PlanFaulty(f"columns: {', '.join(wrong)} is none of {', '.join(COLUMNS)}")
    missing = [name for name in NEEDED if name not in headings.values()]
    if missing:
        raise PlanFaulty(f"columns: no heading is {', '.join(missing)}")
    order = data.get("dates")
    if order is not None and order not in [one.value for one in Order]:
        raise PlanFaulty(f"dates: {order} is none of {', '.join(one.value for one in Order)}")
    twice = sorted({str(one) for one in headings.values() if list(headings.values()).count(one) > 1})
    if twice:
        raise PlanFaulty(f"columns: {', '.join(twice)} is given by several headings")
    named = {plain(str(name)): str(what) for name, what in headings.items()}
    return HeadingPlan(named, Order(order) if order else None, str(data.get("currency") or ""))


def read(mapping: HeadingPlan, table: Sequence[Line], words: Words) -> Listing:
    """Read a table from its heading on; cells that can not be read are named, their rows left out."""
    if not table:
        return Listing((), (Refusal("proposal.no_rows"),))
    table = from_heading(table, mapping.headings)
    wrong = tuple(_amiss(mapping, table[0]))
    if wrong:
        return Listing((), wrong)
    places = columns_of(table[0])
    columns = {what: places[heading][0] for heading, what in mapping.headings.items()}
    words = replace(words, money_signs=(*words.money_signs, mapping.currency)) if mapping.currency else words
    faults: list[Refusal] = []
    rows = tuple(_rows(table[1:], columns, mapping.order, words, faults))
    return Listing(rows, tuple(faults))


def _amiss(mapping: HeadingPlan, heading: Line) -> Iterator[Refusal]:
    """Give the headings that are missing, and those that stand there twice: which one is meant can not be known."""
    places = columns_of(heading)
    for name in mapping.headings:
        if name not in places:
            yield Refusal("proposal.no_heading", heading.address(0), {"heading": name})
        elif len(places[name]) > 1:
            yield Refusal("proposal.heading_twice", heading.address(places[name][1]), {"heading": name})


def _rows(
    table: Iterable[Line], columns: Mapping[str, int], order: Order | None, words: Words, faults: list[Refusal]
) -> Iterator[Listed]:
    for line in table:
        texts = {name: cell_text(line.cell(place)).strip() for name, place in columns.items()}
        try:
            amount = read_cell(_MONEY, line.cell(columns["amount"]), words, order)
        except Unreadable as wrong:
            faults.append(Refusal(wrong.code, line.address(columns["amount"]), wrong.params))
            continue
        try:
            on = read_cell(_DAY, line.cell(columns["on"]), words, order)
        except Unreadable as wrong:
            faults.append(Refusal(wrong.code, line.address(columns["on"]), wrong.params))
            continue
        empty = [
            name for name, value in (("amount", amount), ("on", on), ("payee", texts["payee"])) if value in (None, "")
        ]
        if empty:
            faults += [Refusal("proposal.empty", line.address(columns[name])) for name in empty]
            continue
        assert isinstance(amount, int)
        others = {name: texts.get(name, "") for name in ("reference", "account", "wording")}
        yield Listed(line.number, texts["payee"], amount, date.fromisoformat(str(on)), **others)
