"""What people typed and did not send yet, and how they like things: outside of the audited history."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from adapters.encoding import json_text, read_json
from adapters.sql.database import Database
from adapters.sql.statements import Connection, upsert
from adapters.sql.tables import DRAFT, PREFERENCE
from engine.values import Json

_SAVE = upsert(DRAFT, ("case_id", "user_id"), ("data", "at"))
_OF = (DRAFT.c.case_id == bindparam("case_id"), DRAFT.c.user_id == bindparam("user_id"))
_FIND = select(DRAFT.c.data, DRAFT.c.at).where(*_OF)
_DROP = delete(DRAFT).where(*_OF)
_SWEEP = delete(DRAFT).where(DRAFT.c.at < bindparam("before"))
_PREFER = upsert(PREFERENCE, ("user_id", "name"), ("value",))
_PREFERENCES = select(PREFERENCE.c.name, PREFERENCE.c.value).where(PREFERENCE.c.user_id == bindparam("user_id"))


def save_draft(database: Database, case_id: str, user_id: str, data: dict[str, Json], now: datetime) -> None:
    """Keep what a user typed into the form of a case, in the place of what was kept before."""
    values = {"case_id": case_id, "user_id": user_id, "data": json_text(data), "at": now}
    database.write(lambda connection: connection.run(_SAVE, values))


def find_draft(connection: Connection, case_id: str, user_id: str) -> tuple[dict[str, Json], datetime] | None:
    """Give what a user typed and when, if anything is kept."""
    found = connection.one(_FIND, case_id=case_id, user_id=user_id)
    if found is None:
        return None
    data = read_json(found[0])
    assert isinstance(data, dict)
    return data, found[1]


def typed_at(connection: Connection, case_ids: Iterable[str], user_id: str) -> dict[str, datetime]:
    """Say when a user last typed into the forms of some cases, of those where something is kept."""
    wanted = sorted(set(case_ids))
    query = select(DRAFT.c.case_id, DRAFT.c.at).where(DRAFT.c.case_id.in_(wanted), DRAFT.c.user_id == user_id)
    return dict(connection.rows_once(query)) if wanted else {}


def drop_draft(database: Database, case_id: str, user_id: str) -> None:
    """Forget what a user typed: it was sent, or is not wanted."""
    database.write(lambda connection: connection.run(_DROP, {"case_id": case_id, "user_id": user_id}))


def sweep_drafts(database: Database, before: datetime) -> int:
    """Forget what was typed before a moment; gives how many."""
    return database.write(lambda connection: connection.run(_SWEEP, {"before": before}))


def prefer(database: Database, user_id: str, name: str, value: Json) -> None:
    """Keep a setting of a user."""
    values = {"user_id": user_id, "name": name, "value": json_text(value)}
    database.write(lambda connection: connection.run(_PREFER, values))


def preferences(connection: Connection, user_id: str) -> dict[str, Json]:
    """Give all settings of a user."""
    return {name: read_json(value) for name, value in connection.rows(_PREFERENCES, user_id=user_id)}
