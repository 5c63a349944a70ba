"""Notices as JSON files in the shape of the public collection holiday-cn: one file a year.

Shape: ``{"year": 2026, "papers": [address, …], "days": [{"name", "date", "isOffDay"}, …]}``. A file without days is
that of a year whose notice is not out.
"""

from codecs import BOM_UTF8
from datetime import date

import msgspec

from adapters.calendars.notice import Day, Notice
from engine.calendar import YEAR_FIRST, YEAR_LAST, CalendarError, YearStatus

FILE_BYTES_MAX = 1 << 20
"""Largest file that is read; a real one has about 4 KB."""

SOURCE_LENGTH_MAX = 500
"""Longest name of a source that is kept."""


class _Day(msgspec.Struct):
    name: str
    date: date
    is_off_day: bool = msgspec.field(name="isOffDay")


class _File(msgspec.Struct):
    year: int
    papers: list[str]
    days: list[_Day]


def read_json(content: bytes) -> Notice:
    """Read one file.

    Raises:
        CalendarError: not of that shape; the message says where. A day of another year, or one listed twice.

    """
    if len(content) > FILE_BYTES_MAX:
        raise CalendarError(f"the file has {len(content)} bytes; at most {FILE_BYTES_MAX} are possible")
    try:
        file = msgspec.json.decode(content.removeprefix(BOM_UTF8), type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CalendarError(f"this is not a year of holiday-cn: {error}") from error
    if not YEAR_FIRST <= file.year <= YEAR_LAST:
        raise CalendarError(f"the year {file.year} is outside the calendar, which covers {YEAR_FIRST} to {YEAR_LAST}")
    status = YearStatus.ANNOUNCED if file.days else YearStatus.PROVISIONAL
    days = tuple(Day(day.date, not day.is_off_day, day.name) for day in file.days)
    return Notice(file.year, status, " ".join(file.papers)[:SOURCE_LENGTH_MAX], days)
