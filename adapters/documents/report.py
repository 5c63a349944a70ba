"""A report as PDF: plain values, already in words, by the one layout `report.typ` (typst, with its own fonts)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.documents.columns import fit
from adapters.documents.paper import printed

LAYOUT = Path(__file__).with_name("report.typ")
ACROSS_MM = 265
"""Width of the text on a page of A4 across, less margins of 16 mm."""

MANY_COLUMNS = 10
"""From more columns on, type is smaller from the start, so that texts are not broken over many lines."""

SIZES = ((8.5, 3.5), (7.5, 3.0), (6.5, 2.5), (5.5, 2.0))
"""Sizes of type and insets in points, the first that a table fits at."""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One table. `numeric` columns stand to the right; `sums` is empty or one cell a column."""

    title: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """All that is printed. `digest` is that of all ledgers as they were at `as_of`; `filters` say what was left out."""

    number: str
    title: str
    issuer: str
    language: str
    as_of: str
    digest: str
    filters: tuple[str, ...]
    sheets: tuple[PrintedSheet, ...]
    words: Mapping[str, str]
    footer: str


def pdf(report: PrintedReport) -> bytes:
    """Print a report."""
    data = {**asdict(report), "sheets": [_fitted(one) for one in report.sheets]}
    return printed(LAYOUT, {"report": json.dumps(data, ensure_ascii=False)})


def _fitted(sheet: PrintedSheet) -> dict[str, object]:
    """Give a table with the widths of its columns; sums are cells as all others."""
    sizes = SIZES[len(sheet.columns) > MANY_COLUMNS :]
    found = fit(sheet.columns, [*sheet.rows, *filter(None, [sheet.sums])], ACROSS_MM, sizes)
    rows, sums = (found.rows[:-1], found.rows[-1]) if sheet.sums else (found.rows, ())
    return {
        **asdict(sheet),
        "widths": found.widths,
        "size": found.size,
        "inset": found.inset,
        "rows": rows,
        "sums": sums,
    }
