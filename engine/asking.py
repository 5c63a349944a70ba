"""Questions beside the procedure: somebody who has work asks somebody else; nothing waits for the answer."""

from collections.abc import Iterator

from engine.case import Task
from engine.commands import Ask, Reply
from engine.definition import Verb
from engine.draft import Draft
from engine.entering import open_question
from engine.events import Notified, Replied, TaskClosed
from engine.holding import against_handling, against_opinion, open_task, refuse
from engine.places import user
from engine.refusal import Refusal


def ask(draft: Draft, command: Ask) -> None:
    """Put a question to a person; they get it as a task of their own."""
    task = open_task(draft, command.task)
    refuse(against_ask(draft, task))
    refuse(against_question(draft, command))
    asked = open_question(draft, task, user(command.to), command.question.strip())
    draft.emit(Notified("task.asked", (asked.principal,), {"by": draft.setting.actor.id, "comment": asked.question}))


def against_ask(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not ask somebody about a task."""
    yield from against_handling(draft, task, Verb.ASK)


def against_question(draft: Draft, command: Ask) -> Iterator[Refusal]:
    """Give what is wrong with a question: no words, or nobody who could answer."""
    if not command.question.strip():
        yield Refusal("comment.required", where="ask")
    yield from against_opinion(draft, command.to)
    if any(task.question and task.principal == user(command.to) for task in draft.case.tasks):
        yield Refusal("task.asked_already", where=command.to)


def reply(draft: Draft, command: Reply) -> None:
    """Answer a question; the one who asked is told."""
    task = open_task(draft, command.task)
    refuse(against_reply(draft, task))
    if not command.comment.strip():
        refuse([Refusal("comment.required", where="reply")])
    draft.emit(Replied(task.id, command.comment))
    draft.emit(TaskClosed(task.id, "done", "reply"))
    actor = draft.setting.actor.id
    draft.emit(Notified("task.replied", (user(task.added_by or actor),), {"by": actor, "comment": command.comment}))


def against_reply(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not answer: the question is not put to them, or it is none."""
    if not task.question:
        yield Refusal("task.no_question", where=task.id)
    elif task.principal != user(draft.setting.actor.id):
        yield Refusal("permission.not_yours", where=task.id)
