"""All that can happen to a case, as far as it can be told apart: every spot that cases come to, breadth first.

A spot is a state with what is known of the data and counts there (`weighing.py`) and, where a definition has steps
back, the way that led there. When there are too many spots, less is told apart: first the way, then the data, then the
counts; what is left out then counts as open, and is said.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from engine.assignment import System
from engine.definition import Action, Assigned, Back, Definition, Resubmit, State, StateKind
from engine.expression import Expression
from engine.returning import is_way_forward
from engine.soundness.flow import Flow, can_be_taken
from engine.soundness.weighing import CONSTANT, Known, Verdict, Weighing, needed
from engine.values import Json

SPOTS_MAX = 2_000
"""Most spots that are looked at before less is told apart."""

STEPS_MAX = 20_000
CHOICES_MAX = 300
"""Most ways to fill in the fields of one step."""


Trace = tuple[str, ...]
"""A way: the names of its steps, and the state it ends in."""


class _TooMany(Exception):
    """There is more to tell apart than is looked at."""


@dataclass(frozen=True, slots=True)
class WayOpen:
    """A straight return that waits: who goes forward `at` comes `to`, with the path from there."""

    at: str
    to: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A state, and what is known of a case in it."""

    state: str
    known: Known
    path: tuple[str, ...] = ()
    ways: tuple[WayOpen, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from a spot to another. `name` is `state.action`, with the fields it fills in; by whom it is taken."""

    name: str
    target: int
    by_person: bool


@dataclass(slots=True)
class Space:
    """The spots, the steps between them, and how each was first reached."""

    weighing: Weighing
    spots: list[Spot]
    edges: list[list[Edge]]
    reached: list[tuple[int, str] | None]
    left_out: tuple[str, ...]

    @property
    def definition(self) -> Definition:
        """What was explored."""
        return self.weighing.definition

    def data_in(self, spot: int) -> Iterator[tuple[Known, str]]:
        """Give what is known of the data in a spot, and what may become of it while the case stays there."""
        here = self.spots[spot]
        yield here.known, ""
        yield from _Explorer(self.weighing, with_path=False).saved(here, self.definition.states[here.state])

    def trace(self, spot: int) -> Trace:
        """Give a shortest way to a spot."""
        names: list[str] = []
        at = spot
        while (before := self.reached[at]) is not None:
            at, name = before
            names.append(name)
        return (*reversed(names), self.spots[spot].state)

    def of(self, state: str) -> list[int]:
        """Give the spots of a state, the soonest reached first."""
        return [index for index, spot in enumerate(self.spots) if spot.state == state]


_LEVELS = (
    ("", (True, True, True)),
    ("path", (False, True, True)),
    ("counts", (False, True, False)),
    ("data", (False, False, True)),
)
"""What is told apart: the path, the data, the counts; and what is given up to get there."""


def explore(definition: Definition) -> Space:
    """Look at everything, telling as much apart as is possible."""
    has_back = any(
        action.back is not None or action.resubmit is Resubmit.STRAIGHT
        for state in definition.states.values()
        for action in state.actions.values()
    )
    for name, (with_path, with_data, with_counts) in _LEVELS:
        if name == "path" and not has_back:
            continue
        left_out = (("path",) if has_back and not with_path else ()) + ((name,) if name not in {"", "path"} else ())
        weighing = Weighing(definition, with_data=with_data, with_counts=with_counts)
        try:
            return _Explorer(weighing, with_path=with_path and has_back).explore(left_out)
        except _TooMany:
            continue
    weighing = Weighing(definition, with_data=False, with_counts=False)
    return _Explorer(weighing, with_path=False).explore((*(("path",) if has_back else ()), "data", "counts"))


class _Explorer:
    def __init__(self, weighing: Weighing, *, with_path: bool) -> None:
        self.weighing, self.definition, self.with_path = weighing, weighing.definition, with_path
        flow = Flow(weighing.definition)
        fields = [flow.reaching(weighing.readers(name)) for name in weighing.fields]
        counts = [flow.reaching(weighing.readers(key)) for key in weighing.caps]
        self.live = {
            name: (tuple(name in states for states in fields), tuple(name in states for states in counts))
            for name in weighing.definition.states
        }

    def explore(self, left_out: tuple[str, ...]) -> Space:
        first = [Spot(self.definition.initial, known) for known in self._begun()]
        numbers = {spot: number for number, spot in enumerate(first)}
        space = Space(self.weighing, list(first), [], [None] * len(first), left_out)
        waiting, steps = deque(first), 0
        while waiting:
            here = waiting.popleft()
            found: dict[tuple[int, bool], Edge] = {}
            for name, spot, by_person in self.steps(here):
                if spot not in numbers:
                    numbers[spot] = len(space.spots)
                    space.spots.append(spot)
                    space.reached.append((numbers[here], name))
                    waiting.append(spot)
                found.setdefault((numbers[spot], by_person), Edge(name, numbers[spot], by_person))
                steps += 1
                if len(space.spots) > SPOTS_MAX or steps > STEPS_MAX:
                    raise _TooMany
            space.edges.append(list(found.values()))
        return space

    def steps(self, here: Spot) -> Iterator[tuple[str, Spot, bool]]:
        """Give every step out of a spot. What an automatic action surely takes goes no other way."""
        state = self.definition.states[here.state]
        if state.kind is StateKind.END:
            return
        automatic = [action for action in state.actions.values() if action.automatic]
        for action in automatic:
            taken, surely = self._taken(here, action, here.known, "")
            yield from ((name, spot, False) for name, spot in taken)
            if surely:
                return
        for action in state.actions.values():
            if action.vote is None and not action.automatic and can_be_taken(state, action):
                by_person = not isinstance(action.who, System) or state.vote is not None
                for known, said in self._filled_in(here, state, action):
                    yield from ((name, spot, by_person) for name, spot in self._taken(here, action, known, said)[0])
        if automatic:
            for known, said in self.saved(here, state):
                yield f"{state.name}{said}", replace(here, known=known), True

    def saved(self, here: Spot, state: State) -> Iterator[tuple[Known, str]]:
        """Give what somebody may save in a state without taking an action."""
        if not isinstance(state.who, System):
            yield from (found for found in self._choices(here, state.form.edit, ()) if found[0] != here.known)

    def _filled_in(self, here: Spot, state: State, action: Action) -> Iterator[tuple[Known, str]]:
        """Give what may be filled in before and with an action, as far as it needs it."""
        is_by_system = isinstance(action.who, System)
        edit = () if isinstance(state.who, System) else state.form.edit
        if not is_by_system:
            edit = (*edit, *action.form.edit)
        yield from self._choices(here, edit, needed(state, action))

    def _choices(self, here: Spot, edit: tuple[str, ...], require: tuple[str, ...]) -> Iterator[tuple[Known, str]]:
        options: list[tuple[Json, ...]] = []
        count = 1
        for (name, domain), value in zip(self.weighing.domains.items(), here.known.values, strict=True):
            allowed = (value, *(one for one in domain if one != value)) if name in edit else (value,)
            options.append(tuple(one for one in allowed if one is not None or name not in require))
            count *= len(options[-1])
        if count > CHOICES_MAX:
            raise _TooMany
        for values in product(*options):
            changed = {
                name: value
                for name, value, before in zip(self.weighing.fields, values, here.known.values, strict=True)
                if value != before
            }
            yield Known(values, here.known.counts), _said(changed)

    def _taken(self, here: Spot, action: Action, known: Known, said: str) -> tuple[list[tuple[str, Spot]], bool]:
        """Give where an action may lead, and whether it surely is possible."""
        admitted = self.weighing.admits(action, known)
        if admitted is False:
            return [], False
        found: list[tuple[str, Spot]] = []
        surely = admitted is True
        for target, is_sure in self._targets(here, action, known):
            surely = surely and is_sure
            name = f"{here.state}.{action.name}{said}"
            found += [(name, spot) for spot in self._arrived(here, action, known, target)]
        return found, surely and bool(found)

    def _targets(self, here: Spot, action: Action, known: Known) -> Iterator[tuple[str, bool]]:
        """Give the states an action may lead to, and whether it surely leads there."""
        if action.back is not None:
            yield from ((name, self.with_path) for name in self._behind(here, action, known))
            return
        if here.ways and here.ways[-1].at == here.state and is_way_forward(action):
            yield here.ways[-1].to, True
            return
        for target in action.to:
            verdict = Verdict.HOLDS if target.when is None else self.weighing.truth(target.when, known)
            if verdict in {Verdict.HOLDS, Verdict.OPEN}:
                yield target.state, verdict is Verdict.HOLDS
            if verdict in {Verdict.HOLDS, Verdict.UNDECIDED}:
                return
        if not self.with_path:
            yield from ((name, False) for name in self._straight(here, action))

    def _behind(self, here: Spot, action: Action, known: Known) -> list[str]:
        """Give the steps behind that an action may go back to; without the path, all that were surely not unvisited."""
        reachable = [target.state for target in action.to]
        if not self.with_path:
            counts = dict(zip(self.weighing.caps, known.counts, strict=True))
            return [name for name in reachable if counts.get(f"visits:{name}", 1)]
        if action.back is Back.PREVIOUS:
            return [name for name in here.path[-1:] if name in reachable]
        return [name for name in here.path if name in reachable]

    def _straight(self, here: Spot, action: Action) -> list[str]:
        """Give where a straight return that might wait here would come back to."""
        if not is_way_forward(action):
            return []
        return [
            state.name
            for state in self.definition.states.values()
            for one in state.actions.values()
            if one.resubmit is Resubmit.STRAIGHT and any(target.state == here.state for target in one.to)
        ]

    def _arrived(self, here: Spot, action: Action, known: Known, target: str) -> Iterator[Spot]:
        """Give the spots in which a case may be after a step."""
        counts = self.weighing.counted(known, f"times:{here.state}.{action.name}", f"visits:{target}")
        for values in self._assigned(action.sets, known):
            spot = Spot(target, self._live(target, values, counts.counts))
            if not self.with_path:
                yield spot
            else:
                yield from (replace(spot, path=path, ways=ways) for path, ways in self._ways(here, action, target))

    def _live(self, state: str, values: tuple[Json, ...], counts: tuple[int, ...]) -> Known:
        """Forget what nothing asks for any more, so that spots that differ in it alone are one."""
        fields, counted = self.live[state]
        return Known(
            tuple(value if is_live else None for value, is_live in zip(values, fields, strict=True)),
            tuple(count if is_live else 0 for count, is_live in zip(counts, counted, strict=True)),
        )

    def _begun(self) -> Iterator[Known]:
        """Give what is known of a case that was just opened."""
        known = self.weighing.start()
        for values in self._assigned(self.definition.opening.sets, known):
            yield replace(known, values=values)

    def _assigned(self, sets: Mapping[str, Assigned], known: Known) -> Iterator[tuple[Json, ...]]:
        """Give the values after assignments: a constant, or else anything."""
        options: list[tuple[Json, ...]] = []
        for (name, domain), value in zip(self.weighing.domains.items(), known.values, strict=True):
            expression = sets.get(name)
            if expression is None:
                options.append((value,))
            elif isinstance(expression, Expression) and CONSTANT.fullmatch(expression.source):
                constant: Any = expression.value({})
                options.append((constant,) if constant in domain else domain[-1:])
            else:
                options.append(domain[1:])
        yield from product(*options)

    def _ways(self, here: Spot, action: Action, target: str) -> Iterator[tuple[tuple[str, ...], tuple[WayOpen, ...]]]:
        """Give the path and the waiting returns after a step, as the engine keeps them."""
        if here.ways and here.ways[-1].at == here.state and is_way_forward(action):
            yield here.ways[-1].path, here.ways[:-1]
            return
        ways: tuple[WayOpen, ...] = ()
        if action.resubmit is Resubmit.STRAIGHT:
            ways = (*here.ways, WayOpen(target, here.state, here.path))
        if target in here.path:
            yield here.path[: here.path.index(target)], ways
            return
        if target != here.state:
            yield (*here.path, here.state), ways
        by_itself = isinstance(action.who, System) and self.definition.states[here.state].vote is None
        if target == here.state or by_itself:
            yield here.path, ways


def _said(changed: Mapping[str, Json]) -> str:
    """Say which fields a step fills in: `(amount=100)`."""
    filled = ", ".join(f"{name}={'' if value is None else value}" for name, value in changed.items())
    return f"({filled})" if filled else ""
