"""Counting working days: examples to check by hand, and properties against a day-by-day model."""

import pickle
import timeit
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.calendar import (
    COUNTED_DAYS_MAX,
    CalendarError,
    CalendarYear,
    Deadline,
    WorkingCalendar,
    YearStatus,
    natural_calendar,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF_2026 = [
    (1, 1),
    (1, 2),
    (2, 16),
    (2, 17),
    (2, 18),
    (2, 19),
    (2, 20),
    (2, 23),
    (4, 6),
    (5, 1),
    (5, 4),
    (5, 5),
]
OFF_2026 += [(6, 19), (9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7)]
WORKED_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
YEAR_2026 = CalendarYear(
    2026,
    YearStatus.ANNOUNCED,
    frozenset(date(2026, month, day) for month, day in OFF_2026),
    frozenset(date(2026, month, day) for month, day in WORKED_2026),
)
CHINA = WorkingCalendar("cn", (CalendarYear(2025, YearStatus.ANNOUNCED), YEAR_2026))

moments = st.timedeltas(timedelta(), timedelta(days=1825)).map(
    lambda passed: datetime(2025, 1, 1, tzinfo=SHANGHAI) + passed
)
whole_days = st.integers(1, 400)
shares = st.fractions(0, 60, max_denominator=100).filter(lambda days: days > 0)


def local(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """Return a moment in the office's own time."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def position(at: datetime) -> Fraction:
    """Return the office days passed since 2024, walking day by day: the slow model of working time."""
    here = at.astimezone(SHANGHAI)
    day, passed = date(2024, 1, 1), Fraction(0)
    while day < here.date():
        passed += CHINA.is_working(day)
        day += timedelta(days=1)
    opens = datetime.combine(day, time(9), SHANGHAI)
    share = Fraction((here - opens) // timedelta(microseconds=1), 30_600_000_000)
    return passed + (min(max(share, Fraction(0)), Fraction(1)) if CHINA.is_working(day) else 0)


def test_weekends_make_up_days_and_holidays() -> None:
    """A make-up Saturday works, a holiday Thursday does not, other days follow the week."""
    assert CHINA.is_working(date(2026, 2, 14))
    assert not CHINA.is_working(date(2026, 10, 1))
    assert CHINA.is_working(date(2026, 11, 23))
    assert not CHINA.is_working(date(2026, 11, 22))


def test_the_day_of_the_start_is_not_counted() -> None:
    """Five working days from a Monday end at the next Monday's close."""
    for hour in (0, 10, 23):
        deadline = CHINA.after(local(11, 16, hour), 5)
        assert deadline.at == local(11, 23, 17, 30)
        assert deadline.counted == tuple(date(2026, 11, day) for day in (17, 18, 19, 20, 23))
        assert not deadline.provisional


def test_the_utc_day_is_not_the_local_day() -> None:
    """A start at 23:00 UTC on Sunday is Monday morning in Shanghai."""
    start = datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert CHINA.after(start, 1).at == local(11, 17, 17, 30)


def test_the_spring_festival_is_skipped_and_its_make_up_days_count() -> None:
    """From Friday 13 February three working days are the 14th (make-up), the 24th and the 25th."""
    counted = CHINA.after(local(2, 13), 3).counted
    assert counted == (date(2026, 2, 14), date(2026, 2, 24), date(2026, 2, 25))


def test_a_share_of_a_day_falls_between_opening_and_closing() -> None:
    """5.6 days end when six tenths of the sixth day's office hours have passed."""
    deadline = CHINA.after(local(11, 16), Fraction(56, 10))
    assert deadline.at == local(11, 24, 14, 6)
    assert deadline.counted[-1] == date(2026, 11, 24)


def test_zero_days_end_at_once() -> None:
    """No days at all end at the start, in UTC."""
    assert CHINA.after(local(11, 16), 0) == Deadline(local(11, 16), provisional=False, counted=())
    assert CHINA.after(local(11, 16), 0).at.tzinfo is UTC


def test_an_unannounced_year_makes_the_deadline_provisional() -> None:
    """A deadline that reaches into 2027 says that it may still move; one that ends before does not."""
    assert CHINA.after(local(12, 28), 10).provisional
    assert not CHINA.after(local(12, 28), 3).provisional
    assert CHINA.before(local(1, 5, year=2027), 4).provisional
    assert CHINA.is_provisional(2027)
    assert not CHINA.is_provisional(2026)


def test_days_before_a_due_moment() -> None:
    """Three working days before a Monday's close is the Wednesday's close; shares go back inside the day."""
    due_at = local(11, 23, 17, 30)
    assert CHINA.before(due_at, 3).at == local(11, 18, 17, 30)
    assert CHINA.before(due_at, 3).counted == (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
    assert CHINA.before(due_at, Fraction(1, 2)).at == local(11, 23, 13, 15)
    assert CHINA.before(local(11, 22, 12), 1).at == local(11, 19, 17, 30)
    assert CHINA.before(due_at, 0).at == due_at


def test_working_days_left() -> None:
    """The day itself does not count as left; a passed deadline gives a negative number."""
    due_at = CHINA.after(local(11, 16), 5).at
    assert CHINA.days_between(local(11, 18), due_at) == 3
    assert CHINA.days_between(local(11, 23, 8), due_at) == 0
    assert CHINA.days_between(local(11, 25, 8), due_at) == -1
    assert CHINA.days_between(local(11, 21), due_at) == 1


def test_calendar_days_end_on_a_working_day() -> None:
    """20 days from 11 September end on 1 October, a holiday, hence at the close of 8 October (art. 203)."""
    deadline = CHINA.after_days(local(9, 11), 20)
    assert deadline.at == local(10, 8, 17, 30)
    assert deadline.counted[0] == date(2026, 9, 12)
    assert deadline.counted[-1] == date(2026, 10, 8)


def test_months_end_on_the_corresponding_day_or_the_last_one() -> None:
    """31 January + 1 month is 28 February (a make-up Saturday); 29 February + 12 months is 28 February."""
    assert CHINA.after_months(local(1, 31), 1).at == local(2, 28, 17, 30)
    assert CHINA.after_months(local(2, 29, year=2028), 12).at == local(2, 28, 17, 30, year=2029)
    assert CHINA.after_months(local(3, 31), 1).at == local(4, 30, 17, 30)


def test_the_natural_calendar_counts_every_day() -> None:
    """On the natural calendar weekends count and nothing is provisional."""
    deadline = natural_calendar().after(local(11, 20), 3)
    assert deadline.at == local(11, 23, 17, 30)
    assert not natural_calendar().after(local(11, 20, year=2035), 300).provisional


def test_the_explanation_is_limited() -> None:
    """A long period lists its first days only."""
    assert len(CHINA.after(local(1, 5), 200).counted) == COUNTED_DAYS_MAX


@given(start=moments, days=whole_days)
def test_whole_days_match_a_walk_over_the_calendar(start: datetime, days: int) -> None:
    """The N-th working day found by bisection is the one found by walking day by day."""
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        left -= CHINA.is_working(day)
    assert CHINA.after(start, days).at == datetime.combine(day, time(17, 30), SHANGHAI)
    assert CHINA.working_days(start.date(), day) == days


@given(start=moments, days=shares)
def test_days_left_undo_after(start: datetime, days: Fraction) -> None:
    """As many days are left at the start as were allowed (to the microsecond)."""
    left = CHINA.days_between(start, CHINA.after(start, days).at)
    assert 0 <= days - left < Fraction(1, 30_600_000_000)


@given(start=moments, days=st.integers(1, 60))
def test_before_undoes_after(start: datetime, days: int) -> None:
    """As many days before the end lies the close of the last working day up to the start's day."""
    day = start.date()
    while not CHINA.is_working(day):
        day -= timedelta(days=1)
    assert CHINA.before(CHINA.after(start, days).at, days).at == CHINA.closes(day)


@given(at=moments, days=shares)
def test_before_leaves_exactly_that_much_office_time(at: datetime, days: Fraction) -> None:
    """Office time between the answer and the moment equals the days asked for."""
    gap = position(at) - position(CHINA.before(at, days).at)
    assert 0 <= gap - days < Fraction(1, 30_600_000_000)


@given(start=moments, first=shares, second=shares)
def test_more_days_never_end_earlier(start: datetime, first: Fraction, second: Fraction) -> None:
    """Deadlines grow with the days allowed."""
    assume(first < second)
    assert CHINA.after(start, first).at <= CHINA.after(start, second).at


@given(first=moments, second=moments, days=shares)
def test_a_later_start_never_ends_earlier(first: datetime, second: datetime, days: Fraction) -> None:
    """Deadlines grow with the start."""
    assume(first <= second)
    assert CHINA.after(first, days).at <= CHINA.after(second, days).at


@given(start=moments, days=st.integers(1, 1000), months=st.integers(1, 60))
def test_calendar_periods_end_at_the_close_of_a_working_day(start: datetime, days: int, months: int) -> None:
    """Days and months end at a closing time on or after the nominal day, within the longest holiday."""
    for deadline in (CHINA.after_days(start, days), CHINA.after_months(start, months)):
        end = deadline.at.astimezone(SHANGHAI)
        assert end.time() == time(17, 30)
        assert CHINA.is_working(end.date())
    assert 0 <= (CHINA.after_days(start, days).at.astimezone(SHANGHAI).date() - start.date()).days - days <= 10


@given(first=moments, second=moments)
def test_days_between_is_antisymmetric(first: datetime, second: datetime) -> None:
    """Looking back gives the same number, negative."""
    assert CHINA.days_between(first, second) == -CHINA.days_between(second, first)


def test_a_summer_time_zone_keeps_local_office_hours() -> None:
    """Where clocks change, the close stays at 17:30 local time."""
    berlin = WorkingCalendar("de", zone=ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 3, 26, 8, tzinfo=UTC)
    assert berlin.after(start, 1).at == datetime(2026, 3, 27, 16, 30, tzinfo=UTC)
    assert berlin.after(start, 2).at == datetime(2026, 3, 30, 15, 30, tzinfo=UTC)


def test_periods_have_limits() -> None:
    """More than ten years, negative days, odd years and naive times are refused in words."""
    start = local(11, 16)
    assert CHINA.after(start, 2_500).at.year == 2036
    for days in (2_700, 10**9):
        with pytest.raises(CalendarError, match="too long: at most 10 years"):
            CHINA.after(start, days)
    with pytest.raises(CalendarError, match="use before"):
        CHINA.after(start, -1)
    with pytest.raises(CalendarError, match="use after"):
        CHINA.before(start, -1)
    with pytest.raises(CalendarError, match="between 1 and 120"):
        CHINA.after_months(start, 121)
    with pytest.raises(CalendarError, match="between 1 and 3660"):
        CHINA.after_days(start, 0)
    with pytest.raises(CalendarError, match="too long"):
        CHINA.after_days(start, 3_660)
    with pytest.raises(CalendarError, match="no time zone"):
        CHINA.after(local(11, 16).replace(tzinfo=None), 1)
    with pytest.raises(CalendarError, match="covers 1950 to 2200"):
        CHINA.after(local(1, 1, year=1900), 1)
    with pytest.raises(CalendarError, match="covers 1950 to 2200"):
        CHINA.after(local(12, 31, year=2200), 1)


def test_contradictory_calendars_are_refused() -> None:
    """Hours upside down, a year twice, a week without work and misplaced days name what is wrong."""
    with pytest.raises(CalendarError, match="the opening before the closing"):
        WorkingCalendar("x", opening=time(18))
    with pytest.raises(CalendarError, match="2026 is listed twice"):
        WorkingCalendar("x", (YEAR_2026, YEAR_2026))
    with pytest.raises(CalendarError, match="every day of the week is a day off"):
        WorkingCalendar("x", weekend=frozenset(range(7)))
    with pytest.raises(CalendarError, match="move it to the year 2025"):
        CalendarYear.of(2026, YearStatus.ANNOUNCED, {date(2025, 12, 31): False})
    day = frozenset({date(2026, 5, 1)})
    with pytest.raises(CalendarError, match="both as a day off and as a working day"):
        CalendarYear(2026, YearStatus.ANNOUNCED, day, day)


def test_a_calendar_is_a_value() -> None:
    """Equal data are equal calendars, also after use, and a copy through pickle answers the same."""
    used = WorkingCalendar("cn", CHINA.years)
    used.after(local(11, 16), 5)
    fresh = WorkingCalendar("cn", CHINA.years)
    assert used == fresh
    assert hash(used) == hash(fresh)
    copy = pickle.loads(pickle.dumps(used))
    assert copy.after(local(11, 16), 5) == fresh.after(local(11, 16), 5)


def test_exceptions_may_be_given_as_a_mapping() -> None:
    """``{day: is_working}`` builds the same year."""
    mapping = dict.fromkeys(YEAR_2026.off_days, False) | dict.fromkeys(YEAR_2026.make_up_days, True)
    assert CalendarYear.of(2026, YearStatus.ANNOUNCED, mapping) == YEAR_2026


def test_sixty_days_are_fast() -> None:
    """Counting 60 days takes about 10 microseconds (aim: 20); six times that fails here."""
    start = local(11, 16)
    CHINA.after(start, 60)
    best = min(timeit.repeat(lambda: CHINA.after(start, 60), number=200, repeat=10)) / 200
    assert best < 60e-6
