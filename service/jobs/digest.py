"""The morning's digest: on working days each person with work is told how much waits and how much is late."""

from collections.abc import Iterator
from datetime import date, datetime, time

from adapters.sql.directory import Directory
from adapters.sql.drafts import preferences
from adapters.sql.jobs import Message, post
from adapters.sql.reads.queue import TaskLine, count_open, open_tasks
from adapters.sql.statements import Connection
from engine.values import Json
from service.assembly import Assembly
from service.jobs.outbox import DIGEST, mail_choice
from service.telling import ZONE

CALENDAR = "cn"
LATE_COUNTED_MAX = 200
"""Most late tasks that are counted for one person."""


class Digest:
    """Writes each day's digest once. Any process may try: a message has the day and the person in its id."""

    def __init__(self, assembly: Assembly, at: time) -> None:
        """Write from this local time on."""
        self._assembly = assembly
        self._at = at
        self._written: date | None = None

    def write(self) -> int:
        """Write today's digest if it is time for it and this process has not tried today; says how many messages."""
        now = self._assembly.clock.now()
        local = now.astimezone(ZONE)
        if local.time() < self._at or self._written == local.date():
            return 0
        directory = self._assembly.organisation.now()
        calendar = directory.calendars.get(CALENDAR)
        messages: list[Message] = []
        if calendar is None or calendar.is_working(local.date()):
            with self._assembly.database.read() as connection:
                messages = list(_messages(connection, directory, local.date(), now))
            self._assembly.database.write(lambda lent: post(lent, messages, now))
        self._written = local.date()
        return len(messages)


def _messages(connection: Connection, directory: Directory, on: date, now: datetime) -> Iterator[Message]:
    for person in directory.people.values():
        if not person.enabled or not person.email or mail_choice(preferences(connection, person.id)) == "never":
            continue
        principals = directory.actor(person.id, now).principals
        mine = [principal for principal in principals if principal.startswith("u:")]
        count = count_open(connection, mine)
        claimable = count_open(connection, principals - set(mine))
        if count or claimable:
            late = sum(_is_late(line, now) for line in open_tasks(connection, mine, limit=LATE_COUNTED_MAX).lines)
            counts: Json = {"count": count, "late": late, "claimable": claimable}
            payload: Json = {"user": person.id, "params": counts}
            yield Message(f"digest.{on.isoformat()}.{person.id}", DIGEST, None, payload, 0)


def _is_late(line: TaskLine, now: datetime) -> bool:
    return line.due_at is not None and line.due_at < now
