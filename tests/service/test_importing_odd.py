"""Tables as offices keep them: titles, units of money, sums, merged cells, formulas, sheets, other encodings."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from click.testing import CliRunner

from service.assembly import assemble
from service.cli import main
from service.settings import Settings
from tests.service.test_importing import county, imported, shenpi

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["county"]
RECALCULATE = b' fullCalcOnLoad="1"'


def book(**sheets: "Callable[[Worksheet], object]") -> bytes:
    """Make a workbook of those sheets; it is as if Excel had reckoned its formulas."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for name, fill in sheets.items():
            fill(workbook.add_worksheet(name))
    reckoned = BytesIO()
    with ZipFile(made) as source, ZipFile(reckoned, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part).replace(RECALCULATE, b""))
    return reckoned.getvalue()


def checked(county: str, folder: Path, content: bytes, *words: str) -> dict[str, Any]:
    """Look at a table of proposals without importing it."""
    file = folder / "table.xlsx"
    file.write_bytes(content)
    return imported(county, file, "--check", *words)[1]


def faults(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Give what is wrong as address and code."""
    return [(one["where"], one["code"]) for one in told["faults"]]


def declared(sheet: "Worksheet") -> None:
    """Fill in a table as a county's office sends it round."""
    sheet.merge_range("A1:D2", "2026年星禾县项目申报汇总表")
    sheet.write("D3", "单位：万元")
    for column, heading in enumerate(("序号", "申报单位", "项目名称", "投资估算")):
        sheet.merge_range(3, column, 4, column, heading)
    sheet.write_row("A6", [1, "星禾镇便民服务中心", "雨水管网", 125.5])
    sheet.write_row("A8", [2, "星禾镇便民服务中心", "视频会议", "80万元"])
    sheet.merge_range("A9:C9", "合  计：")
    sheet.write_formula("D9", "=SUM(D6:D8)", None, 205.5)


def test_a_county_s_table_is_read_as_it_stands(county: str, tmp_path: Path) -> None:
    """A merged title, a heading over two rows, ten thousands above it, a blank row, a sum below: amounts in yuan."""
    file = tmp_path / "declared.xlsx"
    file.write_bytes(book(申报=declared))
    code, told = imported(county, file)
    assert (code, faults(told), told["totals_left_out"]) == (0, [], [9])
    assert [one["row"] for one in told["imported"]] == [6, 8]
    assert amounts(county, "雨水管网", "视频会议") == [1_255_000_00, 800_000_00]
    assert (
        "rows that only sum up others, not read: 9"
        in shenpi("import", "projects", str(file), "--database", county, "--check").stdout
    )


def amounts(county: str, *names: str) -> list[int]:
    """Give the amounts of the drafts of those names."""
    assembly = assemble(Settings(database=county), owner=False)
    try:
        with assembly.database.read() as connection:
            facts = assembly.organisation.facts(connection)
            return [
                int(str(case.data["amount"]))
                for name in names
                for case in facts.peers("township-project", "name", name)
            ]
    finally:
        assembly.close()


def failing(sheet: "Worksheet") -> None:
    """Fill in what looks empty to a reader of values alone."""
    sheet.write_row("A1", ["Unit", "Project name", "Estimate（万元）"])
    sheet.merge_range("A2:A3", "T02-SVC")
    sheet.write("B2", "Weir")
    sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
    sheet.write("B3", "Dam")
    sheet.write_row("A4", ["T02-SVC"])
    sheet.write_formula("B4", "=A9", None, "")
    sheet.write_row("A5", ["T02-SVC", "Lock", 12])
    sheet.write("A7", "total")


def test_a_cell_without_a_value_of_its_own_is_not_empty(county: str, tmp_path: Path) -> None:
    """A failed formula, one that nobody reckoned, a cell merged with one above: each by its address."""
    told = checked(county, tmp_path, book(Data=failing))
    assert faults(told) == [
        ("Data!C2", "table.formula_error"),
        ("Data!A3", "table.merged"),
        ("Data!B4", "table.uncalculated"),
    ]


def test_a_workbook_that_asks_to_be_reckoned_is_not_believed(county: str, tmp_path: Path) -> None:
    """Programs that can not reckon write a zero for every formula."""

    def fill(sheet: "Worksheet") -> None:
        sheet.write_row("A1", ["Unit", "Project name", "Estimate"])
        sheet.write_row("A2", ["T02-SVC", "Weir"])
        sheet.write_formula("C2", "=3*4", None, 0)

    asking = BytesIO()
    with ZipFile(BytesIO(book(Data=fill))) as source, ZipFile(asking, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part).replace(b"<calcPr ", b'<calcPr fullCalcOnLoad="1" '))
    assert faults(checked(county, tmp_path, asking.getvalue())) == [("Data!C2", "table.uncalculated")]


def test_a_sheet_is_chosen_and_the_others_are_named(county: str, tmp_path: Path) -> None:
    """Twelve months in one workbook must not pass for the year; a name that is none is told with those there are."""

    def named(name: str) -> "Callable[[Worksheet], object]":
        return lambda sheet: (sheet.write_row("A1", ["Unit", "Project name"]), sheet.write_row("A2", ["T02-SVC", name]))

    content = book(One=named(""), Two=named("Weir"), Empty=lambda _: None)
    told = checked(county, tmp_path, content)
    assert (faults(told), told["sheets_left_out"]) == ([("One!B2", "proposal.empty")], ["Two"])
    told = checked(county, tmp_path, content, "--sheet", "Two")
    assert (faults(told), told["sheets_left_out"]) == ([], ["One"])
    told = checked(county, tmp_path, content, "--sheet", "Three", "--language", "en")
    assert told["faults"][0]["message"] == "There is no sheet “Three”. There are: One, Two, Empty."


