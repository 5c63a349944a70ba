"""The program that reads one XLSX workbook for ``spreadsheet`` and ends: standard input in, msgpack out.

Calamine believes the sizes a workbook claims and asks for that much memory at once; when it is refused, the whole
process ends. So the reading happens here, in a process of its own with a limit on memory, processor time and output.
Started by path, with ``python -I``: it imports nothing of the project.

Output: messages of msgpack, each after its length in four bytes: ``[name]`` for a sheet, ``[number, cells]`` for a
row, or ``{code, where, params}`` when the workbook is refused. A cell is null, a truth value, a number, a text,
``[kind, ISO text]`` for dates, or what calamine gives as empty although it is not: ``["error", text]`` (a formula came
to ``#REF!``), ``["uncalculated", formula]`` (nobody reckoned it yet), ``["merged", row, column]`` (it belongs to the
cell above it that is named).
"""

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import zip_longest
from posixpath import join, normpath
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

import msgspec
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES_MAX = 1 << 30
PROCESSOR_SECONDS_MAX = 60
OUTPUT_BYTES_MAX = 200 << 20

_KINDS = {datetime: "moment", date: "day", time: "time"}
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_STRICT_RELATION_ID = "http://purl.oclc.org/ooxml/officeDocument/relationships id"
_SUSPECT = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")
"""A sheet without either has no formula and no error; most are spared the second reading."""
_LETTER_BASE = 26


class WorkbookRefusedError(Exception):
    """The workbook breaks a limit: a code, where, and the figures."""

    def __init__(self, code: str, where: str, **params: int) -> None:
        super().__init__(code, where, params)


def limit() -> None:
    """Set the limits of this process, where the system knows them."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
        resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES_MAX, OUTPUT_BYTES_MAX))


def cell(value: object) -> object:
    """Return a cell as msgpack carries it; text, numbers and truth values stay, empty cells become null."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return [kind, value.isoformat()]  # type: ignore[attr-defined]  # the three kinds have it
    if isinstance(value, timedelta):
        return str(value)
    return None if value == "" else value


def put(message: object) -> None:
    """Write one message."""
    packed = msgspec.msgpack.encode(message)
    sys.stdout.buffer.write(len(packed).to_bytes(4) + packed)


def check_size(sheet: CalamineSheet, rows_max: int, columns_max: int) -> None:
    """Refuse a sheet that reaches too far."""
    if sheet.end is None:
        return
    row, column = sheet.end
    if row >= rows_max:
        raise WorkbookRefusedError("too_many_rows", sheet.name, rows=row + 1, rows_max=rows_max)
    if column >= columns_max:
        raise WorkbookRefusedError("too_many_columns", sheet.name, columns=column + 1, columns_max=columns_max)


class Formulas:
    """Reads the markup of a sheet for the cells that calamine gives as empty: by row and column from 0.

    With `stale`, no formula's value counts: the workbook says that whoever opens it is to reckon all of them, as
    programs write it that can not reckon and put a zero.
    """

    def __init__(self, *, stale: bool) -> None:
        self.found: dict[int, dict[int, list[object]]] = {}
        self._stale = stale
        self._row = self._column = -1
        self._kind = ""
        self._formula: str | None = None
        self._value: str | None = None
        self._text: list[str] | None = None

    def read(self, markup: bytes) -> dict[int, dict[int, list[object]]]:
        """Read a sheet."""
        if _SUSPECT.search(markup):
            parser = ParserCreate(namespace_separator=" ")
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.CharacterDataHandler = self._characters
            parser.Parse(markup, True)  # noqa: FBT003  # expat's own call: all of it
        return self.found

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "c":
                self._column = column_of(attributes["r"]) if "r" in attributes else self._column + 1
                self._kind, self._formula, self._value = attributes.get("t", "n"), None, None
            case "f" | "v":
                self._text = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        match name.rpartition(" ")[2]:
            case "f":
                self._formula, self._text = "".join(self._text or ()), None
            case "v":
                self._value, self._text = "".join(self._text or ()), None
            case "c" if (lost := self._lost()) is not None:
                self.found.setdefault(self._row, {})[self._column] = lost

    def _lost(self) -> list[object] | None:
        """Give what the cell is instead of a value; a formula may come to an empty text."""
        is_empty = not self._value and (self._value is None or self._kind != "str")
        if self._formula is not None and (self._stale or is_empty):
            return ["uncalculated", f"={self._formula}"]
        return ["error", self._value or ""] if self._kind == "e" else None


