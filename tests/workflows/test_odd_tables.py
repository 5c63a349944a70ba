"""Tables of other offices: columns in groups, notes below, dates in parts, other signs, rows with a cell too many."""

from collections.abc import Sequence
from typing import Any

import pytest

from adapters.documents.spreadsheet import Row
from engine.refusal import Refusal
from tests.workflows.procedure import procedure
from tests.workflows.test_proposals import UNITS, WORDS
from workflows.funds.listing import Listing, mapping_from
from workflows.funds.listing import read as read_listing
from workflows.proposals import Reading, plan_from
from workflows.proposals import read as read_proposals
from workflows.table_mapping import PlanFaulty


def rows(*cells: Sequence[Any]) -> list[Row]:
    """Number rows as a person sees them; each has its own number of cells, as in a CSV file."""
    return [Row("", number, tuple(one)) for number, one in enumerate(cells, 1) if any(one)]


def projects(mapping: dict[str, Any], *cells: Sequence[Any]) -> Reading:
    """Read a table of projects of one unit."""
    return read_proposals(procedure(), plan_from(mapping, procedure()), rows(*cells), WORDS, {**UNITS, "": "T01-SVC"})


def payments(mapping: dict[str, Any], *cells: Sequence[Any]) -> Listing:
    """Read a table of payments."""
    return read_listing(mapping_from(mapping), rows(*cells), WORDS)


def faults(found: Reading | Listing) -> list[tuple[str, str]]:
    """Give what is wrong as address and code."""
    return [(fault.where, fault.code) for fault in found.faults]


PLAN = (
    ("2023年重点项目投资计划表", None, None, None, None, None, None),
    ("序号", "项 目 名 称", "建设年限", None, "投资（万元）", None, "备注"),
    (None, None, "开工", "竣工", "总投资", "其中", None),
    (None, None, None, None, None, "本年计划", None),
    ("甲", "乙", "丙", "1", "2", "3", "4"),
    (1, "雨水管网", "2023年3月", "2024.10", "1,200", "300", "续建"),
    (2, "视频会议", "2022年10月", "2023年12月31日", "80.5", "80.5", None),
    ("序号", "项 目 名 称", "建设年限", None, "投资（万元）", None, "备注"),
    (3, "路灯", "2023年5月", "2023年6月", "—", "待定", None),
    ("合计", None, None, None, "1,280.5", "380.5", None),
    ("注：投资为概算数。", None, None, None, None, None, None),
    ("填表人：张某", None, "审核人：李某", None, None, None, "2023年5月"),
)
"""As development and reform bureaus send them round."""

READ_SO = {
    "columns": {
        "项目名称": "name",
        "建设年限 竣工": {"field": "policy_due_on", "months": "last-day"},
        "本年计划": "amount",
    },
    "months": "first-day",
    "composed": {"cost_based_on": "{开工}"},
    "empty": ["—", "待定"],
}


def test_a_heading_whose_columns_stand_in_groups() -> None:
    """A column goes by its own name or after its group's; 万元 above the group counts; nothing is taken for a row."""
    found = projects(READ_SO, *PLAN)
    assert faults(found) == []
    assert (found.totals, found.notes) == ((10,), (5, 8, 11, 12))
    assert [one.data for one in found.proposals] == [
        {"name": "雨水管网", "amount": 3_000_000_00, "cost_based_on": "2023-03-01", "policy_due_on": "2024-10-31"},
        {"name": "视频会议", "amount": 805_000_00, "cost_based_on": "2022-10-01", "policy_due_on": "2023-12-31"},
        {"name": "路灯", "cost_based_on": "2023-05-01", "policy_due_on": "2023-06-30"},
    ]


def test_groups_of_rows_and_further_lines_of_a_heading_are_no_rows() -> None:
    """一 with a name and the sum of 1 and 2; a line of the heading that names none of the wanted columns."""
    heading = (("序号", "项目", "投资（万元）", None), (None, None, None, "其中：县级"))
    mapping = {"columns": {"项目": "name", "投资": "amount"}}
    found = projects(mapping, *heading, ("一", "信息化", "3", ""), (1, "平台", "1", ""), ("2", "网络", "2", ""))
    assert (faults(found), found.totals, found.notes) == ([], (3,), (2,))
    assert [one.data["name"] for one in found.proposals] == ["平台", "网络"]
    counted = projects(mapping, heading[0], ("一", "平台", "1"), ("二", "网络", "2"))
    assert (faults(counted), counted.totals, len(counted.proposals)) == ([], (), 2)
    failing = projects(mapping, heading[0], ("1", Refusal("table.formula_error", "B2", {"value": "#REF!"}), None))
    assert faults(failing) == [("B2", "table.formula_error")]


