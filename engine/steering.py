"""What administrators of a case do, always with a reason: jump, suspend and continue, terminate."""

from collections.abc import Iterator

from engine import booked
from engine.acting import settle
from engine.always import against_ending
from engine.commands import Continue, Jump, Suspend, Terminate
from engine.draft import Draft
from engine.entering import enter
from engine.events import WENT_ON, Closed, Continued, How, Moved, Notified, Suspended, TaskClosed
from engine.holding import against_administering, refuse
from engine.moving import leave
from engine.places import user
from engine.refusal import Refusal
from engine.timing import start_clock, stop_clock, tell_tasks


def jump(draft: Draft, command: Jump) -> None:
    """Put the case into any state, unless a rule of `always:` forbids it or it would pass an act that posts."""
    refuse(against_administering(draft, command.comment))
    if command.to not in draft.setting.process.definition.states:
        refuse([Refusal("state.unknown", where=command.to)])
    refuse(booked.against_jump(draft, command.to))
    leave(draft, Moved("", draft.case.state, command.to, command.comment, how=How.JUMP))
    enter(draft)
    settle(draft)


def suspend(draft: Draft, command: Suspend) -> None:
    """Stop the clock and all work until somebody lets it go on."""
    refuse(against_administering(draft, command.comment))
    stop_clock(draft, pause=True)
    draft.emit(Suspended(command.comment))
    _tell_all(draft, "item.suspended")


def proceed(draft: Draft, command: Continue) -> None:
    """Go on after a suspension, with the time that was left."""
    refuse(against_continue(draft))
    draft.emit(Continued(command.comment))
    if draft.case.state in draft.case.paused:
        start_clock(draft)
    tell_tasks(draft, WENT_ON)
    _tell_all(draft, "item.continued")
    settle(draft)


def against_continue(draft: Draft) -> Iterator[Refusal]:
    """Give why the actor may not let the case go on."""
    yield from against_administering(draft)
    if draft.case.suspended_at is None:
        yield Refusal("item.not_suspended", where=draft.case.state)


def terminate(draft: Draft, command: Terminate) -> None:
    """End the case where it stands, unless something is still to follow by `always:`, or its entries are open."""
    refuse((*against_terminate(draft, command.comment), *against_ending(draft.situation())))
    stop_clock(draft, pause=False)
    for task in draft.case.tasks:
        draft.emit(TaskClosed(task.id, "cancelled"))
    draft.emit(Closed(command.comment))
    draft.emit(Notified("item.terminated", (user(draft.case.initiator),), {"comment": command.comment}))


def against_terminate(draft: Draft, comment: str | None = None) -> Iterator[Refusal]:
    """Give why the actor may not end the case where it stands; a `comment` that is empty is one reason."""
    reasons = tuple(against_administering(draft, comment))
    yield from reasons or booked.against_ending(draft)


def _tell_all(draft: Draft, kind: str) -> None:
    people = (user(draft.case.initiator), *(task.principal for task in draft.case.tasks))
    draft.emit(Notified(kind, tuple(dict.fromkeys(people))))
