"""Who did what, over all cases a person may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Integer, Select, literal, select, tuple_

from adapters.encoding import read_record
from adapters.sql.reads.cases import ALL, Filter, Scope, conditions
from adapters.sql.reads.paging import END, Page, Place, bounded, page, place
from adapters.sql.statements import Connection, Row
from adapters.sql.tables import CASES, RECORD
from adapters.sql.tables.columns import Key, Moment
from engine.events import Record

SEQ_DIGITS_MAX = 9
"""Longest number of a record in a place that comes from outside."""


class Deed(Struct, frozen=True):
    """A record with the case it belongs to, its hash in the case's chain (hex), and what the case follows now."""

    code: str
    title: str
    hash: str
    definition: str
    version: int
    record: Record


@dataclass(frozen=True, slots=True)
class Question:
    """Whose deeds, and from when until when (both included); what is None does not matter."""

    actor: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    cases: Filter = ALL


ANYTHING = Question()


def list_deeds(
    connection: Connection, scope: Scope, question: Question = ANYTHING, after: str | None = None, limit: int = 50
) -> Page[Deed]:
    """Give what was done to the cases of a scope, the latest first."""
    limit = bounded(limit)
    rows = connection.rows_once(_query(scope, question, place(after, END)).limit(limit + 1))
    return page(rows, limit, _deed, _place)


def _deed(row: Row) -> Deed:
    code, title, hash_hex, definition, version, payload = row
    return Deed(code, title, hash_hex, definition, version, read_record(payload))


def _place(deed: Deed) -> str:
    return Place(deed.record.at, f"{deed.record.case_id}:{deed.record.seq}").text()


def _query(scope: Scope, question: Question, start: Place) -> Select[Any]:
    order = (RECORD.c.at, RECORD.c.case_id, RECORD.c.seq)
    case_id, _, seq = start.id.rpartition(":")
    number = int(seq) if seq.isdecimal() and len(seq) <= SEQ_DIGITS_MAX else 0
    earlier = (literal(start.at, Moment), literal(case_id or start.id, Key), literal(number, Integer))
    query = (
        select(CASES.c.code, CASES.c.title, RECORD.c.hash, CASES.c.definition, CASES.c.version, RECORD.c.payload)
        .join(CASES, CASES.c.id == RECORD.c.case_id)
        .where(tuple_(*order) < tuple_(*earlier), *conditions(scope, question.cases))
        .order_by(*(column.desc() for column in order))
    )
    if question.actor is not None:
        query = query.where(RECORD.c.actor == question.actor)
    if question.from_at is not None:
        query = query.where(RECORD.c.at >= question.from_at)
    if question.until_at is not None:
        query = query.where(RECORD.c.at <= question.until_at)
    return query
