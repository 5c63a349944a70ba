"""Tables people bring: XLSX workbooks and CSV files, read row by row with the address of every cell.

Every text, number and date comes as its own type: whole numbers as ``int``, others as exact ``Decimal`` (never
``float``), days as ``date``. A CSV file has texts only. A cell whose value is not in the file (a formula that failed
or that nobody reckoned, a part of a cell above it) comes as the reason why. Hidden sheets and blank rows are left out;
numbers of rows are those the person sees.
"""

import csv
import re
import subprocess
import sys
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from itertools import count, islice, repeat
from math import isfinite
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

import msgspec

from adapters.documents.archive import ArchiveError, Fault, check_archive, content_types, opened
from adapters.documents.formula import original
from engine.refusal import Refusal

FILE_BYTES_MAX = 50 << 20
"""Largest file that is read."""

ROWS_MAX = 100_000
"""Most rows of a sheet."""

COLUMNS_MAX = 200
"""Most columns of a sheet."""

CELLS_MAX = 2_000_000
"""Most cells of a file."""

TEXT_LENGTH_MAX = 32_767
"""Longest text of a cell, as in Excel."""

READING_SECONDS_MAX = 120
"""Longest time a workbook may take."""

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "windows-1252")
"""What the text of a CSV file may be told to be."""

DELIMITERS = ",;\t|"
"""What may stand between the values of a CSV file, the most usual first."""

_CHINESE = re.compile(rb"[\x81-\xfe][\x80-\xfe]")
"""Two high bytes side by side: in GB 18030 any common word has them, in Western encodings letters stand alone."""
_SAMPLE_ROWS = 20
FORMULA_SHOWN_MAX = 40
_WHOLE_MAX = 2**53
_READER = Path(__file__).with_name("workbook_child.py")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_TABLE = (b"<", b"%PDF", b"\x1f\x8b", b"\x89PNG")
"""How pages, drawings and packed files begin; programs also write pages of a table and call them .xls."""
_END_OF_FILE = "\x1a"
"""What old programs write behind the last row."""

ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!")
)
"""What a spreadsheet shows where a formula failed; as text it stands in CSV files."""

Cell = str | int | Decimal | bool | date | datetime | time | Refusal | None
"""What a cell holds. A ``datetime`` is local time without a zone: a workbook knows none. A refusal says why the value
is not there."""


class Problem(StrEnum):
    """Why a table cannot be read or written; ``texts.yaml`` has the sentence."""

    TOO_BIG = "table.too_big"
    TOO_MANY_ROWS = "table.too_many_rows"
    TOO_MANY_COLUMNS = "table.too_many_columns"
    TOO_MANY_CELLS = "table.too_many_cells"
    TOO_LONG = "table.too_long"
    PASSWORD = "table.password"  # noqa: S105  # a code, not a password
    OLD_FORMAT = "table.old_format"
    NOT_A_TABLE = "table.not_a_table"
    DAMAGED = "table.damaged"
    ENCODING = "table.encoding"
    QUOTES = "table.quotes"
    NUMBER = "table.number"
    SHEET_NAME = "table.sheet_name"
    NO_SHEET = "table.no_sheet"
    FORMULA_ERROR = "table.formula_error"
    UNCALCULATED = "table.uncalculated"
    MERGED = "table.merged"