def test_two_columns_of_one_name_are_told_apart_by_their_groups() -> None:
    """`金额` alone could be either."""
    table = (("项目", "预算", None, "决算", None), (None, "日期", "金额", "日期", "金额"), ("A", "", "1", "", "2"))
    columns = {"项目": "name", "决算 金额": "amount"}
    assert projects({"columns": columns}, *table).proposals[0].data == {"name": "A", "amount": 2_00}
    assert faults(projects({"columns": {"项目": "name", "金额": "amount"}}, *table)) == [
        ("E2", "proposal.heading_twice")
    ]


def test_capitals_blanks_and_width_of_a_heading_count_for_nothing() -> None:
    """From month to month a council writes SUPPLIER and Supplier; a missing heading is told with those there are."""
    mapping = {"columns": {"Supplier Name": "payee", "Amount(£)": "amount", "Date": "on"}}
    found = payments(mapping, ("SUPPLIER  NAME", "amount（£）", "DATE"), ("A", "1", "2026-05-01"))
    assert (faults(found), found.total) == ([], 1_00)
    (wrong,) = payments(mapping, ("Payee", "Amount(£)", "Date"), ("A", "1", "2026-05-01")).faults
    assert wrong.params == {"heading": "Supplier Name", "found": "Payee, Amount(£), Date"}


def test_a_row_with_a_cell_too_many_is_refused() -> None:
    """An unquoted `1,234.50` would be read as 1."""
    mapping = {"columns": {"户名": "payee", "日期": "on", "金额": "amount"}}
    heading, right = ("户名", "日期", "金额", ""), ("甲", "2026-05-01", "5", "", "", "")
    found = payments(mapping, heading, ("甲", "2026-05-01", "1", "234.50"), ("甲", "2026-05-01", "1", "", "6"), right)
    assert (faults(found), found.total) == ([("E3", "proposal.too_wide")], 6_00)
    found = payments(mapping, heading[:3], ("甲", "2026-05-01", "1", "234.50"), right)
    assert (faults(found), found.total) == ([("D2", "proposal.too_wide")], 5_00)
    made = projects({"columns": {"户名": "name", "金额": "amount"}}, heading[:3], ("甲", "", "1", "234.50"))
    assert (faults(made), made.proposals) == ([("D2", "proposal.too_wide")], ())


def test_a_day_in_parts() -> None:
    """Journals have a column for the month and one for the day; the year stands in the mapping, or in a column."""
    mapping = {"columns": {"户名": "payee", "金额": "amount"}, "composed": {"on": "2023-{月}-{日}"}}
    table = (("月", "日", "户名", "金额"), (5, "1", "甲", "1"), ("13", 1, "乙", "2"), (None, None, "丙", "3"))
    found = payments(mapping, *table)
    assert [str(row.on) for row in found.rows] == ["2023-05-01"]
    assert faults(found) == [("A3", "proposal.not_a_date"), ("A4", "proposal.empty")]


@pytest.mark.parametrize(
    ("said", "fen"), [("1.234,50", 1234_50), ("-1.234.567,8", -1234567_80), ("12,5", 12_50), ("1234", 1234_00)]
)
def test_a_decimal_comma_that_is_told(said: str, fen: int) -> None:
    """Only in texts: numbers of a workbook have no signs of their own."""
    mapping = {"columns": {"A": "payee", "B": "amount", "C": "on"}, "decimals": "comma"}
    assert payments(mapping, ("A", "B", "C"), ("x", said, "2026-05-01")).total == fen
    assert faults(payments(mapping, ("A", "B", "C"), ("x", "1,234.50", "2026-05-01")))[0][1] == "proposal.not_a_number"


def test_signs_of_money_and_what_stands_for_nothing_are_told_for_projects_too() -> None:
    """A government's list of its major projects: pounds, two digits of a year, `Exempt under Section 43 …`."""
    mapping = {
        "columns": {"project_name": "name", "cost": "amount", "start": "cost_based_on"},
        "currency": "£",
        "dates": "day-first",
        "empty": ["exempt*"],
    }
    found = projects(
        mapping, ("project_name", "cost", "start"), ("A", "£12,131.50", "30.06.08"), ("B", "Exempt under 43", "Exempt")
    )
    assert faults(found) == []
    assert [one.data for one in found.proposals] == [
        {"name": "A", "amount": 12131_50, "cost_based_on": "2008-06-30"},
        {"name": "B"},
    ]


