"""What users are told inside the site, and who got a copy of which case."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.encoding import json_text, read_json
from adapters.ids import first_id
from adapters.sql.database import Database
from adapters.sql.reads.paging import COUNT_MAX, Page, bounded, page
from adapters.sql.statements import Connection, upsert
from adapters.sql.tables import NOTICE, PARTICIPANT
from engine.values import Json

_COLUMNS = (
    NOTICE.c.id,
    NOTICE.c.user_id,
    NOTICE.c.kind,
    NOTICE.c.case_id,
    NOTICE.c.params,
    NOTICE.c.at,
    NOTICE.c.read_at,
)
_ADD = insert(NOTICE).on_conflict_do_nothing()
_COPY = upsert(PARTICIPANT, ("user_id", "case_id"), ("copied_at",))
_LIST = (
    select(*_COLUMNS)
    .where(NOTICE.c.user_id == bindparam("user_id"), NOTICE.c.id < bindparam("after"))
    .order_by(NOTICE.c.id.desc())
    .limit(bindparam("lines"))
)
_UNREAD = select(literal(1)).where(NOTICE.c.user_id == bindparam("user_id"), NOTICE.c.read_at.is_(None))
_COUNT = select(func.count()).select_from(_UNREAD.limit(COUNT_MAX).subquery())
_READ_ALL = (
    update(NOTICE)
    .where(NOTICE.c.user_id == bindparam("reader"), NOTICE.c.id <= bindparam("until"), NOTICE.c.read_at.is_(None))
    .values(read_at=bindparam("now"))
)
_TOLD = select(NOTICE.c.user_id, NOTICE.c.read_at).where(
    NOTICE.c.id >= bindparam("first"), NOTICE.c.case_id == bindparam("case_id"), NOTICE.c.kind == bindparam("kind")
)
_LAST = "~"


class Notice(Struct, frozen=True):
    """Something a user is told; ids sort by time."""

    id: str
    user_id: str
    kind: str
    case_id: str | None
    params: Mapping[str, Json]
    at: datetime
    read_at: datetime | None = None


def read_receipts(connection: Connection, case_id: str, kind: str, since: datetime) -> dict[str, datetime | None]:
    """Give who was told of a case in one way since a moment, with when they read it (None: not yet)."""
    found: dict[str, datetime | None] = {}
    for user, read_at in connection.rows(_TOLD, first=first_id(since), case_id=case_id, kind=kind):
        found[str(user)] = found.get(str(user)) or read_at
    return found


def add_notices(connection: Connection, notices: Iterable[Notice]) -> None:
    """Tell users something; a notice that is there already stays as it is."""
    connection.each(_ADD, [_cells(notice) for notice in notices])


def add_copies(connection: Connection, case_id: str, users: Iterable[str], at: datetime) -> None:
    """Let users see a case from now on, in their list of copies."""
    connection.each(_COPY, [{"user_id": user, "case_id": case_id, "copied_at": at} for user in sorted(set(users))])


def list_notices(connection: Connection, user_id: str, after: str | None = None, limit: int = 20) -> Page[Notice]:
    """Give a user's notices, the latest first."""
    limit = bounded(limit)
    rows = connection.rows(_LIST, user_id=user_id, after=after or _LAST, lines=limit + 1)
    return page(rows, limit, lambda row: _notice(*row), lambda notice: notice.id)


def count_unread(connection: Connection, user_id: str) -> int:
    """Count the notices a user has not read, up to `COUNT_MAX`."""
    found = connection.one(_COUNT, user_id=user_id)
    return 0 if found is None else int(found[0])


def mark_read(database: Database, user_id: str, until: str, now: datetime) -> int:
    """Mark a user's notices up to one as read; gives how many they were."""
    values = {"reader": user_id, "until": until, "now": now}
    return database.write(lambda connection: connection.run(_READ_ALL, values))


def _cells(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "user_id": notice.user_id,
        "kind": notice.kind,
        "case_id": notice.case_id,
        "params": json_text(notice.params),
        "at": notice.at,
        "read_at": notice.read_at,
    }


def _notice(  # one argument for each column
    id: str, user_id: str, kind: str, case_id: str | None, params: str, at: datetime, read_at: datetime | None
) -> Notice:
    values = read_json(params)
    assert isinstance(values, dict)
    return Notice(id, user_id, kind, case_id, values, at, read_at)
