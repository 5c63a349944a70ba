"""The money of a project as its pages show it: budget lines and their uses, sources, what came and where it went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from engine.case import Case
from service.texts import Speech
from service.web.charts import Part, Stack, Stacks
from service.web.formats import Formats
from service.web.site import CHINA
from workflows.funds.books import Books
from workflows.funds.chart import (
    APPROVED,
    BANK,
    CARRIED_IN,
    DUE_FROM_SOURCE,
    ENCUMBERED,
    FREE,
    LAPSED,
    LOAN,
    LOCKED,
    PRE_ENCUMBERED,
    PRIVATE_CAPITAL,
    RESERVED,
    SOURCE_INCOME,
    SPENT,
)
from workflows.funds.papers import lines_of
from workflows.funds.tracing import Trail
from workflows.guards.reading import text_in

USES = ("spent", "reserved", "bound", "free", "other")
"""Where the money of a budget line can be, what is done first."""

NO_NAMES: Mapping[str, str] = MappingProxyType({})


class BudgetRow(Struct, frozen=True):
    """A budget line of a source and year, in fen: where its money is. `name` says what it is for, if that is known."""

    line: str
    source: str
    year: int
    approved: int
    free: int
    bound: int
    reserved: int
    spent: int
    other: int
    name: str = ""


class SourceRow(Struct, frozen=True):
    """A source of a project, in fen."""

    source: str
    promised: int
    received: int
    spent: int
    on_account: int


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source (`title` is its kind) of a project by name beside what became of it, in fen, and where its budget is."""

    source: str
    url: str
    title: str
    project: str
    project_url: str
    promised: int = 0
    received: int = 0
    approved: int = 0
    committed: int = 0
    spent: int = 0
    left: int = 0


class FlowRow(Struct, frozen=True):
    """An amount that came by a receipt and went out by a payment; without `payment` it is still there."""

    receipt: str
    payment: str
    payee: str
    amount: int
    on: date


def line_names(budgets: Iterable[Case]) -> dict[str, str]:
    """Say what the lines of a project's budgets are for, by their numbers; the newest budget has the last word."""
    tables = (lines_of(one.data, "approved_lines") or lines_of(one.data, "lines") for one in budgets)
    return {text_in(row, "line"): text_in(row, "content") for table in tables for row in table}


def budget_rows(books: Books, names: Mapping[str, str] = NO_NAMES) -> list[BudgetRow]:
    """Give the budget line by line, as the ledger has it now; `names` are what lines are for."""
    places = sorted({(one.place.line, one.place.source, one.place.year) for one in books.each(APPROVED)})
    places += sorted({(one.place.line, one.place.source, one.place.year) for one in books.each(CARRIED_IN)})
    return [_budget_row(books, *place, names.get(place[0], "")) for place in dict.fromkeys(places)]


def _budget_row(books: Books, line: str, source: str, year: int, name: str) -> BudgetRow:
    at: dict[str, str | int] = {"line": line, "source": source, "year": year}
    return BudgetRow(
        line,
        source,
        year,
        approved=books.amount(APPROVED, CARRIED_IN, **at),
        free=books.amount(FREE, **at),
        bound=books.amount(PRE_ENCUMBERED, ENCUMBERED, **at),
        reserved=books.amount(RESERVED, **at),
        spent=books.amount(SPENT, **at),
        other=books.amount(LOCKED, LAPSED, **at),
        name=name,
    )


def source_rows(books: Books) -> list[SourceRow]:
    """Give each source: what it promised, what came, what was spent, what lies on the accounts."""
    accounts = (SOURCE_INCOME, PRIVATE_CAPITAL, LOAN)
    names = sorted({name for account in accounts for name in books.values(account, "source")})
    return [_source_row(books, name) for name in names]


def _source_row(books: Books, source: str) -> SourceRow:
    promised = books.amount(SOURCE_INCOME, PRIVATE_CAPITAL, source=source) + books.credited(LOAN, source=source)
    due = books.amount(DUE_FROM_SOURCE, source=source)
    spent, there = books.amount(SPENT, source=source), books.amount(BANK, source=source)
    return SourceRow(source, promised, promised - due, spent, there)


def flow_rows(trail: Trail, source: str | None = None) -> list[FlowRow]:
    """Give every part of every receipt with what became of it; of one source when it is named."""
    rows: list[FlowRow] = []
    for lot in trail.lots.values():
        if source is not None and lot.source != source:
            continue
        rows += [
            FlowRow(lot.code, use.payment or use.to, use.payee, use.amount, use.on)
            for use in trail.uses
            if use.lot == lot.name
        ]
        if left := trail.left(lot.name):
            rows.append(FlowRow(lot.code, "", "", left, lot.on))
    return rows


def use_of(named: SourceUse, books: Books) -> SourceUse:
    """Fill in what the ledger says of a source: committed is what contracts bind, reserve or have spent."""
    lines = total(one for one in budget_rows(books) if one.source == named.source)
    money = next((one for one in source_rows(books) if one.source == named.source), None)
    return replace(
        named,
        promised=money.promised if money is not None else 0,
        received=money.received if money is not None else 0,
        approved=lines.approved,
        committed=lines.bound + lines.reserved + lines.spent,
        spent=lines.spent,
        left=money.on_account if money is not None else 0,
    )


def budget_stacks(rows: Sequence[BudgetRow], t: Speech) -> Stacks | None:
    """Draw where the money of each budget line is; None without a budget."""
    formats = Formats(t, CHINA)
    bars = [
        Stack(
            " · ".join(filter(None, (f"{row.line} {row.name}".strip(), row.source, str(row.year)))),
            [Part(t(f"funds.{name}"), getattr(row, name), formats.amount(getattr(row, name))) for name in USES],
        )
        for row in rows
    ]
    kinds = [t(f"funds.{name}") for name in USES]
    return Stacks("budget", t("funds.uses"), t("funds.line"), kinds, bars) if bars else None


def total(rows: Iterable[BudgetRow]) -> BudgetRow:
    """Add up the lines."""
    found: Sequence[BudgetRow] = tuple(rows)
    names = ("approved", "free", "bound", "reserved", "spent", "other")
    return BudgetRow("", "", 0, *(sum(getattr(one, name) for one in found) for name in names))
