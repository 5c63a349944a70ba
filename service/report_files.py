"""A finished report as a file: workbook, PDF, Word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from unicodedata import east_asian_width

from adapters.documents import report as paper
from adapters.documents.paper import CELLS_MAX, Paper, word
from adapters.documents.paper import Sheet as WordSheet
from adapters.documents.report import PrintedReport, PrintedSheet
from adapters.documents.workbook import SHEET_NAME_LENGTH_MAX, Column, HelpPage, Table, workbook
from adapters.documents.workbook import Kind as CellKind
from service.county_texts import worded
from service.printing import CODES, WORDS
from service.reporting import Finished
from service.telling import ZONE
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.reader import Reader
from workflows.reports.lines import Kind, Raw
from workflows.reports.making import Heading, Made

Format = Literal["xlsx", "pdf", "docx"]
MEDIA_TYPES: Mapping[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PRINTED_CELLS_MAX = 100_000
"""Most cells of a printed report; the rest is in the workbook, and the report says so."""

WIDTH_MAX, WIDTH_OF_HEAD_MAX = 40, 10
"""Widest column of a workbook, and how much of it is for the sake of its head, in digits."""

CELL_LENGTH_MAX = 160
"""Longest text of a printed cell."""

_KINDS = {Kind.TEXT: CellKind.TEXT, Kind.NUMBER: CellKind.NUMBER, Kind.MONEY: CellKind.MONEY, Kind.DAY: CellKind.DAY}
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WORDS = ("as_of", "digest", "none")


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file to take: its name and bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Writer:
    """Writes a finished report for a reader."""

    finished: Finished
    reader: Reader

    def file(self, kind: Format) -> ReportFile:
        """Give it as a file."""
        writers: Mapping[Format, Callable[[], bytes]] = {"xlsx": self._xlsx, "pdf": self._pdf, "docx": self._word}
        return ReportFile(f"{self.number}.{kind}", writers[kind]())

    @property
    def number(self) -> str:
        """Give what the file is called: the report and the day it is of."""
        return f"{self.finished.report.code}-{self.finished.as_of.astimezone(ZONE):%Y%m%d}"

    @property
    def title(self) -> str:
        """Give the report's title."""
        return self.reader.says(self.finished.report.title)

    @property
    def formats(self) -> Formats:
        """How figures and times read."""
        return Formats(self.reader.t, CHINA)

    def filters(self) -> list[str]:
        """Say what the report was narrowed to, if to anything."""
        asked, t = self.finished.asked, self.reader.t
        found = []
        if asked.year is not None:
            found.append(f"{t('reports.year')}: {asked.year}")
        if asked.township:
            found.append(f"{t('reports.township')}: {self.reader.unit(asked.township)}")
        if asked.source:
            found.append(f"{t('reports.source')}: {t(f'reports.way.{asked.source}')}")
        return found

    def heading(self, one: Heading) -> str:
        """Give the head of a column; one of amounts says their unit."""
        title = CODES.sub("", one.title)
        return self.reader.t("reports.in_yuan", title=title) if one.kind is Kind.MONEY else title

    def cell(self, value: Raw, kind: Kind) -> str:
        """Give a cell in words."""
        match value:
            case None | "":
                return ""
            case bool():
                return self.reader.t("forms.yes" if value else "forms.no")
            case int() if kind is Kind.MONEY:
                return self.formats.amount(value)
            case int() | Decimal():
                return str(value)
            case date():
                return value.isoformat()
        return value

    def sums(self, sheet: Made) -> tuple[str, ...]:
        """Give the row of totals, empty where nothing is added up."""
        cells = [self.cell(value, one.kind) for value, one in zip(sheet.sums, sheet.headings, strict=False)]
        if cells and not cells[0]:
            cells[0] = self.reader.t("reports.total")
        return tuple(cells)

    def _xlsx(self) -> bytes:
        tables = [self._table(number, sheet) for number, sheet in enumerate(self.finished.sheets, 1)]
        told = [(self.title, self.finished.report.code), (self.reader.t("reports.as_of"), self._as_of())]
        told += [(self.reader.t("reports.digest"), self.finished.digest)]
        told += [(self.reader.t("reports.filter"), one) for one in self.filters()]
        return workbook(tables, ZONE, HelpPage(self.reader.t("reports.about"), tuple(told)))

    def _table(self, number: int, sheet: Made) -> Table:
        rows = [tuple(row) for row in sheet.rows]
        columns = tuple(
            Column(self.heading(one), _KINDS[one.kind], self._width(one, [row[place] for row in rows]))
            for place, one in enumerate(sheet.headings)
        )
        if sheet.sums and rows:
            first = self.reader.t("reports.total") if sheet.sums[0] is None else sheet.sums[0]
            rows.append((first, *sheet.sums[1:]))
        name = f"{number} {sheet.title}".translate(_FORBIDDEN)[:SHEET_NAME_LENGTH_MAX].strip()
        return Table(name, columns, rows)

    def _width(self, heading: Heading, cells: Sequence[Raw]) -> int:
        """Give how wide a column of a workbook is, in digits: what it tells fits, up to a width; heads are broken."""
        told = max((_digits(self.cell(one, heading.kind)) for one in cells), default=0)
        head = min(_digits(self.heading(heading)), WIDTH_OF_HEAD_MAX)
        return min(max(told, head), WIDTH_MAX) + 2

    def _as_of(self) -> str:
        return self.formats.moment(self.finished.as_of)

    def _pdf(self) -> bytes:
        t = self.reader.t
        return paper.pdf(
            PrintedReport(
                number=self.number,
                title=self.title,
                issuer=self._issuer,
                language=self.reader.language,
                as_of=self._as_of(),
                digest=self.finished.digest,
                filters=tuple(self.filters()),
                sheets=tuple(map(self._printed, self.finished.sheets)),
                words={name: t(f"reports.{name}") for name in _WORDS} | {"colon": t("papers.colon")},
                footer=self._footer,
            )
        )

    def _printed(self, sheet: Made) -> PrintedSheet:
        rows = self._cells(sheet, PRINTED_CELLS_MAX)
        title = sheet.title
        if len(rows) < len(sheet.rows):
            title = self.reader.t("reports.cut", title=title, count=len(rows), total=len(sheet.rows))
        heads = tuple(map(self.heading, sheet.headings))
        return PrintedSheet(
            title=title,
            columns=heads,
            numeric=tuple(one.kind in (Kind.MONEY, Kind.NUMBER) for one in sheet.headings),
            rows=rows,
            sums=self.sums(sheet) if rows else (),
        )

    def _cells(self, sheet: Made, cells_max: int) -> tuple[tuple[str, ...], ...]:
        kinds = [one.kind for one in sheet.headings]
        rows = sheet.rows[: cells_max // max(1, len(kinds))]
        return tuple(
            tuple(self.cell(value, kind)[:CELL_LENGTH_MAX] for value, kind in zip(row, kinds, strict=True))
            for row in rows
        )

    def _word(self) -> bytes:
        t = self.reader.t
        told = [(t("reports.as_of"), self._as_of()), *((t("reports.filter"), one) for one in self.filters())]
        tables = tuple(
            WordSheet(
                sheet.title,
                tuple(map(self.heading, sheet.headings)),
                (*self._cells(sheet, CELLS_MAX // len(self.finished.sheets)), *filter(None, [self.sums(sheet)])),
            )
            for sheet in self.finished.sheets
        )
        return word(
            Paper(
                number=self.number,
                is_letter=True,
                title=self.title,
                issuer=self._issuer,
                language=self.reader.language,
                rows=tuple(told),
                tables=tables,
                opinions=(),
                seals=(),
                words={name: t(f"papers.{name}") for name in WORDS},
                digest=self.finished.digest,
                revision=0,
                verify_url="",
                printed_at=self.formats.moment(self.reader.now),
                footer=self._footer,
            )
        )

    @property
    def _footer(self) -> str:
        """What the county words below every printed page."""
        rendering, values = self.reader.rendering, {"number": self.number, "document": self.title, "item": self.title}
        values |= {"issuer": self._issuer, "code": self.finished.report.code, "unit": self._issuer}
        catalogue, language = rendering.wording.catalogue, self.reader.language
        return worded(catalogue, rendering.directory, language, "papers.frame.footer", values)

    @property
    def _issuer(self) -> str:
        county = self.reader.rendering.directory.county
        return "" if county is None else county.name


def _digits(text: str) -> int:
    """Give the width of a text in digits: a letter of Chinese is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
