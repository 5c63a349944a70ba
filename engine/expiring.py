"""A timer falls due: the rung's reminders, copies, marks and hand-overs happen, and the next rung is armed."""

from dataclasses import replace

from engine.acting import settle, take_as_system
from engine.commands import Expire
from engine.definition import Rung
from engine.draft import Draft
from engine.events import Marked, Notified, TaskChanged, TimerFired
from engine.seating import chairs
from engine.timing import arm, arm_next, audience, retry_at


def expire(draft: Draft, command: Expire) -> None:
    """Fire an armed timer; one that is not armed (any more), or not due yet, changes nothing."""
    armed = next((timer for timer in draft.case.timers if timer.name == command.timer), None)
    if armed is None or armed.generation != command.generation or draft.setting.now < armed.fires_at:
        return
    step = draft.state.escalate[armed.rung]
    draft.emit(TimerFired(armed.name, armed.rung))
    _tell(draft, step)
    if step.mark is not None:
        draft.emit(Marked(step.mark))
    if step.hand_to is not None:
        _hand_over(draft, step)
    if step.act is not None and take_as_system(draft, draft.state.actions[step.act]):
        settle(draft)
        return
    again = retry_at(draft, step) if step.act is not None else None
    if again is not None:
        arm(draft, armed.rung, again)
    else:
        arm_next(draft)


def _tell(draft: Draft, step: Rung) -> None:
    due_at = draft.case.clock.due_at.isoformat() if draft.case.clock is not None else ""
    for kind, to in (("deadline.reminder", step.remind), ("deadline.copy", step.copy)):
        people = () if to is None else audience(draft, to)
        if people:
            draft.emit(Notified(kind, people, {"at": str(step.at), "due_at": due_at}))


def _hand_over(draft: Draft, step: Rung) -> None:
    """Give every open task of the state to the person the rung names."""
    if step.hand_to is None:
        return
    (heir, *_) = chairs(step.hand_to, draft.situation())
    for task in draft.case.tasks:
        if task.principal != heir.principal:
            moved = replace(task, principal=heir.principal, group=None, lender=None)
            draft.emit(TaskChanged(moved, "hand_over"))
    draft.emit(Notified("task.handed_over", (heir.principal,)))
