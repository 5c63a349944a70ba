"""The funds ledger to read: the year's statement of the units one sees, and the journal of a project's money."""

from collections import Counter
from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from adapters.sql.histories import load
from adapters.sql.reads.ledger import journal, kept, statement
from engine.refusal import NotFound
from engine.values import INTEGER_MAX
from service.http.answers import problems
from service.http.contract import Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.lists import PAGE_USUAL, Limit, Unit
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.telling import ZONE
from workflows.funds.journal import Row
from workflows.funds.posting import Posting

YEAR_MIN, YEAR_MAX = 2000, 2100

Year = Annotated[
    int | None,
    QueryParameter(ge=YEAR_MIN, le=YEAR_MAX, required=False, description="The fiscal year; this one if not named."),
]
AfterEntry = Annotated[
    int, QueryParameter(name="after", ge=0, le=INTEGER_MAX, description="`next` of the page before.")
]


class AccountLine(msgspec.Struct):
    """What an account turned over, in fen."""

    account: str
    title: str
    debited: int
    credited: int


class Statement(msgspec.Struct):
    """The accounts of a fiscal year, for all projects of the units that the caller sees whole (or of the one named)."""

    year: int
    accounts: list[AccountLine]


class PostingShape(msgspec.Struct):
    """An amount in fen from the account `credit` to the account `debit`, and where it is (empty: nowhere)."""

    debit: str
    credit: str
    amount: int
    source: str
    year: int
    line: str
    contract: str
    milestone: str
    payment: str
    payee: str


class EntryShape(msgspec.Struct):
    """One entry. `item_code` and `record` say which decision made it; `hash` chains it to the entry before."""

    number: int
    movement: str
    title: str
    on: date
    reason: str
    reverses: str
    item_code: str
    record: int
    by: Named
    at: datetime
    hash: str
    postings: list[PostingShape]


class Journal(msgspec.Struct):
    """The money of a project: its accounts as they stand, and its entries in order. `next` is null on the last page."""

    item_id: str
    accounts: list[AccountLine]
    entries: list[EntryShape]
    next: int | None


@get("/api/v1/ledger", responses=problems(404), tags=["ledger"])
async def ledger(request: AnyRequest, front: NamedDependency[Front], year: Year = None, unit: Unit = None) -> Statement:
    """Read the statement of a fiscal year, added up over the units that the caller sees whole."""
    caller, rendering = caller_of(request), rendering_for(request, front)
    wanted = year or front.assembly.clock.now().astimezone(ZONE).year
    paths = caller.sight.below
    if unit is not None:
        found = caller.directory.units.get(unit)
        if found is None or not found.path.startswith(paths):
            raise NotFound(f"unit {unit}")
        paths = (found.path,)

    def look() -> Statement:
        debited, credited = Counter[str](), Counter[str]()
        with front.assembly.database.read() as connection:
            for path in paths:
                for line in statement(connection, wanted, path):
                    debited[line.account] += line.debited
                    credited[line.account] += line.credited
        return Statement(wanted, _accounts(rendering, debited, credited))

    return await in_thread(front.assembly.threads, look)


@get("/api/v1/items/{item_id:str}/ledger", responses=problems(404), tags=["ledger"])
async def item_ledger(
    request: AnyRequest, front: NamedDependency[Front], after: AfterEntry = 0, limit: Limit = PAGE_USUAL
) -> Journal:
    """Read the money of a project: what its accounts hold, and each entry with the decision that made it."""
    case_id, rendering = seen_row(request).case_id, rendering_for(request, front)

    def look() -> Journal:
        with front.assembly.database.read() as connection:
            code = load(connection, case_id).code
            totals, rows = kept(connection, code).totals, journal(connection, code)
        debited, credited = Counter[str](), Counter[str]()
        for name, (debit, credit) in totals.items():
            account = name.partition("|")[0]
            debited[account] += debit
            credited[account] += credit
        shown = [row for row in rows if row.seq > after][:limit]
        is_more = bool(shown) and shown[-1].seq < rows[-1].seq
        entries = [_entry(rendering, row) for row in shown]
        accounts = _accounts(rendering, debited, credited)
        return Journal(case_id, accounts, entries, shown[-1].seq if is_more else None)

    return await in_thread(front.assembly.threads, look)


def _accounts(rendering: Rendering, debited: Counter[str], credited: Counter[str]) -> list[AccountLine]:
    return [
        AccountLine(name, _title(rendering, f"account.{name}"), debited[name], credited[name])
        for name in sorted(debited | credited)
    ]


def _entry(rendering: Rendering, row: Row) -> EntryShape:
    entry, maker = row.entry, row.maker
    return EntryShape(
        number=row.seq,
        movement=entry.movement.value,
        title=_title(rendering, f"movement.{entry.movement.value}"),
        on=entry.on,
        reason=entry.reason,
        reverses=entry.reverses,
        item_code=maker.case,
        record=maker.seq,
        by=rendering.person(maker.actor),
        at=maker.at,
        hash=row.hash,
        postings=[_posting(posting) for posting in entry.postings],
    )


def _posting(posting: Posting) -> PostingShape:
    at = posting.at
    return PostingShape(
        debit=posting.debit.name,
        credit=posting.credit.name,
        amount=posting.amount,
        source=at.source,
        year=at.year,
        line=at.line,
        contract=at.contract,
        milestone=at.milestone,
        payment=at.payment,
        payee=at.payee,
    )


def _title(rendering: Rendering, key: str) -> str:
    """Name an account or a movement in the reader's language; the ledger keeps its words beside its rules."""
    return rendering.wording.catalogue.text(rendering.wording.language, f"refusals.{key}")


HANDLERS: list[HTTPRouteHandler] = [ledger, item_ledger]
