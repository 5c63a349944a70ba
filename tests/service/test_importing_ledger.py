"""`shenpi import ledger` on the payments of a real authority, and on tables with mistakes."""

import gzip
import json
from datetime import UTC
from os import mkfifo
from pathlib import Path
from time import perf_counter

import pytest
from click.testing import CliRunner

from adapters.documents.eventlog import LogError, read_log
from adapters.documents.workbook import Column, Table, workbook
from service.cli import main
from service.statements import read_elsewhere
from workflows.guards.reading import yuan

MAPPING = "columns: {Vendor: payee, Amount: amount, Date: 'on', DocNo: reference}\n"
SECONDS_MAX = 10


def run(*arguments: str) -> tuple[int, str]:
    """Run the command; gives its exit code and what it printed."""
    result = CliRunner().invoke(main, ["import", "ledger", *arguments])
    return result.exit_code, result.output


def test_the_payments_of_a_real_authority(shared_data: Path, tmp_path: Path) -> None:
    """All rows, the sum to the penny, what is below zero, and what looks paid twice; in seconds."""
    table, mapping = tmp_path / "all.csv", tmp_path / "gla.yaml"
    table.write_bytes(gzip.decompress((shared_data / "ledger-gla" / "all.csv.gz").read_bytes()))
    mapping.write_text(MAPPING)
    started = perf_counter()
    code, printed = run(str(table), "--mapping", str(mapping), "--json")
    assert perf_counter() - started < SECONDS_MAX
    found = json.loads(printed)
    assert (code, found["rows"], found["sum"]) == (0, 28_145, "1000083306.00")
    assert (found["negatives"], len(found["duplicate_groups"])) == (1_209, 1_331)


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    """A cell that is no amount, a day that is none, a payee that is missing: by address; exit code 1."""
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text(
        "Vendor,Amount,Date,DocNo\nA,1.00,2026-01-01,1\nB,x,2026-01-01,2\nC,2.00,soon,3\n,3.00,2026-01-01,4\n"
    )
    mapping.write_text(MAPPING)
    code, printed = run(str(table), "--mapping", str(mapping), "--json")
    found = json.loads(printed)
    assert code == 1
    assert [(one["where"], one["code"]) for one in found["faults"]] == [
        ("B3", "proposal.not_a_number"),
        ("C4", "proposal.not_a_date"),
        ("A5", "proposal.empty"),
    ]
    assert found["rows"] == 1


TITLED = """Spend over £500,,,,
April 2026,,,,
,,,,
Vendor,,Amount,"Date
paid",DocNo
A,,"£1,234.50",01-Apr-26,1
B,,"(£20.00)",2 April 2026,2
C,,£3.10-,13/04/26,3
D,,"12,5",14/04/2026,4
"""


def test_a_council_s_table_is_read_as_it_is_published(tmp_path: Path) -> None:
    """Titles above the heading, empty columns, groups of three, amounts in parentheses, months by name.

    A comma that parts no thousands is refused: `12,5` is not 125.
    """
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text(TITLED, "utf-8")
    mapping.write_text(
        "columns: {Vendor: payee, Amount: amount, Date paid: 'on', DocNo: reference}\ndates: day-first\ncurrency: £\n",
        "utf-8",
    )
    code, printed = run(str(table), "--mapping", str(mapping), "--json")
    found = json.loads(printed)
    assert (code, found["rows"], found["sum"], found["negatives"]) == (1, 3, "1211.40", 2)
    assert [(one["where"], one["code"]) for one in found["faults"]] == [("C8", "proposal.not_a_number")]


@pytest.mark.parametrize(
    ("heading", "code", "where"),
    [
        ("Vendor,Amount,Date,DocNo,Amount", "proposal.heading_twice", "E1"),
        ("A,Vendor,Date", "proposal.no_heading", "A1"),
    ],
)
def test_a_heading_that_is_missing_or_twice_is_told(tmp_path: Path, heading: str, code: str, where: str) -> None:
    """Which of two columns is the amount can not be known."""
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text(f"{heading}\nA,1.00,2026-01-01,1,2.00\n")
    mapping.write_text(MAPPING)
    exit_code, printed = run(str(table), "--mapping", str(mapping), "--json")
    faults = json.loads(printed)["faults"]
    assert exit_code == 1
    assert (faults[0]["code"], faults[0]["where"]) == (code, where)


