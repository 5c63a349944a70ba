"""Is what a step needs there when it is needed? Required fields and assignees, on every way to the step."""

from collections.abc import Iterator, Mapping
from itertools import chain

from engine.assignment import ActorOf, Assignment, System
from engine.definition import Action, ActionKind, Definition, Field, State
from engine.expression import Expression, Undecided
from engine.field_values import Wrong, normalised
from engine.fields import stored
from engine.problem import Problem
from engine.soundness.flow import Flow, Step
from engine.soundness.people import certain, fields_of


def data(flow: Flow) -> Iterator[Problem]:
    """Give required fields that some way leaves without a place to fill them, and assignees that may be unknown."""
    ready = _ready(flow)
    computed = frozenset(flow.definition.computed)
    for name in ready:
        state = flow.definition.states[name]
        lacking = [(field, path) for action in state.actions.values() for field, path in _lacking(state, action, ready)]
        for field, path in dict.fromkeys(lacking):
            if field not in computed:
                params = {"field": field, "state": name}
                yield Problem("required_never_filled", path, params, trace=_way_without(flow, name, field))
        for path, who in _named(state):
            for field in dict.fromkeys(chain.from_iterable(map(fields_of, certain(who)))):
                if field not in ready[name] | computed:
                    params = {"field": field, "state": name}
                    yield Problem("assignee_unknown", path, params, trace=_way_without(flow, name, field))
    yield from _actors(flow)


def _ready(flow: Flow) -> dict[str, frozenset[str]]:
    """Give, for each reachable state, the fields that every way to it has let somebody (or a rule) fill."""
    opening = flow.definition.opening
    ready: dict[str, frozenset[str]] = {flow.definition.initial: frozenset((*opening.sets, *opening.given))}
    waiting = [flow.definition.initial]
    while waiting:
        here = waiting.pop()
        for step in flow.out[here]:
            brought = ready[here] | _gives(flow, step)
            known = ready.get(step.target)
            common = brought if known is None else known & brought
            if common != known:
                ready[step.target] = common
                waiting.append(step.target)
    return ready


def _gives(flow: Flow, step: Step) -> frozenset[str]:
    """Give the fields that could be filled in the state or by the action, that it sets or has seen filled."""
    state = flow.definition.states[step.source]
    return frozenset(chain(state.form.edit, step.action.form.edit, step.action.sets, step.proves.filled))


def _lacking(state: State, action: Action, ready: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Give what an action needs and neither it nor an earlier step lets anybody fill: a vote fills only its ballot."""
    here = {*action.form.edit} if action.vote else {*state.form.edit, *action.form.edit, *ready[state.name]}
    return ((field, path) for field, path in _needed(state, action) if field not in here)


def _needed(state: State, action: Action) -> Iterator[tuple[str, str]]:
    """Give the fields an action needs, with the path that says so."""
    path = f"states.{state.name}"
    if action.kind is ActionKind.FORWARD and action.vote is None and not isinstance(action.who, System):
        yield from ((field, f"{path}.form.require") for field in state.form.require)
    yield from ((field, f"{path}.actions.{action.name}.form.require") for field in action.form.require)


def _way_without(flow: Flow, target: str, field: str) -> tuple[str, ...]:
    """Give a shortest way on which nobody could fill the field (any way, when it is a ballot's that can not be)."""
    return flow.way(target, lambda step: field not in _gives(flow, step)) or flow.way(target) or (target,)


def assignments(definition: Definition) -> Iterator[Problem]:
    """Give constants that actions, or the opening, assign to fields that do not take them: the act would be refused."""
    assigned = [("opening.set", definition.opening.sets)]
    for state in definition.states.values():
        assigned += [(f"states.{state.name}.actions.{one.name}.set", one.sets) for one in state.actions.values()]
    for path, sets in assigned:
        for name, given in sets.items():
            if isinstance(given, Expression) and not given.names:
                yield from _not_taken(definition.fields[name], given, f"{path}.{name}")


def _not_taken(field: Field, given: Expression, path: str) -> Iterator[Problem]:
    try:
        normalised(field, stored(field, given.value({})), field.name)
    except (Undecided, Wrong):
        yield Problem("table_value", path, {"field": field.name, "found": given.source})


def _actors(flow: Flow) -> Iterator[Problem]:
    """Give states for whoever decided in another state that the case may not have passed."""
    for state in flow.definition.states.values():
        for path, one in ((path, one) for path, who in _named(state) for one in certain(who)):
            if isinstance(one, ActorOf):
                way = flow.way_past(state.name, one.state)
                if way is not None:
                    params = {"other": one.state, "state": state.name}
                    yield Problem("actor_unknown", path, params, trace=way)


def _named(state: State) -> Iterator[tuple[str, Assignment]]:
    """Give the assignments by which people get tasks in a state, with their paths: at once, instead, or in time."""
    path = f"states.{state.name}"
    yield f"{path}.who", state.who
    for key, instead in state.instead.items():
        if instead.hand_to is not None:
            yield f"{path}.{key}", instead.hand_to
    yield from ((f"{path}.escalate", rung.hand_to) for rung in state.escalate if rung.hand_to is not None)
