"""Work that falls due: timers to fire and messages to send, each lent to one process at a time.

A process takes some and has them for itself until its lease is over. If it dies, another one takes them again then;
so what is done with them must be harmless when done twice: firing a timer is (its generation), and a message carries
its id.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well
from sqlalchemy.sql.dml import ReturningUpdate

from adapters.encoding import json_text, read_json
from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import OUTBOX, RECORD, TASK, TIMER
from adapters.sql.tables.cases import OPEN
from engine.commands import Undo
from engine.values import Json

TAKEN_MAX = 200
"""Most timers or messages that one process takes at a time."""

LEASE_MAX = timedelta(hours=1)
"""No timer is lent, or left for later, for longer."""

WAIT_MAX = timedelta(hours=8)
"""No message is lent, held back or left for a next attempt for longer."""


class DueTimer(Struct, frozen=True):
    """A timer that fell due; to be sent to the engine as `Expire`."""

    case_id: str
    name: str
    generation: int
    fires_at: datetime


class Message(Struct, frozen=True):
    """A message to be sent. `id` is the same whenever it is tried; `attempts` counts this one."""

    id: str
    kind: str
    case_id: str | None
    payload: Json
    attempts: int


def take_timers(database: Database, now: datetime, lease: timedelta, limit: int = TAKEN_MAX) -> list[DueTimer]:
    """Take timers that are due, the longest due first.

    A lease that ends after more than `LEASE_MAX` was given by a clock that was wrong, and does not hold.
    """
    values = {"now": now, "until": now + lease, "never": now + LEASE_MAX, "lines": min(limit, TAKEN_MAX)}
    rows = database.write(lambda connection: connection.rows(_TAKE_TIMERS, **values))
    return sorted((DueTimer(*row) for row in rows), key=lambda timer: (timer.fires_at, timer.case_id))


def next_timer(connection: Connection, until: datetime) -> DueTimer | None:
    """Give the timer that falls due first, if it does until a moment; nobody takes it by that."""
    found = connection.one(_NEXT_TIMER, until=until)
    return None if found is None else DueTimer(*found)


def give_back_timer(database: Database, timer: DueTimer, until: datetime) -> None:
    """Let a timer that could not be fired be taken again from a moment on."""
    values = {"case": timer.case_id, "timer": timer.name, "born": timer.generation, "until": until}
    database.write(lambda connection: connection.run(_GIVE_BACK, values))


def take_messages(database: Database, now: datetime, lease: timedelta, limit: int = TAKEN_MAX) -> list[Message]:
    """Take messages that may be sent now, the longest waiting first.

    One that is left for later than `WAIT_MAX` was so by a clock that was wrong, and is sent now.
    """
    values = {"now": now, "until": now + lease, "never": now + WAIT_MAX, "lines": min(limit, TAKEN_MAX)}
    rows = database.write(lambda connection: connection.rows(_TAKE_MESSAGES, **values))
    found = (Message(id, kind, case_id, read_json(payload), attempts) for id, kind, case_id, payload, attempts in rows)
    return sorted(found, key=lambda message: message.id)


def post(connection: Connection, messages: Iterable[Message], at: datetime) -> None:
    """Add messages to be sent from a moment on; one that is there already stays as it is."""
    rows = [
        {
            "id": message.id,
            "kind": message.kind,
            "case_id": message.case_id,
            "payload": json_text(message.payload),
            "attempts": 0,
            "next_at": at,
            "done_at": None,
            "error": None,
        }
        for message in messages
    ]
    connection.each(_POST, rows)


def actor_of(connection: Connection, message: Message) -> str | None:
    """Give who did what the engine's message tells of; None for messages that are not the engine's."""
    case_id, _, place = message.id.partition(".")
    seq = place.partition(".")[0]
    if message.case_id != case_id or not seq.isdecimal():
        return None
    found = connection.one(_ACTOR, case_id=case_id, seq=int(seq))
    return None if found is None else str(found[0])


def holders(connection: Connection, case_id: str) -> set[str]:
    """Give the principals who have an open task of a case now."""
    return {principal for (principal,) in connection.rows(_HOLDERS, case_id=case_id)}


def is_undone(connection: Connection, message: Message) -> bool:
    """Say whether the act that the engine's message tells of was taken back: then nobody is told of it."""
    case_id, _, place = message.id.partition(".")
    seq = place.partition(".")[0]
    if message.case_id != case_id or not seq.isdecimal():
        return False
    return connection.one(_NEXT, case_id=case_id, seq=int(seq) + 1) == (Undo.__name__,)


def finish_first(connection: Connection, id: str, now: datetime) -> bool:
    """Say that a message is done; False when somebody else has said so: then do nothing of what it asks."""
    return connection.run(_FINISH_FIRST, {"message": id, "now": now}) > 0


