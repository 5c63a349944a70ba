"""The program that reads one XLSX workbook for ``spreadsheet`` and ends: standard input in, msgpack out.

Calamine believes the sizes a workbook claims and asks for that much memory at once; when it is refused, the whole
process ends. So the reading happens here, in a process of its own with a limit on memory, processor time and output.
Started by path, with ``python -I``: it imports nothing of the project.

Output: messages of msgpack, each after its length in four bytes: ``[name]`` for a sheet, ``[number, cells]`` for a
row, or ``{code, where, params}`` when the workbook is refused. A cell is null, a truth value, a number, a text, or
``[kind, ISO text]`` for dates.
"""

import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO

import msgspec
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES_MAX = 1 << 30
PROCESSOR_SECONDS_MAX = 60
OUTPUT_BYTES_MAX = 200 << 20

_KINDS = {datetime: "moment", date: "day", time: "time"}


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


def put_sheet(sheet: CalamineSheet, cells_left: int) -> int:
    """Write a sheet's rows that are not blank, padded from column A; return how many more cells may follow."""
    put([sheet.name])
    left = [None] * sheet.start[1] if sheet.start else []
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell(value) for value in row]
        if any(value is not None for value in cells):
            cells_left -= len(cells)
            if cells_left < 0:
                raise WorkbookRefusedError("too_many_cells", sheet.name)
            put([number, left + cells])
    return cells_left


def main(rows_max: int, columns_max: int, cells_max: int) -> None:
    """Read the visible sheets of the workbook on standard input."""
    limit()
    cells_left = cells_max
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        for listed in workbook.sheets_metadata:
            if listed.typ is SheetTypeEnum.WorkSheet and listed.visible is SheetVisibleEnum.Visible:
                sheet = workbook.get_sheet_by_name(listed.name)
                check_size(sheet, rows_max, columns_max)
                cells_left = put_sheet(sheet, cells_left)
    except WorkbookRefusedError as refused:
        code, where, params = refused.args
        put({"code": code, "where": where, "params": params})
    except PasswordError:
        put({"code": "password", "where": "", "params": {}})
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
