"""Pages of money: the year's statement, sources, a project's budget, payments, and the bank's statement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from adapters.documents.spreadsheet import Cell, SpreadsheetError
from adapters.documents.workbook import Kind as CellKind
from adapters.sql.reads.cases import CaseLine, Filter, list_cases, titles_by_code
from adapters.sql.reads.ledger import kept, statement, trail_rows
from adapters.sql.reads.paging import Page
from engine.case import Case
from engine.refusal import Refusal
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.statements import Taken, read_listing, statement_plan, take_statement
from service.telling import ZONE
from service.web.blocked import obstacles
from service.web.fields import Choice
from service.web.list_columns import FUND_FIGURES, FUNDS, chooser, file_asked, item_labels
from service.web.list_columns import PAYMENTS as PAYMENT_TABLE
from service.web.list_files import every, item_cell, list_file
from service.web.listing import show_items
from service.web.lists import Address, Column, by_key, pager
from service.web.pages import address_of, page, speech_of
from service.web.portfolio import HELD_STATES, Narrowing, narrowed
from service.web.reading import Look, look, look_at_case
from service.web.views.addresses import item_url, spelt
from service.web.views.funds import (
    SourceUse,
    budget_rows,
    budget_stacks,
    flow_rows,
    line_names,
    source_rows,
    total,
    use_of,
)
from service.web.views.rows import ItemRow
from service.web.views.values import said
from workflows.funds.books import Books
from workflows.funds.listing import Listing
from workflows.funds.papers import ACCOUNT, BANK_LINE, BUDGET, PAYMENT, SOURCES
from workflows.funds.tracing import trace

LINES_MAX, PAYMENTS = 50, 20
FIGURES = FUND_FIGURES
WRONG = 422
BANK_WORDS = ("booked_on", "direction", "counterparty", "wording")
"""What tells one line of a bank's statement from another."""

HOLD = "hold_condition"
"""The field of a payment that says when it may go on."""


class Turnover(Struct, frozen=True):
    """What an account turned over in the year, in fen."""

    title: str
    debited: int
    credited: int


