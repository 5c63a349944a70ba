"""May this person take this action? By task or by assignment; `separation.py` says what keeps them from it."""

from msgspec import Struct

from engine.case import Task
from engine.commands import Actor, Standing
from engine.definition import Action, State, StateKind
from engine.refusal import Refusal
from engine.seating import principals
from engine.situation import Situation
from engine.standing import authority, kept_authority

SYSTEM_PRINCIPAL = "system"


class Right(Struct, frozen=True):
    """How somebody comes to act: through which task, and for whom under which standing authorisation."""

    task: Task | None = None
    behalf_of: str | None = None
    under: str | None = None


BY_RULE = Right()
"""How the system acts: through no task, for nobody."""


def right(state: State, action: Action, situation: Situation, task_id: str | None) -> Right | Refusal:
    """Find the task or assignment by which the actor may act, or say why there is none."""
    actor = situation.actor
    if SYSTEM_PRINCIPAL in actor.principals:
        return Right(next((task for task in situation.case.tasks if task.id == task_id), None))
    if action.who is None and state.kind is StateKind.WORK:
        return _by_task(situation, action, task_id)
    named = principals(action.who or state.who, situation)
    refused: Refusal | None = None
    for principal in _own_first(actor):
        if principal in named:
            found = authority(principal, situation)
            if not isinstance(found, Refusal):
                return _by(found)
            refused = refused or found
    return refused or Refusal("permission.not_yours", where=action.name)


def _by(standing: Standing | None, task: Task | None = None) -> Right:
    return Right(task) if standing is None else Right(task, standing.giver, standing.id)


def _by_task(situation: Situation, action: Action, task_id: str | None) -> Right | Refusal:
    """Find a task of the actor through which the action can be taken now, or say why none of theirs will do."""
    case, actor = situation.case, situation.actor
    refused: Refusal | None = None
    tasks = [task for task in case.tasks if task_id is None or task.id == task_id]
    for principal in _own_first(actor):
        for task in tasks:
            if task.principal == principal:
                found = _obstacle(task, action) or authority(principal, situation) or kept_authority(task, situation)
                if not isinstance(found, Refusal):
                    return _by(found, task)
                refused = refused or found
    claimed = next((task for task in tasks if task.group in actor.principals), None)
    if refused is None and claimed is not None:
        refused = Refusal("task.claimed_by_other", claimed.id, {"holder": claimed.principal.removeprefix("u:")})
    return refused or Refusal("permission.not_yours", where=task_id or case.state)


def _obstacle(task: Task, action: Action) -> Refusal | None:
    """Give what keeps a task's holder from taking an action through it."""
    if task.question:
        return Refusal("task.is_question", where=task.id)
    if task.draws:
        return Refusal("task.is_draw", where=task.id)
    if task.lender is not None:
        return Refusal("task.lent", where=task.id, params={"lender": task.lender})
    if task.after is not None:
        return Refusal("task.waits", where=task.id, params={"after": task.after})
    if action.seats and task.own_seat not in action.seats:
        return Refusal("action.not_your_seat", where=action.name)
    return None


def _own_first(actor: Actor) -> list[str]:
    return sorted(actor.principals, key=lambda principal: (principal in actor.standing_for, principal))
