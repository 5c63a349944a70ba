"""How long work stays, and what that says of the time to come: by hand on small histories."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import natural_calendar
from engine.stays import BASIS_MIN, History, Visit, predict, quantile, stays

CALENDAR = natural_calendar()
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
GOAL = frozenset({"done"})


def walk(case: str, *days: float, begins: float = 0, goal: str = "done") -> list[Visit]:
    """Visits to `check` and `sign` of so many days each; with two lengths the case arrives at the goal."""
    at, found = START + timedelta(days=begins), []
    for state, length in zip(("check", "sign"), days, strict=False):
        found.append(Visit(case, state, at, at + timedelta(days=length)))
        at += timedelta(days=length)
    arrived = [Visit(case, goal, at, None)] if len(days) == 2 else []
    return [*found, *arrived]


def test_stays_are_added_up_by_state() -> None:
    """Only visits that are over, with the middle and what nine of ten keep within."""
    visits = [visit for case in range(1, 12) for visit in walk(f"c{case}", case)]
    found = stays([*visits, Visit("open", "check", START, None)], CALENDAR)
    assert (found["check"].count, found["check"].middle, found["check"].most) == (11, 6, 10)


def test_a_range_promises_no_more_than_its_cases_allow() -> None:
    """Five cases: from the least to the most, two in three; nineteen: eight in ten. Four cases: nothing."""
    assert predict([1.0] * (BASIS_MIN - 1)) is None
    few, many = predict([3, 1, 2, 5, 4]), predict([float(n) for n in range(1, 20)])
    assert few is not None
    assert many is not None
    assert (few.low, few.middle, few.high, round(few.within, 2)) == (1, 3, 5, 0.67)
    assert (many.low, many.high, many.within) == (2, 18, 0.8)


@given(st.lists(st.floats(0, 500), min_size=BASIS_MIN, max_size=60))
def test_the_middle_lies_in_the_range(days: list[float]) -> None:
    """A range is a range, and its share one."""
    told = predict(days)
    assert told is not None
    assert told.low <= told.middle <= told.high
    assert 0 < told.within < 1


def test_who_waited_longer_is_compared_with_those_who_did() -> None:
    """After three days in a state the quick ones tell nothing any more."""
    history = History([visit for days in range(1, 7) for visit in walk(f"c{days}", days, 10)], CALENDAR)
    assert sorted(history.to_goal("check", 0, GOAL)) == [11, 12, 13, 14, 15, 16]
    assert sorted(history.to_goal("check", 3, GOAL)) == [10, 11, 12, 13]
    assert history.to_goal("sign", 0, frozenset({"elsewhere"})) == []


def test_what_came_to_another_end_does_not_count() -> None:
    """A range is for what comes through; who was refused says nothing of that."""
    history = History([*walk("a", 1, 1), *walk("b", 1, 1, goal="refused")], CALENDAR)
    assert len(history.to_goal("check", 0, GOAL)) == 1


def test_the_past_error_knows_only_what_was_known_then() -> None:
    """Ten alike, one by one: the first five could not be predicted, the later ones exactly; a slow one is not."""
    alike = [visit for n in range(10) for visit in walk(f"c{n}", 2, 3, begins=6 * n)]
    goals = {"check": GOAL, "sign": GOAL}
    told = History(alike, CALENDAR).past_error(goals, 100)
    assert told is not None
    assert (told.count, told.held, told.off_by) == (10, 1, 0)
    slow = History([*alike, *walk("slow", 30, 3, begins=100)], CALENDAR).past_error({"check": GOAL}, 1)
    assert slow is not None
    assert (slow.count, slow.held, slow.off_by) == (1, 0, 28)
    assert History(alike[:3], CALENDAR).past_error(goals, 100) is None


def test_a_quantile_lies_between_its_neighbours() -> None:
    """In proportion, as the field computes it."""
    assert quantile([4, 1, 2, 3], 0.5) == pytest.approx(2.5)
