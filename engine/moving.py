"""Moving a case: it leaves its state, and what belongs to the next one begins (or goes on where it stopped)."""

from engine.always import against_entering
from engine.definition import Action, Resubmit
from engine.draft import Draft
from engine.entering import come_back, enter
from engine.events import Moved, Posted, StepResumed, TaskClosed, WaysBackKept
from engine.holding import refuse
from engine.returning import is_resubmission, standing_ballots, way_back
from engine.timing import stop_clock


def leave(draft: Draft, moved: Moved, posted: tuple[Posted, ...] = (), *, pause: bool = False) -> None:
    """Take the case out of its state into the next, unless a rule of `always:` forbids it; its tasks close."""
    refuse(against_entering(draft.situation(), moved.target))
    stop_clock(draft, pause=pause)
    draft.emit(moved)
    for entry in posted:
        draft.emit(entry)
    for task in draft.case.tasks:
        draft.emit(TaskClosed(task.id, "done" if task.id == moved.task else "cancelled", moved.action))


def move(
    draft: Draft, action: Action, moved: Moved, posted: tuple[Posted, ...] = (), seats: tuple[str, ...] = ()
) -> None:
    """Carry out an action that has been allowed, with its ledger entries.

    `seats` are asked again by a step back; the others' votes stand.
    """
    case = draft.case
    if is_resubmission(case, action):
        _straight_back(draft, action, moved, posted)
        return
    waiting = case.ways_back
    kept = way_back(case, moved, draft.setting.actor.id) if action.resubmit is Resubmit.STRAIGHT else None
    leave(draft, moved, posted, pause=action.clock.pauses)
    if kept is not None:
        draft.emit(WaysBackKept((*waiting, kept)))
    if seats:
        draft.emit(StepResumed(standing_ballots(draft.case, moved.target, seats), draft.case.path))
    enter(draft, seats)


def _straight_back(draft: Draft, action: Action, moved: Moved, posted: tuple[Posted, ...]) -> None:
    """Go back to whoever returned the case: their state goes on with the tasks and votes it had."""
    *earlier, returned = draft.case.ways_back
    leave(draft, moved, posted, pause=action.clock.pauses)
    if earlier:
        draft.emit(WaysBackKept(tuple(earlier)))
    draft.emit(StepResumed(returned.ballots, returned.path))
    come_back(draft, returned.tasks)
