"""What went wrong behind the scenes and waits for a person: messages, timers and tasks that go no further.

Nothing is kept of an incident but what it is about: it is there as long as that is as it is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from sqlalchemy import bindparam, select, update

from adapters.encoding import read_json
from adapters.sql.directory import Directory
from adapters.sql.office_log import By, record
from adapters.sql.statements import Connection, Row
from adapters.sql.tables import CASES, OUTBOX, TASK, TIMER
from adapters.sql.tables.cases import OPEN
from engine.values import Json

SHOWN_MAX = 200
"""Most incidents of a kind that are listed."""

LATE = timedelta(minutes=15)
"""A timer that should have fired so long ago does not fire by itself."""

Kind = Literal["lost", "failing", "timer", "task"]
"""A message that was given up, one that is tried again, a timer that is late, a task that nobody can do."""


class Incident(Struct, frozen=True):
    """Something to look after. `about` is a message's kind, a timer's name or who should have the task."""

    id: str
    kind: Kind
    about: str
    code: str
    reason: str
    attempts: int
    since: datetime
    user: str = ""


_MESSAGE = (OUTBOX.c.id, OUTBOX.c.kind, CASES.c.code, OUTBOX.c.error, OUTBOX.c.attempts, OUTBOX.c.next_at)
_MESSAGES = (
    select(*_MESSAGE, OUTBOX.c.payload)
    .outerjoin(CASES, CASES.c.id == OUTBOX.c.case_id)
    .where(OUTBOX.c.error.is_not(None))
    .order_by(OUTBOX.c.next_at.desc(), OUTBOX.c.id)
    .limit(SHOWN_MAX)
)
_LOST, _FAILING = (
    _MESSAGES.where(OUTBOX.c.done_at.is_not(None)),
    _MESSAGES.where(OUTBOX.c.done_at.is_(None)),
)
_TIMERS = (
    select(TIMER.c.case_id, TIMER.c.name, CASES.c.code, TIMER.c.fires_at)
    .join(CASES, CASES.c.id == TIMER.c.case_id)
    .where(TIMER.c.fires_at < bindparam("before"))
    .order_by(TIMER.c.fires_at)
    .limit(SHOWN_MAX)
)
_PRINCIPALS = select(TASK.c.principal).where(OPEN).distinct()
_TASKS = (
    select(TASK.c.id, TASK.c.principal, CASES.c.code, TASK.c.opened_at)
    .join(CASES, CASES.c.id == TASK.c.case_id)
    .where(OPEN)
    .order_by(TASK.c.opened_at, TASK.c.id)
    .limit(SHOWN_MAX)
)
_AGAIN = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message"), OUTBOX.c.error.is_not(None))
    .values(done_at=None, attempts=0, next_at=bindparam("now"))
)
_LEAVE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message"), OUTBOX.c.error.is_not(None))
    .values(done_at=bindparam("now"), error=None)
)
_FREE = (
    update(TIMER)
    .where(TIMER.c.case_id == bindparam("case"), TIMER.c.name == bindparam("timer"))
    .values(claimed_until=None)
)


def incidents(connection: Connection, directory: Directory, now: datetime) -> list[Incident]:
    """Give everything that waits for a person, what is lost first."""
    return [
        *(_of_message(row, "lost") for row in connection.rows(_LOST)),
        *(_of_task(row) for row in _abandoned(connection, directory)),
        *(_of_timer(row) for row in connection.rows(_TIMERS, before=now - LATE)),
        *(_of_message(row, "failing") for row in connection.rows(_FAILING)),
    ]


def retry(connection: Connection, incident: Incident, by: By) -> None:
    """Let it be tried again from now on."""
    if incident.kind == "timer":
        _, case_id, name = incident.id.split(":", 2)
        connection.run(_FREE, {"case": case_id, "timer": name})
    else:
        connection.run(_AGAIN, {"message": incident.id.partition(":")[2], "now": by.at})
    _tell(connection, incident, by, "incident.retried")


def skip(connection: Connection, incident: Incident, by: By) -> None:
    """Leave a message unsent, for the reason that is given."""
    connection.run(_LEAVE, {"message": incident.id.partition(":")[2], "now": by.at})
    _tell(connection, incident, by, "incident.skipped")


def reassigned(connection: Connection, incident: Incident, by: By) -> None:
    """Write down that a task was given to somebody."""
    _tell(connection, incident, by, "incident.reassigned")


def _tell(connection: Connection, incident: Incident, by: By, what: str) -> None:
    before: Json = {"about": incident.about, "code": incident.code, "cause": incident.reason}
    record(connection, by, what, f"incident:{incident.id}", before, None)


def _of_message(row: Row, kind: Kind) -> Incident:
    id, about, code, error, attempts, since, payload = row
    content = read_json(payload)
    facts = content if isinstance(content, dict) else {}
    told = str(facts.get("kind") or facts.get("event") or about)
    user = str(facts.get("user", ""))
    return Incident(f"message:{id}", kind, f"{about} {told}", code or "", error, attempts, since, user)


def _of_timer(row: Row) -> Incident:
    case_id, name, code, since = row
    return Incident(f"timer:{case_id}:{name}", "timer", name, code, "", 0, since)


def _of_task(row: Row) -> Incident:
    id, principal, code, since = row
    return Incident(f"task:{id}", "task", principal, code, "", 0, since)


def _abandoned(connection: Connection, directory: Directory) -> Iterator[Row]:
    """Give the tasks of principals behind whom there is nobody who may work."""
    alone = sorted(name for (name,) in connection.rows(_PRINCIPALS) if not _has_anybody(directory, name))
    if alone:
        yield from connection.rows_once(_TASKS.where(TASK.c.principal.in_(alone[:SHOWN_MAX])))


def _has_anybody(directory: Directory, principal: str) -> bool:
    kind, _, name = principal.partition(":")
    if kind == "u":
        return name in directory.people and directory.people[name].enabled
    role, _, unit = name.partition("@")
    return bool(directory.holders.get((role, unit)))