class SpreadsheetError(ValueError):
    """A table that cannot be read or written; ``refusal`` says why, and where in the words of the spreadsheet."""

    def __init__(self, problem: Problem, where: str = "", **params: str | int) -> None:
        super().__init__(f"{problem} {where} {params or ''}".strip())
        self.refusal = Refusal(problem, where, params)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number as the person sees it (from 1) and its cells from column A."""

    sheet: str
    number: int
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        """How many cells the row has: in a workbook as many as the sheet, in a CSV file its own."""
        return len(self.cells)

    def cell(self, column: int) -> Cell:
        """Return the cell of a column counted from 0; None beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else None

    def address(self, column: int) -> str:
        """Return where a cell is, such as ``Projects!C12``; a CSV file has no sheet name."""
        return address(self.sheet, self.number, column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name (empty for a CSV file) and its rows that are not blank."""

    name: str
    rows: tuple[Row, ...]


def chosen(sheets: Sequence[Sheet], name: str | None) -> tuple[Sheet, tuple[str, ...]]:
    """Give the sheet of that name, or the first that has rows; and the names of the others that have rows.

    Raises:
        SpreadsheetError: there is no such sheet; it names those there are.

    """
    filled = [sheet for sheet in sheets if sheet.rows] or [Sheet("", ())]
    found = filled[0] if name is None else next((sheet for sheet in sheets if sheet.name == name), None)
    if found is None:
        names = ", ".join(sheet.name for sheet in sheets if sheet.name) or "-"
        raise SpreadsheetError(Problem.NO_SHEET, sheet=name or "", sheets=names)
    return found, tuple(sheet.name for sheet in filled if sheet is not found)


def address(sheet: str, number: int, column: int) -> str:
    """Return the address of a cell: row numbers from 1, columns from 0."""
    place = f"{column_letters(column)}{number}"
    return f"{sheet}!{place}" if sheet else place


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters


def read_tables(file: IO[bytes], encoding: str | None = None) -> tuple[Sheet, ...]:
    """Read an XLSX workbook's visible sheets, or a CSV file as one sheet. What it is, its bytes tell.

    `encoding` is one of `ENCODINGS`, for a CSV file that is neither UTF-8 nor GB 18030.

    Raises:
        SpreadsheetError: it is something else, damaged, beyond a limit, or needs a password.

    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > FILE_BYTES_MAX:
        raise SpreadsheetError(Problem.TOO_BIG, megabytes=size >> 20, megabytes_max=FILE_BYTES_MAX >> 20)
    start = file.read(len(_OLE))
    file.seek(0)
    if start == _OLE:
        raise SpreadsheetError(Problem.OLD_FORMAT)
    return _read_workbook(file) if start == _ZIP else (_read_text(file.read(), encoding),)


def _read_workbook(file: IO[bytes]) -> tuple[Sheet, ...]:
    try:
        check_archive(file)
        with opened(file) as archive:
            kinds = content_types(archive)
    except ArchiveError as error:
        problem = Problem.PASSWORD if error.fault is Fault.ENCRYPTED else Problem.DAMAGED
        raise SpreadsheetError(problem, error.detail) from error
    if b"spreadsheetml.sheet.main+xml" not in kinds:
        raise SpreadsheetError(Problem.NOT_A_TABLE)
    with TemporaryFile() as source, TemporaryFile() as result:
        file.seek(0)
        copyfileobj(file, source)
        source.seek(0)
        _run_reader(source, result)
        result.seek(0)
        return _collected(result.read())


def _run_reader(source: IO[bytes], result: IO[bytes]) -> None:
    limits = [str(ROWS_MAX), str(COLUMNS_MAX), str(CELLS_MAX)]
    command = [sys.executable, "-I", str(_READER), *limits]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with fixed words
            command, stdin=source, stdout=result, stderr=subprocess.DEVNULL, timeout=READING_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SpreadsheetError(Problem.DAMAGED) from error
    if done.returncode:
        raise SpreadsheetError(Problem.DAMAGED)


def _collected(messages: bytes) -> tuple[Sheet, ...]:
    """Put the reader's messages together (see ``workbook_child``)."""
    sheets: list[tuple[str, list[Row]]] = []
    for message in _messages(messages):
        match message:
            case {"code": str(code), "where": str(where), "params": dict(params)}:
                raise SpreadsheetError(Problem(f"table.{code}"), where, **params)
            case [str(name)]:
                sheets.append((name, []))
            case [int(number), list(cells)]:
                name, rows = sheets[-1]
                places = (
                    address(name, number, column) if isinstance(value, list) else ""
                    for column, value in enumerate(cells)
                )
                rows.append(Row(name, number, tuple(map(_cell, cells, places))))
    return tuple(Sheet(name, tuple(rows)) for name, rows in sheets)


def _messages(data: bytes) -> Iterator[object]:
    """Take the messages one after the other: a length of four bytes, then msgpack."""
    decode = msgspec.msgpack.Decoder().decode
    place, view = 0, memoryview(data)
    while place < len(data):
        length = int.from_bytes(view[place : place + 4])
        yield decode(view[place + 4 : place + 4 + length])
        place += 4 + length


def _cell(value: object, where: str) -> Cell:
    match value:
        case None | bool() | int() | str():
            return value
        case float() if isfinite(value):
            return int(value) if value.is_integer() and abs(value) < _WHOLE_MAX else Decimal(repr(value))
        case ["moment", str(text)]:
            return datetime.fromisoformat(text)
        case ["day", str(text)]:
            return date.fromisoformat(text)
        case ["time", str(text)]:
            return time.fromisoformat(text)
        case [str(), *_]:
            return _why_lost(value, where)
    raise SpreadsheetError(Problem.DAMAGED)


def _why_lost(what: Sequence[object], where: str) -> Refusal:
    """Say why a cell has no value of its own."""
    match what:
        case ["error", str(text)]:
            return Refusal(Problem.FORMULA_ERROR, where, {"value": text})
        case ["uncalculated", str(formula)]:
            return Refusal(Problem.UNCALCULATED, where, {"value": formula[:FORMULA_SHOWN_MAX]})
        case ["merged", int(number), int(column)]:
            return Refusal(Problem.MERGED, where, {"first": f"{column_letters(column)}{number}"})
    raise SpreadsheetError(Problem.DAMAGED)


def _read_text(data: bytes, encoding: str | None) -> Sheet:
    if data.removeprefix(BOM_UTF8).lstrip().startswith(_NO_TABLE):
        raise SpreadsheetError(Problem.NOT_A_TABLE)
    text = _decoded(data, encoding)
    if "\0" in text:
        raise SpreadsheetError(Problem.ENCODING, f"A{_row_at(data, data.index(0))}")
    rows: list[Row] = []
    cells_count = number = 0
    try:
        for number, values in enumerate(_records(text.rstrip(_END_OF_FILE), _delimiter(text)), 1):
            cells_count += len(values)
            _check_bounds(number, len(values), cells_count)
            cells = [original(value) or None for value in values]
            if any(cells):
                rows.append(Row("", number, tuple(map(_text_cell, cells, repeat(number), count()))))
    except csv.Error as error:
        where = f"A{number + 1}"
        if "field limit" in str(error):
            raise SpreadsheetError(Problem.TOO_LONG, where, characters_max=csv.field_size_limit()) from error
        raise SpreadsheetError(Problem.QUOTES, where) from error
    return Sheet("", tuple(rows))


def _text_cell(text: str | None, number: int, column: int) -> Cell:
    """Give a cell of a CSV file; where a spreadsheet wrote an error, that is no text."""
    if text is None or text not in ERRORS:
        return text
    return Refusal(Problem.FORMULA_ERROR, address("", number, column), {"value": text})


def _check_bounds(number: int, columns: int, cells: int) -> None:
    if number > ROWS_MAX:
        raise SpreadsheetError(Problem.TOO_MANY_ROWS, rows_max=ROWS_MAX)
    if columns > COLUMNS_MAX:
        raise SpreadsheetError(Problem.TOO_MANY_COLUMNS, f"A{number}", columns=columns, columns_max=COLUMNS_MAX)
    if cells > CELLS_MAX:
        raise SpreadsheetError(Problem.TOO_MANY_CELLS, cells_max=CELLS_MAX)


def _decoded(data: bytes, told: str | None) -> str:
    """Return the text: UTF-8 or, as older Chinese programs write it, GB 18030; UTF-16 when it says so itself.

    Any other encoding must be told: it cannot be seen from the text, and a wrong guess would pass unnoticed.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = [told] if told else ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    at = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
        else:
            if encoding == told or encoding != "gb18030" or _CHINESE.search(data):
                return text
    raise SpreadsheetError(Problem.ENCODING, f"A{_row_at(data, at)}")


def _row_at(data: bytes, at: int) -> int:
    """Give the number of the row that a byte lies in, as a spreadsheet counts them: a cell may hold several lines."""
    before, number = data[:at].decode("latin-1"), 0
    try:
        for number, _ in enumerate(_records(before, _delimiter(before)), 1):  # noqa: B007  # counted
            pass
    except csv.Error:
        return number + 1
    return number + (before[-1:] in ("", "\r", "\n"))


def _delimiter(text: str) -> str:
    """Return the delimiter that gives most of the first rows one and the same number of columns, more than one.

    A title above the heading has one column, an amount with commas more than its heading.
    """
    return max(DELIMITERS, key=lambda delimiter: _agreeing(text, delimiter))


def _agreeing(text: str, delimiter: str) -> int:
    """Count the first rows that have the most usual number of columns."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        widths.update(len(values) for values in islice(_records(text, delimiter), _SAMPLE_ROWS) if len(values) > 1)
    return max(widths.values(), default=0)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
