"""The calendar of China: equal to the notices of twenty years, provisional after them, whole through the database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from adapters.calendars.china import ANNOUNCED_YEARS, CHINA, PROVISIONAL_YEARS, seed
from adapters.calendars.holiday_cn import FILE_BYTES_MAX, read_json
from adapters.calendars.notice import (
    Day,
    Notice,
    Year,
    YearRow,
    changed_days,
    owner,
    published,
    rows,
    working_calendar,
    years_of,
)
from engine.calendar import CalendarError, WorkingCalendar, YearStatus

EVERY_DAY = [date(2007, 1, 1) + timedelta(days=number) for number in range(7_305)]


def notices(shared_data: Path) -> list[Notice]:
    """Return the notices of the collection, 2007 to 2027."""
    files = sorted((shared_data / "holiday-cn").glob("[0-9]*.json"))
    return [read_json(path.read_bytes()) for path in files]


def imported(found: list[Notice]) -> tuple[Year, ...]:
    """Return the years after importing notices one after the other."""
    years: tuple[Year, ...] = ()
    for notice in found:
        years = published(years, notice)
    return years


def verdicts(calendar: WorkingCalendar) -> list[bool]:
    """Return for each of the 7,305 days whether it is worked."""
    return [calendar.is_working(day) for day in EVERY_DAY]


def test_the_days_end_with_2026() -> None:
    """The list of days under comparison is the whole of 2007 to 2026."""
    assert EVERY_DAY[-1] == date(2026, 12, 31)


def test_the_seed_equals_the_notices_on_all_7305_days(shared_data: Path) -> None:
    """The package and the State Council's notices agree on every day of twenty years."""
    ours, theirs = working_calendar(CHINA, seed()), working_calendar(CHINA, imported(notices(shared_data)))
    different = [day for day in EVERY_DAY if ours.is_working(day) != theirs.is_working(day)]
    assert different == []


def test_the_seed_equals_the_files_read_without_our_rules(shared_data: Path) -> None:
    """The same, against the raw files and the week alone, so that our own merging cannot hide a mistake."""
    listed: dict[date, bool] = {}
    for notice in notices(shared_data):
        listed |= {day.on: day.working for day in notice.days}
    expected = [listed.get(day, day.weekday() < 5) for day in EVERY_DAY]
    assert verdicts(working_calendar(CHINA, seed())) == expected


def test_the_order_of_imports_does_not_matter(shared_data: Path) -> None:
    """Notices also move days of the December before; importing them in any order gives the same years."""
    found = notices(shared_data)
    expected = verdicts(working_calendar(CHINA, imported(found)))
    for number in range(5):
        Random(number).shuffle(found)
        assert verdicts(working_calendar(CHINA, imported(found))) == expected


def test_importing_over_the_seed_changes_no_day(shared_data: Path) -> None:
    """A second source for announced years leaves every verdict as it was."""
    before = working_calendar(CHINA, seed())
    years = seed()
    for notice in notices(shared_data)[:-1]:
        years = published(years, notice)
    assert changed_days(before, working_calendar(CHINA, years), ANNOUNCED_YEARS) == ()


def test_years_without_a_notice_are_provisional() -> None:
    """2027 has its statutory days off, no make-up days, and says that it may change."""
    calendar = working_calendar(CHINA, seed())
    assert not calendar.is_provisional(2026)
    assert all(calendar.is_provisional(year) for year in PROVISIONAL_YEARS)
    assert not calendar.is_working(date(2027, 10, 1))
    assert not any(day.working for year in seed() if year.year in PROVISIONAL_YEARS for day in year.days)
    assert calendar.after(datetime(2026, 12, 28, 2, tzinfo=UTC), 10).provisional


def test_a_file_without_days_is_a_year_without_a_notice(shared_data: Path) -> None:
    """The collection's 2027 file is empty: importing it does not call the year announced."""
    (notice,) = [notice for notice in notices(shared_data) if notice.year == 2027]
    assert notice.status is YearStatus.PROVISIONAL


