"""Due moments, ladders and paused clocks, over every unit."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import CalendarError, CalendarYear, WorkingCalendar, YearStatus
from engine.deadlines import due, resumed, rung
from engine.duration import Unit, parse_duration, parse_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOLIDAY = frozenset(date(2026, 10, day) for day in range(1, 9))
OFFICE = WorkingCalendar("test", (CalendarYear(2026, YearStatus.ANNOUNCED, HOLIDAY),))

moments = st.timedeltas(timedelta(), timedelta(days=330)).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=SHANGHAI) + passed
)
gaps = st.timedeltas(timedelta(), timedelta(days=40))


def local(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of 2026 in the office's own time."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("5 working days", local(11, 23, 17, 30)),
        ("5 days", local(11, 23, 17, 30)),
        ("1 month", local(12, 16, 17, 30)),
        ("36 hours", local(11, 17, 22)),
    ],
)
def test_every_unit_has_its_end(text: str, end: datetime) -> None:
    """From Monday 16 November 10:00 each unit ends where a person would say."""
    assert due(OFFICE, local(11, 16), parse_duration(text)).at == end


@pytest.mark.parametrize(
    ("duration", "moment", "at"),
    [
        ("5 working days", "80%", local(11, 20, 17, 30)),
        ("7 working days", "80%", local(11, 24, 14, 6)),
        ("5 working days", "100%", local(11, 23, 17, 30)),
        ("5 working days", "due", local(11, 23, 17, 30)),
        ("5 working days", "due + 3 working days", local(11, 26, 17, 30)),
        ("5 working days", "due - 1 working day", local(11, 20, 17, 30)),
        ("5 working days", "due + 2 days", local(11, 25, 17, 30)),
        ("5 working days", "due - 2 days", local(11, 21, 17, 30)),
        ("5 working days", "due + 1 month", local(12, 23, 17, 30)),
        ("5 working days", "due - 1 month", local(10, 23, 17, 30)),
        ("5 working days", "due + 24 hours", local(11, 24, 17, 30)),
        ("5 working days", "due - 24 hours", local(11, 22, 17, 30)),
        ("24 hours", "50%", local(11, 16, 22)),
        ("10 days", "50%", local(11, 21, 13, 45)),
    ],
)
def test_rungs_fall_where_the_ladder_says(duration: str, moment: str, at: datetime) -> None:
    """From Monday 16 November 10:00, each kind of rung."""
    start, period = local(11, 16), parse_duration(duration)
    due_at = due(OFFICE, start, period).at
    assert rung(OFFICE, start, period, due_at, parse_moment(moment)).at == at


def test_a_rung_in_an_unannounced_year_is_provisional() -> None:
    """A rung past New Year depends on a notice that is still to come."""
    due_at = local(12, 30, 17, 30)
    period = parse_duration("5 working days")
    assert rung(OFFICE, local(12, 23), period, due_at, parse_moment("due + 5 working days")).provisional


def test_a_pause_over_a_weekend_moves_the_due_day_by_working_days() -> None:
    """Paused Thursday, resumed Tuesday: Friday, Monday and Tuesday are given back."""
    moved = resumed(OFFICE, local(11, 23, 17, 30), local(11, 19), local(11, 24, 15))
    assert moved.at == local(11, 26, 17, 30)
    assert moved.counted == (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26))


def test_a_pause_within_a_day_changes_nothing() -> None:
    """Returned and answered on one day: the due moment stays."""
    due_at = local(11, 23, 17, 30)
    assert resumed(OFFICE, due_at, local(11, 19, 9), local(11, 19, 16)).at == due_at


def test_a_clock_stopped_in_time_is_never_overdue_when_it_resumes() -> None:
    """Stopped on the due day at 10:00: it runs until a close that still lies ahead."""
    due_at = local(11, 20, 17, 30)
    assert resumed(OFFICE, due_at, local(11, 20), local(11, 20, 20)).at == local(11, 23, 17, 30)
    assert resumed(OFFICE, due_at, local(11, 20), local(11, 22)).at == local(11, 23, 17, 30)
    assert resumed(OFFICE, due_at, local(11, 20), local(11, 25, 9)).at == local(11, 25, 17, 30)
    assert resumed(OFFICE, due_at, local(11, 20), local(11, 25, 18)).at == local(11, 26, 17, 30)


def test_an_overdue_clock_stays_overdue_by_as_much() -> None:
    """Stopped two days late, it resumes two days late."""
    due_at = local(11, 17, 17, 30)
    moved = resumed(OFFICE, due_at, local(11, 19), local(11, 23))
    assert moved.at == local(11, 19, 17, 30)


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        (Unit.WORKING_DAYS, local(10, 14, 17, 30)),
        (Unit.DAYS, local(10, 22, 17, 30)),
        (Unit.MONTHS, local(10, 22, 17, 30)),
        (Unit.HOURS, local(10, 22, 23, 30)),
    ],
)
def test_each_unit_gives_back_its_own_time(unit: Unit, end: datetime) -> None:
    """Paused 28 September 10:00 to 8 October 16:00, over the long holiday; due on 12 October at the close."""
    assert resumed(OFFICE, local(10, 12, 17, 30), local(9, 28), local(10, 8, 16), unit).at == end


@given(start=moments, pause=gaps, length=gaps, days=st.integers(1, 30))
def test_a_pause_never_takes_time_away(start: datetime, pause: timedelta, length: timedelta, days: int) -> None:
    """The due moment never moves earlier; the days left at the pause are left again at the end."""
    due_at = OFFICE.after(start, days).at
    paused_at, resumed_at = start + pause, start + pause + length
    moved = resumed(OFFICE, due_at, paused_at, resumed_at).at
    assert moved >= due_at
    if paused_at <= due_at:
        assert moved > resumed_at or moved == due_at == paused_at
        if paused_at.date() < due_at.astimezone(SHANGHAI).date():
            assert OFFICE.days_between(resumed_at, moved) == OFFICE.days_between(paused_at, due_at)


@given(start=moments, days=st.integers(1, 60), percent=st.integers(1, 100))
def test_a_share_lies_between_start_and_due(start: datetime, days: int, percent: int) -> None:
    """Every rung below 100% falls inside the period, for every unit."""
    for unit in ("working days", "days", "hours"):
        period = parse_duration(f"{days} {unit}")
        due_at = due(OFFICE, start, period).at
        assert start <= rung(OFFICE, start, period, due_at, parse_moment(f"{percent}%")).at <= due_at


def test_mistakes_are_named() -> None:
    """A clock cannot resume before it stopped, and times need a zone."""
    with pytest.raises(CalendarError, match="cannot resume earlier"):
        resumed(OFFICE, local(11, 23), local(11, 19), local(11, 18))
    with pytest.raises(CalendarError, match="no time zone"):
        due(OFFICE, local(11, 16).replace(tzinfo=None), parse_duration("3 hours"))


def test_answers_are_in_utc() -> None:
    """Every answer is an aware UTC time, also for hours and for no offset."""
    start = local(11, 16)
    for text in ("5 working days", "5 days", "1 month", "3 hours"):
        assert due(OFFICE, start, parse_duration(text)).at.tzinfo is UTC
