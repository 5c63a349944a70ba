"""The functions that expressions have besides CEL's own, through the compiler."""

import pytest

from engine.expression import Compiler, Undecided, ValueType

ROWS = [{"expert": "E01", "cost": 5}, {"cost": 7}, {"expert": "E02"}]
COMPILER = Compiler({"item.rows": ValueType.ROWS})


def value(source: str, gives: ValueType) -> object:
    """Evaluate over the rows."""
    return COMPILER.compile(source, gives).value({"item.rows": ROWS})


def test_texts_gives_a_column_without_its_empty_cells() -> None:
    """A field of persons can follow from a table, also from some of its rows."""
    assert value('texts(item.rows, "expert")', ValueType.STRINGS) == ["E01", "E02"]
    some = 'texts(item.rows.filter(row, "expert" in row && row.expert == "E02"), "expert")'
    assert value(some, ValueType.STRINGS) == ["E02"]


def test_texts_of_numbers_are_undecided() -> None:
    """A sum is no name."""
    with pytest.raises(Undecided, match="not of texts"):
        value('texts(item.rows, "cost")', ValueType.STRINGS)


def test_lines_lays_out_a_checklist() -> None:
    """One row for each word."""
    assert value('lines("check", ["papers", "cost"])', ValueType.ROWS) == [{"check": "papers"}, {"check": "cost"}]


def test_totals_and_repetitions_of_a_column() -> None:
    """Empty cells count as nothing."""
    assert value('total(item.rows, "cost")', ValueType.INT) == 12
    assert value('distinct(item.rows, "expert")', ValueType.BOOL) is True
