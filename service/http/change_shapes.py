"""The shapes of changing a definition: differences, what becomes of running items, and putting them on a version."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from adapters.sql.migrating import CHOSEN_MAX
from engine.impact import Fate
from service.http.contract import BATCH_MAX, Id, Name, Named
from service.http.problems import Reason

STATES_MAX = 200
REASON_LENGTH_MAX = 2_000

States = Annotated[dict[Name, Name], msgspec.Meta(max_length=STATES_MAX)]
"""Where items in states that are gone go on: `{old: new}`."""


class DifferenceShape(msgspec.Struct):
    """One difference in behaviour. `message` is the sentence; `path` where it is in the text."""

    code: str
    path: str
    state: str
    action: str
    message: str


class DiffShape(msgspec.Struct):
    """What changed from version `against` to `version`."""

    key: str
    against: int
    version: int
    differences: list[DifferenceShape]


class ImpactLine(msgspec.Struct):
    """What would become of an item.

    `fate` is the one word: `cannot`, `moves`, `reassigned`, `deadline` or `unchanged`. `loses` and `gains` name who no
    longer has, or newly gets, a task; `dropped` the fields that are emptied.
    """

    item_id: str
    code: str
    version: int
    fate: Fate
    message: str
    state: Named
    target: Named
    loses: list[str]
    gains: list[str]
    due_at: datetime | None
    new_due_at: datetime | None
    dropped: list[str]
    reasons: list[Reason]


class ImpactPage(msgspec.Struct):
    """What would become of running items on other versions. `total` counts all of them, `counts` those of this page."""

    key: str
    version: int
    total: int
    counts: dict[str, int]
    items: list[ImpactLine]
    next: str | None


class MigrationOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Put running items on the version: those of `items` (without it: all that are on another one)."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_LENGTH_MAX)]
    states: States = msgspec.field(default_factory=dict)
    items: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=CHOSEN_MAX)] | None = None


class MigrationShape(msgspec.Struct):
    """An order and how far it has come: `direction` is `forward` or `back`, `status` `running`, `paused` or `done`.

    `total` is how many items it is for, `counts` how many were `moved`, `refused`, `returned` or `kept` so far.
    """

    id: str
    key: str
    version: int
    states: dict[str, str]
    reason: str
    direction: Literal["forward", "back"]
    status: Literal["running", "paused", "done"]
    total: int
    done: int
    counts: dict[str, int]
    ordered_by: Named
    ordered_at: datetime
    finished_at: datetime | None


class MigrationList(msgspec.Struct):
    """The orders of a version, the newest first."""

    migrations: list[MigrationShape]


class OutcomeShape(msgspec.Struct):
    """What became of one item: `moved`, `refused`, `returned` (rolled back) or `kept` (could not be)."""

    item_id: str
    outcome: str
    fate: str
    reasons: list[Reason]
    at: datetime


class MigrationPage(msgspec.Struct):
    """An order with what became of its items."""

    migration: MigrationShape
    items: list[OutcomeShape]
    next: str | None


class RollBackOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Take the order back: for these items now, or (`null`) for all, in batches."""

    items: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=BATCH_MAX)] | None


class Retiring(msgspec.Struct, forbid_unknown_fields=True):
    """Why a version is taken out of use."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_LENGTH_MAX)]


class BacktestLine(msgspec.Struct):
    """A case in which a decision would come out differently. `amount` is the money concerned, in fen."""

    item_id: str
    code: str
    step: int
    at: datetime
    actor: Named
    action: str
    state: str
    was: str
    would_be: str
    amount: int
    message: str
    reasons: list[Reason]


class BacktestPage(msgspec.Struct):
    """Cases played anew on the version: how many and how many decisions on this page, and those that differ.

    `set_aside` decisions could not be compared: today the rules of then would not allow them either.
    """

    key: str
    version: int
    cases: int
    decisions: int
    set_aside: int
    money: int
    differences: list[BacktestLine]
    next: str | None
