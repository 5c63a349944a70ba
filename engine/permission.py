"""May this person take this action? By task or by assignment; `separation.py` says what keeps them from it."""

from dataclasses import dataclass

from engine.case import Case, Task
from engine.commands import Actor
from engine.definition import Action, State, StateKind
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
