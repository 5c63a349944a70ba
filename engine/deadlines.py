"""Deadlines of a definition: a duration's due moment, the rungs of its ladder, and a clock that was paused.

Pure functions over a ``WorkingCalendar``; the counting rules are the calendar's.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from engine.calendar import CalendarError, Deadline, WorkingCalendar, add_months
from engine.duration import Duration, Moment, Unit

_MICROSECOND = timedelta(microseconds=1)
_WHOLE_PERCENT = 100


def due(calendar: WorkingCalendar, start: datetime, duration: Duration) -> Deadline:
    """Return the end of a duration of any unit that starts at ``start``."""
    match duration.unit:
        case Unit.WORKING_DAYS:
            return calendar.after(start, duration.amount)
        case Unit.DAYS:
            return calendar.after_days(start, duration.amount)
        case Unit.MONTHS:
            return calendar.after_months(start, duration.amount)
        case Unit.HOURS:
            return _plain(calendar, start, timedelta(hours=duration.amount))


def rung(calendar: WorkingCalendar, start: datetime, duration: Duration, due_at: datetime, moment: Moment) -> Deadline:
    """Return when a rung of the ladder of a deadline (``duration`` from ``start`` to ``due_at``) falls.

    A share of working days is counted in working days from ``start``; a share of any other unit is that
    share of the time between ``start`` and ``due_at``. An offset is counted from ``due_at``: after it like
    any duration, before it in office time (working days) or at the same local time (days, months).
    """
    if moment.offset is not None:
        later = moment.offset.amount > 0
        return due(calendar, due_at, moment.offset) if later else _earlier(calendar, due_at, moment.offset)
    if moment.percent == _WHOLE_PERCENT:
        return _plain(calendar, due_at, timedelta())
    if duration.unit is Unit.WORKING_DAYS:
        return calendar.after(start, _share(duration.amount, moment.percent))
    return _plain(calendar, start, int(_share((due_at - start) // _MICROSECOND, moment.percent)) * _MICROSECOND)


@lru_cache(256)  # ladders ask for the same few again and again
def _share(amount: int, percent: int) -> Fraction:
    return Fraction(amount * percent, _WHOLE_PERCENT)


def resumed(
    calendar: WorkingCalendar,
    due_at: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    unit: Unit = Unit.WORKING_DAYS,
) -> Deadline:
    """Return the new due moment of a clock that stood still from ``paused_at`` to ``resumed_at``.

    Working days: the due day moves by the working days after the day of the pause up to and including the
    day of resuming, the time of day stays. Days and months: it moves by calendar days, then art. 203
    applies. Hours: it moves by the time that passed. A clock that was not overdue when it stopped is not
    overdue when it starts again: in office time it then runs until the next closing time. Rungs that had
    not fired move the same way.

    Raises:
        CalendarError: ``resumed_at`` lies before ``paused_at``.

    """
    if resumed_at < paused_at:
        raise CalendarError(f"a clock paused at {paused_at} cannot resume earlier, at {resumed_at}")
    if unit is Unit.HOURS:
        return _plain(calendar, due_at, resumed_at - paused_at)
    moved = _moved(calendar, due_at, paused_at, resumed_at, unit)
    if paused_at <= due_at and moved.at <= resumed_at:
        return Deadline(calendar.next_close(resumed_at), moved.provisional, moved.counted)
    return moved


def _moved(
    calendar: WorkingCalendar, due_at: datetime, paused_at: datetime, resumed_at: datetime, unit: Unit
) -> Deadline:
    due_on, paused_on, resumed_on = map(calendar.local_day, (due_at, paused_at, resumed_at))
    if paused_on == resumed_on:
        return _plain(calendar, due_at, timedelta())
    if unit is Unit.WORKING_DAYS:
        return calendar.shift(due_at, calendar.working_days(paused_on, resumed_on))
    return calendar.roll(due_on, due_on + (resumed_on - paused_on))


def _earlier(calendar: WorkingCalendar, due_at: datetime, offset: Duration) -> Deadline:
    match offset.unit:
        case Unit.WORKING_DAYS:
            return calendar.before(due_at, -offset.amount)
        case Unit.HOURS:
            return _plain(calendar, due_at, timedelta(hours=offset.amount))
        case Unit.DAYS:
            day = calendar.local_day(due_at) + timedelta(days=offset.amount)
        case Unit.MONTHS:
            day = add_months(calendar.local_day(due_at), offset.amount)
    clock = due_at.astimezone(calendar.zone).time()
    at = datetime.combine(day, clock, calendar.zone).astimezone(UTC)
    return Deadline(at, provisional=False, counted=())


def _plain(calendar: WorkingCalendar, start: datetime, passed: timedelta) -> Deadline:
    """Return a moment that no day off can move; a naive ``start`` is refused."""
    calendar.local_day(start)
    at = start.astimezone(UTC) + passed
    calendar.local_day(at)
    return Deadline(at, provisional=False, counted=())
