"""Changing a working calendar by a notice: what the notice makes of it, and whose deadlines fall on changed days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from adapters.calendars.notice import Notice, Year, changed_days, published, working_calendar
from adapters.calendars.reading import read_notices
from adapters.sql.office_log import By, recorded
from adapters.sql.organisation import save_calendar
from adapters.sql.reads.calendars import calendar_years
from adapters.sql.reads.deadlines import deadlines
from engine.calendar import WorkingCalendar, YearStatus
from engine.values import Json
from service.assembly import Assembly
from service.recounting import ordered


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: its years, days that change, open tasks whose last day would not be worked any more."""

    years: tuple[int, ...]
    days: tuple[date, ...]
    off: tuple[date, ...]
    tasks: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A calendar before and after the notices of a file, and its years as they then are."""

    before: WorkingCalendar
    after: WorkingCalendar
    notices: tuple[Notice, ...]
    years: Sequence[Year]


def preview(assembly: Assembly, key: str, content: bytes, now: datetime) -> Preview:
    """Say what a file of holidays would do; raises `Refused` when it can not be read."""
    change = _changed(assembly, key, content)
    before, after, years = change.before, change.after, tuple(notice.year for notice in change.notices)
    days = changed_days(before, after, sorted({*years, *(year - 1 for year in years)}))
    with assembly.database.read() as connection:
        due = deadlines(connection, now)
    moved = [(code, title, before.local_day(at)) for code, title, at in due if before.local_day(at) in days]
    off = tuple(day for day in days if not after.is_working(day))
    return Preview(years, days, off, tuple(one for one in moved if one[2] in off))


def take_notice(assembly: Assembly, by: By, key: str, content: bytes) -> None:
    """Put a file of holidays into a calendar and have running deadlines counted anew.

    Raises `Refused` when it can not be read.
    """
    change = _changed(assembly, key, content, by.reason)
    told: list[Json] = [_years(change.before), _years(change.after)]
    saving = save_calendar(change.after, change.years)
    assembly.organisation.change(
        recorded(by, "calendar.noticed", f"calendar:{key}", lambda _: told.pop(0), saving),
        ordered(assembly),
    )


def _changed(assembly: Assembly, key: str, content: bytes, source: str = "") -> _Change:
    """Read a file and put its notices one after the other; what the calendar says of weeks and hours stays."""
    before, notices = assembly.organisation.now().calendars[key], read_notices(content, source)
    with assembly.database.read() as connection:
        years: Sequence[Year] = calendar_years(connection, key)
    for notice in notices:
        years = published(years, notice)
    return _Change(before, replace(before, years=working_calendar(key, years).years), notices, years)


def _years(calendar: WorkingCalendar) -> Json:
    return {str(one.year): _written(one.off_days, one.make_up_days, one.status) for one in calendar.years}


def _written(off: frozenset[date], worked: frozenset[date], status: YearStatus) -> Json:
    return {"status": status.value, "off": [*sorted(map(str, off))], "worked": [*sorted(map(str, worked))]}
