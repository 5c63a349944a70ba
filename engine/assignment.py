"""Who acts: the ways a definition names people, as plain values. `seating.py` turns them into tasks."""

from dataclasses import dataclass

from engine.counting import Counting
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
class RoleIn:
    """Holders of a role in a unit: one task for the group, or (`each`) one for every member.

    `scope` is `item.unit`, the nearest ancestor of it of a kind (`item.township`, `item.county`), or `unit:ID`.
    """

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


Assignment = Initiator | System | OneUser | RoleIn | FromField | ActorOf | HeadOf | ByExpression | FirstOf | Together
