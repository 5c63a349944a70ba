"""Several signers of one task: where there is no vote, the case moves when the last of them has agreed."""

from msgspec.structs import replace

from engine.case import Case, Signature, Task
from engine.definition import Action
from engine.draft import Draft
from engine.events import Notified, Signed, TaskChanged, TaskClosed
from engine.permission import Right


def awaited(case: Case, task: Task | None) -> tuple[Task, ...]:
    """Give the other signers' tasks that are open beside a task."""
    if task is None:
        return ()
    return tuple(other for other in case.tasks if other.root == task.root and other.id != task.id)


def sign(draft: Draft, action: Action, right: Right, comment: str) -> None:
    """Take one signer's agreement; the case waits for the others."""
    task = right.task
    assert task is not None
    actor, now = draft.setting.actor.id, draft.setting.now
    draft.emit(Signed(Signature(task.id, task.root, action.name, actor, now, right.behalf_of, right.under), comment))
    close(draft, task, "done", action.name)


def agreed(case: Case, task: Task) -> str | None:
    """Give the action all signers of a closed task agreed on last, when none of them is awaited any more."""
    if any(other.root == task.root for other in case.tasks):
        return None
    return next((one.action for one in reversed(case.signatures) if one.root == task.root), None)


def close(draft: Draft, task: Task, outcome: str, action: str = "") -> None:
    """Close one task of several; whoever waited for it has their turn."""
    draft.emit(TaskClosed(task.id, outcome, action))
    for waiting in draft.case.tasks:
        if waiting.after == task.id:
            draft.emit(TaskChanged(replace(waiting, after=task.after), "turn"))
            if task.after is None:
                draft.emit(Notified("task.opened", (waiting.principal,)))
