"""Printed tables: nothing that can not be broken is wider than its column, and the page is filled."""

import pytest

from adapters.documents.columns import LATIN_WIDTH, MM_OF_POINT, SOFT_BREAK, TEXT_MM, fit
from adapters.documents.report import ACROSS_MM, SIZES

MONEY = ("10,000,000,000.00 元", "2026-01-05", "QHZW-HT-2026-0013-1", "是")
HEADS = ("金额", "日期", "合同编号", "结论")


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_no_figure_runs_into_its_neighbour(times: int) -> None:
    """Ten billion yuan, a day and a number in each row; the more columns, the smaller the type."""
    columns, row = HEADS * times, MONEY * times
    found = fit(columns, [row, row])
    assert sum(found.widths) == pytest.approx(TEXT_MM, abs=1)
    letter = found.size * MM_OF_POINT
    for width, cell in zip(found.widths, found.rows[0], strict=True):
        parts = [part for whole in cell.split(SOFT_BREAK) for part in whole.split("\n")]
        longest = max(len(part.replace(" 元", "")) * LATIN_WIDTH + (" 元" in part) for part in parts)
        assert longest * letter <= width, (times, cell)
    assert (found.size < 10.5) is (times > 1)


def test_numbers_stand_right_and_texts_left() -> None:
    """Empty cells say nothing of a column."""
    assert fit(("内容", "金额"), [("监理", "1.00 元"), ("合计", "")]).numeric == (False, True)


def test_a_short_cell_stays_whole() -> None:
    """Beside a long text."""
    found = fit(("说明", "单位"), [("很长的说明" * 30, "人日")])
    assert found.widths[1] >= 2 * found.size * MM_OF_POINT
    assert found.widths[0] > found.widths[1]


def test_a_report_across_keeps_ten_billions_apart() -> None:
    """Sixteen columns of the project ledger, eight of them amounts."""
    columns = ("QH-2026-T01-0001", "10,000,000,000.00") * 8
    found = fit(columns, [columns], ACROSS_MM, SIZES)
    assert sum(found.widths) == pytest.approx(ACROSS_MM, abs=1)
    letter = found.size * MM_OF_POINT
    for width, cell in zip(found.widths, found.rows[0], strict=True):
        assert max(map(len, cell.split(SOFT_BREAK))) * LATIN_WIDTH * letter <= width
