"""`verify` over the funds ledger of each database: honest books are clean, every kind of forgery is named."""

import pytest

from adapters.sql.verify_ledger import LedgerFault, verify_ledger
from tests.contract.place import Place
from tests.contract.purse import PROJECT, act, begin, filled
from tests.contract.test_schema import execute


def worked(office: Place) -> None:
    """Fill the purse and pay from it."""
    filled(office, 100)
    begin(office, "spending", 40)
    act(office, "spending", "spend")


def faults(office: Place) -> list[LedgerFault]:
    """Give what is wrong."""
    assert office.database is not None
    return verify_ledger(office.database).faults


def tamper(office: Place, statement: str) -> None:
    """Change a row behind the program's back, without the triggers that keep it."""
    if office.url.startswith("sqlite"):
        for name in triggers(office):
            execute(office.url, f"DROP TRIGGER {name}")
    else:
        execute(office.url, "ALTER TABLE ledger_posting DISABLE TRIGGER ALL")
        execute(office.url, "ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
    execute(office.url, statement)


def triggers(office: Place) -> list[str]:
    """Give the names of the triggers of a SQLite file."""
    assert office.database is not None
    with office.database.read() as connection:
        found = connection.driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return [str(name) for (name,) in found]


def test_honest_books_are_clean(office: Place) -> None:
    """Two ledgers: the project's and the invoice's; each entry stands in its case's record."""
    worked(office)
    assert office.database is not None
    verdict = verify_ledger(office.database)
    assert (verdict.faults, verdict.ledgers, verdict.entries) == ([], 2, 4)


@pytest.mark.parametrize(
    ("statement", "where", "words"),
    [
        ("UPDATE ledger_posting SET amount = 41 WHERE amount = 40", f"{PROJECT}#2", "was changed"),
        ("UPDATE ledger_entry SET actor = 'eva' WHERE seq = 1", f"{PROJECT}#1", "was changed"),
        ("DELETE FROM ledger_entry WHERE seq = 1", f"{PROJECT}#2", "missing"),
        ("UPDATE ledger_head SET hash = 'x' WHERE seq = 2", f"{PROJECT}", "end of the ledger"),
        ("UPDATE ledger_balance SET debited = debited + 1 WHERE name LIKE 'cash.bank%'", "cash.bank|", "balance"),
        ("UPDATE cases SET code = 'another' WHERE code = 'spending'", f"{PROJECT}#2", "does not post"),
    ],
)
def test_a_tampered_row_is_found(office: Place, statement: str, where: str, words: str) -> None:
    """Whoever changes an amount, a name, an end, a balance, or takes an entry away."""
    worked(office)
    tamper(office, statement)
    found = faults(office)
    assert any(fault.where.startswith(where) and words in fault.what for fault in found), found
