"""The ways through a definition: every step that somebody, or a timer, can take from one state to another."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.assignment import System
from engine.definition import Action, Definition, State, StateKind, Target
from engine.returning import is_way_forward, resumptions
from engine.soundness.evidence import Evidence, evidence

Trace = tuple[str, ...]
"""A way as a person reads it: `state.action` for each step, and the state it ends in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action that leads from a state to another, and what its conditions prove of a case that takes it."""

    source: str
    action: Action
    target: str
    proves: Evidence

    @property
    def name(self) -> str:
        """Name it as traces do."""
        return f"{self.source}.{self.action.name}"


def voted(state: State) -> frozenset[str]:
    """Give the system actions that the vote of a state takes."""
    return frozenset({state.vote.passed, state.vote.failed} if state.vote else ())


def called_at_once(state: State) -> frozenset[str]:
    """Give the system actions that the vote of a state takes, or that skip it when nobody is there."""
    return voted(state) | {one.take for one in state.instead.values() if one.take is not None}


def triggered(state: State) -> frozenset[str]:
    """Give the system actions that something makes: a rung, the vote, or that nobody is there."""
    return called_at_once(state) | {rung.act for rung in state.escalate if rung.act is not None}


def can_be_taken(state: State, action: Action) -> bool:
    """Say whether anybody ever takes the action: its people, or the system because something makes it."""
    if isinstance(action.who, System):
        return action.automatic or action.name in triggered(state)
    return action.who is not None or not isinstance(state.who, System)


class Flow:
    """The steps of one definition, and the ways they make from the initial state."""

    def __init__(self, definition: Definition) -> None:
        """Gather the steps that can be taken."""
        self.definition = definition
        straight = resumptions(definition)
        self.out: Mapping[str, tuple[Step, ...]] = {
            state.name: tuple(_steps(state, straight.get(state.name, ()))) for state in definition.states.values()
        }

    @property
    def steps(self) -> Iterator[Step]:
        """Give every step."""
        return (step for steps in self.out.values() for step in steps)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Give the states that a case can come to."""
        return frozenset(self.ways_from(self.definition.initial))

    def way(self, target: str, allowed: Callable[[Step], bool] = lambda _: True) -> Trace | None:
        """Give a shortest way from the initial state, over allowed steps only."""
        return self.ways_from(self.definition.initial, allowed).get(target)

    def way_past(self, target: str, avoided: str) -> Trace | None:
        """Give a shortest way from the initial state that never goes on from another."""
        return self.way(target, lambda step: step.source != avoided and not self._proves_visit(step, avoided))

    def _proves_visit(self, step: Step, state: str) -> bool:
        """Say whether only a case that was in a state takes the step: it asks so, or for a field filled only there."""
        return state in step.proves.visited or any(self.givers.get(field) == {state} for field in step.proves.filled)

    @cached_property
    def givers(self) -> Mapping[str, set[str]]:
        """Give, for each field that people fill or actions set, the states in which that happens."""
        initial, opening = self.definition.initial, self.definition.opening
        found: dict[str, set[str]] = {field: {initial} for field in (*opening.sets, *opening.given)}
        for state in self.definition.states.values():
            for action in state.actions.values():
                for field in (*state.form.edit, *action.form.edit, *action.sets):
                    found.setdefault(field, set()).add(state.name)
        return found

    def ways_from(self, start: str, allowed: Callable[[Step], bool] = lambda _: True) -> dict[str, Trace]:
        """Give a shortest way to each state that can be reached, breadth first."""
        found: dict[str, tuple[str, ...]] = {start: ()}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for step in self.out[here]:
                if step.target not in found and allowed(step):
                    found[step.target] = (*found[here], step.name)
                    waiting.append(step.target)
        return {state: (*steps, state) for state, steps in found.items()}

    def reaching(self, goals: frozenset[str]) -> frozenset[str]:
        """Give the states from which one of the goals can be reached, the goals included."""
        before: dict[str, set[str]] = {name: set() for name in self.out}
        for step in self.steps:
            before[step.target].add(step.source)
        found = set(goals)
        waiting = list(goals)
        while waiting:
            fresh = before[waiting.pop()] - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def resting(self) -> frozenset[str]:
        """Give the states where a case may stay for good."""
        states = self.definition.states.values()
        return frozenset(state.name for state in states if state.kind is not StateKind.WORK)


def _steps(state: State, straight: tuple[Target, ...]) -> Iterator[Step]:
    """Give the steps out of a state; `straight` is where a straight return that waits here leads on to.

    Whoever goes back, or straight back, goes to where the case has been.
    """
    for action in state.actions.values():
        if can_be_taken(state, action):
            for target in action.to:
                proves = evidence(action, target)
                yield Step(
                    state.name, action, target.state, proves if action.back is None else _and_visited(proves, target)
                )
            for target in straight if is_way_forward(action) else ():
                yield Step(state.name, action, target.state, _and_visited(evidence(action, target), target))


def _and_visited(proves: Evidence, target: Target) -> Evidence:
    return replace(proves, visited=proves.visited | {target.state})
