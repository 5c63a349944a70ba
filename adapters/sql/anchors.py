"""Anchors: one hash over the ends of all chains as they were at a moment.

A chain shows that none of its records was changed, not that it has not been cut off, or written anew from some record
on together with its rows. An anchor that was kept elsewhere shows that: what was there at its moment is never changed
or removed, so that the same moment has the same anchors for ever.
"""

from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, func, select

from adapters.sql.office_log import CHANGES
from adapters.sql.reads.reporting import heads_at
from adapters.sql.sign_in_log import SIGN_INS
from adapters.sql.statements import Connection
from adapters.sql.tables import RECORD

_AT = bindparam("at", type_=RECORD.c.at.type)
_LAST = (
    select(RECORD.c.case_id, func.max(RECORD.c.seq).label("seq")).where(RECORD.c.at <= _AT).group_by(RECORD.c.case_id)
).subquery()
_ENDS = select(RECORD.c.case_id, RECORD.c.hash).join(
    _LAST, and_(RECORD.c.case_id == _LAST.c.case_id, RECORD.c.seq == _LAST.c.seq)
)


class Anchors(Struct, frozen=True):
    """The SHA-256 over the last hashes of all items, and of all ledgers, by id; the last hashes of the logs."""

    items: str
    ledgers: str
    office: str
    sign_ins: str


def anchors_at(connection: Connection, at: datetime) -> Anchors:
    """Give the anchors of a moment."""
    items = sorted((str(id), str(last)) for id, last in connection.rows(_ENDS, at=at))
    return Anchors(
        digest_of(items),
        digest_of(sorted(heads_at(connection, at).items())),
        CHANGES.end_at(connection, at),
        SIGN_INS.end_at(connection, at),
    )


def digest_of(content: object) -> str:
    """Give the SHA-256 of something as JSON, its names in order."""
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