def finish(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Messages were sent; write it in the transaction that holds what came of them."""
    connection.each(_FINISH, [{"message": id, "now": now} for id in ids])


def postpone(connection: Connection, id: str, error: str, until: datetime | None, now: datetime) -> None:
    """A message could not be sent: it is tried again at a moment, or (None) never."""
    values = {"message": id, "error": error, "now": None if until is not None else now}
    connection.run(_POSTPONE, values | {"until": until or now})


class Backlog(Struct, frozen=True):
    """What waits. `lag_seconds` is how long the oldest message that may be sent has waited."""

    tasks_open: int
    timers_late: int
    messages_waiting: int
    lag_seconds: float


def backlog(connection: Connection, now: datetime) -> tuple[int, int]:
    """Count the timers and the messages that are due and not done."""
    timers, messages = connection.one(_DUE_TIMERS, now=now), connection.one(_DUE_MESSAGES, now=now)
    return (int(timers[0]) if timers else 0, int(messages[0]) if messages else 0)


def measure_backlog(connection: Connection, now: datetime) -> Backlog:
    """Count what waits, and for how long."""
    timers, messages = backlog(connection, now)
    tasks, oldest = connection.one(_OPEN_TASKS), connection.one(_OLDEST_MESSAGE, now=now)
    lag = (now - oldest[0]).total_seconds() if oldest is not None and oldest[0] is not None else 0.0
    return Backlog(int(tasks[0]) if tasks else 0, timers, messages, lag)


def _take_timers() -> ReturningUpdate[tuple[str, str, int, datetime]]:
    due = (
        select(TIMER.c.case_id, TIMER.c.name)
        .where(
            TIMER.c.fires_at <= bindparam("now"),
            or_(
                TIMER.c.claimed_until.is_(None),
                TIMER.c.claimed_until <= bindparam("now"),
                TIMER.c.claimed_until > bindparam("never"),
            ),
        )
        .order_by(TIMER.c.fires_at)
        .limit(bindparam("lines"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(TIMER)
        .where(TIMER.c.case_id == due.c.case_id, TIMER.c.name == due.c.name)
        .values(claimed_until=bindparam("until"))
        .returning(TIMER.c.case_id, TIMER.c.name, TIMER.c.generation, TIMER.c.fires_at)
    )


def _take_messages() -> ReturningUpdate[tuple[str, str, str, str, int]]:
    waiting = (
        select(OUTBOX.c.id)
        .where(
            OUTBOX.c.done_at.is_(None),
            or_(OUTBOX.c.next_at <= bindparam("now"), OUTBOX.c.next_at > bindparam("never")),
        )
        .order_by(OUTBOX.c.next_at, OUTBOX.c.id)
        .limit(bindparam("lines"))
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    return (
        update(OUTBOX)
        .where(OUTBOX.c.id == waiting.c.id)
        .values(next_at=bindparam("until"), attempts=OUTBOX.c.attempts + 1)
        .returning(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.case_id, OUTBOX.c.payload, OUTBOX.c.attempts)
    )


_NEXT = select(RECORD.c.command).where(RECORD.c.case_id == bindparam("case_id"), RECORD.c.seq == bindparam("seq"))
_ACTOR = select(RECORD.c.actor).where(RECORD.c.case_id == bindparam("case_id"), RECORD.c.seq == bindparam("seq"))
_HOLDERS = select(TASK.c.principal).where(TASK.c.case_id == bindparam("case_id"), TASK.c.status == "open")
_POST = insert(OUTBOX).on_conflict_do_nothing()
_TAKE_TIMERS, _TAKE_MESSAGES = _take_timers(), _take_messages()
_NEXT_TIMER = (
    select(TIMER.c.case_id, TIMER.c.name, TIMER.c.generation, TIMER.c.fires_at)
    .where(TIMER.c.fires_at <= bindparam("until"))
    .order_by(TIMER.c.fires_at, TIMER.c.case_id, TIMER.c.name)
    .limit(1)
)
_GIVE_BACK = (
    update(TIMER)
    .where(
        TIMER.c.case_id == bindparam("case"),
        TIMER.c.name == bindparam("timer"),
        TIMER.c.generation == bindparam("born"),
    )
    .values(claimed_until=bindparam("until"))
)
_FINISH = update(OUTBOX).where(OUTBOX.c.id == bindparam("message")).values(done_at=bindparam("now"), error=None)
_FINISH_FIRST = _FINISH.where(OUTBOX.c.done_at.is_(None))
_POSTPONE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message"))
    .values(next_at=bindparam("until"), error=bindparam("error"), done_at=bindparam("now"))
)
_DUE_TIMERS = select(func.count()).select_from(TIMER).where(TIMER.c.fires_at <= bindparam("now"))
_OPEN_TASKS = select(func.count()).select_from(TASK).where(OPEN)
_OLDEST_MESSAGE = select(func.min(OUTBOX.c.next_at)).where(
    OUTBOX.c.done_at.is_(None), OUTBOX.c.next_at <= bindparam("now")
)
_DUE_MESSAGES = (
    select(func.count()).select_from(OUTBOX).where(OUTBOX.c.done_at.is_(None), OUTBOX.c.next_at <= bindparam("now"))
)
