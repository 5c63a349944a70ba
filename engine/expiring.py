"""A timer falls due: the rung's reminders, copies, marks and hand-overs happen, and the next rung is armed.

Where its action is refused and it asks to be tried again, a timer of its own waits for that, beside the ladder.
"""

from engine.acting import settle, take_as_system
from engine.commands import Expire
from engine.definition import Rung
from engine.draft import Draft
from engine.events import Held, Marked, Notified, TaskChanged, TimerFired
from engine.holding import against_taking_part_twice
from engine.seating import named
from engine.separation import is_kept_out
from engine.timing import DEADLINE, arm_next, audience, try_again


def expire(draft: Draft, command: Expire) -> None:
    """Fire an armed timer; one that is not armed (any more), or not due yet, changes nothing."""
    armed = next((timer for timer in draft.case.timers if timer.name == command.timer), None)
    if armed is None or armed.generation != command.generation or draft.setting.now < armed.fires_at:
        return
    step = draft.state.escalate[armed.rung]
    draft.emit(TimerFired(armed.name, armed.rung))
    if armed.name == DEADLINE:
        _escalate(draft, step)
    if step.act is not None and take_as_system(draft, draft.state.actions[step.act]):
        settle(draft)
        return
    try_again(draft, armed.rung)
    if armed.name == DEADLINE:
        arm_next(draft)


def _escalate(draft: Draft, step: Rung) -> None:
    """Do what a rung does when its time comes, once: remind, copy, mark, hand over."""
    _tell(draft, step)
    if step.mark is not None:
        draft.emit(Marked(step.mark))
    if step.hand_to is not None:
        _hand_over(draft, step)


def _tell(draft: Draft, step: Rung) -> None:
    due_at = draft.case.clock.due_at.isoformat() if draft.case.clock is not None else ""
    for kind, to in (("deadline.reminder", step.remind), ("deadline.copy", step.copy)):
        people = () if to is None else audience(draft, to)
        if people:
            draft.emit(Notified(kind, people, {"at": str(step.at), "due_at": due_at}))


def _hand_over(draft: Draft, step: Rung) -> None:
    """Give open tasks to people the rung names who may decide them; nobody gets two, so that no vote counts twice."""
    if step.hand_to is None:
        return
    heirs = [heir for heir in named(step.hand_to, draft.situation()) if _may_inherit(draft, heir)]
    waiting = sorted(draft.case.deciding, key=lambda task: task.after is not None)
    given = list(zip(waiting, heirs, strict=False))
    for task, heir in given:
        draft.emit(TaskChanged(task.given_to(heir), "hand_over"))
        draft.emit(Notified("task.handed_over", (heir,)))
    if not given:
        draft.emit(Held("hand_to", ("assignment.nobody",)))


def _may_inherit(draft: Draft, heir: str) -> bool:
    """Say whether somebody may be given a task: not one who takes part already, nor one who is kept out."""
    kind, _, name = heir.partition(":")
    if kind == "g":
        return all(task.principal != heir for task in draft.case.tasks)
    return not any(against_taking_part_twice(draft, name)) and not is_kept_out(draft.state, draft.situation(), name)
