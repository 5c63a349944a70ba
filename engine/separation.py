"""Separation of duties: who may not act although the work is theirs, by `not:` lists and `always:` lines."""

from collections.abc import Iterator

from msgspec.structs import replace

from engine.case import Case
from engine.definition import Action, Definition, InvariantKind, State
from engine.refusal import Refusal
from engine.situation import Situation


def separation(state: State, action: Action | None, situation: Situation, behalf_of: str | None) -> Iterator[Refusal]:
    """Give what keeps an otherwise assigned person from acting: `not:` lists and `always:` separations.

    A person acting for another inherits the other's conflicts.
    """
    people = {situation.actor.id} | ({behalf_of} if behalf_of else set())
    for kept_out in dict.fromkeys((*state.exclude, *(action.exclude if action else ()))):
        if people & _excluded(kept_out, situation.case):
            yield Refusal("separation.excluded", where=state.name, params={"as": kept_out})
    yield from _always(situation.definition, state.name, situation.case, people)


def _excluded(kept_out: str, case: Case) -> set[str]:
    """Give the people a word of `not:` means; `actor of STATE` is everybody who ever decided there."""
    if kept_out == "initiator":
        return {case.initiator}
    if kept_out == "previous":
        return _last_deciders(case)
    return set(case.hands.get(kept_out.removeprefix("actor of "), ()))


def _last_deciders(case: Case) -> set[str]:
    """Give who made the last move: one person, or all voters of the round that made it."""
    state = case.previous_state or ""
    mark = case.actors.get(state)
    people = set() if mark is None else {mark.user, mark.behalf_of or mark.user}
    return people | {ballot.voter for ballot in case.rounds.get(state, ())}


def _always(definition: Definition, state: str, case: Case, people: set[str]) -> Iterator[Refusal]:
    for rule in definition.always:
        if rule.kind is not InvariantKind.SEPARATION or state not in (rule.subject, rule.other):
            continue
        other = rule.other if state == rule.subject else rule.subject
        if people & _excluded(f"actor of {other}", case):
            yield Refusal("separation.always", where=state, params={"rule": rule.line})


def is_kept_out(state: State, situation: Situation, person: str) -> bool:
    """Say whether separation of duties keeps a person from deciding in a state."""
    if not keeps_out(state, situation.definition):
        return False
    actor = replace(situation.actor, id=person, principals=frozenset(), standing_for={})
    return any(True for _ in separation(state, None, replace(situation, actor=actor), None))


def keeps_out(state: State, definition: Definition) -> bool:
    """Say whether there is any rule here that could keep somebody out."""
    return bool(state.exclude) or any(
        rule.kind is InvariantKind.SEPARATION and state.name in (rule.subject, rule.other) for rule in definition.always
    )