@pytest.mark.parametrize(
    ("word", "is_empty"), [("?", True), ("7", False), ("[n/a]", True), ("n", False), ("TBC soon", True)]
)
def test_what_stands_for_an_empty_cell_is_meant_as_it_stands(word: str, is_empty: bool) -> None:
    """Only `*` stands for more than itself: `?` must not make every digit empty."""
    mapping = {"columns": {"A": "name", "B": "batch"}, "empty": ["?", "[n/a]", "tbc*"]}
    (made,) = projects(mapping, ("A", "B"), ("x", word)).proposals
    assert ("batch" not in made.data) == is_empty


STATEMENT = (
    ("某银行账户明细", None, None, None, None),
    ("交易时间", "借方", "贷方", "余额", "对方"),
    ("期初余额", None, None, "100.00", None),
    ("20260105 09:12:33", "30.00", "--", "70.00", "甲"),
    ("20260106 10:00", "0.00", "5", "75.00", "乙"),
    ("本页合计", "30.00", "5.00", None, None),
    ("借方合计：", "30.00", "贷方合计：", "5.00", "共2笔"),
    ("打印日期：2026年4月1日", None, None, None, None),
)


def test_a_statement_as_a_bank_prints_it() -> None:
    """A day and a time in digits; what was carried over, sums of the page and of the whole, the day of printing."""
    columns = {"交易时间": "on", "借方": "paid_out", "贷方": "paid_in", "余额": "balance", "对方": "payee"}
    found = payments({"columns": columns, "empty": ["--"]}, *STATEMENT)
    assert (faults(found), found.totals, found.notes) == ([], (3, 6, 7), (8,))
    assert [(row.amount, f"{row.on}") for row in found.rows] == [(-30_00, "2026-01-05"), (5_00, "2026-01-06")]


def test_what_the_form_has_against_a_cell_is_told_with_its_heading() -> None:
    """And an amount in yuan, not in fen."""
    (wrong,) = projects({"columns": {"A": "name", "B": "amount"}}, ("A", "B"), ("x", "100000000")).faults
    assert (wrong.where, wrong.code) == ("B2", "field.out_of_range")
    assert wrong.params == {"where": "B", "least": "0.01", "most": "99999999.00"}


def test_a_table_of_a_heading_alone_has_no_rows() -> None:
    """A year without payments is not read as one with none."""
    mapping = {"columns": {"A": "payee", "B": "amount", "C": "on"}}
    assert faults(payments(mapping, ("A", "B", "C"))) == [("", "proposal.no_rows")]


def test_a_note_is_no_row_but_a_row_is_no_note() -> None:
    """One that begins so and has an amount, or a mark and other texts, is read."""
    mapping = {"columns": {"A": "payee", "B": "amount", "C": "on"}}
    found = payments(
        mapping,
        ("A", "B", "C"),
        ("Note: paid twice", "1", "2026-05-01"),
        ("* Redacted Ltd", "", "2026-05-01"),
        ("* redacted under section 40", "", ""),
        ("Notes:", "", "see the web"),
    )
    assert (faults(found), found.notes, found.total) == ([("B3", "proposal.empty")], (4, 5), 1_00)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"months": "middle"}, "months: write first-day or last-day"),
        ({"decimals": ";"}, "decimals: write comma"),
        ({"empty": [1]}, "empty: write up to 50 texts"),
        ({"round": "yes"}, "round: write true or false"),
        ({"dates": "year"}, "dates: write day-first or month-first"),
        ({"composed": {"on": "2023"}}, "composed.on: name the headings in braces"),
        ({"composed": ["on"]}, "composed: must be a mapping"),
        ({"composed": {"amount": "{B}"}}, "columns: amount is given by several headings"),
        ({"signs": "£"}, "signs: a mapping has columns, composed, dates"),
    ],
)
def test_a_wrong_way_of_writing_says_where(more: dict[str, Any], told: str) -> None:
    """What it is, and what is allowed."""
    with pytest.raises(PlanFaulty, match=told):
        mapping_from({"columns": {"A": "payee", "B": "amount", "C": "on"}, **more})
