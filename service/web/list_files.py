"""A list as a file: all rows that a page's address leads to, in the columns that the reader looks at."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from litestar import Response

from adapters.documents.spreadsheet import Cell
from adapters.documents.workbook import Column, Table, csv_file, workbook
from adapters.documents.workbook import Kind as CellKind
from adapters.sql.reads.paging import PAGE_MAX, Page
from service.http.reports import as_attachment
from service.report_files import MEDIA_TYPES
from service.telling import ZONE
from service.web.reading import Look
from service.web.views.rows import ItemRow, TaskRow

ROWS_MAX = 10_000
"""Most rows of a file; one that had more says so in its last row."""

CSV = "text/csv; charset=utf-8"
T = TypeVar("T")
KINDS: Mapping[str, CellKind] = {
    "amount": CellKind.MONEY,
    "due": CellKind.DAY,
    "done": CellKind.MOMENT,
    "age": CellKind.NUMBER,
}
"""How columns are written; all others are text."""


def every(read: Callable[[str | None, int], Page[T]]) -> list[T]:
    """Read a list page by page to its end, or to one row more than a file holds."""
    lines: list[T] = []
    after: str | None = None
    while len(lines) <= ROWS_MAX:
        page = read(after, PAGE_MAX)
        lines += page.lines
        after = page.after
        if after is None:
            break
    return lines


def task_cell(row: TaskRow, key: str) -> Cell:
    """Give what a queue shows of a task in a column."""
    cells: Mapping[str, Callable[[], Cell]] = {
        "code": lambda: row.code,
        "title": lambda: row.title,
        "state": lambda: f"{row.state} · {row.outcome}" if row.outcome else row.state,
        "unit": lambda: row.unit,
        "amount": lambda: row.amount,
        "due": lambda: row.due.on if row.due is not None else None,
        "done": lambda: row.closed_at,
        "age": lambda: row.age_days,
    }
    return cells[key]()


def item_cell(found: Look, row: ItemRow, key: str) -> Cell:
    """Give what a list shows of an item in a column."""
    cells: Mapping[str, Callable[[], Cell]] = {
        "code": lambda: row.code,
        "title": lambda: row.title,
        "state": lambda: row.state.label,
        "unit": lambda: row.unit,
        "amount": lambda: row.amount,
        "holder": lambda: found.t("forms.list_separator").join(row.holders),
        "due": lambda: row.due.on if row.due is not None else None,
        "note": lambda: row.note,
    }
    return cells[key]()


def list_file(
    found: Look,
    kind: str,
    name: str,
    labels: Mapping[str, str],
    rows: Sequence[T],
    cell: Callable[[T, str], Cell],
    kinds: Mapping[str, CellKind] = KINDS,
) -> Response[bytes]:
    """Write rows as a file of a kind; `labels` are the headings of its columns by their keys, in their order."""
    title = found.t(f"lists.file.{name}")
    columns = tuple(Column(label, kinds.get(key, CellKind.TEXT)) for key, label in labels.items())
    cells: list[tuple[Cell, ...]] = [tuple(cell(row, key) for key in labels) for row in rows[:ROWS_MAX]]
    if len(rows) > ROWS_MAX:
        cells.append((found.t("lists.file.cut", count=ROWS_MAX), *(None for _ in columns[1:])))
    table = Table(title, columns, cells)
    day = f"{found.reader.now.astimezone(ZONE):%Y%m%d}"
    content = csv_file(table, ZONE) if kind == "csv" else workbook([table], ZONE)
    return as_attachment(content, f"{name}-{day}.{kind}", title, CSV if kind == "csv" else MEDIA_TYPES["xlsx"])
