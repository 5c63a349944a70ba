"""Where the heading of a table stands, and under which columns.

Tables people bring have titles above it, sums below, and say above or in it whether amounts are in ten thousands.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import Match
from typing import Protocol
from unicodedata import normalize

from engine.refusal import Refusal
from workflows.proposal_cells import Unreadable, Words, cell_text

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


@dataclass(frozen=True, slots=True)
class Headed:
    """A table from its heading on, with its columns (from 0) by name and its rows of data.

    `totals` are the numbers of rows that only sum up others. Amounts are multiplied with `times`, or with what their
    column has in `own_times`.
    """

    heading: Line
    columns: Mapping[str, Sequence[int]]
    rows: Sequence[Line]
    totals: tuple[int, ...]
    times: int
    own_times: Mapping[int, int]

    def times_of(self, column: int) -> int:
        """Give what amounts of a column are to be multiplied with to be yuan."""
        return self.own_times.get(column, self.times)


def headed(table: Sequence[Line], wanted: Collection[str], words: Words, amounts: Collection[str]) -> Headed:
    """Find the heading of a table that has a row at least.

    Titles, dates and notes above it are no rows; nor are second lines of it, and sums below. `amounts` are those of
    the wanted headings whose cells are numbers.
    """
    first = table[:ROWS_LOOKED_AT]
    counts = [len(_columns(line, wanted, words).keys() & {*wanted}) for line in first]
    at = counts.index(max(counts))
    heading, columns = table[at], _columns(table[at], wanted, words)
    used = {name: columns[name][0] for name in wanted if name in columns}
    rows = table[at + 1 :]
    while rows and _goes_on(rows[0], heading, used.values()):
        rows = rows[1:]
    texts = [column for name, column in used.items() if name not in amounts]
    totals = {line.number for line in rows if _is_total(line, texts, words.totals)}
    notes = (words.money_in_note.search(normalize("NFKC", text)) for line in table[:at] for text in _texts(line))
    own = {
        column: _times(found, words)
        for column in range(COLUMNS_MAX)
        if (found := words.money_in_heading.search(normalize("NFKC", _said(heading.cell(column))))) is not None
    }
    return Headed(
        heading,
        columns,
        [line for line in rows if line.number not in totals],
        tuple(sorted(totals)),
        next((_times(note, words) for note in notes if note is not None), 1),
        own,
    )


def _times(found: Match[str], words: Words) -> int:
    return words.magnitudes.get(found["magnitude"] or "", 1)


def _goes_on(line: Line, heading: Line, columns: Collection[int]) -> bool:
    """Tell whether a row is a second line of the heading: its cells are merged with those above, where they matter."""
    if not columns:
        return False
    for column in columns:
        cell = line.cell(column)
        first = heading.address(column).rpartition("!")[2]
        if not isinstance(cell, Refusal) or cell.params.get("first") != first:
            return False
    return True


def _is_total(line: Line, columns: Collection[int], totals: Collection[str]) -> bool:
    """Tell whether a row sums up others: it begins with such a word, and says nothing else where rows have texts."""
    if _word_of_total(next(_texts(line), "")) not in totals:
        return False
    own = [_word_of_total(_said(line.cell(column))) for column in columns]
    return all(text in totals or not text for text in own)


def _word_of_total(text: str) -> str:
    return "".join(normalize("NFKC", text).split()).strip(":").casefold()


def _texts(line: Line) -> Iterator[str]:
    """Give what is written in a row."""
    return (text for column in range(COLUMNS_MAX) if (text := _said(line.cell(column))))


def _said(cell: object) -> str:
    """Give the text of a cell; one that has no value of its own says nothing."""
    try:
        return cell_text(cell).strip()
    except Unreadable:
        return ""


def _columns(heading: Line, wanted: Collection[str], words: Words) -> dict[str, list[int]]:
    """Give the columns (from 0) of each heading; empty cells are none.

    The unit of money behind a heading belongs to it only where it is wanted so.
    """
    found: dict[str, list[int]] = {}
    for column in range(COLUMNS_MAX):
        name = plain(_said(heading.cell(column)))
        unit = None if name in wanted else words.money_in_heading.search(normalize("NFKC", name))
        if name:
            found.setdefault(name if unit is None else name[: unit.start()], []).append(column)
    return found


def plain(heading: str) -> str:
    """Give a heading on one line, however it is broken in its cell."""
    return " ".join(heading.split())
