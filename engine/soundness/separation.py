"""Separation of duties that leaves nobody: where the one person of a step is surely one whom its rules keep out.

Whom a role, a unit or a pick gives depends on the organisation: there the engine keeps the rules act by act.
"""

from collections.abc import Iterator

from engine.assignment import ActorOf, Assignment, ByExpression, FromField, HeadOf, Initiator, OneUser
from engine.definition import Definition, FieldType
from engine.problem import Problem
from engine.soundness.flow import Flow

ONE_PERSON = (Initiator, OneUser, HeadOf, ByExpression, FromField)
ACTOR_OF = "actor of "
"""Begins an entry of `not:` that keeps out whoever decided in a state."""

_HOPS_MAX = 20


def separation(flow: Flow) -> Iterator[Problem]:
    """Give the steps whose only person surely decided in a step that their `not:` keeps apart from them."""
    definition = flow.definition
    for state in definition.states.values():
        others = [one.removeprefix(ACTOR_OF) for one in state.exclude if one.startswith(ACTOR_OF)]
        for other in others:
            is_sure = other != state.name and flow.way_past(state.name, other) is None
            if is_sure and state.if_nobody is None and is_same_person(definition, state.name, other):
                params = {"state": state.name, "other": other}
                yield Problem(
                    "separation_leaves_nobody", f"states.{state.name}.not", params, trace=flow.way(state.name) or ()
                )


def is_same_person(definition: Definition, one: str, other: str) -> bool:
    """Say whether two states are always for one and the same person."""
    first, second = _only(definition, one), _only(definition, other)
    return first is not None and first == second


def _only(definition: Definition, state: str) -> Assignment | None:
    """Give the one person a state is for, whoever was there before followed back; None when there may be others."""
    for _ in range(_HOPS_MAX):
        who = definition.states[state].who
        if not isinstance(who, ActorOf):
            break
        state = who.state
    else:
        return None
    if isinstance(who, FromField) and definition.fields[who.field].type is not FieldType.PERSON:
        return None
    return who if isinstance(who, ONE_PERSON) else None
