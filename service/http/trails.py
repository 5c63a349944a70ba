"""The money of a project in detail: every balance, and every fen from source to payee and back in one call."""

from datetime import date

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.histories import load
from adapters.sql.reads.ledger import kept, trail_rows
from service.http.answers import problems
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread, seen_row
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from workflows.funds.books import Books
from workflows.funds.chart import CHART
from workflows.funds.tracing import Trail, trace


class AccountShape(msgspec.Struct):
    """An account of the chart: its book, the side it grows on, and what keeps its balances apart."""

    account: str
    title: str
    book: str
    side: str
    kept_by: list[str]


class Chart(msgspec.Struct):
    """All accounts there are."""

    accounts: list[AccountShape]


class BalanceShape(msgspec.Struct):
    """A balance in fen, at its place (empty: nowhere)."""

    account: str
    title: str
    amount: int
    debited: int
    credited: int
    source: str
    year: int
    line: str
    bank: str
    contract: str
    milestone: str
    payment: str


class Balances(msgspec.Struct):
    """Every balance of a project. `hash` is that of the journal's last entry: the same hash, the same balances."""

    item_id: str
    hash: str
    entries: int
    balances: list[BalanceShape]


class LotShape(msgspec.Struct):
    """Money that came in one amount, by the receipt or claim `code`; `left` is still on the account."""

    lot: str
    source: str
    bank: str
    code: str
    payee: str
    amount: int
    left: int
    on: date


class UseShape(msgspec.Struct):
    """Part of a lot that left: to a payee, or back to the treasury, a source or a lender."""

    lot: str
    to: str
    payment: str
    contract: str
    milestone: str
    payee: str
    amount: int
    on: date
    invoices: dict[str, int]


class EdgeShape(msgspec.Struct):
    """An edge of the money-flow map."""

    origin: str
    target: str
    amount: int


class TrailShape(msgspec.Struct):
    """Where every fen of a project came from and went: each lot is exactly its uses and what is left of it."""

    item_id: str
    lots: list[LotShape]
    uses: list[UseShape]
    edges: list[EdgeShape]


@get("/api/v1/ledger/accounts", responses=problems(), tags=["ledger"])
async def accounts(request: AnyRequest, front: NamedDependency[Front]) -> Chart:
    """Read the chart of accounts."""
    rendering = rendering_for(request, front)
    return Chart(
        [
            AccountShape(one.name, _title(rendering, one.name), one.book.value, one.side.value, list(one.key))
            for one in CHART.values()
        ]
    )


@get("/api/v1/items/{item_id:str}/ledger/balances", responses=problems(404), tags=["ledger"])
async def balances(request: AnyRequest, front: NamedDependency[Front]) -> Balances:
    """Read every balance of a project's money, with the hash that says of which state of the journal."""
    case_id, rendering = seen_row(request).case_id, rendering_for(request, front)

    def look() -> Balances:
        with front.assembly.database.read() as connection:
            found = kept(connection, load(connection, case_id).code)
        shapes = [
            BalanceShape(
                balance.account.name,
                _title(rendering, balance.account.name),
                balance.amount,
                balance.debited,
                balance.credited,
                *(balance.place.source, balance.place.year, balance.place.line, balance.place.bank),
                *(balance.place.contract, balance.place.milestone, balance.place.payment),
            )
            for balance in Books(found.totals)
        ]
        return Balances(case_id, found.hash, found.seq, shapes)

    return await in_thread(front.assembly.threads, look)


@get("/api/v1/items/{item_id:str}/ledger/trace", responses=problems(404), tags=["ledger"])
async def follow(request: AnyRequest, front: NamedDependency[Front]) -> TrailShape:
    """Follow every fen of a project from source to payee and back."""
    case_id = seen_row(request).case_id

    def look() -> TrailShape:
        with front.assembly.database.read() as connection:
            trail = trace(trail_rows(connection, load(connection, case_id).code))
        return _shape(case_id, trail)

    return await in_thread(front.assembly.threads, look)


def _shape(case_id: str, trail: Trail) -> TrailShape:
    lots = [
        LotShape(one.name, one.source, one.bank, one.code, one.payee, one.amount, trail.left(one.name), one.on)
        for one in trail.lots.values()
    ]
    uses = [
        UseShape(
            *(one.lot, one.to, one.payment, one.contract, one.milestone, one.payee, one.amount, one.on),
            invoices=trail.invoices.get(one.payment, {}),
        )
        for one in trail.uses
    ]
    edges = [EdgeShape(one.origin, one.target, one.amount) for one in trail.edges()]
    return TrailShape(case_id, lots, uses, edges)


def _title(rendering: Rendering, account: str) -> str:
    return rendering.wording.catalogue.text(rendering.wording.language, f"refusals.account.{account}")


HANDLERS: list[HTTPRouteHandler] = [accounts, balances, follow]
