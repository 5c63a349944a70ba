"""The ledger over each store: posted in the action's own transaction, never overdrawn, never changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from adapters.memory.store import MemoryStore
from adapters.sql.reads import ledger as reads
from engine.events import Posted
from engine.refusal import Refused
from tests.contract.place import Place
from tests.contract.purse import FACE, INVOICE, PROJECT, TODAY, act, begin, bring, filled
from tests.contract.test_schema import execute
from workflows.funds.books import Books
from workflows.funds.chart import BANK, OPEN, PROJECT_COST
from workflows.funds.journal import Row, breaks
from workflows.funds.recording import ledger_entries
from workflows.funds.tracing import trace


def journal(place: Place, scope: str = PROJECT) -> tuple[Row, ...]:
    """Give the rows of a ledger."""
    if isinstance(place.store, MemoryStore):
        return place.store.ledger.journals.get(scope, ())
    assert place.database is not None
    with place.database.read() as connection:
        return reads.journal(connection, scope)


def books(place: Place, scope: str = PROJECT) -> Books:
    """Give the stored books of a ledger."""
    if isinstance(place.store, MemoryStore):
        return place.store.ledger.of(scope)
    assert place.database is not None
    with place.database.read() as connection:
        return Books(reads.kept(connection, scope).totals)


def agrees(place: Place) -> bool:
    """Say whether each ledger's chain holds and its books are what its journal comes to."""
    for scope in (PROJECT, INVOICE, "QH-2"):
        rows = journal(place, scope)
        if list(breaks(rows)) or Books().after_all(row.entry for row in rows).totals != books(place, scope).totals:
            return False
    return True


def test_an_action_posts_in_its_own_transaction(place: Place) -> None:
    """The record holds the entry, the journal its row, the books its amounts; the row says who made it."""
    filled(place)
    record = place.store.history("filling")[-1]
    assert [event.rule for event in record.events if isinstance(event, Posted)] == ["fill"]
    case = place.store.load("filling")
    ((entry, maker),) = ledger_entries(case, record)
    (row,) = journal(place)
    assert (row.entry, row.maker, row.name) == (entry.by_scope()[PROJECT], maker, f"{PROJECT}#1")
    assert (maker.case, maker.seq, maker.actor, maker.definition) == ("filling", 2, "ann", "purse@1")
    assert row.entry.on == TODAY
    assert books(place).amount(BANK) == 100
    assert books(place, INVOICE).amount(OPEN) == FACE
    assert agrees(place)


def test_what_is_not_there_is_not_spent(place: Place) -> None:
    """A refused posting is a refused action: nothing has changed."""
    filled(place)
    begin(place, "spending", 101)
    with pytest.raises(Refused) as refused:
        act(place, "spending", "spend")
    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("purse.empty", PROJECT)]
    assert place.store.load("spending").state == "open"
    assert len(journal(place)) == 1


def race(place: Place, cases: list[str]) -> int:
    """Let all these cases spend at once; gives how many could."""

    def attempt(case_id: str) -> bool:
        try:
            act(place, case_id, "spend")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        return sum(threads.map(attempt, cases))


def test_the_last_yuan_is_spent_once(place: Place) -> None:
    """Twelve payments of 30 at once from a purse of 100: three are paid, nobody is told anything wrong."""
    filled(place, 100)
    cases = [f"case{number}" for number in range(12)]
    for case_id in cases:
        begin(place, case_id, 30)
    assert race(place, cases) == 3
    assert books(place).amount(BANK) == 10
    assert books(place).amount(PROJECT_COST) == 90
    assert len(journal(place)) == 4
    assert agrees(place)


def test_an_invoice_is_used_once_by_two_projects(place: Place) -> None:
    """Both have money enough; the invoice has not."""
    filled(place, 5_000)
    begin(place, "other filling", 5_000, "QH-2")
    act(place, "other filling", "fill")
    cases = [f"case{number}" for number in range(8)]
    for number, case_id in enumerate(cases):
        begin(place, case_id, 300, (PROJECT, "QH-2")[number % 2])
    assert race(place, cases) == 3
    assert books(place, INVOICE).amount(OPEN) == 100
    assert agrees(place)


def test_the_trail_is_read_with_its_invoices(place: Place) -> None:
    """From the receipt to the supplier, and what was claimed of the invoice."""
    filled(place, 100)
    begin(place, "spending", 40)
    act(place, "spending", "spend")
    if place.database is None:
        rows = (*journal(place), *journal(place, INVOICE))
    else:
        with place.database.read() as connection:
            rows = reads.trail_rows(connection, PROJECT)
    trail = trace(rows)
    assert [(use.payee, use.amount) for use in trail.uses] == [("supplier", 40)]
    assert trail.invoices["P1"] == {INVOICE: 40}


def test_a_year_is_added_up_for_the_units_below_a_path(office: Place) -> None:
    """The project's unit decides; a project that is no case belongs to nobody."""
    bring(office)
    begin(office, PROJECT, 100)
    act(office, PROJECT, "fill")
    begin(office, "spending", 40)
    act(office, "spending", "spend")
    assert office.database is not None
    with office.database.read() as connection:
        whole = reads.statement(connection, 2026)
        county, elsewhere = (reads.statement(connection, 2026, path) for path in ("county/", "county/other/"))
        none = reads.statement(connection, 2025)
    assert [(line.account, line.debited, line.credited) for line in whole] == [
        ("cash.bank", 100, 40),
        ("cash.project_cost", 40, 0),
        ("cash.source_income", 0, 100),
    ]
    assert county == whole
    assert elsewhere == none == ()


@pytest.mark.parametrize("statement", ["UPDATE ledger_posting SET amount = 1", "DELETE FROM ledger_entry"])
def test_rows_are_never_changed_or_deleted(office: Place, statement: str) -> None:
    """The database itself refuses."""
    filled(office)
    with pytest.raises(Exception, match="never changed"):
        execute(office.url, statement)
    assert agrees(office)


def test_the_database_itself_keeps_balances_above_zero(office: Place) -> None:
    """Even for a program that goes past the rules."""
    filled(office)
    with pytest.raises(Exception, match="ledger_balance_floor"):
        execute(office.url, "UPDATE ledger_balance SET credited = 101 WHERE name LIKE 'cash.bank%'")


def forged(change: Callable[[Row], Row], rows: tuple[Row, ...]) -> list[str]:
    """Give what the chain says of rows of which the first was changed."""
    return [one.cause for one in breaks((change(rows[0]), *rows[1:]))]


def test_a_forged_row_is_found(place: Place) -> None:
    """In whatever part of it."""
    filled(place)
    rows = journal(place)
    assert forged(lambda row: row, rows) == []
    assert forged(lambda row: replace(row, maker=replace(row.maker, actor="eva")), rows) == ["content"]
    assert forged(lambda row: replace(row, entry=replace(row.entry, policies=())), rows) == ["content"]
