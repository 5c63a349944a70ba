"""The outbox: what the engine wants people to know becomes notices, mails and webhooks; the latter two are sent here.

A message of the engine is spread in one transaction: notices and copies are written, a message of its own is added for
each mail and webhook, and it is done. Those are sent one by one, and tried again later when that fails.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from adapters.encoding import json_text
from adapters.notify.backoff import next_attempt_at
from adapters.notify.delivery import Delivery, Outcome
from adapters.notify.letter import Mail
from adapters.notify.smtp import SmtpMailer
from adapters.notify.webhook import Hook, WebhookSender
from adapters.sql.directory import Directory
from adapters.sql.drafts import preferences
from adapters.sql.jobs import Message, actor_of, finish_first, holders, is_undone, post, postpone, take_messages
from adapters.sql.notices import Notice, add_copies, add_notices
from adapters.sql.reads.cases import lines_of
from adapters.sql.statements import Connection
from adapters.sql.webhooks import Webhook, webhooks
from engine.values import Json
from service import log
from service.assembly import Assembly
from service.recounting import RECOUNT, recount_some
from service.telling import About, Teller, abouts

LEASE = timedelta(minutes=5)
"""For so long a process has the messages that it took: more than the slowest of them may need together."""

TAKEN_MAX = 10
MAIL, HOOK, DIGEST = "mail", "hook", "digest"
TASK_OPENED = "task.opened"
MailChoice = Literal["each", "digest", "never"]
"""Which mails a person wants: for each notice and the morning's digest, the digest only, or none."""

