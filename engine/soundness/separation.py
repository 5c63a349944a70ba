"""Separation of duties that leaves nobody: where the one person of a step is surely one whom its rules keep out.

Whom a role, a unit or a pick gives depends on the organisation: there the engine keeps the rules act by act.
"""

from collections.abc import Iterator

from engine.assignment import ActorOf, Assignment, ByExpression, FromField, HeadOf, Initiator, OneUser, System, Users
from engine.definition import Action, Definition, FieldType, NamedGuard, State
from engine.problem import Problem
from engine.soundness.flow import Flow, Step, can_be_taken

ONE_PERSON = (Initiator, OneUser, HeadOf, ByExpression, FromField)
ACTOR_OF = "actor of "
"""Begins an entry of `not:` that keeps out whoever decided in a state."""

_HOPS_MAX = 20


def separation(flow: Flow) -> Iterator[Problem]:
    """Give the steps whose only person surely decided in a step that their rules keep apart from them."""
    for state in flow.definition.states.values():
        others = [] if state.if_nobody is not None else list(_kept_apart(flow, state, state.who, state.exclude))
        yield from _told(flow, state, f"states.{state.name}.not", others)
        for action in state.actions.values():
            if can_be_taken(state, action) and not isinstance(action.who, System):
                who = action.who or state.who
                kept_out = (*_named(action), *(() if action.who is None else state.exclude))
                found = [one for one in _kept_apart(flow, state, who, kept_out) if one not in others]
                yield from _told(flow, state, f"states.{state.name}.actions.{action.name}", found)


def _named(action: Action) -> Iterator[str]:
    """Give whom an action keeps out: by its own list, or by the guard that says the same."""
    yield from action.exclude
    for guard in action.require:
        if isinstance(guard, NamedGuard) and guard.name == "not_actor_of":
            yield f"{ACTOR_OF}{guard.arguments['state']}"


def _kept_apart(flow: Flow, state: State, who: Assignment, kept_out: tuple[str, ...]) -> Iterator[str]:
    """Give the states, whose decider is kept out, that are surely decided by the one person of a step."""
    person = only(flow.definition, who)
    for one in kept_out:
        if person is None:
            return
        if one == "initiator":
            if isinstance(person, Initiator) and not isinstance(who, Initiator):
                yield flow.definition.initial
        elif one == "previous":
            yield from _always_before(flow, state, person)
        else:
            other = one.removeprefix(ACTOR_OF)
            is_sure = other != state.name and flow.way_past(state.name, other) is None
            if is_sure and only(flow.definition, flow.definition.states[other].who) == person:
                yield other


def _always_before(flow: Flow, state: State, person: Assignment) -> Iterator[str]:
    """Give the state before, where every step to here is taken by that person."""
    steps = [step for step in flow.steps if step.target == state.name]
    if steps and all(_by(flow, step) == person for step in steps):
        yield steps[0].source


def _by(flow: Flow, step: Step) -> Assignment | None:
    return only(flow.definition, step.action.who or flow.definition.states[step.source].who)


def _told(flow: Flow, state: State, path: str, others: list[str]) -> Iterator[Problem]:
    for other in dict.fromkeys(others):
        params = {"state": state.name, "other": other}
        yield Problem("separation_leaves_nobody", path, params, trace=flow.way(state.name) or ())


def is_same_person(definition: Definition, one: str, other: str) -> bool:
    """Say whether two states are always for one and the same person."""
    first = only(definition, definition.states[one].who)
    return first is not None and first == only(definition, definition.states[other].who)


def only(definition: Definition, who: Assignment) -> Assignment | None:
    """Give the one person of an assignment, whoever was there before followed back; None when there may be others."""
    for _ in range(_HOPS_MAX):
        if not isinstance(who, ActorOf):
            break
        who = definition.states[who.state].who
    else:
        return None
    if isinstance(who, Users) and len(who.users) == 1:
        return OneUser(who.users[0])
    if isinstance(who, FromField) and definition.fields[who.field].type is not FieldType.PERSON:
        return None
    return who if isinstance(who, ONE_PERSON) else None
