"""Tables of project proposals: read, or refused with row and column."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.documents.spreadsheet import read_tables
from adapters.shipped import sentences, table
from engine.definition import Field, FieldType
from engine.texts import Text
from tests.workflows.procedure import procedure
from workflows.proposal_cells import Manner, Order, Unreadable, read_cell, words_from
from workflows.proposals import Plan, Reading, needed, offered, plan_from, read, usual_plan
from workflows.shipped import PROPOSAL_WORDS
from workflows.table_mapping import PlanFaulty

WORDS = words_from(table(PROPOSAL_WORDS))
UNIT = Text(**table(PROPOSAL_WORDS)["unit"])
UNITS = {"T01-SVC": "T01-SVC", "便民服务中心": "T01-SVC"}
SHARED = Path(os.environ.get("SHENPI_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
MELBOURNE = SHARED / "projects-melbourne-water" / "Capital_Delivery_Project_deidentified.csv"


@dataclass(frozen=True, slots=True)
class Made:
    """A line as a spreadsheet gives it."""

    number: int
    cells: Sequence[Any]

    @property
    def width(self) -> int:
        """As many as the widest row of these tests has."""
        return 8

    def cell(self, column: int) -> object:
        """Give a cell."""
        return self.cells[column] if column < len(self.cells) else None

    def address(self, column: int) -> str:
        """Name a cell."""
        return f"{'ABCDEFGH'[column]}{self.number}"


def lines(*rows: Sequence[Any]) -> list[Made]:
    """Number rows as a person sees them."""
    return [Made(number, row) for number, row in enumerate(rows, 1)]


def judged(*rows: Sequence[Any], plan: Plan | None = None) -> Reading:
    """Read a small table with the template's headings."""
    return read(procedure(), plan or usual_plan(procedure(), UNIT), lines(*rows), WORDS, UNITS)


def faults(reading: Reading) -> list[tuple[str, str]]:
    """Give what is wrong as address and code."""
    return [(fault.where, fault.code) for fault in reading.faults]


HEADINGS = ("申报单位", "项目名称", "投资估算", "项目类别", "建设性质", "价格基准日", "直接服务公众", "年服务人次")
GOOD = ("便民服务中心", "数据共享", Decimal("12.50"), "软件、data", "新建", date(2026, 5, 1), "是", 1200)


def test_a_row_of_the_template_becomes_a_draft() -> None:
    """Titles in Chinese, choices by title or name, money exact, yes and no in words."""
    reading = judged(HEADINGS, GOOD)
    assert faults(reading) == []
    (proposal,) = reading.proposals
    assert (proposal.row, proposal.address, proposal.unit) == (2, "A2", "T01-SVC")
    assert proposal.data == {
        "name": "数据共享",
        "amount": 12_50,
        "categories": ["software", "data"],
        "build_kind": "new",
        "cost_based_on": "2026-05-01",
        "public_service": True,
        "beneficiaries": 1200,
    }


def test_english_headings_do_as_well() -> None:
    """The template exists in both languages; the columns may come in any order."""
    reading = judged(("Project name", "Unit", "Estimate"), ("Sharing", "T01-SVC", "￥1,234.5元"))
    assert reading.proposals[0].data == {"name": "Sharing", "amount": 1234_50}


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("(1,234.50)", -1234_50),
        ("1 234.50-", -1234_50),
        ("−3", -3_00),
        ("（￥１，２３４）", -1234_00),
        (Decimal("0.30000000000000004"), 30),
    ],
)
def test_amounts_as_bookkeepers_write_them(cell: object, fen: int) -> None:
    """Below zero in parentheses or with a sign behind, thousands in groups, the dust of a workbook's fractions."""
    assert read_cell(Field("m", FieldType.MONEY, Text("", "")), cell, WORDS) == fen


@pytest.mark.parametrize("cell", ["12,5", "1,23,456", "1.234,56", "-", "()", "1,000 000", "0.305"])
def test_amounts_that_could_be_read_in_two_ways_are_refused(cell: str) -> None:
    """`12,5` is twelve and a half to some: it must not become 125."""
    with pytest.raises(Unreadable):
        read_cell(Field("m", FieldType.MONEY, Text("", "")), cell, WORDS)


