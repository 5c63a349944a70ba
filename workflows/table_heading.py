"""Where the heading of a table stands, and under which columns: tables people bring have titles above it."""

from collections.abc import Collection, Sequence
from typing import Protocol

from workflows.proposal_cells import cell_text

ROWS_LOOKED_AT = 30
"""Of these first rows, the one with most of the wanted headings is the heading."""

COLUMNS_MAX = 200
"""Most columns of a table."""


class Line(Protocol):
    """A row of a table (adapters.documents.spreadsheet.Row)."""

    @property
    def number(self) -> int:
        """Its number as the person sees it."""
        ...

    def cell(self, column: int) -> object:
        """Give a cell, None beyond the row's end."""
        ...

    def address(self, column: int) -> str:
        """Give where a cell is, such as `Projects!C12`."""
        ...


def from_heading(table: Sequence[Line], wanted: Collection[str]) -> Sequence[Line]:
    """Give a table from its heading on: titles, dates and notes above it are no rows of it."""
    first = table[:ROWS_LOOKED_AT]
    counts = [len(columns_of(line).keys() & {plain(one) for one in wanted}) for line in first]
    return table[counts.index(max(counts)) :] if any(counts) else table


def columns_of(heading: Line) -> dict[str, list[int]]:
    """Give the columns (from 0) of each heading; empty cells are none."""
    found: dict[str, list[int]] = {}
    for column in range(COLUMNS_MAX):
        if name := plain(cell_text(heading.cell(column))):
            found.setdefault(name, []).append(column)
    return found


def plain(heading: str) -> str:
    """Give a heading on one line, however it is broken in its cell."""
    return " ".join(heading.split())
