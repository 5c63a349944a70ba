"""Where the heading of a table stands, and under which columns.

Tables people bring have titles above it, sums and notes below, say above or in it whether amounts are in ten
thousands, and put columns in groups: such a heading has several lines.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from re import Match
from textwrap import shorten
from typing import Protocol
from unicodedata import normalize

from engine.refusal import Refusal
from workflows.proposal_cells import Unreadable, Words, cell_text

ROWS_LOOKED_AT = 30
"""Of these first rows, the one with most of the wanted headings is the heading."""

HEADING_LINES_MAX = 3
"""Most lines of a heading whose columns stand in groups."""

COLUMNS_MAX = 200
"""Most columns of a table."""

NAMES_SHOWN_MAX = 200
"""Most characters of the names of columns that are shown where one is missing."""

MERGED = "table.merged"
"""Why a cell has no value that belongs to one above it (adapters.documents.spreadsheet)."""

NUMBERED_LEAST = 3
"""Fewest numbers of a line that numbers the columns."""


class Line(Protocol):
    """A row of a table (adapters.documents.spreadsheet.Row)."""

    @property
    def number(self) -> int:
        """Its number as the person sees it."""
        ...

    @property
    def width(self) -> int:
        """How many cells the row has in its file."""
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

    `heading` is the last line of it. `totals` are the numbers of rows that only sum up others, `notes` of those that
    are no data either: notes, the heading again, a line that numbers the columns. Amounts are multiplied with `times`,
    or with what their column has in `own_times`. No row may have more cells than `width`.
    """

    heading: Line
    columns: Mapping[str, Sequence[int]]
    rows: Sequence[Line]
    totals: tuple[int, ...]
    notes: tuple[int, ...]
    times: int
    own_times: Mapping[int, int]
    width: int

    def times_of(self, column: int) -> int:
        """Give what amounts of a column are to be multiplied with to be yuan."""
        return self.own_times.get(column, self.times)

    def names(self) -> str:
        """Give the names of its columns."""
        return shorten(", ".join(self.columns), NAMES_SHOWN_MAX, placeholder="…")

    def too_wide(self, line: Line) -> Refusal | None:
        """Say that a row has cells beyond the heading."""
        return too_wide(line, self.width)


def too_wide(line: Line, width: int) -> Refusal | None:
    """Say that a row has more cells than `width`: a value with an unquoted delimiter moved all that follow it."""
    beyond = next((at for at in range(width, min(line.width, COLUMNS_MAX)) if _said(line.cell(at))), None)
    return None if beyond is None else Refusal("proposal.too_wide", line.address(beyond))


def headed(table: Sequence[Line], wanted: Collection[str], words: Words, amounts: Collection[str]) -> Headed:
    """Find the heading of a table that has a row at least.

    Titles, dates and notes above it are no rows; nor are further lines of it, sums and notes below. `amounts` are those
    of the wanted headings whose cells are numbers.
    """
    at, lines = _heading(table[: ROWS_LOOKED_AT + HEADING_LINES_MAX], wanted, words)
    heading, columns = lines[-1], _columns(lines, wanted, words)
    used = {name: columns[name][0] for name in wanted if name in columns}
    following = table[at + len(lines) :]
    rows = following[sum(1 for _ in takewhile(lambda line: _goes_on(line, used.values()), following)) :]
    texts = [column for name, column in used.items() if name not in amounts]
    numbers = [column for name, column in used.items() if name in amounts]
    totals = {line.number for line in rows if _is_total(line, texts, words.totals)} | _groups(rows, words)
    again = {next(_texts(line), ""): line for line in lines}
    notes = {line.number for line in rows if _is_note(line, numbers, words) or _is_again(line, again)}
    notes |= {line.number for line in following[: len(following) - len(rows)] if next(_texts(line), "")}
    notes |= {line.number for line in rows[:1] if _numbers_columns(line, words)}
    said = (words.money_in_note.search(normalize("NFKC", text)) for line in table[:at] for text in _texts(line))
    own = {
        column: _times(found, words)
        for column in range(COLUMNS_MAX)
        for found in [_unit_of_money(_parts(lines, column), words)]
        if found is not None
    }
    return Headed(
        heading,
        columns,
        [line for line in rows if line.number not in totals | notes],
        tuple(sorted(totals)),
        tuple(sorted(notes - totals)),
        next((_times(note, words) for note in said if note is not None), 1),
        own,
        max(line.width for line in lines),
    )


def _heading(first: Sequence[Line], wanted: Collection[str], words: Words) -> tuple[int, Sequence[Line]]:
    """Give the lines with most of the wanted headings, the fewest and earliest such, and where they begin."""
    choices = [
        (at, first[at : at + height])
        for height in range(1, HEADING_LINES_MAX + 1)
        for at in range(min(ROWS_LOOKED_AT, max(1, len(first) - height + 1)))
    ]
    return max(choices, key=lambda choice: len(_columns(choice[1], wanted, words).keys() & {*wanted}))


