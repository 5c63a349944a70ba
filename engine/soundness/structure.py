"""Does every case come to an end? Reachability, cycles, and somebody to act in every state."""

from collections.abc import Iterator
from functools import partial

from engine.assignment import ActorOf, Initiator, System
from engine.definition import Action, Clock, State, StateKind
from engine.problem import Problem
from engine.soundness.flow import Flow, Step, can_be_taken


def structure(flow: Flow) -> Iterator[Problem]:
    """Give what keeps cases from their end."""
    definition = flow.definition
    if definition.states[definition.initial].kind is not StateKind.WORK:
        yield Problem("initial_not_work", f"states.{definition.initial}", {"state": definition.initial})
    for name in definition.states:
        if name not in flow.reachable:
            yield Problem("unreachable", f"states.{name}", {"state": name})
    yield from _traps(flow)
    yield from _automatic_loops(flow)
    for state in definition.states.values():
        yield from _acting(state, flow)
        yield from _pauses(state, flow)


def _traps(flow: Flow) -> Iterator[Problem]:
    """Give the innermost sets of states that no case leaves again."""
    finishing = flow.reaching(flow.resting())
    trapped = [name for name in flow.definition.states if name not in finishing]
    told: set[str] = set()
    for name in trapped:
        around = flow.ways_from(name)
        if name in told or not around.keys() <= flow.reaching(frozenset({name})):
            continue
        told |= around.keys()
        if flow.out[name]:
            way = flow.way(name) or (name,)
            states = ", ".join(around)
            yield Problem("cycle_without_exit", f"states.{name}", {"states": states}, trace=_round(flow, name, way))


def _round(flow: Flow, name: str, way: tuple[str, ...]) -> tuple[str, ...]:
    """Go to a state and once around from there."""
    rounds = [(step.name, *flow.ways_from(step.target)[name]) for step in flow.out[name]]
    return (*way[:-1], *min(rounds, key=len))


def _automatic_loops(flow: Flow) -> Iterator[Problem]:
    """Give automatic actions that follow each other round and round without a condition."""
    told: set[str] = set()
    is_free = partial(_is_free, flow)
    for step in flow.steps:
        if is_free(step) and step.name not in told:
            back = flow.ways_from(step.target, is_free).get(step.source)
            if back is not None:
                told.update(back)
                path = f"states.{step.source}.actions.{step.action.name}"
                yield Problem("automatic_loop", path, {"action": step.action.name}, trace=(step.name, *back))


def _is_free(flow: Flow, step: Step) -> bool:
    """Say whether the system takes a step at once without a condition: by itself, or past a step that is skipped."""
    skips = {one.take for one in flow.definition.states[step.source].instead.values()}
    conditions = [target.when for target in step.action.to if target.state == step.target]
    return (step.action.automatic or step.action.name in skips) and not step.action.require and None in conditions


def _acting(state: State, flow: Flow) -> Iterator[Problem]:
    """Give states in which nobody can do anything, and single actions that nobody can take."""
    path = f"states.{state.name}"
    if state.kind is StateKind.WORK and not any(can_be_taken(state, action) for action in state.actions.values()):
        code = "no_assignee" if isinstance(state.who, System) else "no_action"
        yield Problem(code, path, {"state": state.name}, trace=flow.way(state.name) or ())
        return
    for action in state.actions.values():
        if not can_be_taken(state, action):
            code = "never_taken" if isinstance(action.who, System) else "nobody_acts"
            yield Problem(code, f"{path}.actions.{action.name}", {"action": action.name})
        elif _is_kept_out(state, action):
            yield Problem("kept_out", f"{path}.actions.{action.name}", {"action": action.name})


def _is_kept_out(state: State, action: Action) -> bool:
    """Say whether `not:` keeps out the only person the action is for."""
    who, kept_out = action.who or state.who, {*state.exclude, *action.exclude}
    only = "initiator" if isinstance(who, Initiator) else f"actor of {who.state}" if isinstance(who, ActorOf) else ""
    return only in kept_out


def _pauses(state: State, flow: Flow) -> Iterator[Problem]:
    """A deadline that is paused must exist, and the case must be able to come back to it."""
    for action in state.actions.values():
        if action.clock is not Clock.PAUSE:
            continue
        path = f"states.{state.name}.actions.{action.name}.clock"
        if state.due is None:
            yield Problem("pause_without_deadline", path, {"state": state.name})
        for target in action.to:
            if state.name not in flow.ways_from(target.state):
                params = {"state": state.name, "target": target.state}
                yield Problem("pause_for_good", path, params, trace=(f"{state.name}.{action.name}", target.state))
