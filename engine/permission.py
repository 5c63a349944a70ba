"""May this person take this action? By task, by assignment, and never against separation of duties."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.case import Case, Task
from engine.commands import Actor
from engine.definition import Action, Definition, InvariantKind, State, StateKind
from engine.refusal import Refusal
from engine.seating import principals
from engine.situation import Situation

SYSTEM_PRINCIPAL = "system"


@dataclass(frozen=True, slots=True)
class Right:
    """How somebody comes to act: through which task, and for whom if by standing delegation."""

    task: Task | None = None
    behalf_of: str | None = None


BY_RULE = Right()
"""How the system acts: through no task, for nobody."""


def right(state: State, action: Action, situation: Situation, task_id: str | None) -> Right | Refusal:
    """Find the task or assignment by which the actor may act, or say why there is none."""
    actor = situation.actor
    if SYSTEM_PRINCIPAL in actor.principals:
        return Right(next((task for task in situation.case.tasks if task.id == task_id), None))
    if action.who is None and state.kind is StateKind.WORK:
        return _by_task(situation.case, action, actor, task_id)
    named = principals(action.who or state.who, situation)
    own = next((principal for principal in _own_first(actor) if principal in named), None)
    if own is None:
        return Refusal("permission.not_yours", where=action.name)
    return Right(behalf_of=actor.standing_for.get(own))


def _by_task(case: Case, action: Action, actor: Actor, task_id: str | None) -> Right | Refusal:
    """Find a task of the actor through which the action can be taken now, or say why none of theirs will do."""
    refused: Refusal | None = None
    tasks = [task for task in case.tasks if task_id is None or task.id == task_id]
    for principal in _own_first(actor):
        for task in tasks:
            if task.principal == principal:
                obstacle = _obstacle(task, action)
                if obstacle is None:
                    return Right(task, actor.standing_for.get(principal))
                refused = refused or obstacle
    claimed = next((task for task in tasks if task.group in actor.principals), None)
    if refused is None and claimed is not None:
        refused = Refusal("task.claimed_by_other", claimed.id, {"holder": claimed.principal.removeprefix("u:")})
    return refused or Refusal("permission.not_yours", where=task_id or case.state)


def _obstacle(task: Task, action: Action) -> Refusal | None:
    """Give what keeps a task's holder from taking an action through it."""
    if task.question:
        return Refusal("task.is_question", where=task.id)
    if task.lender is not None:
        return Refusal("task.lent", where=task.id, params={"lender": task.lender})
    if task.after is not None:
        return Refusal("task.waits", where=task.id, params={"after": task.after})
    if action.seats and task.own_seat not in action.seats:
        return Refusal("action.not_your_seat", where=action.name)
    return None


def _own_first(actor: Actor) -> list[str]:
    return sorted(actor.principals, key=lambda principal: (principal in actor.standing_for, principal))


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
    actor = replace(situation.actor, id=person, principals=frozenset(), standing_for={})
    return any(True for _ in separation(state, None, replace(situation, actor=actor), None))