def test_make_up_days_bear_the_name_of_their_holiday() -> None:
    """People see for which holiday a Saturday is worked, with the same name the day off has."""
    names = {day.on: day.name for year in seed() for day in year.days}
    assert names[date(2026, 9, 20)] == names[date(2026, 10, 1)]
    assert names[date(2026, 2, 14)] in {names[date(2026, 2, 17)], names[date(2026, 2, 16)]}
    assert all(day.name for year in seed() for day in year.days)


def test_a_notice_says_which_days_change() -> None:
    """When 2027 comes out, the days whose deadlines may move are named, also those of December 2026."""
    before = working_calendar(CHINA, seed())
    days = (Day(date(2026, 12, 31), working=False, name="元旦"), Day(date(2027, 1, 3), working=True, name="元旦"))
    years = published(seed(), Notice(2027, YearStatus.ANNOUNCED, "国办发明电〔2026〕1号", days))
    after = working_calendar(CHINA, years)
    changed = changed_days(before, after, range(2026, 2028))
    assert {date(2026, 12, 31), date(2027, 1, 3), date(2027, 10, 1)} <= set(changed)
    assert not after.is_provisional(2027)
    assert not after.is_working(date(2026, 10, 1))


def test_rows_and_values_are_the_same() -> None:
    """What goes into the two tables comes out again, whole."""
    year_rows, day_rows = rows(CHINA, seed())
    assert year_rows[0] == YearRow("cn", 2007, "announced", "holidays 0.109")
    assert years_of(tuple(reversed(year_rows)), tuple(reversed(day_rows))) == seed()


def test_rows_that_do_not_fit_are_refused() -> None:
    """Days without their year and unknown words for the status are named."""
    year_rows, day_rows = rows(CHINA, seed())
    with pytest.raises(CalendarError, match="the year 2007 itself is missing"):
        years_of(year_rows[1:], day_rows)
    with pytest.raises(CalendarError, match="'final': it must be announced or provisional"):
        years_of([replace(year_rows[0], status="final")], [])


@pytest.mark.parametrize(("day", "year"), [("2026-12-24", 2026), ("2026-12-25", 2027), ("2027-01-01", 2027)])
def test_the_notice_of_a_year_owns_the_week_before(day: str, year: int) -> None:
    """From 25 December on, the next year's notice decides."""
    assert owner(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a year of holiday-cn"),
        (b"[]", "not a year of holiday-cn"),
        (b"\xff\xff", "not a year of holiday-cn"),
        (b'{"year": 2026, "papers": []}', "missing required field `days`"),
        (b'{"year": "2026", "papers": [], "days": []}', r"Expected `int`, got `str` - at `\$.year`"),
        (b'{"year": 2026, "papers": [], "days": [{"name": "x", "date": "2026-02-30", "isOffDay": true}]}', r"\$.days"),
        (b'{"year": 2026, "papers": [], "days": [{"name": "x", "date": "2025-10-01", "isOffDay": true}]}', "to 2025"),
        (b'{"year": 99999, "papers": [], "days": []}', "covers 1950 to 2200"),
        (b" " * (FILE_BYTES_MAX + 1), "at most"),
        (b"[" * 100_000, "not a year of holiday-cn"),
    ],
)
def test_files_of_another_shape_are_refused(content: bytes, message: str) -> None:
    """The message says what was expected and where."""
    with pytest.raises(CalendarError, match=message):
        read_json(content)


def test_a_file_that_a_windows_editor_has_marked_is_read() -> None:
    """The mark of UTF-8 that such editors put in front is no part of the notice."""
    plain = b'{"year": 2026, "papers": [], "days": [{"name": "x", "date": "2026-10-01", "isOffDay": true}]}'
    assert read_json(b"\xef\xbb\xbf" + plain) == read_json(plain)


def test_a_day_listed_twice_is_refused() -> None:
    """Two lines for one day may contradict each other."""
    day = '{"name": "x", "date": "2026-10-01", "isOffDay": true}'
    with pytest.raises(CalendarError, match="2026-10-01 is listed twice"):
        read_json(f'{{"year": 2026, "papers": [], "days": [{day}, {day}]}}'.encode())