def test_sheets_that_are_not_read_are_named(tmp_path: Path) -> None:
    """Twelve months in one workbook must not pass for the year."""
    table, mapping = tmp_path / "t.xlsx", tmp_path / "m.yaml"
    sheets = [
        Table(month, tuple(map(Column, ("Vendor", "Amount", "Date"))), [["A", "1.00", "2026-01-01"]])
        for month in ("April", "May")
    ]
    table.write_bytes(workbook(sheets, UTC))
    mapping.write_text("columns: {Vendor: payee, Amount: amount, Date: 'on'}\n")
    code, printed = run(str(table), "--mapping", str(mapping), "--json")
    found = json.loads(printed)
    assert (code, found["rows"], found["sheets_left_out"]) == (0, 1, ["May"])
    assert "not read: May" in run(str(table), "--mapping", str(mapping))[1]


def test_a_pipe_is_wrong_use(tmp_path: Path) -> None:
    """It could be read once only: a table is read for its rows and for its digest, a log for its manner."""
    pipe, mapping = tmp_path / "all.csv", tmp_path / "m.yaml"
    mkfifo(pipe)
    mapping.write_text(MAPPING)
    code, printed = run(str(pipe), "--mapping", str(mapping))
    assert (code, "read twice" in printed) == (2, True), printed
    with pytest.raises(LogError, match="read twice"):
        [*read_log(pipe)]


def test_a_mapping_that_names_nothing_is_wrong_use(tmp_path: Path) -> None:
    """In one line that says what is missing; exit code 2."""
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text("Vendor,Amount\nA,1.00\n")
    mapping.write_text("columns: {Vendor: payee}\n")
    code, printed = run(str(table), "--mapping", str(mapping))
    assert code == 2
    assert "no heading is amount, on" in printed


def test_usual_headings_are_known_by_themselves(shared_data: Path, tmp_path: Path) -> None:
    """The same figures without a mapping; it is told what was taken for what."""
    table = tmp_path / "all.csv"
    table.write_bytes(gzip.decompress((shared_data / "ledger-gla" / "all.csv.gz").read_bytes()))
    code, printed = run(str(table), "--json")
    found = json.loads(printed)
    assert (code, found["rows"], found["sum"]) == (0, 28_145, "1000083306.00")
    assert (found["negatives"], len(found["duplicate_groups"])) == (1_209, 1_331)
    assert found["columns"] == {"Vendor": "payee", "Amount": "amount", "Date": "on", "DocNo": "reference"}


BOTH_DAYS = ["2014-04-13", "2014-04-05"]
ELSEWHERE = [
    ("Date,Supplier Name,Amount\n13/04/2014,Acme,£20.00\n05/04/2014,Beta,-£1.50\n", BOTH_DAYS, "18.50"),
    ("Payment Date,Vendor,Net Amount\n04/13/2014,Acme,$20\n04/05/2014,Beta,$1\n", BOTH_DAYS, "21.00"),
    ("交易日期,收款单位,借方发生额,贷方发生额\n2014-04-13,甲,20,\n2014-04-05,乙,,5\n", BOTH_DAYS, "-15.00"),
    ("Date,Payee,Total,Paid In,Paid Out\n2014-04-13,Acme,9,,20\n", BOTH_DAYS[:1], "-20.00"),
]


@pytest.mark.parametrize(("text", "days", "total"), ELSEWHERE)
def test_cells_tell_how_they_are_written(tmp_path: Path, text: str, days: list[str], total: str) -> None:
    """The order of day and month from a date that has one reading, the sign of money from the amounts."""
    table = tmp_path / "elsewhere.csv"
    table.write_text(text, "utf-8")
    with table.open("rb") as source:
        listing = read_elsewhere(source)
    assert [row.on.isoformat() for row in listing.rows] == days
    assert yuan(listing.total) == total


def test_what_leaves_a_doubt_is_not_guessed(tmp_path: Path) -> None:
    """Dates that can be read in two ways, and a table in which nothing says whom it paid."""
    both, nobody = tmp_path / "both.csv", tmp_path / "nobody.csv"
    both.write_text("Date,Payee,Amount\n05/04/2014,Acme,20\n13/04/2014,Acme,20\n04/13/2014,Acme,20\n")
    nobody.write_text("Date,Amount\n2014-04-13,20\n")
    code, printed = run(str(both), "--json")
    assert code == 1
    assert {fault["code"] for fault in json.loads(printed)["faults"]} == {"proposal.date_order"}
    code, printed = run(str(nobody), "--json")
    assert code == 1
    assert {fault["code"] for fault in json.loads(printed)["faults"]} == {"proposal.no_heading"}


def test_lines_are_not_opened_by_guess(tmp_path: Path) -> None:
    """With an account, headings are the template's or a mapping's."""
    table, database = tmp_path / "vendor.csv", f"sqlite:///{tmp_path / 'none.sqlite'}"
    table.write_text("Date,Vendor,Amount\n2014-04-13,Acme,20\n")
    code, printed = run(str(table), "--account", "X", "--as", "Y", "--database", database, "--language", "en")
    assert code == 1
    assert "The heading “日期” is missing" in printed
