"""Adding a signer before, after or beside oneself, and taking one out again."""

from collections.abc import Iterator

from msgspec.structs import replace

from engine.acting import conclude, settle
from engine.case import ADDED, Task
from engine.commands import AddSigner, Place, RemoveSigner
from engine.definition import Verb
from engine.draft import Draft
from engine.entering import open_task as open_new
from engine.events import Notified, TaskChanged
from engine.holding import against_handling, against_receiving, against_taking_part_twice, open_task, refuse
from engine.places import user
from engine.refusal import Refusal
from engine.seating import Chair
from engine.signing import agreed, close
from engine.voting import close_if_certain


def add_signer(draft: Draft, command: AddSigner) -> None:
    """Ask one more person to decide beside oneself: first they, then I (before), the other way, or both at once."""
    task, actor = open_task(draft, command.task), draft.setting.actor
    refuse(against_add_signer(draft, task))
    refuse((*against_receiving(draft, command.user), *against_taking_part_twice(draft, command.user)))
    after = {Place.BEFORE: task.after, Place.BESIDE: task.after, Place.AFTER: task.id}[command.place]
    added = open_new(draft, Chair(task.own_seat + ADDED, user(command.user)), beside=task, after=after)
    if command.place is Place.BEFORE:
        draft.emit(TaskChanged(replace(task, after=added.id), "wait", command.comment))
    kind = "task.opened" if after is None else "task.announced"
    draft.emit(Notified(kind, (added.principal,), {"by": actor.id, "comment": command.comment}))


def against_add_signer(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not add a signer beside a task."""
    yield from against_handling(draft, task, Verb.ADD_SIGNER)


def remove_signer(draft: Draft, command: RemoveSigner) -> None:
    """Take an added signer out again while they have not acted; what waited for them goes on."""
    task = open_task(draft, command.task)
    refuse(against_remove_signer(draft, task))
    close(draft, task, "removed")
    draft.emit(Notified("task.removed", (task.principal,), {"by": draft.setting.actor.id}))
    closing = close_if_certain(draft) if draft.state.vote is not None else agreed(draft.case, task)
    if closing is not None:
        conclude(draft, draft.state.actions[closing])
    settle(draft)


def against_remove_signer(draft: Draft, task: Task) -> Iterator[Refusal]:
    """Give why the actor may not take a signer out: only who added one may."""
    if task.added_by is None:
        yield Refusal("task.not_added", where=task.id)
    elif task.added_by != draft.setting.actor.id:
        yield Refusal("permission.not_yours", where=task.id)
