"""The functions that expressions have besides CEL's own. A ValueError makes the expression undecided: a refusal."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

FEN_PER_YUAN = 100

_YUAN = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,2}))?")


def fen(yuan: str) -> int:
    """Give the fen of an amount in yuan: `money("3000000.00")` is 300000000."""
    found = _YUAN.fullmatch(yuan)
    if found is None:
        raise ValueError(f'{yuan[:30]!r} is not an amount in yuan: write it like "3000000.00", at most two decimals')
    sign, whole, part = found.groups()
    amount = int(whole) * FEN_PER_YUAN + int((part or "").ljust(2, "0"))
    return -amount if sign else amount


def total(rows: Sequence[Mapping[str, object]], column: str) -> int:
    """Add up a whole-number or money column of a table: `total(item.lines, "cost")`. Empty cells count as nothing."""
    cells = [row[column] for row in rows if column in row]
    if not all(type(cell) is int for cell in cells):
        raise ValueError(f"the column {column[:30]!r} is not of whole numbers")
    return sum(int(str(cell)) for cell in cells)


def distinct(rows: Sequence[Mapping[str, object]], column: str) -> bool:
    """Say whether no value of a column stands in two rows: `distinct(item.lines, "name")`. Empty cells do not count."""
    cells = [str(row[column]) for row in rows if column in row]
    return len(set(cells)) == len(cells)


def texts(rows: Sequence[Mapping[str, object]], column: str) -> list[str]:
    """Give a text column of a table, without its empty cells: `texts(item.members, "expert")` names persons."""
    cells = [row[column] for row in rows if column in row]
    if not all(isinstance(cell, str) for cell in cells):
        raise ValueError(f"the column {column[:30]!r} is not of texts")
    return [str(cell) for cell in cells]


def lines(column: str, cells: Sequence[str]) -> list[dict[str, str]]:
    """Lay out a table with one column filled: `lines("check", ["papers", "cost"])` prepares a checklist."""
    return [{column: cell} for cell in cells]


def days_between(first: str, last: str) -> int:
    """Count the calendar days from one date to another: negative when the second lies before the first."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
