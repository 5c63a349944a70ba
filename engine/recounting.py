"""Counting a running deadline anew after the calendar has changed: a year's notice came out, or was corrected.

What lies in the past stays: a deadline that has passed, rungs of the ladder that have fired.
"""

from msgspec.structs import replace

from engine.calendar import Deadline, WorkingCalendar
from engine.case import RunningClock
from engine.commands import Recount
from engine.deadlines import due
from engine.definition import Audience
from engine.draft import Draft
from engine.duration import Duration, Unit
from engine.events import RECOUNTED, ClockStarted, Notified, TimerCancelled
from engine.holding import against_administering, refuse
from engine.refusal import Refusal
from engine.timing import DEADLINE, arm_next, audience, calendar_of, tell_tasks


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
    clock, duration = draft.case.clock, draft.state.due
    if clock is None or duration is None or clock.due_at < draft.setting.now or duration.unit is Unit.HOURS:
        return None
    calendar = calendar_of(draft)
    period = _period(calendar, clock, duration)
    if calendar.local_day(period.at) == calendar.local_day(clock.due_at):
        fresh = replace(clock, provisional=period.provisional)
    else:
        fresh = replace(clock, due_at=period.at, provisional=period.provisional)
    return None if fresh == clock else fresh


def _period(calendar: WorkingCalendar, clock: RunningClock, duration: Duration) -> Deadline:
    """Count the clock's period.

    Working days are counted from the start, which a pause has moved along. A period of days or months ends on its last
    day whatever is worked before; it only moves when that day is not worked any more (Civil Code art. 203). One that
    had moved to the next working day is not called back: whoever was told that day may rely on it.
    """
    if duration.unit is Unit.WORKING_DAYS:
        return due(calendar, clock.started_at, duration)
    return calendar.roll(calendar.local_day(clock.started_at), calendar.local_day(clock.due_at))


def _tell(draft: Draft, clock: RunningClock) -> None:
    """Tell those who hold the tasks the new day."""
    holders = audience(draft, Audience.ASSIGNEE)
    if holders:
        draft.emit(Notified("deadline.recounted", holders, {"due_at": clock.due_at.isoformat()}))