@get("/funds", include_in_schema=False)
async def show_funds(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Response[bytes]:
    """The statement of this year for the units one sees whole, and the sources of money; these as a file, too."""
    year, address = front.assembly.clock.now().astimezone(ZONE).year, address_of(request)
    kind, t = file_asked(address), speech_of(request)
    labels = {name: t(f"funds.{name}") for name in FUNDS.columns}

    def work(found: Look) -> dict[str, Any]:
        offered = chooser(found.connection, found.actor.id, FUNDS, address, labels)
        return {"accounts": _statement(found, year), "rows": _uses(found), "year": year, "chooser": offered}

    def file(found: Look) -> Response[bytes]:
        shown = chooser(found.connection, found.actor.id, FUNDS, address, labels).shown
        chosen = {name: label for name, label in labels.items() if name in shown}
        kinds = dict.fromkeys(FIGURES, CellKind.MONEY)
        return list_file(found, kind, FUNDS.name, chosen, _uses(found), _source_cell, kinds)

    if kind:
        return await look(request, front, file)
    context = await look(request, front, work)
    columns = [
        Column(name, label, numeric=name in FIGURES)
        for name, label in labels.items()
        if name in context["chooser"].shown
    ]
    return page(request, "funds.html", title=t("funds.title"), columns=columns, column=by_key(columns), **context)


def _source_cell(row: SourceUse, key: str) -> Cell:
    if key == "source":
        return f"{row.source} {row.title}"
    return row.left if key == "on_account" else getattr(row, key)


def _uses(found: Look) -> list[SourceUse]:
    """Give the sources one sees with what became of each."""
    books: dict[str, Books] = {}
    rows = []
    cases = [found.case(line.id) for line in _lines(found, tuple(SOURCES))]
    names = titles_by_code(found.connection, (str(case.data.get("project", "")) for case in cases))
    for case in cases:
        project, kind = str(case.data.get("project", "")), found.reader.says(found.definition_of(case).title)
        if project not in books:
            books[project] = Books(kept(found.connection, project).totals)
        urls = (f"/funds/{spelt(case.code)}", item_url(project, "budget"))
        named = SourceUse(case.code, urls[0], kind, names.get(project, project), urls[1])
        rows.append(use_of(named, books[project]))
    return rows


def _statement(found: Look, year: int) -> list[Turnover]:
    debited, credited = Counter[str](), Counter[str]()
    for path in found.caller.sight.below:
        for line in statement(found.connection, year, path):
            debited[line.account] += line.debited
            credited[line.account] += line.credited
    wording = found.reader.rendering.wording
    titles = {name: wording.catalogue.text(wording.language, f"refusals.account.{name}") for name in debited | credited}
    return [Turnover(titles[name], debited[name], credited[name]) for name in sorted(debited | credited)]


def _lines(found: Look, definitions: tuple[str, ...]) -> list[CaseLine]:
    lines: list[CaseLine] = []
    for key in definitions:
        wanted = Filter(definition=key)
        lines += list_cases(found.connection, scope_of(found.caller), wanted, None, LINES_MAX).lines
    return sorted(lines, key=lambda line: line.id, reverse=True)[:LINES_MAX]


@get("/funds/{code:str}", include_in_schema=False)
async def show_source(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """One source: what it promised, what came and where every fen of it went."""
    del code

    def work(found: Look, case: Case) -> dict[str, Any]:
        project = str(case.data.get("project", ""))
        books = Books(kept(found.connection, project).totals)
        rows = [row for row in source_rows(books) if row.source == case.code]
        flows = flow_rows(trace(trail_rows(found.connection, project)), case.code)
        return {
            "code": case.code,
            "sources": rows,
            "flows": flows,
            "url": item_url(case.code),
            "project": project,
            "budget_url": item_url(project, "budget"),
        }

    context = await look_at_case(request, front, work)
    return page(request, "fund.html", title=speech_of(request)("funds.source"), **context)


@get("/items/{code:str}/budget", include_in_schema=False)
async def show_budget(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The budget of a project line by line, its sources, and every fen from receipt to payee."""
    del code

    def work(found: Look, case: Case) -> dict[str, Any]:
        ledger = kept(found.connection, case.code)
        books = Books(ledger.totals)
        rows = budget_rows(books, line_names(found.facts.peers(BUDGET, "project", case.code)))
        return {
            "code": case.code,
            "name": found.title(case),
            "rows": rows,
            "total": total(rows),
            "uses": budget_stacks(rows, found.t),
            "sources": source_rows(books),
            "flows": flow_rows(trace(trail_rows(found.connection, case.code))),
            "digest": ledger.hash if ledger.seq else "",
            "entries": ledger.seq,
            "back_url": item_url(case.code),
        }

    context = await look_at_case(request, front, work)
    return page(request, "item_budget.html", title=speech_of(request)("funds.budget"), **context)


@get("/disbursements", include_in_schema=False)
async def show_payments(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Response[bytes]:
    """Payments one may see, the newest first; all of them as a file, too."""
    address, t = address_of(request), speech_of(request)
    kind, labels = file_asked(address), item_labels(t) | {"note": t("lists.column.note")}

    def work(found: Look) -> dict[str, Any]:
        listed = _payments(found, address, address.get("after") or None, PAYMENTS)
        rows = _shown_payments(found, listed.lines)
        offered = chooser(found.connection, found.actor.id, PAYMENT_TABLE, address, labels)
        return {"rows": rows, "pager": pager(address, len(rows), next_key=listed.after), "chooser": offered}

    def file(found: Look) -> Response[bytes]:
        shown = chooser(found.connection, found.actor.id, PAYMENT_TABLE, address, labels).shown
        chosen = {key: label for key, label in labels.items() if key in shown}
        rows = _shown_payments(found, every(partial(_payments, found, address)))
        return list_file(found, kind, PAYMENT_TABLE.name, chosen, rows, partial(item_cell, found))

    if kind:
        return await look(request, front, file)
    context = await look(request, front, work)
    is_held = address.get("state") == "held"
    return page(request, "disbursements.html", title=t("funds.payments"), held=is_held, **context)


def _payments(found: Look, address: Address, after: str | None, lines: int) -> Page[CaseLine]:
    states = HELD_STATES if address.get("state") == "held" else ()
    wanted = narrowed(found, Narrowing.read(address), Filter(definition=PAYMENT, states=states))
    return list_cases(found.connection, scope_of(found.caller), wanted, after, lines)


def _shown_payments(found: Look, lines: Sequence[CaseLine]) -> list[ItemRow]:
    rows = zip(lines, show_items(found, lines), strict=True)
    return [_with_reasons(found, line, row) for line, row in rows]


def _with_reasons(found: Look, line: CaseLine, row: ItemRow) -> ItemRow:
    """Add to a payment why it does not go on: the condition it is held under, and what its next step lacks."""
    if line.closed_at is not None:
        return row
    case = found.case(line.id)
    held = [str(case.data[HOLD])] if case.state in HELD_STATES and case.data.get(HOLD) else []
    return replace(row, note=found.t("show.reason_separator").join([*held, *obstacles(found, case)]))


@get("/funds/reconcile", include_in_schema=False)
async def show_reconcile(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The lines of bank statements that are not matched yet, and where a statement is handed in."""
    return await _reconcile(request, front)


async def _reconcile(
    request: AnyRequest,
    front: Front,
    taken: Taken | None = None,
    faults: tuple[Refusal, ...] = (),
    listing: Listing | None = None,
) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        scope = scope_of(found.caller)
        accounts = list_cases(found.connection, scope, Filter(definition=ACCOUNT, is_closed=False), None, LINES_MAX)
        waiting = Filter(definition=BANK_LINE, states=("imported",))
        lines = list_cases(found.connection, scope, waiting, None, LINES_MAX).lines
        say = found.reader.rendering.wording.sentence
        return {
            "accounts": [Choice(line.code, f"{line.code} {line.title}") for line in accounts.lines],
            "rows": [_of_bank(found, *pair) for pair in zip(lines, show_items(found, lines), strict=True)],
            "taken": taken,
            "listing": listing,
            "problems": [
                f"{one.where}{found.t('filling.colon')}{say(one)}" if one.where else say(one) for one in faults
            ],
        }

    context = await look(request, front, work)
    title = speech_of(request)("funds.reconcile")
    return page(request, "reconcile.html", title=title, status=WRONG if faults else 200, **context)


def _of_bank(found: Look, line: CaseLine, row: ItemRow) -> ItemRow:
    """Say of a line of a statement when it was booked, which way, with whom and for what."""
    case = found.case(line.id)
    fields = found.definition_of(case).fields
    told = (said(found.reader, fields[name], case.data.get(name)) for name in BANK_WORDS)
    return replace(row, note=" · ".join(one for one in told if one))


@post("/funds/reconcile", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def take(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Open a line for each row of a statement, and match those that fit one payment, receipt or refund."""
    form = await request.form()
    given, code = form.get("statement"), str(form.get("account", ""))
    content = await given.read() if isinstance(given, UploadFile) else b""
    account = await look(request, front, lambda found: _account(found, code))
    if account is None or not content:
        return await _reconcile(request, front, faults=(Refusal("statement.nothing"),))
    try:
        listing = read_listing(BytesIO(content), statement_plan())
    except SpreadsheetError as error:
        return await _reconcile(request, front, faults=(error.refusal,))
    if listing.faults:
        return await _reconcile(request, front, faults=listing.faults)
    actor, digest = caller_of(request).actor, sha256(content).hexdigest()
    taken = await in_thread(
        front.assembly.slow_threads,
        lambda: take_statement(front.assembly, account, listing.rows, actor, digest, lambda _done: None),
    )
    return await _reconcile(request, front, taken, taken.faults, listing)


def _account(found: Look, code: str) -> Case | None:
    """Give an account that the reader sees."""
    wanted = Filter(definition=ACCOUNT, words=code or "-")
    lines = list_cases(found.connection, scope_of(found.caller), wanted, None, LINES_MAX).lines
    line = next((line for line in lines if line.code == code), None)
    return None if line is None else found.case(line.id)


HANDLERS: list[HTTPRouteHandler] = [show_funds, show_source, show_budget, show_payments, show_reconcile, take]
