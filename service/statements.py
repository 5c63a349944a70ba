"""Bank statements into lines of an account, each matched with what the books say where that is certain."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import IO

from msgspec import structs

from adapters import shipped
from adapters.documents.spreadsheet import chosen, read_tables
from adapters.sql.directory import CaseFacts
from adapters.sql.histories import situation
from adapters.sql.numbering import next_code
from engine.case import Case
from engine.commands import Act, Actor, Start
from engine.refusal import Refusal, Refused
from engine.values import Json
from service.assembly import Assembly
from workflows.funds.listing import HeadingPlan, Listed, Listing, gaps, mapping_from, read
from workflows.funds.papers import BANK_LINE, PAYMENT, RECEIPT, REFUND
from workflows.funds.usual_headings import usual_plan
from workflows.guards.accounts import BOOKED
from workflows.guards.reading import number_in
from workflows.proposal_cells import words_from
from workflows.shipped import PROPOSAL_WORDS, STATEMENT, USUAL_HEADINGS


def statement_plan() -> HeadingPlan:
    """Give the headings of our own template of a statement (`workflows/funds/statement.yaml`)."""
    return mapping_from(shipped.table(STATEMENT))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a statement: lines opened, lines matched at once, rows refused by their number."""

    opened: tuple[str, ...]
    matched: tuple[str, ...]
    faults: tuple[Refusal, ...]


def read_listing(file: IO[bytes], plan: HeadingPlan, encoding: str | None = None, name: str | None = None) -> Listing:
    """Read the sheet of that name or the first that has rows, and name the others; raises `SpreadsheetError`."""
    sheet, left_out = chosen(read_tables(file, encoding), name)
    return replace(read(plan, sheet.rows, words_from(shipped.table(PROPOSAL_WORDS))), left_out=left_out)


def read_elsewhere(file: IO[bytes], encoding: str | None = None, name: str | None = None) -> Listing:
    """Read a table by the headings of our template or, where it has others, by those that are usual; as `read_listing`.

    For looking at a table only: what was taken for what is in `columns`, and nobody has said that it is so.
    """
    sheet, left_out = chosen(read_tables(file, encoding), name)
    words = words_from(shipped.table(PROPOSAL_WORDS))
    listing = read(statement_plan(), sheet.rows, words)
    if any(fault.code == "proposal.no_heading" for fault in listing.faults):
        plan = usual_plan(sheet.rows, shipped.table(USUAL_HEADINGS), words)
        listing = listing if plan is None else replace(read(plan, sheet.rows, words), columns=plan.headings)
    return replace(listing, left_out=left_out)


def take_statement(
    assembly: Assembly, account: Case, rows: Iterable[Listed], actor: Actor, source: str, tell: Callable[[int], None]
) -> Taken:
    """Open a line for each row, once although statements overlap; match what fits. `source` is the file's digest."""
    opened: list[str] = []
    matched: list[str] = []
    rows = list(rows)
    faults: list[Refusal] = list(gaps(rows))
    alike: Counter[tuple[str, date, int]] = Counter()
    for count, row in enumerate(rows, 1):
        alike[row.identity] += 1
        key = _key(account, row, alike[row.identity])
        try:
            code = _open(assembly, account, row, actor, source, key)
            if code is not None:
                opened.append(code)
                matched += [code] if _match(assembly, code, account, row, actor) else []
        except Refused as refused:
            faults += [Refusal(one.code, f"{row.row}", one.params, one.text) for one in refused.reasons]
        tell(count)
    return Taken(tuple(opened), tuple(matched), tuple(faults))


def _key(account: Case, row: Listed, nth: int) -> str:
    """Tell a line of an account from all others; equal ones are told apart by how many came before in the statement."""
    return sha256(repr((account.code, *map(str, row.identity), nth)).encode()).hexdigest()


def _open(assembly: Assembly, account: Case, row: Listed, actor: Actor, source: str, key: str) -> str | None:
    """Open the line of a row; None when it is there already."""
    definition, now = assembly.library.get(BANK_LINE).definition, assembly.clock.now()
    data: dict[str, Json] = {
        "account": account.code,
        "reference": row.reference or f"{source[:12]}-{row.row}",
        "booked_on": row.on.isoformat(),
        "direction": "out" if row.amount < 0 else "in",
        "amount": abs(row.amount),
        "counterparty": row.payee,
        "counter_account": row.account,
        "wording": row.wording,
        "balance": "" if row.balance is None else row.balance,
    }
    command = Start(
        case_id=assembly.ids.new(),
        actor=actor,
        key=f"statement {key}",
        digest=key,
        definition=BANK_LINE,
        code="-",
        unit=account.unit,
        data={name: value for name, value in data.items() if value != ""},
    )
    with assembly.database.read() as connection:
        if situation(connection, command).answer is not None:
            return None
    today = assembly.organisation.now().calendars[definition.calendar].local_day(now)
    code = next_code(assembly.database, definition.numbering, account.unit, today)
    return assembly.runtime.execute(structs.replace(command, code=code)).code


def _match(assembly: Assembly, code: str, account: Case, row: Listed, actor: Actor) -> bool:
    """Match a line with the one case that fits; where several or none fit, a person decides."""
    with assembly.database.read() as connection:
        facts = assembly.organisation.facts(connection)
        fitting = _fitting(facts, account, row)
        line = facts.case(code)
    for candidate in fitting:
        assert line is not None
        command = Act(case_id=line.id, actor=actor, action="match", form={"matched_to": candidate.code})
        try:
            assembly.runtime.execute(command)
        except Refused:
            continue
        return True
    return False


def _fitting(facts: CaseFacts, account: Case, row: Listed) -> list[Case]:
    kinds = (PAYMENT, REFUND) if row.amount < 0 else (RECEIPT, REFUND)
    return [
        case
        for kind in kinds
        for case in facts.peers(kind, "bank", account.code)
        if case.state in BOOKED[kind] and number_in(case.data, "amount") == abs(row.amount)
    ]
