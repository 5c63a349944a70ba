"""Tables people take: XLSX workbooks and CSV files that open well and run nothing.

Texts stay texts: no text becomes a formula, a link or a number. Money is given in fen and shown in yuan; a moment is
given aware and shown as local time of the zone asked for.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from adapters.documents.formula import is_dangerous, neutralised
from adapters.documents.spreadsheet import (
    COLUMNS_MAX,
    ROWS_MAX,
    TEXT_LENGTH_MAX,
    Cell,
    Problem,
    SpreadsheetError,
    address,
    column_letters,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CHOSEN_ROWS_MAX = 10_000
"""Rows below the heading that offer the choices of a column."""

DIGITS_MAX = 15
"""Digits a number keeps in a workbook; a longer one is written as text."""

SHEET_NAME_LENGTH_MAX = 31
"""Longest name of a sheet."""

_SHEET_NAME_FORBIDDEN = frozenset("[]:*?/\\'")
_NOTE_TITLE_LENGTH_MAX, _NOTE_LENGTH_MAX = 32, 255
_CHOICES_SHEET = "_choices"
_FEN_PER_YUAN = 100
_REPLACED = dict.fromkeys([0, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)], "\ufffd")


class Kind(StrEnum):
    """How the values of a column are shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


_FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "General",
    Kind.MONEY: "#,##0.00",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}


A4 = 9
"""A4 as spreadsheets number papers (ECMA-376)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, kind and width in characters; what may be chosen; a note shown when a cell is entered."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 18
    choices: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, its columns and its rows, each with a value a column (money in fen)."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]] = ()


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A last sheet that explains the others: its name and lines of a heading and a text."""

    name: str
    lines: tuple[tuple[str, str], ...]


def workbook(tables: Sequence[Table], zone: tzinfo, help_page: HelpPage | None = None) -> bytes:
    """Write an XLSX workbook.

    Raises:
        SpreadsheetError: too many rows or columns, a text or number that does not fit, a name Excel forbids.

    """
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415  # heavy, and most processes never write one

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with Workbook(out, options) as book:
        writer = _Writer(book, zone)
        for table in tables:
            writer.table(table)
        if help_page is not None:
            writer.help_page(help_page)
        writer.choices()
    return out.getvalue()


def csv_file(table: Table, zone: tzinfo) -> bytes:
    """Write a table as CSV that Excel and WPS open rightly: UTF-8 with its mark, commas, every text quoted.

    Raises:
        SpreadsheetError: too many rows or columns, a text that does not fit.

    """
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([neutralised(_clean(column.title)) for column in table.columns])
    for number, row in _numbered(table):
        writer.writerow(
            [
                _plain(value, column, zone, address("", number, place))
                for place, (value, column) in enumerate(zip(row, table.columns, strict=True))
            ]
        )
    return out.getvalue().encode("utf-8-sig")


