"""The shapes of rehearsals: steps that made-up people take on a made-up item, and what comes of each."""

from datetime import datetime
from typing import Annotated

import msgspec

from engine.loading.limits import TRIAL_STEPS_MAX
from service.http.contract import Data, Name, Named, Opinion, StateShape
from service.http.problems import Reason

WHO_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,79}$"
PERIOD_LENGTH_MAX = 60


class StepShape(msgspec.Struct, forbid_unknown_fields=True):
    """One step: an action (or `start`, or `save`) by somebody, or time that passes (`wait`: `"5 working days"`).

    `as` is `initiator` (also without it), a role, or one of its three made-up holders such as `finance-2`. `state` is
    where the item must be afterwards, `refused` the reasons with which the step must be refused.
    """

    who: Annotated[str, msgspec.Meta(pattern=WHO_PATTERN)] | None = msgspec.field(default=None, name="as")
    do: Name | None = None
    form: Data = msgspec.field(default_factory=dict)
    comment: Opinion = ""
    to: Name | None = None
    wait: Annotated[str, msgspec.Meta(max_length=PERIOD_LENGTH_MAX)] | None = None
    state: Name | None = None
    refused: list[Name] = msgspec.field(default_factory=list)


Steps = Annotated[list[StepShape], msgspec.Meta(min_length=1, max_length=TRIAL_STEPS_MAX)]


class RehearsalOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The steps from the beginning; each call plays them anew."""

    steps: Steps


class RehearsalKept(msgspec.Struct, forbid_unknown_fields=True):
    """A rehearsal to be kept as a test of the draft, by name."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    steps: Steps


class NoticeTried(msgspec.Struct):
    """A message that would have been sent."""

    kind: str
    to: list[str]


class SceneShape(msgspec.Struct):
    """What came of a step. `failure` is empty when it came out as the step says.

    `would_send` and `would_post` are what a real item would have sent and posted.
    """

    person: str
    at: datetime
    state: StateShape | None
    failure: str
    refused: list[Reason]
    would_send: list[NoticeTried]
    would_post: list[Data]


class OpenAction(msgspec.Struct):
    """What can be done next, with somebody who may; `missing` is what they must do first."""

    who: str = msgspec.field(name="as")
    action: Named
    edit: list[str]
    require: list[str]
    missing: list[Reason]


class RehearsalShape(msgspec.Struct):
    """A rehearsal as far as it was played: nothing of it left this answer."""

    scenes: list[SceneShape]
    passed: bool
    state: StateShape | None
    data: Data
    due_at: datetime | None
    tasks: list[str]
    open: list[OpenAction]
    people: list[str]
