"""Changing a working calendar by a notice: what the notice makes of it, and whose deadlines fall on changed days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.calendars.holiday_cn import read_json
from adapters.calendars.notice import Day, Notice, Year, changed_days, published, working_calendar
from adapters.sql.office_log import By, recorded
from adapters.sql.organisation import save_calendar
from adapters.sql.reads.deadlines import deadlines
from engine.calendar import WorkingCalendar, YearStatus
from engine.values import Json
from service.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Preview:
    """What a notice would do: days that change, and open tasks whose last day would not be worked any more."""

    year: int
    status: YearStatus
    days: tuple[date, ...]
    off: tuple[date, ...]
    tasks: tuple[tuple[str, str, date], ...]


def preview(assembly: Assembly, key: str, content: bytes, now: datetime) -> Preview:
    """Say what a file of holidays would do; raises `CalendarError` when it can not be read."""
    before = assembly.organisation.now().calendars[key]
    notice = read_json(content)
    after = after_notice(before, notice)
    days = changed_days(before, after, (notice.year - 1, notice.year))
    with assembly.database.read() as connection:
        due = deadlines(connection, now)
    moved = [(code, title, before.local_day(at)) for code, title, at in due if before.local_day(at) in days]
    off = tuple(day for day in days if not after.is_working(day))
    return Preview(notice.year, notice.status, days, off, tuple(one for one in moved if one[2] in off))


def take_notice(assembly: Assembly, by: By, key: str, content: bytes) -> None:
    """Put a file of holidays into a calendar; raises `CalendarError` when it can not be read."""
    before = assembly.organisation.now().calendars[key]
    after = after_notice(before, read_json(content))

    told: list[Json] = [_years(before), _years(after)]
    assembly.organisation.change(
        recorded(by, "calendar.noticed", f"calendar:{key}", lambda _: told.pop(0), save_calendar(after))
    )


def after_notice(before: WorkingCalendar, notice: Notice) -> WorkingCalendar:
    """Give a calendar as it is after a notice came out."""
    return working_calendar(before.key, published(_stored(before), notice))


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
