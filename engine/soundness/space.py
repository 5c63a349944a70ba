"""All that can happen to a case, as far as it can be told apart: every spot that cases come to, breadth first.

A spot is a state with what is known of the data and counts there (`weighing.py`) and, where a definition has steps
back, the way that led there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from engine.assignment import System
from engine.definition import Action, Back, InvariantKind, Resubmit, State, StateKind
from engine.parentage import startable_fields
from engine.returning import is_way_forward
from engine.soundness.asked import needed, needed_on_coming
from engine.soundness.filling import Filling, TooMany, Values
from engine.soundness.flow import Flow, called_at_once, can_be_taken, voted
from engine.soundness.ladder import begun, called, refusable
from engine.soundness.people import conditions_on, named_by
from engine.soundness.spots import Edge, Space, Spot, Step, Trace, WayOpen
from engine.soundness.weighing import Known, Verdict, Weighing
from engine.values import Json

SPOTS_MAX = 2_000
"""Most spots that are looked at before less is told apart."""

STEPS_MAX = 20_000

REFUSED = ":refused"
"""Ends the name of a step in which a rung falls due in vain: `wait.late:refused`."""

Counts = tuple[int, ...]
"""Of the counts that are followed, in their order."""


class Explorer:
    """Goes through everything that can happen, with what is weighed; raises TooMany."""

    def __init__(self, weighing: Weighing, *, with_path: bool) -> None:
        self.weighing, self.definition, self.with_path = weighing, weighing.definition, with_path
        flow = Flow(weighing.definition)
        fields = [flow.reaching(weighing.readers(name)) for name in weighing.fields]
        counts = [flow.reaching(weighing.readers(key)) for key in weighing.caps]
        self.ruled = {rule.subject for rule in self.definition.always if rule.kind is InvariantKind.DATA}
        self.filling = Filling(weighing)
        self.alone = {
            state.name
            for state in self.definition.states.values()
            if isinstance(state.who, System) or any(action.automatic for action in state.actions.values())
        }
        self.needs = {
            (state.name, action.name): needed(state, action)
            for state in self.definition.states.values()
            for action in state.actions.values()
        }
        self.taken: set[tuple[str, str]] = set()
        self.coming = {
            name: self.filling.places(needed_on_coming(state)) for name, state in self.definition.states.items()
        }
        self.asking = {name for name, state in self.definition.states.items() if conditions_on(state.who)}
        self.gated = self.asking | {name for name, places in self.coming.items() if places}
        self.found: dict[tuple[str, Values, Counts], bool | None] = {}
        self.acting: dict[tuple[str, str], tuple[int, ...]] = {}
        self.at_once = {name: called_at_once(state) for name, state in self.definition.states.items()}
        self.begins = {name: begun(state) for name, state in self.definition.states.items()}
        self.alive: dict[tuple[str, Values, Counts], Known] = {}
        self.counted: dict[tuple[Counts, str, str, str], Counts] = {}
        self.called: dict[tuple[str, str, int], bool] = {}
        self.live = {
            name: (tuple(name in states for states in fields), tuple(name in states for states in counts))
            for name in weighing.definition.states
        }

    def explore(self, left_out: tuple[str, ...]) -> Space:
        """Give every spot, breadth first; what was `left_out` is only said. Raises TooMany."""
        numbers: dict[Spot, int] = {}
        reached: list[tuple[int | None, str] | None] = []
        starts = list(self.starts())
        for spot, said in starts or [(Spot(self.definition.initial, self.weighing.start()), "")]:
            if spot not in numbers:
                numbers[spot] = len(numbers)
                reached.append((None, f"{spot.state}{said}") if said else None)
        space = Space(
            self.weighing, list(numbers), [], reached, range(len(numbers)), left_out, self.taken, bool(starts)
        )
        steps = 0
        for number, here in enumerate(space.spots):  # which grows meanwhile: breadth first
            found: dict[tuple[int, bool, bool], Edge] = {}
            for step in self.steps(here):
                target = numbers.setdefault(step.spot, len(space.spots))
                if target == len(space.spots):
                    space.spots.append(step.spot)
                    space.reached.append((number, step.name))
                kind = (target, step.by_person, step.enters)
                found.setdefault(kind, Edge(step.name, *kind))
                steps += 1
                if len(space.spots) > SPOTS_MAX or steps > STEPS_MAX:
                    raise TooMany
            space.edges.append(list(found.values()))
            if here.state in self.ruled:
                deque(self.data_in(here), maxlen=0)
        return space

    def starts(self) -> Iterator[tuple[Spot, str]]:
        """Give the spots a case may begin in.

        What is given at the start matters before anybody can act only where the system goes on by itself, for the
        field that names a parent, and for what is given for good.
        """
        initial, parent = self.definition.states[self.definition.initial], self.definition.parent
        first, opening = Spot(initial.name, self.weighing.start()), self.definition.opening
        named = (*(() if parent is None else (parent.field,)), *opening.given)
        is_asked = initial.name in self.alone or opening.require or initial.name in self.gated
        given = startable_fields(self.definition) if is_asked else named
        for known, said in self.filling.choices(first.known, given, named):
            if self.weighing.admits(opening.require, known) is False:
                continue
            for values in self.filling.assigned(opening.sets, known):
                if self._has_people(initial.name, values, known.counts) is not False:
                    yield replace(first, known=self._live(initial.name, values, known.counts)), said

    def steps(self, here: Spot) -> Iterator[Step]:
        """Give every step out of a spot. What an automatic action surely takes goes no other way."""
        state = self.definition.states[here.state]
        if state.kind is StateKind.END:
            return
        is_alone = isinstance(state.who, System)
        automatic = [action for action in state.actions.values() if action.automatic and not (is_alone and here.stayed)]
        for action in automatic:
            taken, surely = self._taken(here, action, here.known, "")
            yield from (Step(name, spot, by_person=False) for name, spot in taken)
            if surely:
                return
            if taken and is_alone:
                yield self._stays(replace(here, stayed=True), f".{action.name}{REFUSED}", by_person=False)
        for action in state.actions.values():
            if action.vote is None and not action.automatic and self._is_called(here, state, action):
                by_person = not isinstance(action.who, System) or state.vote is not None
                for known, said in self.filled_in(here, state, action):
                    yield from (Step(*one, by_person) for one in self._taken(here, action, known, said)[0])
        yield from self._refused(here, state)
        if automatic:
            for known, said in self.saved(here, state):
                yield self._stays(replace(here, known=known, stayed=self.with_path), said, by_person=True)

    @staticmethod
    def _stays(spot: Spot, said: str, *, by_person: bool) -> Step:
        return Step(f"{spot.state}{said}", spot, by_person, enters=False)

    def _is_called(self, here: Spot, state: State, action: Action) -> bool:
        """Say whether somebody may take the action now, or something makes the system take it."""
        key = (state.name, action.name, here.fired)
        if key not in self.called:
            is_by_rung = isinstance(action.who, System) and action.name not in self.at_once[state.name]
            by_rung = is_by_rung and action.name in called(state, here.fired)
            self.called[key] = by_rung if is_by_rung else can_be_taken(state, action)
        return self.called[key]

    def _refused(self, here: Spot, state: State) -> Iterator[Step]:
        """Give what becomes of a case when the next rung falls due and its action is refused."""
        found = refusable(state, here.fired)
        if found is None:
            return
        action, fired = state.actions[found[0]], found[1]
        for known, said in self._left_by(here, state, ()):
            names = self.needs[state.name, action.name]
            filled = not names or all(self.weighing.filled(known, name) for name in names)
            if not (filled and self._taken(here, action, known, "")[1]):
                stayed = self.with_path or isinstance(state.who, System)
                spot = replace(here, known=known, stayed=stayed, fired=fired)
                yield self._stays(spot, f".{action.name}{REFUSED}{said}", by_person=False)

    def saved(self, here: Spot, state: State) -> Iterator[tuple[Known, str]]:
        """Give what somebody may save in a state without taking an action."""
        if not isinstance(state.who, System):
            yield from (
                found for found in self.filling.choices(here.known, state.form.edit, ()) if found[0] != here.known
            )

    def data_in(self, here: Spot) -> Iterator[tuple[Known, Trace]]:
        """Give what is known of the data, what somebody may save, and what actions bring before the case leaves."""
        state = self.definition.states[here.state]
        yield here.known, (state.name,)
        if any(action.automatic and self._taken(here, action, here.known, "")[1] for action in state.actions.values()):
            return
        yield from ((known, (state.name + said,)) for known, said in self.saved(here, state))
        for action in state.actions.values():
            if action.vote is None and (action.form.edit or action.sets) and state.kind is not StateKind.END:
                yield from self._brought(here, state, action)

    def _brought(self, here: Spot, state: State, action: Action) -> Iterator[tuple[Known, Trace]]:
        for known, said in self.filled_in(here, state, action):
            if self._taken(here, action, known, "")[0]:
                for values in self.filling.assigned(action.sets, known):
                    yield Known(values, known.counts), (f"{state.name}.{action.name}{said}", state.name)

    def filled_in(self, here: Spot, state: State, action: Action) -> Iterator[tuple[Known, str]]:
        """Give what may be filled in before and with an action, as far as it needs it."""
        if isinstance(action.who, System):
            yield from self._left_by(here, state, self.needs[state.name, action.name])
        else:
            edit = () if isinstance(state.who, System) else state.form.edit
            yield from self.filling.choices(here.known, (*edit, *action.form.edit), self.needs[state.name, action.name])

    def _left_by(self, here: Spot, state: State, require: tuple[str, ...]) -> Iterator[tuple[Known, str]]:
        """Give what people may have left in the form when the system acts; what they save, it goes on from at once."""
        yield from self.filling.choices(here.known, () if state.name in self.alone else state.form.edit, require)

    def _taken(self, here: Spot, action: Action, known: Known, said: str) -> tuple[list[tuple[str, Spot]], bool]:
        """Give where an action may lead, and whether it surely is possible."""
        admitted = self.weighing.admits(action.require, known)
        if admitted is False:
            return [], False
        if action.who is not None and self._has_nobody(here.state, action, known):
            return [], False
        targets = list(self._targets(here, action, known))
        surely = admitted is True and bool(targets) and all(is_sure for _, is_sure in targets)
        gated = [target for target, _ in targets if target in self.gated] if surely else []
        if gated:
            brought = list(self.filling.assigned(action.sets, known))
            coming = [(target, self._counts(here, action, known, target)) for target in gated]
            surely = all(self._has_people(target, values, counts) for target, counts in coming for values in brought)
        name = f"{here.state}.{action.name}{said}"
        left = here if surely or not self.with_path else replace(here, stayed=True)
        found = [(name, spot) for target, _ in targets for spot in self._arrived(left, action, known, target)]
        if found:
            self.taken.add((here.state, action.name))
        return found, surely

    def is_open(self, here: Spot, state: State, action: Action) -> bool:
        """Say whether an action may be taken after something was filled in; what a vote asks is on its own form."""
        if action.vote is None:
            return any(self._taken(here, action, known, "")[0] for known, _ in self.filled_in(here, state, action))
        left = self.filling.choices(here.known, state.form.edit, ())
        return any(self.weighing.admits(action.require, known) is not False for known, _ in left)

    def _has_people(self, state: str, values: Values, counts: Counts) -> bool | None:
        """Say whether the fields and conditions that name the people of a state do; None when that is not weighed."""
        if any(values[place] is None for place in self.coming[state]):
            return False
        if state not in self.asking:
            return True
        key = (state, values, counts)
        if key not in self.found:
            self.found[key] = self.weighing.finds(self.definition.states[state], Known(values, counts))
        return self.found[key]

    def _has_nobody(self, state: str, action: Action, known: Known) -> bool:
        """Say whether a field is empty that names who takes an action instead of the people of its state."""
        key = (state, action.name)
        if key not in self.acting:
            self.acting[key] = () if action.who is None else self.filling.places(named_by(action.who))
        places = self.acting[key]
        return bool(places) and any(known.values[place] is None for place in places)

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
            if verdict is Verdict.HOLDS or verdict is Verdict.OPEN:
                yield target.state, verdict is Verdict.HOLDS
            if verdict is Verdict.HOLDS or verdict is Verdict.UNDECIDED:
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
        counts = self._counts(here, action, known, target)
        ways = list(self._ways(here, action, target)) if self.with_path else [((), ())]
        for values in self.filling.assigned(action.sets, known):
            if target in self.gated and self._has_people(target, values, counts) is False:
                continue
            live = self._live(target, values, counts)
            for (path, open_ways), fired in product(ways, self.begins[target]):
                yield Spot(target, live, path, open_ways, fired=fired)

    def _counts(self, here: Spot, action: Action, known: Known, target: str) -> Counts:
        key = (known.counts, here.state, action.name, target)
        if key not in self.counted:
            named = (f"times:{here.state}.{action.name}", f"visits:{target}")
            self.counted[key] = self.weighing.counted(known, *named).counts
        return self.counted[key]

    def _live(self, state: str, values: tuple[Json, ...], counts: tuple[int, ...]) -> Known:
        """Forget what nothing asks for any more, so that spots that differ in it alone are one."""
        key = (state, values, counts)
        if key not in self.alive:
            fields, counted = self.live[state]
            self.alive[key] = Known(
                tuple(value if is_live else None for value, is_live in zip(values, fields, strict=True)),
                tuple(count if is_live else 0 for count, is_live in zip(counts, counted, strict=True)),
            )
        return self.alive[key]

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
        worked_in, left_alone = self._worked_in(here, action)
        if worked_in and target != here.state:
            yield (*here.path, here.state), ways
        if left_alone or target == here.state:
            yield here.path, ways

    def _worked_in(self, here: Spot, action: Action) -> tuple[bool, bool]:
        """Say whether somebody may have worked in a state that is left by an action, and whether nobody may have."""
        if not isinstance(action.who, System):
            return True, False
        state = self.definition.states[here.state]
        by_rung, by_vote = action.name in called(state, here.fired), action.name in voted(state)
        has_people = state.kind is StateKind.WORK and not isinstance(state.who, System)
        worked_in = has_people and (by_rung or by_vote or (action.automatic and here.stayed))
        return worked_in, by_rung or action.automatic or not by_vote


def data_in(space: Space, spot: int) -> Iterator[tuple[Known, Trace]]:
    """Give what is known of the data in a spot, what may become of it there, and what an action makes of it."""
    yield from Explorer(space.weighing, with_path=False).data_in(space.spots[spot])


def is_possible(space: Space, state: State, action: Action) -> bool:
    """Say whether the conditions of an action can be met in any spot of its state, whoever else acts there before."""
    if (state.name, action.name) in space.taken or (action.vote is not None and not action.require):
        return True
    explorer = Explorer(space.weighing, with_path=False)
    try:
        return any(explorer.is_open(space.spots[index], state, action) for index in space.of(state.name))
    except TooMany:
        return True
