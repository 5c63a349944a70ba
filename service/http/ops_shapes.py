"""The shapes of operations: how the service is, and what waits for a person."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from service.health import Health
from service.http.contract import COMMENT_LENGTH_MAX, Id

IncidentAction = Literal["retry", "skip", "reassign"]


class IncidentShape(msgspec.Struct):
    """Something that goes no further by itself. `about` and `reason` are as the machine tells them.

    `lost`: a message that was given up; `failing`: one that is tried again; `timer`: one that is late; `task`: work
    that nobody can do, because nobody holds the role or the person may not work any more.
    """

    id: str
    kind: Literal["lost", "failing", "timer", "task"]
    about: str
    item_code: str
    user: str
    reason: str
    attempts: int
    since: datetime
    actions: list[IncidentAction]


class Waiting(msgspec.Struct):
    """What waits to be done. `lag_seconds` is how long the oldest message that may be sent has waited."""

    tasks_open: int
    timers_late: int
    messages_waiting: int
    lag_seconds: float


class Ops(msgspec.Struct):
    """How the service is. `disk_free_bytes` is what is left for files."""

    health: Health
    waiting: Waiting
    disk_free_bytes: int
    incidents: list[IncidentShape]


class Handling(msgspec.Struct, forbid_unknown_fields=True):
    """Why something is handled so, and (to reassign) to whom the work goes."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_LENGTH_MAX)]
    to: Id | None = None
