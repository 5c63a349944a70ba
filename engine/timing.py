"""The clock of a state: started on entry, paused and resumed, and the ladder of rungs along it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from engine.assignment import RoleIn
from engine.calendar import WorkingCalendar
from engine.case import PausedClock, RunningClock, Timer
from engine.deadlines import due, resumed, rung
from engine.definition import Audience, Rung
from engine.draft import Draft
from engine.duration import Duration, Unit
from engine.events import ClockPaused, ClockStarted, TaskChanged, TimerArmed, TimerCancelled
from engine.places import supervisor, user
from engine.seating import principals

DEADLINE = "deadline"
"""Name of the timer that walks the ladder."""

RETRY = "retry"
"""Begins the name of a timer that waits beside it, to try a refused rung again: `retry-2`."""


def start_clock(draft: Draft) -> None:
    """Run the deadline of the state just entered, from now or with what a pause left, and arm its ladder."""
    state, case, now = draft.state, draft.case, draft.setting.now
    if state.due is None:
        return
    left = case.paused.get(state.name)
    if left is None:
        period = due(calendar_of(draft), now, state.due)
        clock = RunningClock(now, period.at, period.provisional)
    else:
        clock = _resumed(draft, left, state.due)
    go_on_with(draft, clock, () if left is None else left.refused)


def go_on_with(draft: Draft, clock: RunningClock, refused: Iterable[int] = ()) -> None:
    """Run a clock on as if it had never stopped, with the rungs that are left and those that are to be tried again."""
    draft.emit(ClockStarted(clock))
    for index in refused:
        try_again(draft, index)
    arm_next(draft)


def _resumed(draft: Draft, left: PausedClock, duration: Duration) -> RunningClock:
    """Give the clock with what the pause left; its start moves along, so that the rungs still to come move too."""
    state, calendar = draft.state, calendar_of(draft)
    now = max(draft.setting.now, left.paused_at)  # the machine's clock was put back: no time has passed
    stopped = counted_anew(draft, RunningClock(left.started_at, left.due_at, fired=left.fired), left.paused_at)
    period = resumed(calendar, stopped.due_at, left.paused_at, now, duration.unit)
    least = calendar.after(now, state.resume_min_days) if state.resume_min_days else period
    later = max(period, least, key=lambda deadline: deadline.at)
    if duration.unit is Unit.WORKING_DAYS:
        started_at = calendar.before(later.at, duration.amount).at
    else:
        started_at = left.started_at + (now - left.paused_at)
    return RunningClock(started_at, later.at, later.provisional, left.fired)


def counted_anew(draft: Draft, clock: RunningClock, at: datetime) -> RunningClock:
    """Give a clock of the present state by the calendar as it is now; one that was over `at` a moment stays as it is.

    Working days are counted from the start, which a pause has moved along. A period of days or months ends on its last
    day whatever is worked before; it only moves when that day is not worked any more (Civil Code art. 203). One that
    had moved to the next working day is not called back: whoever was told that day may rely on it. Hours never move.
    """
    duration, calendar = draft.state.due, calendar_of(draft)
    if duration is None or duration.unit is Unit.HOURS or clock.due_at < at:
        return clock
    if duration.unit is Unit.WORKING_DAYS:
        period = due(calendar, clock.started_at, duration)
    else:
        period = calendar.roll(calendar.local_day(clock.started_at), calendar.local_day(clock.due_at))
    if calendar.local_day(period.at) == calendar.local_day(clock.due_at):
        return replace(clock, provisional=period.provisional)
    return replace(clock, due_at=period.at, provisional=period.provisional)


def stop_clock(draft: Draft, *, pause: bool) -> None:
    """Cancel the ladder on leaving a state; a paused clock is kept for the way back."""
    case, clock = draft.case, draft.case.clock
    refused = tuple(timer.rung for timer in case.timers if clock is not None and timer.rung < clock.fired)
    for timer in case.timers:
        draft.emit(TimerCancelled(timer.name))
    if pause and clock is not None:
        kept = PausedClock(clock.started_at, clock.due_at, draft.setting.now, clock.fired, refused)
        draft.emit(ClockPaused(case.state, kept))


def arm_next(draft: Draft) -> None:
    """Wait for the next rung of the ladder, if one is left. Ladders are written in order of time."""
    clock, ladder = draft.case.clock, draft.state.escalate
    if clock is not None and clock.fired < len(ladder):
        _arm(draft, DEADLINE, clock.fired, fires_at(draft, ladder[clock.fired], clock))


def try_again(draft: Draft, index: int) -> None:
    """Wait for the moment to try a refused rung again, beside the rungs still to come; only if it asks for that."""
    ladder = draft.state.escalate
    retry = ladder[index].retry if index < len(ladder) else None
    if retry is not None:
        _arm(draft, f"{RETRY}-{index}", index, due(calendar_of(draft), draft.setting.now, retry).at)


def _arm(draft: Draft, name: str, index: int, at: datetime) -> None:
    """Wait for one rung at a moment, under a new generation."""
    draft.emit(TimerArmed(Timer(name, draft.case.timer_count + 1, at, index)))


def fires_at(draft: Draft, step: Rung, clock: RunningClock) -> datetime:
    """Compute when a rung falls on the running clock."""
    duration = draft.state.due
    if duration is None:
        raise ValueError(f"state {draft.state.name} has a ladder without a deadline")
    return rung(calendar_of(draft), clock.started_at, duration, clock.due_at, step.at).at


def tell_tasks(draft: Draft, how: str) -> None:
    """Write the deadline of the running clock into the tasks; `how` says why they change."""
    due_at = None if draft.case.clock is None else draft.case.clock.due_at
    for task in draft.case.deciding:
        if task.due_at != due_at:
            draft.emit(TaskChanged(replace(task, due_at=due_at), how))


def audience(draft: Draft, to: Audience | RoleIn) -> tuple[str, ...]:
    """Give the principals that a rung addresses."""
    case, facts = draft.case, draft.setting.facts
    holders = [task.principal for task in case.deciding]
    if isinstance(to, RoleIn):
        return tuple(sorted(principals(to, draft.situation())))
    if to is Audience.INITIATOR:
        return (user(case.initiator),)
    if to is Audience.ASSIGNEE:
        return tuple(dict.fromkeys(holders))
    above = (supervisor(holder, facts) for holder in holders)
    return tuple(dict.fromkeys(principal for principal in above if principal))


def calendar_of(draft: Draft) -> WorkingCalendar:
    """Give the working calendar that the case's procedure counts on."""
    return draft.setting.facts.calendar(draft.setting.process.definition.calendar)
