"""The shapes of what looks over many items: counts, deeds, notices."""

from datetime import datetime

import msgspec

from service.http.contract import Data, EventShape, Named


class StateCount(msgspec.Struct):
    """How many items are in a state."""

    state: str
    title: str
    count: int


class PhaseCount(msgspec.Struct):
    """How many items are in each state of a phase; the phase has no name for states that only old versions have."""

    phase: str
    title: str
    states: list[StateCount]


class FunnelShape(msgspec.Struct):
    """The items of a definition along its phases."""

    definition: str
    title: str
    phases: list[PhaseCount]


class Stats(msgspec.Struct):
    """Counts of the items that the caller may see; `unfinished` and `late` stop at 1000."""

    funnels: list[FunnelShape]
    unfinished: int
    late: int


class DeedShape(msgspec.Struct):
    """What one command did. `hash` is the record's place in the chain of its item (SHA-256, hex).

    `before` holds what the fields that it changed were before; what they are after stands in `DataChanged`.
    """

    item_id: str
    item_code: str
    item_title: str
    seq: int
    at: datetime
    actor: Named
    command: str
    events: list[EventShape]
    before: Data
    hash: str


class AuditPage(msgspec.Struct):
    """Deeds, the latest first. `next` is what `after` takes to get the following page; null on the last."""

    deeds: list[DeedShape]
    next: str | None


class NoticeShape(msgspec.Struct):
    """Something a person is told; `text` says it in their language."""

    id: str
    kind: str
    text: str
    item_id: str | None
    at: datetime
    read_at: datetime | None


class NoticePage(msgspec.Struct):
    """Notices, the newest first. `unread` counts up to 1000."""

    notices: list[NoticeShape]
    next: str | None
    unread: int


class NoticesRead(msgspec.Struct):
    """How many notices were marked as read."""

    marked: int


class WebhookShape(msgspec.Struct):
    """Another system that is told. Without `events` it is told of everything."""

    id: str
    url: str
    events: list[str]
    created_by: str
    created_at: datetime


class WebhookList(msgspec.Struct):
    """All webhooks."""

    webhooks: list[WebhookShape]


class WebhookMade(msgspec.Struct):
    """A new webhook and the secret that signs what it is told, shown this once."""

    webhook: WebhookShape
    secret: str
