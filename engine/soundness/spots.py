"""What is found by exploring a definition: the spots that cases come to, and the steps between them."""

from dataclasses import dataclass

from engine.definition import Definition
from engine.soundness.weighing import Known, Weighing

Trace = tuple[str, ...]
"""A way: the names of its steps, and the state it ends in."""


@dataclass(frozen=True, slots=True)
class WayOpen:
    """A straight return that waits: who goes forward `at` comes `to`, with the path from there."""

    at: str
    to: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A state, and what is known of a case in it.

    `stayed` says that the case was not carried on at once: people may have worked on it, and where nobody is, automatic
    actions are not tried any more. `fired` says how many rungs of the ladder are behind it.
    """

    state: str
    known: Known
    path: tuple[str, ...] = ()
    ways: tuple[WayOpen, ...] = ()
    stayed: bool = False
    fired: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step out of a spot. `name` is `state.action`, with the fields it fills in; by whom it is taken.

    `enters` is false where the case only stays: something is saved, or a rung falls due in vain.
    """

    name: str
    spot: Spot
    by_person: bool
    enters: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from a spot to another, said by its number."""

    name: str
    target: int
    by_person: bool
    enters: bool


@dataclass(slots=True)
class Space:
    """The spots, the steps between them, and how each was first reached; a case begins in one of the `starts`.

    What is given at the start is the first name of a way. `taken` are the actions, by state and name, that lead on
    somewhere; `begins` is false where no case can be started.
    """

    weighing: Weighing
    spots: list[Spot]
    edges: list[list[Edge]]
    reached: list[tuple[int | None, str] | None]
    starts: range
    left_out: tuple[str, ...]
    taken: set[tuple[str, str]]
    begins: bool

    @property
    def definition(self) -> Definition:
        """What was explored."""
        return self.weighing.definition

    def trace(self, spot: int) -> Trace:
        """Give a shortest way to a spot."""
        names: list[str] = []
        before = self.reached[spot]
        while before is not None:
            at, name = before
            names.append(name)
            before = None if at is None else self.reached[at]
        return (*reversed(names), self.spots[spot].state)

    def of(self, state: str) -> list[int]:
        """Give the spots of a state, the soonest reached first."""
        return [index for index, spot in enumerate(self.spots) if spot.state == state]
