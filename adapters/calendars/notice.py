"""A year's notice of days off, the years it makes up, and both as rows of the database.

The State Council announces the days off of a year in the November before. Its notice also moves days around the New
Year, which lie in the year before: a notice *owns* the days from 25 December to 24 December, and replaces exactly
those.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct

from engine.calendar import CalendarError, CalendarYear, WorkingCalendar, YearStatus


class Day(Struct, frozen=True):
    """An exceptional day: off or worked against the week (or named although it follows the week)."""

    on: date
    working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one announcement, or one file, says of a year; ``source`` names it.

    A notice that is not ``whole`` only adds or corrects its days: the other days and the year's status stay.
    """

    year: int
    status: YearStatus
    source: str
    days: tuple[Day, ...]
    whole: bool = True

    def __post_init__(self) -> None:
        """Refuse days the notice does not own and days listed twice."""
        seen: set[date] = set()
        for day in self.days:
            if owner(day.on) != self.year:
                raise CalendarError(
                    f"{day.on} cannot stand in the notice for {self.year}: it belongs to {owner(day.on)}"
                )
            if day.on in seen:
                raise CalendarError(f"{day.on} is listed twice: keep one of the two lines")
            seen.add(day.on)


def notices_of(days: Iterable[Day], source: str) -> tuple[Notice, ...]:
    """Give the announced notices that own these days, oldest first.

    Days that end with the last ones of December are no notice of the year after.
    """
    listed = sorted(days, key=lambda day: day.on)
    return tuple(
        Notice(year, YearStatus.ANNOUNCED, source, own, whole=any(day.on.year == year for day in own))
        for year, group in groupby(listed, key=lambda day: owner(day.on))
        for own in [tuple(group)]
    )


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year as it is stored: its status, where it comes from, its exceptional days in order."""

    year: int
    status: YearStatus
    source: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class YearRow:
    """A row of the table ``calendar_year``."""

    calendar: str
    year: int
    status: str
    source: str


class DayRow(Struct, frozen=True):
    """A row of the table ``calendar_day``."""

    calendar: str
    day: date
    working: bool
    name: str


def owner(day: date) -> int:
    """Return the year whose notice decides about a day: from 25 December on it is the next year's."""
    return day.year + ((day.month, day.day) >= (12, 25))


def published(years: Iterable[Year], notice: Notice) -> tuple[Year, ...]:
    """Return the years after a notice came out: all days it owns are replaced, other days stay."""
    by_year = {year.year: year for year in years}
    listed = {day.on for day in notice.days}
    for number in (notice.year - 1, notice.year):
        year = by_year.get(number, Year(number, YearStatus.PROVISIONAL, "", ()))
        kept = [day for day in year.days if not (owner(day.on) == notice.year if notice.whole else day.on in listed)]
        new = [day for day in notice.days if day.on.year == number]
        if number in by_year or new or (notice.whole and number == notice.year):
            by_year[number] = replace(year, days=tuple(sorted([*kept, *new], key=lambda day: day.on)))
    if notice.whole:
        by_year[notice.year] = replace(by_year[notice.year], status=notice.status, source=notice.source)
    return tuple(by_year[number] for number in sorted(by_year))


def years_in(calendar: WorkingCalendar) -> tuple[Year, ...]:
    """Return the years of a calendar, with days that have no names and from no source."""
    return tuple(
        Year(
            one.year,
            one.status,
            "",
            tuple(Day(day, working=day in one.make_up_days) for day in sorted(one.off_days | one.make_up_days)),
        )
        for one in calendar.years
    )


def working_calendar(key: str, years: Iterable[Year]) -> WorkingCalendar:
    """Return the calendar the engine counts with, in China's time and office hours."""
    return WorkingCalendar(
        key,
        tuple(
            CalendarYear.of(year.year, year.status, {day.on: day.working for day in year.days})
            for year in sorted(years, key=lambda year: year.year)
        ),
    )


def changed_days(before: WorkingCalendar, after: WorkingCalendar, years: Iterable[int]) -> tuple[date, ...]:
    """Return the days of these years that one calendar works and the other does not: whose deadlines may move."""
    return tuple(day for year in years for day in _every_day(year) if before.is_working(day) != after.is_working(day))


def rows(key: str, years: Iterable[Year]) -> tuple[tuple[YearRow, ...], tuple[DayRow, ...]]:
    """Return the years as rows of the two tables."""
    listed = tuple(years)
    return (
        tuple(YearRow(key, year.year, year.status.value, year.source) for year in listed),
        tuple(DayRow(key, day.on, day.working, day.name) for year in listed for day in year.days),
    )


def years_of(year_rows: Sequence[YearRow], day_rows: Sequence[DayRow]) -> tuple[Year, ...]:
    """Return the years that the rows of one calendar hold.

    Raises:
        CalendarError: a day without its year, or an unknown status.

    """
    days = {
        number: tuple(Day(row.day, row.working, row.name) for row in listed)
        for number, listed in groupby(sorted(day_rows, key=lambda row: row.day), key=lambda row: row.day.year)
    }
    if lost := sorted(days.keys() - {row.year for row in year_rows}):
        raise CalendarError(f"there are days of {lost[0]}, but the year {lost[0]} itself is missing")
    return tuple(
        Year(row.year, _status(row), row.source, days.get(row.year, ()))
        for row in sorted(year_rows, key=lambda row: row.year)
    )


def _status(row: YearRow) -> YearStatus:
    try:
        return YearStatus(row.status)
    except ValueError:
        known = " or ".join(YearStatus)
        raise CalendarError(f"the year {row.year} has the status {row.status!r}: it must be {known}") from None


def _every_day(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
