"""The years of a working calendar as notices made them: what their days are called, and where each year comes from."""

from sqlalchemy import bindparam, select

from adapters.calendars.notice import DayRow, Year, YearRow, years_of
from adapters.sql.statements import Connection
from adapters.sql.tables import CALENDAR_DAY, CALENDAR_YEAR

_YEARS = select(CALENDAR_YEAR).where(CALENDAR_YEAR.c.calendar == bindparam("key"))
_DAYS = select(CALENDAR_DAY).where(CALENDAR_DAY.c.calendar == bindparam("key"))


def calendar_years(connection: Connection, key: str) -> tuple[Year, ...]:
    """Give the years of a calendar, the oldest first."""
    years = [YearRow(*row) for row in connection.rows(_YEARS, key=key)]
    return years_of(years, [DayRow(*row) for row in connection.rows(_DAYS, key=key)])
