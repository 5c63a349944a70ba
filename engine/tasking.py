"""The verbs of a task: claim, release, transfer, delegate and answer, added signers, urging, remarks."""

from collections.abc import Iterable
from dataclasses import replace

from engine.acting import settle, take_as_system
from engine.case import Task
from engine.commands import (
    AddSigner,
    Answer,
    Claim,
    Delegate,
    Release,
    Remark,
    RemoveSigner,
    Transfer,
    Urge,
)
from engine.draft import Draft
from engine.entering import open_task
from engine.events import Commented, Notified, TaskChanged, TaskClosed, Urged
from engine.permission import is_held_by, separation
from engine.refusal import Conflict, Refusal, Refused
from engine.seating import Chair, user
from engine.voting import close_if_certain


def claim(draft: Draft, command: Claim) -> None:
    """Take a group's task for oneself, unless separation of duties forbids it."""
    task, actor = _open(draft, command.task), draft.setting.actor
    if not task.principal.startswith("g:"):
        raise Conflict(draft.case.revision, task.principal.removeprefix("u:"))
    if task.principal not in actor.principals:
        raise Refused(Refusal("permission.not_yours", where=task.id))
    lender = actor.standing_for.get(task.principal)
    _refuse(separation(draft.state, None, draft.situation(), lender))
    draft.emit(TaskChanged(replace(task, principal=user(actor.id), group=task.principal), "claim"))


def release(draft: Draft, command: Release) -> None:
    """Give a claimed task back to its group, or call a lent task back."""
    task, actor = _open(draft, command.task), draft.setting.actor
    if task.lender == actor.id:
        draft.emit(TaskChanged(replace(task, principal=user(actor.id), lender=None), "recall"))
        return
    _own(draft, task)
    if task.group is None:
        raise Refused(Refusal("task.no_group", where=task.id))
    draft.emit(TaskChanged(replace(task, principal=task.group, group=None), "release"))


def transfer(draft: Draft, command: Transfer) -> None:
    """Hand a task to another person for good."""
    task = _own(draft, _open(draft, command.task))
    _may_receive(draft, command.to)
    draft.emit(TaskChanged(replace(task, principal=user(command.to), group=None), "transfer", command.comment))
    draft.emit(Notified("task.transferred", (user(command.to),), {"by": draft.setting.actor.id}))


def delegate(draft: Draft, command: Delegate) -> None:
    """Lend a task: the other person answers with an opinion, the decision stays with the lender."""
    task = _own(draft, _open(draft, command.task))
    _may_receive(draft, command.to)
    lent = replace(task, principal=user(command.to), lender=draft.setting.actor.id)
    draft.emit(TaskChanged(lent, "delegate", command.comment))
    draft.emit(Notified("task.delegated", (user(command.to),), {"by": draft.setting.actor.id}))


def answer(draft: Draft, command: Answer) -> None:
    """Return a lent task to its lender with an opinion."""
    task, actor = _open(draft, command.task), draft.setting.actor
    if task.lender is None:
        raise Refused(Refusal("task.not_lent", where=task.id))
    if not is_held_by(task, actor):
        raise Refused(Refusal("permission.not_yours", where=task.id))
    if not command.comment.strip():
        raise Refused(Refusal("comment.required", where="answer"))
    back = replace(task, principal=user(task.lender), lender=None)
    draft.emit(TaskChanged(back, "answer", command.comment))
    draft.emit(Notified("task.answered", (back.principal,), {"by": actor.id}))


def add_signer(draft: Draft, command: AddSigner) -> None:
    """Open one more vote beside one's own, where the state joins several votes."""
    task, actor = _own(draft, _open(draft, command.task)), draft.setting.actor
    if draft.state.vote is None:
        raise Refused(Refusal("task.no_vote", where=draft.case.state))
    _may_receive(draft, command.user)
    if any(other.principal == user(command.user) for other in draft.case.tasks):
        raise Refused(Refusal("task.signer_twice", where=task.id, params={"user": command.user}))
    added = open_task(draft, Chair(f"{task.seat}+", user(command.user)), added_by=actor.id)
    draft.emit(Notified("task.opened", (added.principal,), {"by": actor.id}))


def remove_signer(draft: Draft, command: RemoveSigner) -> None:
    """Take an added signer out again while they have not acted; the round may be certain then."""
    task = _open(draft, command.task)
    if task.added_by is None:
        raise Refused(Refusal("task.not_added", where=task.id))
    if task.added_by != draft.setting.actor.id:
        raise Refused(Refusal("permission.not_yours", where=task.id))
    draft.emit(TaskClosed(task.id, "removed"))
    draft.emit(Notified("task.removed", (task.principal,), {"by": draft.setting.actor.id}))
    closing = close_if_certain(draft)
    if closing is not None:
        take_as_system(draft, draft.state.actions[closing])
        settle(draft)


def urge(draft: Draft, command: Urge) -> None:
    """Remind the holders of the open tasks; at most once on a calendar day."""
    case, now = draft.case, draft.setting.now
    calendar = draft.setting.facts.calendar(draft.setting.process.definition.calendar)
    if case.urged_at is not None and calendar.local_day(case.urged_at) == calendar.local_day(now):
        raise Refused(Refusal("urge.once_a_day", where=case.state))
    holders = tuple(dict.fromkeys(task.principal for task in case.tasks))
    if not holders:
        raise Refused(Refusal("urge.nobody", where=case.state))
    draft.emit(Urged(command.comment))
    draft.emit(Notified("task.urged", holders, {"by": draft.setting.actor.id, "comment": command.comment}))


def remark(draft: Draft, command: Remark) -> None:
    """Add a comment without deciding anything."""
    if not command.comment.strip():
        raise Refused(Refusal("comment.required", where="remark"))
    draft.emit(Commented(command.comment))


def _open(draft: Draft, task_id: str) -> Task:
    task = draft.task(task_id)
    if task is None:
        raise Conflict(draft.case.revision)
    return task


def _own(draft: Draft, task: Task) -> Task:
    if not is_held_by(task, draft.setting.actor):
        code = "task.claim_first" if task.principal in draft.setting.actor.principals else "permission.not_yours"
        raise Refused(Refusal(code, where=task.id))
    if task.lender is not None:
        raise Refused(Refusal("task.lent", where=task.id, params={"lender": task.lender}))
    return task


def _may_receive(draft: Draft, user_id: str) -> None:
    """Refuse to give work to somebody who may not have it: absent, oneself, or kept out by separation of duties."""
    if user_id == draft.setting.actor.id:
        raise Refused(Refusal("task.to_oneself"))
    if not draft.setting.facts.is_enabled(user_id):
        raise Refused(Refusal("user.not_enabled", where=user_id))
    receiver = replace(draft.setting.actor, id=user_id, standing_for={})
    _refuse(separation(draft.state, None, draft.situation(actor=receiver), None))


def _refuse(reasons: Iterable[Refusal]) -> None:
    found = tuple(reasons)
    if found:
        raise Refused(*found)
