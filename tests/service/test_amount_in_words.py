"""Amounts written out as on vouchers."""

import pytest

from service.amount_in_words import amount_in_words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (5_05, "伍元零伍分"),
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (107_000_53, "壹拾万柒仟元伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (1_280_000_00, "壹佰贰拾捌万元整"),
        (10_000_000_000_00, "壹佰亿元整"),
        (10_000_010_000_00, "壹佰亿零壹万元整"),
        (100_001_00, "壹拾万零壹元整"),
        (-491_000_00, "负肆拾玖万壹仟元整"),
    ],
)
def test_an_amount_is_written_out(fen: int, words: str) -> None:
    """Examples of the rules, zeros in between, and ten billion."""
    assert amount_in_words(fen) == words