ROWS = "2026年申报\t\t\nUnit\tProject name\tEstimate\nT02-SVC\tWeir\t1,234.50\nT02-SVC\tDam\t5,678.00\n"


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_other_encodings_and_delimiters(county: str, tmp_path: Path, encoding: str, delimiter: str) -> None:
    """A title above, amounts with commas: the columns are found all the same."""
    file = tmp_path / "table.csv"
    quoted = ROWS.replace("1,234.50", '"1,234.50"').replace("5,678.00", '"5,678.00"') if delimiter == "," else ROWS
    file.write_bytes(quoted.replace("\t", delimiter).encode(encoding))
    code, told = imported(county, file, "--check")
    assert (code, faults(told)) == (0, [])


def test_an_error_that_a_spreadsheet_wrote_is_no_text(county: str, tmp_path: Path) -> None:
    """A project is not named #REF!."""
    file = tmp_path / "table.csv"
    file.write_text("Unit,Project name\nT02-SVC,#REF!\n")
    assert faults(imported(county, file, "--check")[1]) == [("B2", "table.formula_error")]


STATEMENT = """某银行对公账户明细,,,,,,
账号：6222,,,单位：元,,,
交易日期,借方发生额,贷方发生额,余额,对方户名,流水号,摘要
2026年5月1日,"1,000.00",,9000,甲公司,B-1,货款
20260502,0.00,200.00,9200,乙公司,B-2,往来
2026-05-03,,1.50,9201.5,,B-3,结息
2026-05-04,5,6,9202.5,丙公司,B-4,
2026-05-05,,,9202.5,丙公司,B-5,
2026-05-06,-7,,9209.5,甲公司,B-6,冲正
合计,1005,207.5,,,,
"""


def ledger(folder: Path, content: str, mapping: str) -> dict[str, Any]:
    """Read a statement."""
    table, how = folder / "s.csv", folder / "m.yaml"
    table.write_text(content, "gb18030")
    how.write_text(mapping, "utf-8")
    answer = CliRunner().invoke(main, ["import", "ledger", str(table), "--mapping", str(how), "--json"])
    assert answer.stdout, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


TWO_SIDES = """columns:
  交易日期: 'on'
  借方发生额: paid_out
  贷方发生额: paid_in
  对方户名: payee
  流水号: reference
  摘要: wording
"""


def test_a_statement_with_two_columns_of_amounts(tmp_path: Path) -> None:
    """What went out is below zero, a line taken back above; interest names nobody; both or neither is refused."""
    found = ledger(tmp_path, STATEMENT, TWO_SIDES)
    assert (found["rows"], found["sum"], found["negatives"]) == (4, "-791.50", 1)
    assert faults(found) == [("C7", "proposal.two_sides"), ("C8", "proposal.empty")]
    assert found["totals_left_out"] == [10]


def test_a_statement_that_says_the_direction(tmp_path: Path) -> None:
    """借 went out, 贷 came in; another word is refused. Ten thousands may be told by the mapping."""
    found = ledger(
        tmp_path,
        "日期,借贷,金额,户名\n2026-05-01,借,1.5,甲\n2026-05-01,贷,2,乙\n2026-05-01,转,3,丙\n2026-05-01,,4,丁\n",
        "columns: {日期: 'on', 借贷: direction, 金额: amount, 户名: payee}\ntimes: 10000\n",
    )
    assert (found["rows"], found["sum"]) == (2, "5000.00")
    assert faults(found) == [("B4", "proposal.no_direction"), ("B5", "proposal.empty")]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("{日期: 'on', 金额: amount, 支出: paid_out, 户名: payee}", "either amount"),
        ("{日期: 'on', 户名: payee}", "no heading is amount"),
        ("{日期: 'on', 金额: amount, 户名: payee}\ntimes: 1.5", "times: write a whole number"),
    ],
)
def test_a_mapping_against_itself_is_wrong_use(tmp_path: Path, columns: str, told: str) -> None:
    """In one line; exit code 2."""
    table, how = tmp_path / "s.csv", tmp_path / "m.yaml"
    table.write_text("x\n", "utf-8")
    how.write_text(f"columns: {columns}\n", "utf-8")
    answer = CliRunner().invoke(main, ["import", "ledger", str(table), "--mapping", str(how)])
    assert (answer.exit_code, told in answer.stderr) == (2, True), answer.stderr


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    """As many as a sheet may have; the sum to the fen."""
    lines = "".join(f"2026-05-01,{number}.01,甲{number}\n" for number in range(99_999))
    found = ledger(tmp_path, f"日期,金额,户名\n{lines}", "columns: {日期: 'on', 金额: amount, 户名: payee}\n")
    assert (found["rows"], found["sum"], found["faults"]) == (99_999, f"{sum(range(99_999)) + 999.99:.2f}", [])
