"""A report as PDF: plain values, already in words, by the one layout `report.typ` (typst, with its own fonts)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.documents.paper import printed

LAYOUT = Path(__file__).with_name("report.typ")


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One table. `weights` say how wide its columns are beside each other; `sums` is empty or one cell a column."""

    title: str
    columns: tuple[str, ...]
    weights: tuple[int, ...]
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


def pdf(report: PrintedReport) -> bytes:
    """Print a report."""
    return printed(LAYOUT, {"report": json.dumps(asdict(report), ensure_ascii=False)})