def test_titles_above_the_heading_are_passed_over() -> None:
    """A report's name, its day and an empty column; a heading broken over two lines."""
    reading = judged(
        ("申报汇总表",), (None, "2026 年"), ("Project\nname", None, None, "Unit"), ("Sharing", None, None, "T01-SVC")
    )
    assert faults(reading) == []
    assert (reading.proposals[0].row, reading.proposals[0].data) == (4, {"name": "Sharing"})


def test_every_bad_cell_is_named() -> None:
    """Good rows stay good beside bad ones; a bad row gives all its faults at their cells."""
    bad = ("财政所", None, "12.505", "software、toys", "new", "05/01/2026", "maybe", "1.5")
    long = ("T01-SVC", "x" * 81, 10**12, None, None, None, None, -1)
    reading = judged(HEADINGS, GOOD, bad, long)
    assert [proposal.row for proposal in reading.proposals] == [2]
    assert set(faults(reading)) == {
        ("A3", "proposal.unit_unknown"),
        ("B3", "proposal.empty"),
        ("C3", "proposal.parts_of_fen"),
        ("D3", "proposal.not_a_choice"),
        ("F3", "proposal.date_order"),
        ("G3", "proposal.not_yes_or_no"),
        ("H3", "proposal.not_whole"),
        ("B4", "field.too_long"),
        ("C4", "field.out_of_range"),
        ("H4", "field.out_of_range"),
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((HEADINGS,), [("", "proposal.no_rows")]),
        ((("项目名称", "预算"), ("x", "y")), [("B1", "proposal.unknown_heading")]),
        ((("项目名称", "Project name", "项目名称"), ("x",)), [("C1", "proposal.heading_twice")]),
        ((("项目名称",), ("x",)), [("A2", "proposal.empty")]),
    ],
)
def test_tables_of_another_shape_are_refused(rows: tuple[Any, ...], found: list[tuple[str, str]]) -> None:
    """No rows, a heading nobody knows, one that stands twice, no unit."""
    assert faults(judged(*rows)) == found


def test_too_many_rows_are_refused_at_once() -> None:
    """A table is imported in parts that a person can check."""
    reading = judged(("Project name", "Unit"), *(("x", "T01-SVC") for _ in range(2_001)))
    assert faults(reading) == [("", "proposal.too_many_rows")]
    assert reading.proposals == ()


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2016-05-25 17:00:00", None, "2016-05-25"),
        ("5/02/2016 5:00:00 PM", Order.DAY_FIRST, "2016-02-05"),
        ("5/02/2016", Order.MONTH_FIRST, "2016-05-02"),
        ("2016年5月25日", None, "2016-05-25"),
        ("2016-05-25T08:00", Order.MONTH_FIRST, "2016-05-25"),
        ("20160525", None, "2016-05-25"),
        ("25-May-2016", None, "2016-05-25"),
        ("1st September, 2016", None, "2016-09-01"),
        ("25-May-16", Order.DAY_FIRST, "2016-05-25"),
        ("05/25/98", Order.MONTH_FIRST, "1998-05-25"),
    ],
)
def test_dates_in_several_shapes(text: str, order: Order | None, day: str) -> None:
    """A year in front settles it; otherwise the mapping says what comes first."""
    assert read_cell(procedure().fields["cost_based_on"], text, WORDS, Manner(order)) == day


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "1/2/126", "2026-13", "31/31/2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """Days that do not exist, years of three digits, words."""
    with pytest.raises(Unreadable) as refused:
        read_cell(procedure().fields["cost_based_on"], text, WORDS, Manner(Order.DAY_FIRST))
    assert refused.value.code == "proposal.not_a_date"


@pytest.mark.parametrize("text", ["1e400", "nan", "inf", "twelve", "1.2.3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Nothing beyond 64 bits, nothing that is no number."""
    with pytest.raises(Unreadable) as refused:
        read_cell(procedure().fields["amount"], text, WORDS)
    assert refused.value.code == "proposal.not_a_number"


