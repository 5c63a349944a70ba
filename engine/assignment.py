"""Who acts: the ways a definition names people, as plain values. `seating.py` turns them into tasks."""

from dataclasses import dataclass
from enum import StrEnum

from engine.counting import Counting
from engine.duration import Duration
from engine.expression import Expression
from engine.texts import Text


@dataclass(frozen=True, slots=True)
class Initiator:
    """The person who started the case."""


@dataclass(frozen=True, slots=True)
class System:
    """Nobody: timers and rules act."""


@dataclass(frozen=True, slots=True)
class OneUser:
    """A named user."""

    user: str


@dataclass(frozen=True, slots=True)
class Users:
    """Several named users; each gets a task."""

    users: tuple[str, ...]


ANYBODY = "*"
"""The role that everybody holds in the unit they belong to."""

MEMBER = "member"
"""The role that makes somebody a member of a group: a committee or panel, which is a unit of its own."""


@dataclass(frozen=True, slots=True)
class RoleIn:
    """Holders of a role in a unit: one task for the group, or (`each`) one for every member.

    `scope` is `item.unit`, the nearest ancestor of it of a kind (`item.township`, `item.county`), `initiator.unit`,
    `field:NAME` (the unit a field names), or `unit:ID`. The role `ANYBODY` is held by everybody in the unit.
    """

    role: str
    scope: str
    each: bool = False


@dataclass(frozen=True, slots=True)
class PostAbove:
    """Holders of a role in the nearest unit, at or above a place, where anybody holds it."""

    role: str
    scope: str
    each: bool = False


@dataclass(frozen=True, slots=True)
class FromField:
    """The person or persons named in a field of the case; several get a task each."""

    field: str


@dataclass(frozen=True, slots=True)
class ActorOf:
    """Whoever last decided in a state."""

    state: str


@dataclass(frozen=True, slots=True)
class HeadOf:
    """The head of a unit (`item.unit`, `item.township`, …), or of the unit `levels` above it."""

    scope: str
    levels: int = 0


@dataclass(frozen=True, slots=True)
class HeadsUpTo:
    """The head of a unit and the heads of the units above it, up to `levels` above; each gets a task."""

    scope: str
    levels: int


class Chooser(StrEnum):
    """Who chooses, on a form: who started the case, or whoever acts in the step before."""

    INITIATOR = "initiator"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The person or persons that somebody chose on a form, among those who may be chosen."""

    field: str
    by: Chooser
    among: "Assignment"


class Pick(StrEnum):
    """How one of several people is picked: by the fewest open tasks, or by whose turn is the longest ago."""

    LEAST_LOADED = "least_loaded"
    IN_TURN = "in_turn"


@dataclass(frozen=True, slots=True)
class PickOne:
    """One of several people, picked when the task is opened."""

    by: Pick
    among: "Assignment"


class Avoid(StrEnum):
    """Who is not drawn: people of the item's own township (or unit), and those who declared a conflict with it."""

    SAME_UNIT = "same_unit"
    DECLARED_CONFLICT = "declared_conflict"


@dataclass(frozen=True, slots=True)
class ByLot:
    """So many people drawn by lot; `by` makes the draw. Who was drawn within `recent` is left out."""

    among: "Assignment"
    count: int
    by: "Assignment"
    avoid: tuple[Avoid, ...] = ()
    recent: Duration | None = None


@dataclass(frozen=True, slots=True)
class ByExpression:
    """The user whose id a CEL expression gives."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a choice of assignees; without `when` it always fits."""

    who: "Assignment"
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first branch whose condition holds."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """One of several tasks side by side, with its own label, condition, weight and rule of counting.

    `weight` counts in votes by weight; `counting` joins the opinions of a seat that has several.
    """

    name: str
    title: Text
    who: "Assignment"
    when: Expression | None = None
    weight: int = 1
    counting: Counting | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Several tasks side by side; the state's vote joins them."""

    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Instead:
    """What happens when a task would be for nobody, or for the wrong person: somebody else gets it, or nobody.

    `hand_to` names who gets it, `to_head` gives it to the head above; `take` is the action that the system takes
    when nobody is left.
    """

    take: str | None = None
    hand_to: "Assignment | None" = None
    to_head: bool = False


Assignment = (
    Initiator
    | System
    | OneUser
    | Users
    | RoleIn
    | PostAbove
    | FromField
    | ActorOf
    | HeadOf
    | HeadsUpTo
    | Chosen
    | PickOne
    | ByLot
    | ByExpression
    | FirstOf
    | Together
)

PICKED_WHEN_OPENED = (Chosen, PickOne, ByLot)
"""Forms that are settled when a task is opened, and so mean nothing where people act without one."""
