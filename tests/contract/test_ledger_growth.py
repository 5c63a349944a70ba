"""A ledger that grew for years answers as a young one: a project's balances, and a county's statement of a year.

The full size: `pytest -m long tests/contract/test_ledger_growth.py`.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from adapters.sql import schema
from adapters.sql.opening import open_database
from adapters.sql.reads.ledger import kept, statement
from workflows.funds.books import Books
from workflows.funds.chart import BANK

ENTRIES_EACH = 1_000
"""Entries of one project."""

YEARS = range(2022, 2027)
BALANCE_SECONDS_MAX, STATEMENT_SECONDS_MAX = 0.005, 1.0
GROWTH_MAX = 3
"""How much slower ten times as much may be read: a page of the index more, not ten times as long."""


def grown(folder: Path, projects: int) -> str:
    """Make a database with so many projects of a thousand entries each; gives its address."""
    file = folder / f"{projects}.db"
    url = f"sqlite:///{file}"
    schema.init(url)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous = OFF")
    for table, rows in (
        ("ledger_entry", entries(projects)),
        ("ledger_posting", postings(projects)),
        ("ledger_balance", balances(projects)),
        ("ledger_year", years(projects)),
        ("ledger_head", ((f"P{number}", ENTRIES_EACH, "0" * 64) for number in range(projects))),
        ("cases", ((f"c{number}", f"P{number}", f"QH/T{number % 10}/") for number in range(projects))),
    ):
        names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
        cells = {"ledger_entry": ENTRY, "ledger_posting": POSTING, "cases": CASE}.get(table)
        if cells is not None:
            marks = ", ".join("?" if name in cells else repr(EMPTY.get(name, "")) for name in names)
        else:
            marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # our own names
    connection.commit()
    connection.close()
    return url


ENTRY = ("scope", "seq")
CASE = ("id", "code", "unit_path")
POSTING = ("scope", "seq", "amount")
EMPTY = {
    "movement": "E-04",
    "on_day": "2026-01-01",
    "at": "2026-01-01 00:00:00.000000",
    "policies": "[]",
    "case_seq": 1,
    "number": 0,
    "year": 2026,
    "debit": "cash.bank",
    "credit": "cash.source_income",
    "hash": "0" * 64,
}


def entries(projects: int) -> Iterator[tuple[object, ...]]:
    """Give the entries."""
    return ((f"P{number}", seq) for number in range(projects) for seq in range(1, ENTRIES_EACH + 1))


def postings(projects: int) -> Iterator[tuple[object, ...]]:
    """Give the postings."""
    return ((f"P{number}", seq, seq) for number in range(projects) for seq in range(1, ENTRIES_EACH + 1))


def balances(projects: int) -> Iterator[tuple[object, ...]]:
    """Give twenty balances of each project."""
    for number in range(projects):
        for source in range(10):
            yield f"P{number}", f"cash.bank|P{number}|s{source}|B1", 1, 500, 100
            yield f"P{number}", f"cash.source_income|P{number}|s{source}", -1, 0, 500


def years(projects: int) -> Iterator[tuple[object, ...]]:
    """Give what each project turned over in each year."""
    for year in YEARS:
        for number in range(projects):
            for account in ("cash.bank", "cash.source_income", "budget.spent"):
                yield year, f"P{number}", "s1", account, 500, 100


def timed(url: str, projects: int) -> tuple[float, float]:
    """Give the usual seconds of a project's balances and of the county's statement."""
    database = open_database(url, owner=False)
    try:
        with database.read() as connection:
            reads, sums = [], []
            for turn in range(30):
                started = perf_counter()
                found = Books(kept(connection, f"P{turn * 7 % projects}").totals)
                assert found.amount(BANK) == 10 * 400
                reads.append(perf_counter() - started)
            for _ in range(5):
                started = perf_counter()
                lines = statement(connection, 2026, "QH/")
                assert {line.account: line.debited for line in lines}["cash.bank"] == 500 * projects
                sums.append(perf_counter() - started)
    finally:
        database.close()
    return median(reads), median(sums)


def test_ten_times_the_ledger_is_read_as_fast(tmp_path: Path) -> None:
    """A project's balances do not grow with the county; both figures keep their limits."""
    young, old = (timed(grown(tmp_path, projects), projects) for projects in (10, 100))
    assert old[0] <= max(young[0] * GROWTH_MAX, BALANCE_SECONDS_MAX)
    assert old[0] <= BALANCE_SECONDS_MAX
    assert old[1] <= STATEMENT_SECONDS_MAX


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_five_million_entries_answer_at_once(tmp_path: Path) -> None:
    """A project's balances in 5 ms, the county's yearly statement in a second."""
    balance, yearly = timed(grown(tmp_path, 5_000), 5_000)
    print(f"balances {balance * 1000:.2f} ms, statement {yearly * 1000:.0f} ms")  # noqa: T201  # the figure
    assert balance <= BALANCE_SECONDS_MAX
    assert yearly <= STATEMENT_SECONDS_MAX
