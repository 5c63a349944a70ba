"""The county's figures as a page draws them: headline numbers and charts, each number a link to the items behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from service.report_files import Writer
from service.reporting import Asked
from service.web.charts import Bar, Bars, Lines, Part, Series, Stack, Stacks, round_top
from service.web.views.home import Tile
from service.web.views.reader import Reader
from workflows.reports.lines import Kind, Raw
from workflows.reports.making import Heading, Made

GRID_LINES = 4
TENTHS = 10
NOTHING = "—"
Picture = Bars | Stacks | Lines
Row = tuple[str, str, Mapping[str, Raw]]
"""A line of a sheet: its key, its name, its values by column."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a sheet is drawn: as `bars` of one column, `stacks` of some, or `lines` over its rows."""

    sheet: int
    kind: str
    columns: tuple[str, ...]


DRAWN: Mapping[str, Sequence[Drawn]] = {
    "R-25": (Drawn(1, "bars", ("people",)), Drawn(1, "bars", ("reached_rate",))),
    "R-26": (Drawn(1, "stacks", ("passed", "returned", "rejected", "waiting")), Drawn(2, "bars", ("success_rate",))),
    "R-27": (Drawn(1, "bars", ("days",)), Drawn(1, "bars", ("returns",))),
    "R-28": (
        Drawn(1, "stacks", ("duplicate_money", "reuse_money", "cut_money")),
        Drawn(2, "bars", ("own_rate",)),
        Drawn(3, "bars", ("other",)),
    ),
    "R-29": (
        Drawn(1, "lines", ("found", "closed", "open")),
        Drawn(3, "stacks", ("released", "upheld", "corrected", "undecided")),
    ),
    "R-30": (Drawn(1, "stacks", ("grade_a", "grade_b", "grade_c", "grade_d")), Drawn(2, "bars", ("amount",))),
}
"""The charts of each report of figures."""

HEADLINES: Sequence[tuple[str, int, str, bool]] = (
    ("R-25", 1, "in_service", False),
    ("R-25", 1, "reached_count", False),
    ("R-26", 2, "succeeded", False),
    ("R-28", 2, "singles", True),
    ("R-29", 3, "undecided", True),
    ("R-30", 1, "findings_open", True),
)
"""Numbers that come first: the report, its sheet, its column, and whether any at all is too many."""

ROWS_DRAWN_MAX = 20
"""Most bars of a chart; the report behind it has all lines."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of figures for a reader: `number` counts from 1."""

    writer: Writer
    made: Made
    number: int

    @property
    def asked(self) -> Asked:
        """Give what was asked for."""
        return self.writer.finished.asked

    def heading(self, column: str) -> Heading:
        """Give the head of a column."""
        return next(one for one in self.made.headings if one.name == f"figure.{column}")

    def rows(self) -> Iterator[Row]:
        """Give each line: its key, its name, and its values by column."""
        for key, row in zip(self.made.keys, self.made.rows, strict=True):
            values = {one.name.removeprefix("figure."): cell for one, cell in zip(self.made.headings, row, strict=True)}
            yield key, self.writer.cell(row[0], self.made.headings[0].kind), values

    def words(self, column: str, value: Raw) -> str:
        """Give a value as a chart tells it: great sums rounded."""
        if self.heading(column).kind is Kind.MONEY and isinstance(value, int):
            return self.writer.formats.rounded(value)
        if isinstance(value, int):
            return self.writer.formats.number(value)
        return self.writer.cell(value, self.heading(column).kind) or NOTHING

    def url(self, key: str, column: str) -> str:
        """Give the list behind a number; nothing when there is none."""
        return behind_url(self.asked, self.number, key, column) if self.made.behind(key, column) else ""

    def picture(self, drawn: Drawn, id: str) -> Picture | None:
        """Draw it; None when it has nothing to show."""
        rows = [row for row in self.rows() if any(size(row[2].get(column)) for column in drawn.columns)]
        if not rows and drawn.kind != "lines":
            return None
        makers: Mapping[str, Callable[[Sequence[Row], Sequence[str], str], Picture]] = {
            "bars": self._bars,
            "stacks": self._stacks,
            "lines": self._lines,
        }
        shown = list(self.rows()) if drawn.kind == "lines" else rows[:ROWS_DRAWN_MAX]
        return makers[drawn.kind](shown, drawn.columns, id)

    def _title(self, columns: Sequence[str]) -> str:
        t = self.writer.reader.t
        return t("figures.drawn", sheet=self.made.title, columns=t("figures.and").join(map(self._name, columns)))

    def _name(self, column: str) -> str:
        return self.writer.heading(self.heading(column))

    def _bars(self, rows: Sequence[Row], columns: Sequence[str], id: str) -> Bars:
        (column,) = columns
        bars = [
            Bar(name, size(values.get(column)), self.words(column, values.get(column)), self.url(key, column))
            for key, name, values in rows
        ]
        return Bars(id, self._title(columns), self.made.headings[0].title, self._name(column), bars)

    def _stacks(self, rows: Sequence[Row], columns: Sequence[str], id: str) -> Stacks:
        stacks = [
            Stack(name, [self._part(key, column, values.get(column)) for column in columns])
            for key, name, values in rows
        ]
        kinds = [self._name(column) for column in columns]
        return Stacks(id, self._title(columns), self.made.headings[0].title, kinds, stacks)

    def _part(self, key: str, column: str, value: Raw) -> Part:
        return Part(self._name(column), size(value), self.words(column, value), self.url(key, column))

    def _lines(self, rows: Sequence[Row], columns: Sequence[str], id: str) -> Lines:
        series = [
            Series(
                self._name(column),
                [size(values.get(column)) for _, _, values in rows],
                [self.words(column, values.get(column)) for _, _, values in rows],
                [self.url(key, column) for key, _, _ in rows],
            )
            for column in columns
        ]
        top = max(GRID_LINES * TENTHS, round_top(value for one in series for value in one.values))
        tops = [f"{top * step / GRID_LINES / TENTHS:g}" for step in range(GRID_LINES + 1)]
        places = [name for _, name, _ in rows]
        return Lines(id, self._title(columns), self.made.headings[0].title, places, series, top, tops)


def size(value: Raw) -> int:
    """Give how long a bar is, in tenths of what is counted."""
    return round(value * TENTHS) if isinstance(value, int | Decimal) else 0


def behind_url(asked: Asked, sheet: int, key: str, column: str) -> str:
    """Give the address of the list of items behind a number."""
    query = {"figure": f"{asked.code}.{sheet}.{column}", "line": key}
    query |= {"of": str(asked.year)} if asked.year else {}
    query |= {"within": asked.township} if asked.township else {}
    return f"/items?{urlencode(query)}"


def headlines(sheets: Mapping[tuple[str, int], Sheet], reader: Reader) -> list[Tile]:
    """Give the numbers that come first."""
    found = []
    for code, number, column, is_bad in HEADLINES:
        sheet = sheets[code, number]
        count = sum(int(str(line[column].value)) for line in sheet.made.counted if column in line)
        label = reader.t(f"figures.headline.{column}")
        found.append(Tile(label, count, behind_url(sheet.asked, number, "", column), is_bad and count > 0))
    return found
