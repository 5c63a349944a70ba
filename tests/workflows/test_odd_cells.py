"""Cells as people write them in tables of their own: amounts with magnitudes, dates in Chinese, lost digits."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.shipped import table
from engine.definition import Field, FieldType
from engine.texts import Text
from workflows.proposal_cells import Manner, Order, Unreadable, read_cell, words_from
from workflows.shipped import PROPOSAL_WORDS

WORDS = words_from(table(PROPOSAL_WORDS))
TEN_THOUSANDS = Manner(times=10_000)


def read(kind: FieldType, cell: object, manner: Manner = Manner()) -> Any:  # noqa: ANN401, B008  # whatever a cell may be; frozen
    """Read a cell as a field of that type."""
    return read_cell(Field("f", kind, Text("", "")), cell, WORDS, manner)


def refused(kind: FieldType, cell: object, manner: Manner = Manner()) -> str:  # noqa: B008  # frozen
    """Give the code of the refusal."""
    with pytest.raises(Unreadable) as told:
        read(kind, cell, manner)
    return told.value.code


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("1,234.50万元", "12345000"),
        ("¥1.2亿", "120000000"),
        ("１２３．４５", "123.45"),
        ("人民币 3 千元", "3000"),
        ("500万", "5000000"),
        ("-0.5百万元", "-500000"),
        ("（２万元）", "-20000"),
        ("RMB 1,000", "1000"),
        ("2千万元", "20000000"),
    ],
)
def test_an_amount_with_its_magnitude(cell: str, yuan: str) -> None:
    """In yuan, whatever stands around it."""
    assert read(FieldType.MONEY, cell) == int(Decimal(yuan) * 100)


@pytest.mark.parametrize(
    ("cell", "yuan"), [(Decimal("12.5"), "125000"), ("12.5", "125000"), ("12.5万元", "125000"), ("800元", "800")]
)
def test_in_a_column_of_ten_thousands_a_cell_may_say_otherwise(cell: object, yuan: str) -> None:
    """What the cell says of itself comes before what its heading says."""
    assert read(FieldType.MONEY, cell, TEN_THOUSANDS) == int(Decimal(yuan) * 100)


@pytest.mark.parametrize(
    "cell",
    ["1.23E+08", "1元2", "12元50", "约100万元", "100-200万元", "$5", "1_000", "--5", "(-5)", "壹佰万元整", "1.2万亿"],
)
def test_an_amount_that_is_not_certain_is_refused(cell: str) -> None:
    """Dropped digits, ranges, other money: nothing is guessed."""
    assert refused(FieldType.MONEY, cell) == "proposal.not_a_number"


def test_parts_of_a_fen_are_refused_in_ten_thousands_too() -> None:
    """0.1234567万元 would be 1234.567."""
    assert refused(FieldType.MONEY, "0.1234567", TEN_THOUSANDS) == "proposal.parts_of_fen"


@pytest.mark.parametrize(
    "cell",
    [
        "2026年5月1日",
        "2026 年 5 月 1 日",
        "２０２６年５月１日",
        "二〇二六年五月一日",
        "二零二六年五月一号",
        "2026.5.1",
        "2026．05．01",
        "2026/5/1",
        "2026-05-01",
        "2026、5、1",
        "20260501",
        "2026-05-01T00:00:00+08:00",
        "2026/5/1 0:00",
        "2026-05-01（周五）",
        "2026年5月1日 星期五",
    ],
)
def test_one_day_in_many_spellings(cell: str) -> None:
    """Chinese and ISO, full-width, with the day of the week or a time."""
    assert read(FieldType.DATE, cell) == "2026-05-01"


@pytest.mark.parametrize(
    ("cell", "day"), [("二〇二六年十月二十五日", "2026-10-25"), ("二〇二六年十二月三十一日", "2026-12-31")]
)
def test_chinese_numerals_beyond_ten(cell: str, day: str) -> None:
    """Tens and ones."""
    assert read(FieldType.DATE, cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        "26年5月12日",
        "2026-04-30T16:00:00Z",
        "46143",
        "2026-05-01?",
        "2026-05-01~2026-06-01",
        "十十年五月一日",
    ],
)
def test_what_is_no_certain_day_is_refused(cell: str) -> None:
    """A year of two digits before 年 is none of a day; another zone's midnight is another day here."""
    assert refused(FieldType.DATE, cell, Manner(Order.DAY_FIRST)) == "proposal.not_a_date"


@pytest.mark.parametrize("cell", [6222021234567890123, Decimal("6.222021234567891E+18"), "6.22202E+18"])
def test_an_account_number_that_lost_its_digits_is_refused(cell: object) -> None:
    """A spreadsheet keeps fifteen digits of a number; the rest became zeros."""
    assert refused(FieldType.TEXT, cell) == "proposal.digits_lost"
    assert read(FieldType.TEXT, "6222021234567890123") == "6222021234567890123"


@pytest.mark.parametrize("cell", ["1,200", "１２００", Decimal(1200)])
def test_counts_in_groups_and_full_width(cell: object) -> None:
    """As amounts are."""
    assert read(FieldType.INTEGER, cell) == 1200
