"""Working calendars: which days count, and when a deadline falls.

The counting rule is that of the Civil Code of the PRC, arts. 200-203: the day on which a period starts is
not counted; a period in months ends on the corresponding day, or on the last day of a month that lacks it;
when the last day is a day off, the next working day is the last day; where there are office hours, the last
day ends when the office closes. A period in hours starts at once and ignores the calendar (art. 201).

A *share* of a period, which the Code does not know, falls proportionally between opening and closing of the
next working day: 0.5 working days after any time on Monday is the middle of Tuesday's office hours.

Which days are off is data: a year is *announced* once the State Council's notice for it is known. Until
then the year follows the week and whatever the data already says, and every deadline that touches it is
*provisional*.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap, monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Self
from zoneinfo import ZoneInfo

YEARS_AHEAD_MAX = 10
"""A deadline lies at most this many years after its start."""

MEMO_MAX = 4_096
"""Most periods that a calendar remembers; on one day all deadlines of a kind are the same."""

COUNTED_DAYS_MAX = 60
"""A deadline lists at most this many of the days it counted (the first ones)."""

YEAR_FIRST, YEAR_LAST = 1950, 2200
"""The years a calendar can answer for."""

_SATURDAY, _SUNDAY = 5, 6
_MICROSECOND = timedelta(microseconds=1)


class CalendarError(ValueError):
    """A date, period or calendar that cannot be computed with; the message says which and why."""


class YearStatus(StrEnum):
    """How certain the days off of a year are."""

    ANNOUNCED = "announced"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The exceptional days of one year: days off on weekdays (or any day), and weekend days that are worked.

    Raises:
        CalendarError: a day of another year, or one that is both off and worked.

    """

    year: int
    status: YearStatus
    off_days: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse days that contradict the year or each other."""
        for day in self.off_days | self.make_up_days:
            if day.year != self.year:
                raise CalendarError(f"{day} is listed under {self.year}: move it to the year {day.year}")
        if both := self.off_days & self.make_up_days:
            raise CalendarError(f"{min(both)} is listed both as a day off and as a working day: keep one of the two")

    @classmethod
    def of(cls, year: int, status: YearStatus, exceptions: Mapping[date, bool]) -> Self:
        """Build a year from ``{day: is_working}``."""
        return cls(
            year,
            status,
            frozenset(day for day, working in exceptions.items() if not working),
            frozenset(day for day, working in exceptions.items() if working),
        )


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period ends.

    ``at`` is UTC. ``provisional`` says that the period touches a year whose days off are not announced yet,
    so the date may still move. ``counted`` are the days that counted, in order, at most
    ``COUNTED_DAYS_MAX`` of them.
    """

    at: datetime
    provisional: bool
    counted: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days an office works, and its hours. A value: publish a new one instead of changing it.

    ``weekend`` holds ``date.weekday()`` numbers. Years that are not listed follow the week alone; they are
    provisional unless ``needs_announcement`` is false (a calendar that no notice can change, such as
    ``natural_calendar``).
    """

    key: str
    years: tuple[CalendarYear, ...] = ()
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    opening: time = time(9)
    closing: time = time(17, 30)
    weekend: frozenset[int] = frozenset({_SATURDAY, _SUNDAY})
    needs_announcement: bool = True
    _listed: dict[int, CalendarYear] = field(init=False, repr=False, compare=False, default_factory=dict)
    _working: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _before: dict[tuple[datetime, Fraction | int], Deadline] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _after: dict[tuple[date, Fraction | int], Deadline] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Refuse hours that end before they start, a year listed twice and a week without a working day."""
        if self.opening.tzinfo or self.closing.tzinfo or self.opening >= self.closing:
            hours = f"opening {self.opening}, closing {self.closing}"
            raise CalendarError(f"calendar {self.key}: {hours}: give local times, the opening before the closing")
        if set(range(7)) <= self.weekend:
            raise CalendarError(
                f"calendar {self.key}: every day of the week is a day off; leave at least one working day"
            )
        for year in self.years:
            if year.year in self._listed:
                raise CalendarError(f"calendar {self.key}: the year {year.year} is listed twice")
            self._listed[year.year] = year

    def is_working(self, day: date) -> bool:
        """Say whether the office works on that day."""
        days = self._days_of(day.year)
        place = bisect_left(days, day.toordinal())
        return place < len(days) and days[place] == day.toordinal()

    def is_provisional(self, year: int) -> bool:
        """Say whether that year's days off may still change."""
        listed = self._listed.get(year)
        return self.needs_announcement and (listed is None or listed.status is YearStatus.PROVISIONAL)

    def local_day(self, at: datetime) -> date:
        """Return the day it is in the calendar's zone at that moment."""
        if at.tzinfo is None:
            raise CalendarError(f"{at} has no time zone: give an aware datetime")
        day = at.astimezone(self.zone).date()
        _check_year(day.year)
        return day

    def closes(self, day: date) -> datetime:
        """Return the moment office hours end on that day, in UTC."""
        return self._moment(day, Fraction(1))

    def working_days(self, first: date, last: date) -> int:
        """Count the working days after ``first`` up to and including ``last`` (0 when there are none)."""
        total = 0
        for year in range(first.year, last.year + 1):
            days = self._days_of(year)
            total += bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())
        return max(total, 0)

    def after(self, start: datetime, days: Fraction | int) -> Deadline:
        """Return the end of a period of working days that starts at ``start``.

        Whole days end at the closing time of the last one; a share of a day falls proportionally into the
        next working day; zero days end at once. Moments are cut to whole microseconds.

        Raises:
            CalendarError: a negative number of days, a naive ``start``, or more than ten years.

        """
        first = self.local_day(start)
        if days < 0:
            raise CalendarError(f"cannot count {days} working days forward: use before() for days before a moment")
        if days == 0:
            return Deadline(start.astimezone(UTC), provisional=False, counted=())
        known = self._after.get((first, days))
        if known is None:
            if len(self._after) >= MEMO_MAX:
                self._after.clear()
            known = self._after[first, days] = self._counted_after(first, days)
        return known

    def _counted_after(self, first: date, days: Fraction | int) -> Deadline:
        whole = ceil(days)
        counted = self._following(first, whole)
        last = date.fromordinal(counted[-1])
        return self._deadline(self._moment(last, days - whole + 1), (first, last), counted)

    def before(self, at: datetime, days: Fraction | int) -> Deadline:
        """Return the latest moment that leaves ``days`` working days of office time until ``at``.

        It undoes ``after``: three working days before a closing time is the closing time three working days
        earlier.

        Raises:
            CalendarError: a negative number of days, a naive ``at``, or more than ten years.

        """
        day = self.local_day(at)
        if days < 0:
            raise CalendarError(f"cannot count {days} working days backward: use after() for days after a moment")
        if days == 0:
            return Deadline(at.astimezone(UTC), provisional=False, counted=())
        known = self._before.get((at, days))
        if known is None:
            if len(self._before) >= MEMO_MAX:
                self._before.clear()
            known = self._before[at, days] = self._counted_before(at, day, days)
        return known

    def _counted_before(self, at: datetime, day: date, days: Fraction | int) -> Deadline:
        elapsed = self._elapsed(at, day)
        rest = elapsed - days
        if rest > 0:
            return self._deadline(self._moment(day, rest), (day, day), (day.toordinal(),))
        whole = floor(-rest) + 1
        counted = self._preceding(day, whole)
        target = date.fromordinal(counted[0])
        counted = counted[1:] + [day.toordinal()] * (elapsed > 0)
        return self._deadline(self._moment(target, rest + whole), (target, day), counted)

    def days_between(self, start: datetime, end: datetime) -> Fraction:
        """Return the working days left at ``start`` until ``end``; negative when ``end`` has passed.

        As in ``after``, the day of ``start`` is not counted: on the due day itself zero days are left. For
        every positive number, ``days_between(start, after(start, days).at) == days``.
        """
        if end < start:
            return -self.days_between(end, start)
        first, last = self.local_day(start), self.local_day(end)
        if first == last:
            return Fraction(0)
        return self.working_days(first, last - timedelta(days=1)) + self._elapsed(end, last)

    def after_days(self, start: datetime, days: int) -> Deadline:
        """Return the end of a period of calendar days; a last day off moves to a working day (art. 203)."""
        first = self.local_day(start)
        if not 1 <= days <= YEARS_AHEAD_MAX * 366:
            raise CalendarError(
                f"cannot count {days} calendar days: between 1 and {YEARS_AHEAD_MAX * 366} are possible"
            )
        return self.roll(first, first + timedelta(days=days))

    def after_months(self, start: datetime, months: int) -> Deadline:
        """Return the end of a period of months: the corresponding day or the month's last (art. 202)."""
        first = self.local_day(start)
        if not 1 <= months <= YEARS_AHEAD_MAX * 12:
            raise CalendarError(f"cannot count {months} months: between 1 and {YEARS_AHEAD_MAX * 12} are possible")
        return self.roll(first, add_months(first, months))

    def roll(self, first: date, day: date) -> Deadline:
        """Return the close of ``day`` or, when it is a day off, of the next working day (art. 203).

        ``first`` is the day the period started; it bounds how far ahead the deadline may lie.
        """
        _check_span(first, day)
        last = day if self.is_working(day) else date.fromordinal(self._following(day, 1)[0])
        return self._deadline(self.closes(last), (day, last), range(first.toordinal() + 1, last.toordinal() + 1))

    def next_close(self, at: datetime) -> datetime:
        """Return the first closing time of a working day after ``at``, in UTC."""
        day = self.local_day(at)
        if self.is_working(day) and at < (close := self.closes(day)):
            return close
        return self.closes(date.fromordinal(self._following(day, 1)[0]))

    def shift(self, at: datetime, days: int) -> Deadline:
        """Return the same local time so many working days later."""
        day = self.local_day(at)
        if days == 0:
            return Deadline(at.astimezone(UTC), provisional=False, counted=())
        counted = self._following(day, days)
        last = date.fromordinal(counted[-1])
        clock = at.astimezone(self.zone).time()
        return self._deadline(datetime.combine(last, clock, self.zone).astimezone(UTC), (day, last), counted)

    def _days_of(self, year: int) -> tuple[int, ...]:
        """Return the ordinals of the year's working days, computed once (a memo, not a change of value)."""
        days = self._working.get(year)
        if days is None:
            _check_year(year)
            listed = self._listed.get(year) or CalendarYear(year, YearStatus.PROVISIONAL)
            new_year = date(year, 1, 1)
            every = (new_year + timedelta(days=n) for n in range(365 + isleap(year)))
            days = self._working[year] = tuple(day.toordinal() for day in every if self._works(day, listed))
        return days

    def _works(self, day: date, year: CalendarYear) -> bool:
        return day in year.make_up_days or (day.weekday() not in self.weekend and day not in year.off_days)

    def _moment(self, day: date, share: Fraction | int) -> datetime:
        """Return the moment at which that share of the day's office hours has passed, in UTC."""
        if share == 1:
            return datetime.combine(day, self.closing, self.zone).astimezone(UTC)
        opens = datetime.combine(day, self.opening, self.zone).astimezone(UTC)
        length = (datetime.combine(day, self.closing, self.zone).astimezone(UTC) - opens) // _MICROSECOND
        return opens + floor(length * share) * _MICROSECOND

    def _elapsed(self, at: datetime, day: date) -> Fraction:
        """Return the share of the day's office hours that has passed at that moment; 0 on a day off."""
        if not self.is_working(day):
            return Fraction(0)
        opens, closes = self._moment(day, 0), self._moment(day, 1)
        return min(
            max(Fraction((at - opens) // _MICROSECOND, (closes - opens) // _MICROSECOND), Fraction(0)),
            Fraction(1),
        )

    def _following(self, day: date, count: int) -> list[int]:
        """Return the ordinals of the first ``count`` working days after ``day``."""
        found: list[int] = []
        ordinal = day.toordinal()
        for year in range(day.year, day.year + YEARS_AHEAD_MAX + 1):
            days = self._days_of(year)
            place = bisect_right(days, ordinal)
            found += days[place : place + count - len(found)]
            if len(found) == count:
                _check_span(day, date.fromordinal(found[-1]))
                return found
        raise CalendarError(_too_far(day, f"{count} working days later"))

    def _preceding(self, day: date, count: int) -> list[int]:
        """Return the ordinals of the last ``count`` working days before ``day``, earliest first."""
        found: list[int] = []
        ordinal = day.toordinal()
        for year in range(day.year, day.year - YEARS_AHEAD_MAX - 1, -1):
            days = self._days_of(year)
            place = bisect_left(days, ordinal)
            found = [*days[max(place - count + len(found), 0) : place], *found]
            if len(found) == count:
                return found
        raise CalendarError(_too_far(day, f"{count} working days earlier"))

    def _deadline(self, at: datetime, between: tuple[date, date], counted: Sequence[int]) -> Deadline:
        first, last = between
        provisional = any(self.is_provisional(year) for year in range(first.year, last.year + 1))
        return Deadline(at, provisional, _dates(counted))


def add_months(day: date, months: int) -> date:
    """Return the corresponding day of a later (negative: earlier) month, or its last day (art. 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    _check_year(year)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _dates(ordinals: Sequence[int]) -> tuple[date, ...]:
    return tuple(map(date.fromordinal, ordinals[:COUNTED_DAYS_MAX]))


def _check_year(year: int) -> None:
    if not YEAR_FIRST <= year <= YEAR_LAST:
        raise CalendarError(f"the year {year} is outside the calendar, which covers {YEAR_FIRST} to {YEAR_LAST}")


def _check_span(first: date, last: date) -> None:
    if (last.year - YEARS_AHEAD_MAX, last.month, last.day) > (first.year, first.month, first.day):
        raise CalendarError(_too_far(first, f"on {last}"))


def _too_far(first: date, what: str) -> str:
    return f"a period from {first} that ends {what} is too long: at most {YEARS_AHEAD_MAX} years are possible"


def natural_calendar(zone: tzinfo | None = None, key: str = "natural") -> WorkingCalendar:
    """Return the calendar on which every day counts and nothing waits for an announcement."""
    chosen = zone or ZoneInfo("Asia/Shanghai")
    return WorkingCalendar(key, zone=chosen, weekend=frozenset(), needs_announcement=False)
