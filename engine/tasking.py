"""Who works on a task: claim and release, transfer, delegate and answer, assign to somebody else."""

from collections.abc import Iterator

from msgspec.structs import replace

from engine.case import Task
from engine.commands import Answer, Assign, Claim, Delegate, Release, Standing, Transfer
from engine.definition import Verb
from engine.draft import Draft
from engine.events import Notified, TaskChanged
from engine.holding import (
    against_administering,
    against_handling,
    against_receiving,
    against_taking_part_twice,
    open_task,
    refuse,
)
from engine.places import supervisor, user
from engine.refusal import Conflict, Refusal, Refused
from engine.seating import stand_in
from engine.separation import separation
from engine.standing import authority


def claim(draft: Draft, command: Claim) -> None:
    """Take a group's task for oneself, unless separation of duties forbids it."""
    task = open_task(draft, command.task)
    if not task.principal.startswith("g:"):
        raise Conflict(draft.case.revision, task.principal.removeprefix("u:"))
    refuse(against_claim(draft, task))
    mine = replace(task, principal=user(draft.setting.actor.id), group=task.principal)
    standing = authority(task.principal, draft.situation())
    if isinstance(standing, Standing):
        mine = replace(mine, behalf_of=standing.giver, under=standing.id)
    draft.emit(TaskChanged(mine, "claim"))


def against_claim(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not take a task of a group."""
    actor = draft.setting.actor
    if task.principal not in actor.principals or not task.principal.startswith("g:"):
        yield Refusal("permission.not_yours", where=task.id)
    situation = draft.situation()
    standing = authority(task.principal, situation)
    if isinstance(standing, Refusal):
        yield standing
    giver = standing.giver if isinstance(standing, Standing) else None
    yield from separation(draft.state, None, situation, giver)


def release(draft: Draft, command: Release) -> None:
    """Give a claimed task back to its group, or call a lent task back."""
    task, actor = open_task(draft, command.task), draft.setting.actor
    refuse(against_release(draft, task))
    if task.lender == actor.id:
        draft.emit(TaskChanged(replace(task, principal=user(actor.id), lender=None), "recall"))
    elif task.group is not None:
        draft.emit(TaskChanged(replace(task, principal=task.group, group=None, behalf_of=None, under=None), "release"))


def against_release(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not give a task back to its group, or call it back."""
    if task.lender == draft.setting.actor.id:
        return
    yield from against_handling(draft, task)
    if task.group is None:
        yield Refusal("task.no_group", where=task.id)


def transfer(draft: Draft, command: Transfer) -> None:
    """Hand a task to another person for good."""
    task = open_task(draft, command.task)
    refuse(against_transfer(draft, task))
    _give(draft, task.given_to(user(command.to)), "transfer", command.comment)
    draft.emit(Notified("task.transferred", (user(command.to),), {"by": draft.setting.actor.id}))


def against_transfer(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not hand a task on."""
    yield from against_handling(draft, task, Verb.TRANSFER)


def assign(draft: Draft, command: Assign) -> None:
    """Give somebody else's task to a person: in sickness, after they left, or to replace an absent voter."""
    task = open_task(draft, command.task)
    refuse(against_assign(draft, task))
    _give(draft, task.given_to(user(command.to)), "assign", command.comment)
    draft.emit(Notified("task.assigned", (user(command.to),), {"by": draft.setting.actor.id}))


def against_assign(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not assign a task: only the head above its holder and administrators may."""
    if task.question:
        yield Refusal("task.is_question", where=task.id)
    if supervisor(task.principal, draft.setting.facts) != user(draft.setting.actor.id):
        yield from against_administering(draft)


def delegate(draft: Draft, command: Delegate) -> None:
    """Lend a task: the other person answers with an opinion, the decision stays with the lender."""
    task, actor = open_task(draft, command.task), draft.setting.actor
    refuse(against_delegate(draft, task))
    refuse(against_receiving(draft, command.to))
    lent = replace(task, principal=user(command.to), lender=actor.id)
    draft.emit(TaskChanged(lent, "delegate", command.comment))
    draft.emit(Notified("task.delegated", (lent.principal,), {"by": actor.id}))


def against_delegate(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not lend a task."""
    yield from against_handling(draft, task, Verb.DELEGATE)


def answer(draft: Draft, command: Answer) -> None:
    """Return a lent task to its lender with an opinion."""
    task, actor = open_task(draft, command.task), draft.setting.actor
    refuse(against_answer(draft, task))
    if not command.comment.strip():
        raise Refused(Refusal("comment.required", where="answer"))
    lent = replace(task, principal=user(task.lender or actor.id), lender=None)
    back = replace(lent, principal=stand_in(lent, draft.situation()))
    draft.emit(TaskChanged(back, "answer", command.comment))
    draft.emit(Notified("task.answered", (back.principal,), {"by": actor.id}))


def against_answer(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not answer: the task is not lent to them."""
    if task.lender is None:
        yield Refusal("task.not_lent", where=task.id)
    elif task.principal != user(draft.setting.actor.id):
        yield Refusal("permission.not_yours", where=task.id)


def _give(draft: Draft, task: Task, verb: str, comment: str) -> None:
    """Let a task have its new holder for good, who must be free to decide it."""
    person = task.principal.removeprefix("u:")
    refuse((*against_receiving(draft, person), *against_taking_part_twice(draft, person)))
    draft.emit(TaskChanged(task, verb, comment))
