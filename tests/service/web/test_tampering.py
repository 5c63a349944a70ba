"""Whoever changes a row behind the program's back is found by `shenpi verify`: one attack on each invariant.

The ledger is the demonstration's. Rows of the ledger and of the papers it is held against are changed without the
triggers that keep them.
"""

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.clock import ManualClock
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from adapters.sql.verify_invariants import verify_invariants
from adapters.sql.verify_ledger import LedgerFault, verify_ledger
from service.cli import main
from service.rules import GUARDS
from tests.service.web.county import TODAY

PROJECT = "QH-2025-T03-0006"
SOURCE = "FN5-2026-T03-0006"
CONTRACT, PAYMENT, BUDGET = "HT-2026-T03-0006", "BF-2026-T03-0006", "YS-2026-T03-0006"


def balance(name: str, side: str, more: int = 1) -> str:
    """Change a balance of the project."""
    return f"UPDATE ledger_balance SET {side} = {side} + {more} WHERE scope = '{PROJECT}' AND name LIKE '{name}|%'"


def posting(change: str, where: str = "1") -> str:
    """Change a posting of the project."""
    return f"UPDATE ledger_posting SET {change} WHERE scope = '{PROJECT}' AND {where}"


def entry(change: str) -> str:
    """Change the project's last entry."""
    last = f"(SELECT max(seq) FROM ledger_entry WHERE scope = '{PROJECT}')"
    return f"UPDATE ledger_entry SET {change} WHERE scope = '{PROJECT}' AND seq = {last}"


def added(account: str, place: str, debited: int, credited: int) -> str:
    """Put a balance into the project's ledger that no entry made."""
    return f"INSERT INTO ledger_balance VALUES ('{PROJECT}', '{account}|{PROJECT}|{place}', 0, {debited}, {credited})"


def paper(code: str, path: str, value: str) -> str:
    """Change what a paper of the project says."""
    return f"UPDATE cases SET body = json_set(body, '$.data.{path}', {value}) WHERE code = '{code}'"


def renamed(one: str, other: str) -> str:
    """Put the applicant in the place of two who decided on the payment."""
    body = f"replace(replace(body, '{one}', 't03-apply'), '{other}', 't03-apply')"
    return f"UPDATE cases SET body = {body} WHERE code = '{PAYMENT}'"


ATTACKS: dict[str, tuple[str, str]] = {
    "INV-01": (balance("cash.bank", "debited"), "INV-01"),
    "INV-02": (f"DELETE FROM ledger_entry WHERE scope = '{PROJECT}' AND seq = 2", "missing"),
    "INV-03": (balance("budget.free", "credited"), "INV-03"),
    "INV-04": (balance("budget.approved", "debited"), "INV-04"),
    "INV-05": (paper(BUDGET, "ceiling", "1"), "INV-05"),
    "INV-06": (paper(CONTRACT, "amount", "1"), "INV-06"),
    "INV-07": (paper(CONTRACT, "milestones[0].amount", "1"), "INV-07"),
    "INV-08": (paper(CONTRACT, "acceptances", "json('[]')"), "INV-08"),
    "INV-09": (balance("cash.bank", "credited", 10**12), "INV-09"),
    "INV-10": (posting("bank = 'ZH-T99'", "debit = 'cash.bank'"), "was changed"),
    "INV-11": (balance("cash.due_from_source", "credited", 10**12), "INV-11"),
    "INV-12": (paper(SOURCE, "expires_year", "2020"), "INV-12"),
    "INV-13": (balance("budget.spent", "credited", 9), "not what the entries come to"),
    "INV-14": (
        "UPDATE ledger_balance SET credited = credited - 1 WHERE scope LIKE 'invoice:%' AND name LIKE 'memo.open%'",
        "INV-",
    ),
    "INV-15": (paper(CONTRACT, "payee_checks[0].bank_account", "'1'"), "INV-15"),
    "INV-16": (
        renamed("fin-pay", "t03-leader"),
        "INV-16",
    ),
    "INV-17": (paper(PAYMENT, "minutes", "json('[]')"), "INV-17"),
    "INV-18": (entry("on_day = '2026-01-01'"), "was changed"),
    "INV-19": (entry("on_day = '2020-01-01'"), "was changed"),
    "INV-20": (balance("cash.payable", "credited", 5), "not what the entries come to"),
    "INV-21": (posting("credit = 'cash.source_income'", "credit = 'cash.due_from_source'"), "was changed"),
    "INV-22": (added("budget.carried_out", f"{SOURCE}|2026|1", 0, 5), "INV-22"),
    "INV-23": (posting("debit = 'cash.loan'", "debit = 'cash.bank'"), "was changed"),
    "INV-24": (paper(BUDGET, "approved_lines[0].cost", "1"), "INV-24"),
    "INV-25": (added("cash.retention", f"{SOURCE}|{CONTRACT}", 5, 0), "INV-25"),
    "INV-26": (balance("cash.project_cost", "credited", 10**12), "INV-26"),
    "INV-27": (f"UPDATE cases SET body = json_set(body, '$.state', 'closed') WHERE code = '{PROJECT}'", "INV-27"),
    "INV-28": ("UPDATE ledger_year SET debited = debited + 1", "turnover of the year"),
    "INV-29": (entry("actor = ''"), "INV-29"),
    "INV-30": (
        "UPDATE ledger_balance SET credited = credited + 1 WHERE scope LIKE 'quota:%' AND name LIKE 'memo.used%'",
        "INV-30",
    ),
}
"""What is changed, and the words by which it is told."""


@pytest.fixture(scope="module")
def bare(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county's file without the triggers that keep its rows."""
    target = tmp_path_factory.mktemp("bare") / "county.sqlite"
    source = sqlite3.connect(furnished_county / "county.sqlite")
    copy = sqlite3.connect(target)
    source.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    copy.commit()
    source.close()
    copy.close()
    return target


@pytest.fixture
def copied(bare: Path, tmp_path: Path) -> Path:
    """A file of its own for each attack."""
    return Path(shutil.copy(bare, tmp_path / "county.sqlite"))


def found(file: Path) -> list[LedgerFault]:
    """Give what `shenpi verify` finds in the ledger."""
    database = open_database(f"sqlite:///{file}", owner=False)
    try:
        library = Publishing(database, GUARDS, ManualClock(TODAY))
        return [*verify_ledger(database).faults, *verify_invariants(database, library, TODAY)]
    finally:
        database.close()


def attack(file: Path, statement: str) -> int:
    """Change rows; gives how many."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    changed = connection.execute(statement).rowcount
    connection.commit()
    connection.close()
    return changed


def test_the_honest_county_is_clean(bare: Path) -> None:
    """No false alarm over all ledgers of the demonstration."""
    assert found(bare) == []


@pytest.mark.parametrize("invariant", sorted(ATTACKS))
def test_a_tampered_row_is_found(copied: Path, invariant: str) -> None:
    """Each invariant is broken by one changed row, and told."""
    statement, words = ATTACKS[invariant]
    assert attack(copied, statement) > 0
    told = [f"{fault.where}: {fault.what}" for fault in found(copied)]
    assert any(words in one for one in told), told[:5]


def test_the_command_says_so(copied: Path) -> None:
    """Exit code 1, and the row by its name."""
    attack(copied, posting("amount = amount + 1", "seq = 3"))
    done = CliRunner().invoke(main, ["verify", "--database", f"sqlite:///{copied}"])
    assert done.exit_code == 1
    assert f"ledger {PROJECT}#3: the entry was changed" in done.output
