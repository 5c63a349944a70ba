"""Other systems that want to know: where they are told, of what, and the secret that signs it."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, delete, insert, select

from adapters.encoding import json_text, read_json
from adapters.sql.database import Database
from adapters.sql.office_log import By, Step, recorded
from adapters.sql.statements import Connection, Row
from adapters.sql.tables import WEBHOOK
from engine.values import Json

_ALL = select(
    WEBHOOK.c.id,
    WEBHOOK.c.url,
    WEBHOOK.c.secret,
    WEBHOOK.c.events,
    WEBHOOK.c.enabled,
    WEBHOOK.c.created_by,
    WEBHOOK.c.created_at,
).order_by(WEBHOOK.c.id)
_ADD = insert(WEBHOOK)
_REMOVE = delete(WEBHOOK).where(WEBHOOK.c.id == bindparam("id"))


class Webhook(Struct, frozen=True):
    """One receiver. `events` are kinds of notices, such as `item.state`; without any it is told of all."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    enabled: bool
    created_by: str
    created_at: datetime

    def wants(self, kind: str) -> bool:
        """Say whether it is to be told of this kind."""
        return self.enabled and (not self.events or kind in self.events)


def webhooks(connection: Connection) -> list[Webhook]:
    """Give all receivers."""
    return [_webhook(row) for row in connection.rows(_ALL)]


def add_webhook(database: Database, by: By, webhook: Webhook) -> None:
    """Tell another system from now on; the office's log says so, without the secret."""
    cells = {
        "id": webhook.id,
        "url": webhook.url,
        "secret": webhook.secret,
        "events": json_text(list(webhook.events)),
        "enabled": webhook.enabled,
        "created_by": webhook.created_by,
        "created_at": webhook.created_at,
    }
    database.write(_recorded(by, "webhook.added", webhook.id, lambda connection: connection.run(_ADD, cells)))


def remove_webhook(database: Database, by: By, id: str) -> bool:
    """Tell a system no more; False when there is none of this id."""
    step = _recorded(by, "webhook.removed", id, lambda connection: connection.run(_REMOVE, {"id": id}))
    return database.write(step) != 0


def _recorded(by: By, what: str, id: str, step: Step) -> Step:
    def read(connection: Connection) -> Json:
        for one in webhooks(connection):
            if one.id == id:
                return {"url": one.url, "events": [*one.events]}
        return None

    return recorded(by, what, f"webhook:{id}", read, step)


def _webhook(row: Row) -> Webhook:
    id, url, secret, events, enabled, created_by, created_at = row
    kinds = read_json(events)
    assert isinstance(kinds, list)
    return Webhook(id, url, secret, tuple(map(str, kinds)), bool(enabled), created_by, created_at)