COPIES = ("deadline.copy", "item.copied", "call.opened")
"""The notices whose readers get a copy of the item."""


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What sending needs. Without `mailer` no mails are written."""

    assembly: Assembly
    teller: Teller
    mailer: SmtpMailer | None
    hooks: WebhookSender

    def send(self) -> int:
        """Send some of what waits; says how many messages were taken."""
        taken = take_messages(self.assembly.database, self.assembly.clock.now(), LEASE, TAKEN_MAX)
        for message in taken:
            try:
                self._handle(message)
            except Exception as error:  # noqa: BLE001  # one message must not keep the others from being sent
                log.write_fault(error, {"message": message.id, "kind": message.kind})
        return len(taken)

    def _handle(self, message: Message) -> None:
        payload = message.payload if isinstance(message.payload, dict) else {}
        if message.kind in {MAIL, DIGEST}:
            self._tell(message, self._mailed(message, payload))
        elif message.kind == HOOK:
            self._tell(message, self._hooked(message, payload))
        elif message.kind == RECOUNT:
            recount_some(self.assembly, message)
        else:
            self._spread(message, payload)

    def _spread(self, message: Message, payload: dict[str, Json]) -> None:
        """Turn a message of the engine into what each reader gets, all in one transaction."""
        now, directory = self.assembly.clock.now(), self.assembly.organisation.now()
        readers = self._readers(directory, message, payload)
        params = payload.get("params")
        values = params if isinstance(params, dict) else {}
        mailed = self._mailable(directory, readers)

        def work(connection: Connection) -> None:
            if not finish_first(connection, message.id, now) or is_undone(connection, message):
                return
            new_id = self.assembly.ids.new
            add_notices(
                connection, [Notice(new_id(), user, message.kind, message.case_id, values, now) for user in readers]
            )
            if message.kind in COPIES and message.case_id is not None:
                add_copies(connection, message.case_id, readers, now)
            post(connection, mails(message, values, mailed), now)
            post(connection, hooks(message, values, webhooks(connection), now), now)

        self.assembly.database.write(work)
        log.write("notice", {"message": message.id, "kind": message.kind, "readers": len(readers)})

    def _mailable(self, directory: Directory, readers: list[str]) -> list[str]:
        """Give who gets a mail as well: who has an address and did not choose otherwise."""
        if self.mailer is None:
            return []
        with self.assembly.database.read() as connection:
            return [
                user
                for user in readers
                if directory.people[user].email and mail_choice(preferences(connection, user)) == "each"
            ]

    def _readers(self, directory: Directory, message: Message, payload: dict[str, Json]) -> list[str]:
        """Give whom a message is for; nobody is told of what they did themselves, or of a task that is done."""
        audience = _texts(payload.get("audience"))
        with self.assembly.database.read() as connection:
            actor = actor_of(connection, message)
            if message.kind == TASK_OPENED and message.case_id is not None:
                audience = sorted(holders(connection, message.case_id).intersection(audience))
        return sorted(recipients(directory, audience) - {str(actor)})

    def _mailed(self, message: Message, payload: dict[str, Json]) -> Delivery:
        directory = self.assembly.organisation.now()
        person = directory.people.get(str(payload.get("user")))
        if person is None or not person.enabled or not person.email or self.mailer is None:
            return Delivery.delivered()
        return self.mailer.send(self._letter(message, payload, directory, person.id))

    def _letter(self, message: Message, payload: dict[str, Json], directory: Directory, user_id: str) -> Mail:
        person, params = directory.people[user_id], payload.get("params")
        values = params if isinstance(params, dict) else {}
        if message.kind == DIGEST:
            return self.teller.digest(message.id, person, directory, values)
        return self.teller.mail(
            message.id, person, directory, str(payload.get("kind")), values, self._about(message.case_id)
        )

    def _about(self, case_id: str | None) -> About | None:
        if case_id is None:
            return None
        with self.assembly.database.read() as connection:
            return abouts(connection, lines_of(connection, {case_id}).values())[case_id]

    def _hooked(self, message: Message, payload: dict[str, Json]) -> Delivery:
        with self.assembly.database.read() as connection:
            found = next((one for one in webhooks(connection) if one.id == payload.get("webhook")), None)
        if found is None:
            return Delivery.delivered()
        body = json_text(payload.get("body")).encode()
        return self.hooks.send(Hook(message.id, found.url, str(payload.get("event")), body, found.secret.encode()))

    def _tell(self, message: Message, delivery: Delivery) -> None:
        """Write down what became of a message; it is tried again, done, or given up."""
        now = self.assembly.clock.now()
        later = next_attempt_at(message.attempts, now, message.id) if delivery.outcome is Outcome.RETRY else None

        def work(connection: Connection) -> None:
            if delivery.outcome is Outcome.DELIVERED:
                finish_first(connection, message.id, now)
            else:
                postpone(connection, message.id, delivery.reason, later, now)

        self.assembly.database.write(work)
        is_lost = delivery.outcome is not Outcome.DELIVERED and later is None
        facts: dict[str, log.Fact] = {
            "message": message.id,
            "kind": message.kind,
            "outcome": delivery.outcome.value,
            "attempt": message.attempts,
            "reason": delivery.reason or None,
        }
        log.write("delivery", facts, level="warning" if is_lost else "info")


def mail_choice(preferred: Mapping[str, Json]) -> MailChoice:
    """Read which mails a person wants from their settings; each, for who has not chosen."""
    chosen = preferred.get(MAIL)
    return chosen if chosen in {"digest", "never"} else "each"  # type: ignore[return-value]  # one of the three


def recipients(directory: Directory, principals: Iterable[str]) -> set[str]:
    """Give the enabled people behind principals: `u:ID`, and everybody who holds the role of a `g:ROLE@UNIT`."""
    found: set[str] = set()
    for principal in principals:
        kind, _, name = principal.partition(":")
        if kind == "u":
            found.add(name)
        else:
            role, _, unit = name.partition("@")
            found.update(directory.holders.get((role, unit), ()))
    return {user for user in found if user in directory.people and directory.people[user].enabled}


def mails(message: Message, params: dict[str, Json], users: Iterable[str]) -> Iterator[Message]:
    """Give the mail to each user as a message of its own."""
    for user in users:
        payload: Json = {"user": user, "kind": message.kind, "params": params}
        yield Message(f"{message.id}.mail.{user}", MAIL, message.case_id, payload, 0)


def hooks(message: Message, params: dict[str, Json], known: Iterable[Webhook], now: datetime) -> Iterator[Message]:
    """Give the message to each other system that wants this kind."""
    body: Json = {
        "id": message.id,
        "event": message.kind,
        "item_id": message.case_id,
        "at": now.isoformat(),
        "params": params,
    }
    for webhook in known:
        if webhook.wants(message.kind):
            payload: Json = {"webhook": webhook.id, "event": message.kind, "body": body}
            yield Message(f"{message.id}.hook.{webhook.id}", HOOK, message.case_id, payload, 0)


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
