"""Counting a running deadline anew after the calendar has changed: a year's notice came out, or was corrected.

What lies in the past stays: a deadline that has passed, rungs of the ladder that have fired. A clock that stands still
is counted anew when it goes on.
"""

from engine.case import RunningClock
from engine.commands import Recount
from engine.definition import Audience
from engine.draft import Draft
from engine.events import RECOUNTED, ClockStarted, Notified, TimerCancelled
from engine.holding import against_administering, refuse
from engine.refusal import Refusal
from engine.timing import DEADLINE, arm_next, audience, counted_anew, tell_tasks


def recount(draft: Draft, _command: Recount) -> None:
    """Let the clock run to the day that the calendar gives now, and tell whose task it is when that is another day."""
    before, clock = draft.case.clock, recounted(draft)
    same = () if clock is not None else (Refusal("recount.same", where=draft.case.state),)
    refuse((*against_administering(draft), *same))
    assert before is not None  # else there was nothing to count
    assert clock is not None
    for timer in draft.case.timers:
        if timer.name == DEADLINE:
            draft.emit(TimerCancelled(timer.name))
    draft.emit(ClockStarted(clock))
    arm_next(draft)
    if clock.due_at != before.due_at:
        tell_tasks(draft, RECOUNTED)
        _tell(draft, clock)


def recounted(draft: Draft) -> RunningClock | None:
    """Give the clock by the calendar as it is; None when that changes nothing."""
    clock = draft.case.clock
    fresh = None if clock is None else counted_anew(draft, clock, draft.setting.now)
    return None if fresh == clock else fresh


def _tell(draft: Draft, clock: RunningClock) -> None:
    """Tell those who hold the tasks the new day."""
    holders = audience(draft, Audience.ASSIGNEE)
    if holders:
        draft.emit(Notified("deadline.recounted", holders, {"due_at": clock.due_at.isoformat()}))