def column_of(reference: str) -> int:
    """Give the column of `AB12`, from 0."""
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = column * _LETTER_BASE + ord(letter) - ord("A") + 1
    return column - 1


def part(archive: ZipFile, path: str) -> bytes:
    """Read a part of the workbook; capitals count for nothing in its name."""
    return archive.read(next(name for name in archive.namelist() if name.lower() == path.lower()))


def elements(archive: ZipFile, path: str) -> list[tuple[str, dict[str, str]]]:
    """Give the elements of a small part of the workbook by their names, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(" ")[2], attributes))
    parser.Parse(part(archive, path), True)  # noqa: FBT003  # expat's own call: all of it
    return found


class Lost:
    """Finds the cells of a workbook's sheets that calamine gives as empty although they are not."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        parts = elements(archive, _WORKBOOK)
        targets = {each["Id"]: each["Target"] for name, each in elements(archive, _RELATIONS) if name == "Relationship"}
        self._paths = {
            each["name"]: normpath(join("xl", targets[each.get(_RELATION_ID) or each[_STRICT_RELATION_ID]])).lstrip("/")
            for name, each in parts
            if name == "sheet"
        }
        self._stale = any(name == "calcPr" and each.get("fullCalcOnLoad") in ("1", "true") for name, each in parts)

    def of(self, sheet: CalamineSheet, columns_max: int) -> dict[int, dict[int, list[object]]]:
        """Give them by row and column from 0: formulas, and cells that are merged with one above."""
        found = Formulas(stale=self._stale).read(part(self._archive, self._paths[sheet.name]))
        last = sheet.end[0] if sheet.end else -1
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in range(top + 1, min(bottom, last) + 1):
                for column in range(left, min(right, columns_max - 1) + 1):
                    found.setdefault(row, {})[column] = ["merged", top + 1, left]
        return found


def put_sheet(sheet: CalamineSheet, lost: Mapping[int, Mapping[int, list[object]]], cells_left: int) -> int:
    """Write a sheet's rows that are not blank, padded from column A; return how many more cells may follow.

    A row of nothing but cells that belong to those above is blank.
    """
    put([sheet.name])
    left: list[object] = [None] * sheet.start[1] if sheet.start else []
    beyond = range(max(lost, default=-1) + 1)
    for number, (row, _) in enumerate(zip_longest(sheet.iter_rows(), beyond), 1):
        cells = [*left, *map(cell, row or ())]
        for column, what in lost.get(number - 1, {}).items():
            cells += [None] * (column + 1 - len(cells))
            cells[column] = what
        if any(value is not None and not is_merged(value) for value in cells):
            cells_left -= len(cells)
            if cells_left < 0:
                raise WorkbookRefusedError("too_many_cells", sheet.name)
            put([number, cells])
    return cells_left


def is_merged(value: object) -> bool:
    """Tell whether a cell belongs to one above it."""
    return isinstance(value, list) and value[0] == "merged"


def main(rows_max: int, columns_max: int, cells_max: int) -> None:
    """Read the visible sheets of the workbook on standard input."""
    limit()
    cells_left = cells_max
    try:
        source = BytesIO(sys.stdin.buffer.read())
        workbook, lost = CalamineWorkbook.from_filelike(source), Lost(ZipFile(source))
        for listed in workbook.sheets_metadata:
            if listed.typ is SheetTypeEnum.WorkSheet and listed.visible is SheetVisibleEnum.Visible:
                sheet = workbook.get_sheet_by_name(listed.name)
                check_size(sheet, rows_max, columns_max)
                cells_left = put_sheet(sheet, lost.of(sheet, columns_max), cells_left)
    except WorkbookRefusedError as refused:
        code, where, params = refused.args
        put({"code": code, "where": where, "params": params})
    except PasswordError:
        put({"code": "password", "where": "", "params": {}})
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
