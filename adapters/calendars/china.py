"""The calendar of mainland China a new installation starts with.

Made from the ``holidays`` package: announced years with their make-up days; after them the statutory days only,
which are provisional until an admin imports the notice. The equality of the announced years with the State
Council's notices is tested day by day.
"""

from datetime import date
from functools import cache

from adapters.calendars.notice import Day, Year
from engine.calendar import YearStatus

CHINA = "cn"
"""The calendar's key, as definitions name it."""

ANNOUNCED_YEARS = range(2007, 2027)
"""Years whose notices the pinned version of the package knows."""

PROVISIONAL_YEARS = range(2027, 2037)
"""Years after them, with statutory days only."""

_PACKAGE = "holidays"
_SOURCE = f"{_PACKAGE} 0.109"
_REMARK = "\uff08"  # opens the remark that a day off is moved from another day
_NEAR_DAYS = 10


def is_seeded(source: str) -> bool:
    """Say whether a year with this source is one that the installation began with, of any version of the package."""
    return source.partition(" ")[0] == _PACKAGE


@cache
def seed() -> tuple[Year, ...]:
    """Return the years 2007 to 2036 with the names of their days in Chinese."""
    import holidays  # noqa: PLC0415  # heavy, and needed once in the life of a database

    numbers = range(ANNOUNCED_YEARS.start, PROVISIONAL_YEARS.stop)
    found = holidays.country_holidays("CN", years=numbers, language="zh_CN")
    off = {day: name for day, name in found.items() if day.year in numbers}
    made_up = sorted(day for day in found.weekend_workdays if day.year in numbers)
    days = [Day(day, working=False, name=name) for day, name in off.items()]
    days += [Day(day, working=True, name=_occasion(day, off)) for day in made_up]
    return tuple(_year(number, days) for number in numbers)


def _year(number: int, days: list[Day]) -> Year:
    status = YearStatus.ANNOUNCED if number in ANNOUNCED_YEARS else YearStatus.PROVISIONAL
    listed = sorted((day for day in days if day.on.year == number), key=lambda day: day.on)
    return Year(number, status, _SOURCE, tuple(listed))


def _occasion(made_up: date, off: dict[date, str]) -> str:
    """Return the holiday a day is worked for: the nearest one to the day off that names it."""
    given = next((day for day, name in off.items() if str(made_up) in name), made_up)
    near = {day: name for day, name in off.items() if _REMARK not in name and abs((day - given).days) <= _NEAR_DAYS}
    nearest = min(near, key=lambda day: abs(day - given), default=None)
    return near[nearest] if nearest else ""
