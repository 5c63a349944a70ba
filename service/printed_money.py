"""Tables of a project's money for its printed documents: sources, contracts, payments, and the ledger."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from adapters.documents.paper import Sheet
from engine.case import Case
from engine.facts import Facts
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.reader import Reader
from workflows.beside import standing_beside
from workflows.funds.books import Books
from workflows.funds.chart import (
    APPROVED,
    DUE_FROM_SOURCE,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    LOAN,
    PRIVATE_CAPITAL,
    RETENTION,
    SOURCE_INCOME,
    SPENT,
)
from workflows.funds.papers import (
    CONTRACT,
    IN_EFFECT,
    IN_FORCE,
    PAID,
    PAYMENT,
    SOURCES,
    signed_amount,
    signed_supplements,
)
from workflows.guards.reading import number_in, text_in

BOUND = IN_FORCE | {"terminated"}

Row = tuple[str | int, ...]
"""Cells of a row; a whole number is money, in fen."""


def money_sheets(names: Sequence[str], project: Case, facts: Facts, reader: Reader) -> Iterator[Sheet]:
    """Give the tables of these names, each with its sums; none that has nothing to tell."""
    formats = Formats(reader.t, CHINA)
    books = Books(facts.balances(project.code))
    for name in names:
        columns, read = _TABLES[name]
        rows = list(read(project, facts, books, reader))
        if rows:
            title = reader.t(f"papers.money.{name}")
            told = [*rows, _sums(rows, reader.t("papers.money.total"))] if len(rows) > 1 else rows
            cells = tuple(tuple(formats.money(one) if isinstance(one, int) else one for one in row) for row in told)
            yield Sheet(title, tuple(reader.t(f"papers.money.{column}") for column in columns), cells)


def _sums(rows: Sequence[Row], word: str) -> Row:
    columns = list(zip(*rows, strict=True))[1:]
    sums = (sum(one for one in part if isinstance(one, int)) if isinstance(part[0], int) else "" for part in columns)
    return (word, *sums)


def _sources(project: Case, facts: Facts, books: Books, reader: Reader) -> Iterator[Row]:
    for definition in SOURCES:
        for one in standing_beside(facts, definition, project.code):
            if one.state in IN_EFFECT:
                way, document = _procedure(reader, one), text_in(one.data, "document")
                yield (one.code, way, document, number_in(one.data, "amount"), _came(books, one.code))


def _contracts(project: Case, facts: Facts, books: Books, _reader: Reader) -> Iterator[Row]:
    for one in standing_beside(facts, CONTRACT, project.code):
        if one.state in BOUND:
            price = number_in(one.data, "amount") + sum(map(signed_amount, signed_supplements(one.data)))
            paid, held = (books.amount(account, contract=one.code) for account in (SPENT, RETENTION))
            yield (one.code, text_in(one.data, "title"), text_in(one.data, "supplier"), price, paid, held)


def _payments(project: Case, facts: Facts, _books: Books, _reader: Reader) -> Iterator[Row]:
    for one in standing_beside(facts, PAYMENT, project.code):
        if one.state in PAID:
            cells = (text_in(one.data, name) for name in ("contract", "milestone", "payee_name", "paid_on"))
            yield (one.code, *cells, number_in(one.data, "amount"))


def _accounts(_project: Case, _facts: Facts, books: Books, _reader: Reader) -> Iterator[Row]:
    for source in books.values(APPROVED, "source"):
        given_back = sum(books.debited(account, source=source) for account in (DUE_TO_TREASURY, DUE_TO_SOURCE))
        approved, spent, held = (books.amount(account, source=source) for account in (APPROVED, SPENT, RETENTION))
        yield (source, approved, _came(books, source), spent, held, given_back)


def _came(books: Books, source: str) -> int:
    """Give the money that came from a source, in fen."""
    promised = books.amount(SOURCE_INCOME, PRIVATE_CAPITAL, source=source)
    return promised - books.amount(DUE_FROM_SOURCE, source=source) + books.credited(LOAN, source=source)


def _procedure(reader: Reader, case: Case) -> str:
    return reader.t(f"papers.money.{case.definition.replace('-', '_')}")


_Read = Callable[[Case, Facts, Books, Reader], Iterator[Row]]
_TABLES: Mapping[str, tuple[tuple[str, ...], _Read]] = {
    "sources": (("source", "way", "document", "amount", "received"), _sources),
    "contracts": (("contract", "subject", "supplier", "price", "paid", "held"), _contracts),
    "payments": (("payment", "contract", "milestone", "payee", "paid_on", "amount"), _payments),
    "accounts": (("source", "approved", "received", "paid", "held", "given_back"), _accounts),
}
