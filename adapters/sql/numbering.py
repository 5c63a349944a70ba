"""Running numbers: of case codes, and of printed documents. Each series counts for itself, over all processes.

A case's number is taken before its case is written, so that one may be lost with it. A document's is not: it is counted
and kept in one transaction.
"""

import re
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql.database import Database
from adapters.sql.directory import ZONE
from adapters.sql.statements import Connection
from adapters.sql.tables import DOCUMENT_NUMBER, NUMBERING

_NUMBERS = select(DOCUMENT_NUMBER.c.kind, DOCUMENT_NUMBER.c.year, DOCUMENT_NUMBER.c.seq).where(
    DOCUMENT_NUMBER.c.case_id == bindparam("case_id")
)
_CELLS = ("case_id", "kind", "year", "seq", "issued_at")
_KEEP = insert(DOCUMENT_NUMBER).values({name: bindparam(name) for name in _CELLS}).on_conflict_do_nothing()
_COUNTER = re.compile(r"\{n:(\d)\}")
_FIRST = insert(NUMBERING).values(series=bindparam("series"), last=1)
_COUNT = _FIRST.on_conflict_do_update(index_elements=["series"], set_={"last": NUMBERING.c.last + 1})
_LAST = select(NUMBERING.c.last).where(NUMBERING.c.series == bindparam("series"))


def next_code(database: Database, pattern: str, unit: str, on: date) -> str:
    """Give the next code of a definition's `numbering` pattern, such as `QH-{year}-{n:4}`. A number is given once."""
    series = pattern.replace("{year}", str(on.year)).replace("{unit}", unit)
    number = database.write(lambda connection: _count(connection, series))
    return _COUNTER.sub(lambda found: str(number).zfill(int(found[1])), series)


def _count(connection: Connection, series: str) -> int:
    connection.run(_COUNT, {"series": series})
    found = connection.one(_LAST, series=series)
    assert found is not None
    return int(found[0])


class DocumentNumber(Struct, frozen=True):
    """The number of a printed document: the year in which it was first printed, and its place among its kind's."""

    year: int
    seq: int


class _Taken(Exception):
    """Another transaction numbered the document meanwhile; what this one has counted is undone."""


def document_numbers(connection: Connection, case_id: str) -> dict[str, DocumentNumber]:
    """Give the numbers of a case's documents by kind, of those that were printed."""
    return {kind: DocumentNumber(year, seq) for kind, year, seq in connection.rows(_NUMBERS, case_id=case_id)}


def number_document(database: Database, kind: str, case_id: str, at: datetime) -> DocumentNumber:
    """Give a document its number, or the one it has: the next of its kind and year, none left out."""
    year = at.astimezone(ZONE).year

    def take(connection: Connection) -> DocumentNumber:
        known = document_numbers(connection, case_id).get(kind)
        if known is not None:
            return known
        number = DocumentNumber(year, _count(connection, f"document/{kind}/{year}"))
        row = {"case_id": case_id, "kind": kind, "year": year, "seq": number.seq, "issued_at": at}
        if not connection.run(_KEEP, row):
            raise _Taken
        return number

    try:
        return database.write(take)
    except _Taken:
        return database.write(take)