class _Writer:
    """One workbook while it is written: its formats, and the choices its columns offer."""

    def __init__(self, book: "Workbook", zone: tzinfo) -> None:
        self.book = book
        self.zone = zone
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        self.offered: list[tuple[str, ...]] = []

    def table(self, table: Table) -> None:
        """Write one table as a sheet with a heading that stays in view."""
        sheet = self.book.add_worksheet(_sheet_name(table.name))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        _on_paper(sheet)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width, self.formats[column.kind])
            sheet.write_string(0, place, _clean(column.title), self.heading)
            self.guide(sheet, place, column)
        for number, row in _numbered(table):
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                self.cell(sheet, number, place, value, column.kind)

    def guide(self, sheet: "Worksheet", place: int, column: Column) -> None:
        """Offer a column's choices and show its note when one of its cells is entered."""
        rule: dict[str, object] = {"validate": "any"}
        if column.choices:
            self.offered.append(column.choices)
            letters = column_letters(len(self.offered) - 1)
            rule = {"validate": "list", "source": f"={_CHOICES_SHEET}!${letters}$1:${letters}${len(column.choices)}"}
        if column.note:
            rule["input_title"] = column.title[:_NOTE_TITLE_LENGTH_MAX]
            rule["input_message"] = column.note[:_NOTE_LENGTH_MAX]
        if column.choices or column.note:
            sheet.data_validation(1, place, CHOSEN_ROWS_MAX, place, rule)

    def cell(self, sheet: "Worksheet", number: int, place: int, value: Cell, kind: Kind) -> None:
        """Write one value below the heading."""
        value = _shown(value, kind, self.zone, address(sheet.name, number, place))
        shape: Format | None = self.formats[kind]
        match value:
            case None:
                pass
            case bool():
                sheet.write_boolean(number - 1, place, value)
            case int() | Decimal():
                sheet.write_number(number - 1, place, value, shape)
            case datetime():
                sheet.write_datetime(number - 1, place, value, self.formats[Kind.MOMENT])
            case date():
                sheet.write_datetime(number - 1, place, value, self.formats[Kind.DAY])
            case _:
                text = str(value)
                sheet.write_string(number - 1, place, text, self.quoted if is_dangerous(text) else shape)

    def help_page(self, page: HelpPage) -> None:
        """Write the page that explains the others."""
        sheet = self.book.add_worksheet(_sheet_name(page.name))
        _on_paper(sheet)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        for number, (heading, text) in enumerate(page.lines):
            sheet.write_string(number, 0, _clean(heading), self.heading)
            sheet.write_string(number, 1, _clean(text), self.wrapped)

    def choices(self) -> None:
        """Write what columns offer on a hidden sheet: lists of any length and any letters."""
        if not self.offered:
            return
        sheet = self.book.add_worksheet(_CHOICES_SHEET)
        sheet.hide()
        for place, offered in enumerate(self.offered):
            for number, choice in enumerate(offered):
                sheet.write_string(number, place, _clean(choice))


def _numbered(table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Give the rows with their numbers in the sheet, the heading being row 1."""
    if len(table.columns) > COLUMNS_MAX:
        raise SpreadsheetError(
            Problem.TOO_MANY_COLUMNS, table.name, columns=len(table.columns), columns_max=COLUMNS_MAX
        )
    for number, row in enumerate(table.rows, 2):
        if number > ROWS_MAX:
            raise SpreadsheetError(Problem.TOO_MANY_ROWS, table.name, rows_max=ROWS_MAX)
        yield number, row


def _shown(value: Cell, kind: Kind, zone: tzinfo, where: str) -> Cell:
    """Return the value as it is shown: yuan for fen, local time, and text for what a number cannot hold."""
    match value:
        case str():
            text = _clean(value)
            if len(text.encode("utf-16-le")) > 2 * TEXT_LENGTH_MAX:
                raise SpreadsheetError(Problem.TOO_LONG, where, characters_max=TEXT_LENGTH_MAX)
            return text
        case bool() | None:
            return value
        case int() | Decimal():
            number = Decimal(value) / _FEN_PER_YUAN if kind is Kind.MONEY else Decimal(value)
            if not number.is_finite():
                raise SpreadsheetError(Problem.NUMBER, where)
            return number if len(number.as_tuple().digits) <= DIGITS_MAX else f"{number:f}"
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{where}: {value} has no time zone: give an aware datetime")
            return value.astimezone(zone).replace(tzinfo=None)
        case _:
            return value


def _plain(value: Cell, column: Column, zone: tzinfo, where: str) -> str:
    """Return the value as it stands in CSV."""
    shown = _shown(value, column.kind, zone, where)
    match shown:
        case bool():
            return str(shown).upper()
        case Decimal():
            return f"{shown:.2f}" if column.kind is Kind.MONEY else f"{shown:f}"
        case datetime():
            return f"{shown:%Y-%m-%d %H:%M}"
        case date():
            return shown.isoformat()
        case None:
            return ""
        case _:
            return neutralised(str(shown))


def _sheet_name(name: str) -> str:
    odd = not name or len(name) > SHEET_NAME_LENGTH_MAX or set(name) & _SHEET_NAME_FORBIDDEN or name == _CHOICES_SHEET
    if odd:
        raise SpreadsheetError(Problem.SHEET_NAME, name, characters_max=SHEET_NAME_LENGTH_MAX)
    return name


def _clean(text: str) -> str:
    """Replace what no spreadsheet can hold: NUL, halves of characters and two code points that are none."""
    return text.translate(_REPLACED)


def _on_paper(sheet: "Worksheet") -> None:
    """Print a sheet on A4 across, as wide as the page, each with its number."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&A  &P / &N")