def test_numbers_in_text_cells_keep_their_digits() -> None:
    """A workbook gives 12 and not 12.0; a code of digits stays a text."""
    assert read_cell(procedure().fields["batch"], 202602, WORDS) == "202602"
    assert read_cell(procedure().fields["batch"], Decimal("2026.20"), WORDS) == "2026.20"
    assert read_cell(procedure().fields["cost_based_on"], datetime(2026, 5, 1, 9, 0), WORDS) == "2026-05-01"  # noqa: DTZ001  # as a workbook gives it


def test_the_template_offers_what_a_row_can_hold() -> None:
    """No tables, files or computed fields; what submitting needs is marked."""
    kinds = {field.type for field in offered(procedure())}
    assert not kinds & {FieldType.TABLE, FieldType.FILE, FieldType.FILES, FieldType.PERSON}
    names = [field.name for field in offered(procedure())]
    assert names[:3] == ["name", "build_kind", "categories"]
    assert "tier" not in names
    assert {"name", "amount", "problem"} <= needed(procedure())
    titles = [field.title.zh for field in offered(procedure())]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"column": {}}, "column: a mapping has"),
        ({"columns": []}, "columns: must be a mapping"),
        ({"columns": {"FFC": "sum"}}, "sum: no field"),
        ({"columns": {"FFC": {"field": "amount", "dates": "year"}}}, "day-first or month-first"),
        ({"columns": {"FFC": {"fields": "amount"}}}, "columns.FFC"),
        ({"values": {"estimate": []}}, "estimate: no field"),
    ],
)
def test_a_wrong_mapping_file_says_where(mapping: dict[str, Any], told: str) -> None:
    """What it is, and what is allowed."""
    with pytest.raises(PlanFaulty, match=told):
        plan_from(mapping, procedure())


def test_every_fault_has_its_sentence() -> None:
    """In both languages."""
    root = Path(__file__).resolve().parents[2]
    files = (
        "workflows/proposals.py",
        "workflows/proposal_cells.py",
        "workflows/table_heading.py",
        "workflows/funds/listing.py",
        "service/importing.py",
    )
    source = "".join((root / name).read_text("utf-8") for name in files)
    codes = set(re.findall(r'"(proposal\.\w+)"', source))
    assert codes == {code for code in sentences() if code.startswith("proposal.")}


def test_445_real_projects_are_read_through_a_mapping() -> None:
    """Valuations with binary traces and dates in two shapes; those above the form's limit are named with their cell."""
    if not MELBOURNE.is_file():
        pytest.skip(f"no {MELBOURNE.name}: set SHENPI_SHARED_DATA to the folder of shared data")
    with MELBOURNE.open("rb") as file:
        (sheet,) = read_tables(file)
    mapping = yaml.safe_load(Path(__file__).with_name("melbourne.yaml").read_text("utf-8"))
    reading = read(procedure(), plan_from(mapping, procedure()), sheet.rows, WORDS, {"": "T01-SVC"})
    heading, *rows = sheet.rows
    place = heading.cells.index("FFC")
    fen = {row.number: (Decimal(str(row.cell(place))) * 100).quantize(Decimal(1), ROUND_HALF_UP) for row in rows}
    beyond = [number for number, amount in fen.items() if amount > 9_999_999_900]
    assert len(rows) == 445
    assert len(beyond) == 10
    assert faults(reading) == [(f"B{number}", "field.out_of_range") for number in beyond]
    assert {one.row: one.data["amount"] for one in reading.proposals} == {
        number: int(amount) for number, amount in fen.items() if number not in beyond
    }
    first = reading.proposals[0]
    assert first.data["name"] == "Major Works - Framework Q05388"
    assert (first.data["amount"], first.data["cost_based_on"]) == (2359288_62, "2016-02-05")
    assert sum("cost_based_on" not in one.data for one in reading.proposals) == 2
