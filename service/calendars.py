"""Changing a working calendar by a notice: what the notice makes of it, and whose deadlines fall on changed days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.calendars.notice import Day, Notice, Year, changed_days, published, working_calendar
from adapters.calendars.reading import read_notices
from adapters.sql.office_log import By, recorded
from adapters.sql.organisation import save_calendar
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


def preview(assembly: Assembly, key: str, content: bytes, now: datetime) -> Preview:
    """Say what a file of holidays would do; raises `Refused` when it can not be read."""
    before = assembly.organisation.now().calendars[key]
    notices = read_notices(content, key)
    years = tuple(notice.year for notice in notices)
    after = after_notices(before, notices)
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
    before = assembly.organisation.now().calendars[key]
    after = after_notices(before, read_notices(content, key))

    told: list[Json] = [_years(before), _years(after)]
    assembly.organisation.change(
        recorded(by, "calendar.noticed", f"calendar:{key}", lambda _: told.pop(0), save_calendar(after)),
        ordered(assembly),
    )


def after_notices(before: WorkingCalendar, notices: Sequence[Notice]) -> WorkingCalendar:
    """Give a calendar as it is after notices came out."""
    years: Sequence[Year] = _stored(before)
    for notice in notices:
        years = published(years, notice)
    return working_calendar(before.key, years)


def _stored(calendar: WorkingCalendar) -> Sequence[Year]:
    return [
        Year(
            one.year,
            one.status,
            "",
            tuple(Day(day, working=day in one.make_up_days) for day in sorted(one.off_days | one.make_up_days)),
        )
        for one in calendar.years
    ]


def _years(calendar: WorkingCalendar) -> Json:
    return {str(one.year): _written(one.off_days, one.make_up_days, one.status) for one in calendar.years}


def _written(off: frozenset[date], worked: frozenset[date], status: YearStatus) -> Json:
    return {"status": status.value, "off": [*sorted(map(str, off))], "worked": [*sorted(map(str, worked))]}