def _parts(lines: Sequence[Line], column: int) -> list[str]:
    """Give what the lines of a heading say of a column, from the top; a group's name stands over its first column."""
    parts = []
    for number, line in enumerate(lines):
        text = plain(_said(line.cell(column)))
        if not text and any(_said(below.cell(column)) for below in lines[number + 1 :]):
            left = (plain(_said(line.cell(at))) for at in range(column - 1, -1, -1))
            text = next((name for name in left if name), "")
        parts += [text] if text and text not in parts else []
    return parts


def _unit_of_money(parts: Sequence[str], words: Words) -> Match[str] | None:
    """Give the unit of money behind the name of a column, or of the group that it stands in."""
    found = (words.money_in_heading.search(normalize("NFKC", part)) for part in reversed(parts))
    return next((one for one in found if one is not None), None)


def _times(found: Match[str], words: Words) -> int:
    return words.magnitudes.get(found["magnitude"] or "", 1)


def _goes_on(line: Line, columns: Collection[int]) -> bool:
    """Tell whether a row below the heading still belongs to it: where it matters it has nothing of its own."""
    cells = [line.cell(column) for column in columns]
    return bool(cells) and all(
        cell.code == MERGED if isinstance(cell, Refusal) else cell is None or not _said(cell) for cell in cells
    )


def _groups(rows: Sequence[Line], words: Words) -> set[int]:
    """Give the numbers of rows that stand above a group of others, with its name and sum.

    They are counted in words in a table whose other rows are counted in digits.
    """
    firsts = {line.number: normalize("NFKC", next(_texts(line), "")) for line in rows}
    if not any(text.isdecimal() for text in firsts.values()):
        return set()
    return {number for number, text in firsts.items() if words.ordinal.fullmatch(text) is not None}


def _is_total(line: Line, columns: Collection[int], totals: Collection[str]) -> bool:
    """Tell whether a row sums up others: it begins with such a word, and says nothing else where rows have texts.

    With a colon behind its word it may say more: no row begins so.
    """
    first = normalize("NFKC", next(_texts(line), ""))
    if _word_of_total(first) not in totals:
        return False
    if first.endswith(":"):
        return True
    own = [_word_of_total(_said(line.cell(column))) for column in columns]
    return all(text in totals or not text for text in own)


def _word_of_total(text: str) -> str:
    return "".join(normalize("NFKC", text).split()).strip(":").casefold()


def _is_note(line: Line, numbers: Collection[int], words: Words) -> bool:
    """Tell whether a row only says something of the table, or who filled it in: it begins so, and has no number."""
    found = words.note.match(normalize("NFKC", next(_texts(line), "")))
    if found is None or any(_said(line.cell(column)) for column in numbers):
        return False
    return len([*_texts(line)]) == 1 if found["mark"] or not numbers else True


def _is_again(line: Line, heading: Mapping[str, Line]) -> bool:
    """Tell whether a row is a line of the heading once more, as on the next page of a print."""
    above = heading.get(next(_texts(line), ""))
    return above is not None and [*_texts(line)] == [*_texts(above)]


def _numbers_columns(line: Line, words: Words) -> bool:
    """Tell whether a row numbers the columns, as forms of statistics have it: a word, letters, then 1, 2, 3."""
    before, letters = words.numbering
    found = [normalize("NFKC", text).strip("()") for text in _texts(line) if text not in before]
    numbers = [text for text in found if text not in letters]
    return len(numbers) >= NUMBERED_LEAST and numbers == [f"{number}" for number in range(1, len(numbers) + 1)]


def _texts(line: Line) -> Iterator[str]:
    """Give what is written in a row."""
    return (text for column in range(min(line.width, COLUMNS_MAX)) if (text := _said(line.cell(column))))


def _said(cell: object) -> str:
    """Give the text of a cell; one that has no value of its own says nothing."""
    try:
        return cell_text(cell).strip()
    except Unreadable:
        return ""


def _columns(lines: Sequence[Line], wanted: Collection[str], words: Words) -> dict[str, list[int]]:
    """Give the columns (from 0) of each heading; empty cells are none.

    A column in a group is known by its own name and by that of the group before it, whichever is wanted. Capitals,
    blanks and the width of signs count for nothing, nor does a unit of money behind a name that is wanted without it.
    """
    known = {_folded(name): name for name in wanted}
    found: dict[str, list[int]] = {}
    for column in range(min(max(line.width for line in lines), COLUMNS_MAX)):
        parts = _parts(lines, column)
        names = [*parts[-1:], " ".join(parts)] if parts else []
        meant = [name for name in names if name in wanted]
        meant = meant or [known[folded] for name in names for folded in _foldings(name, words) if folded in known]
        for name in dict.fromkeys(meant or [_bare(name, words) for name in names[:1]]):
            found.setdefault(name, []).append(column)
    return found


def _foldings(name: str, words: Words) -> tuple[str, str]:
    return _folded(name), _folded(_bare(name, words))


def _folded(name: str) -> str:
    return "".join(normalize("NFKC", name).casefold().split())


def _bare(name: str, words: Words) -> str:
    """Give a heading without the unit of money behind it."""
    same = normalize("NFKC", name)
    unit = words.money_in_heading.search(same)
    return name if unit is None else same[: unit.start()]


def plain(heading: str) -> str:
    """Give a heading on one line, however it is broken in its cell."""
    return " ".join(heading.split())
