"""A notice comes out while deadlines run: they are counted anew with their ladder, and whoever holds work is told."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import CalendarYear, WorkingCalendar, YearStatus
from engine.commands import Continue, Recount, Suspend, Withdraw
from engine.events import Notified
from engine.refusal import Refused
from tests.engine.desk import Desk

SOURCE = """
workflow: counted
title: {zh: a, en: b}
admins: {role: admin, in: item.county}
phases: {p: {zh: a, en: b}}
fields:
  amount: {type: integer, title: {zh: a, en: b}}
states:
  draft:
    title: {zh: a, en: b}
    phase: p
    who: initiator
    form: {edit: [amount]}
    actions: {send: {title: {zh: a, en: b}, to: check}}
  check:
    title: {zh: a, en: b}
    phase: p
    who: {role: checker, in: item.county}
    due: DUE
    escalate:
      - {at: 50%, remind: assignee}
      - {at: due, remind: assignee, mark: overdue}
    actions:
      pass: {title: {zh: a, en: b}, to: done}
      back: {title: {zh: a, en: b}, to: draft, kind: return, clock: pause}
  done: {title: {zh: a, en: b}, phase: p, kind: end}
"""
SEAL = "  seal: {title: {zh: a, en: b}, phase: p, who: initiator, actions: {on: {title: {zh: a, en: b}, to: done}}}\n"
THURSDAY = date(2026, 11, 26)
FRIDAY = date(2026, 11, 27)
"""Days of the week whose Monday the desk begins on."""

MONDAY_AFTER = date(2026, 11, 30)


def checked(due: str = "5 working days") -> Desk:
    """Give a case that is being checked since the Monday, in a year whose days off are not announced."""
    desk = Desk(SOURCE.replace("DUE", due)).start()
    desk.act("ann", "send")
    return desk


def announce(desk: Desk, *off: date, worked: tuple[date, ...] = ()) -> None:
    """Let the notice of 2026 come out."""
    days = dict.fromkeys(off, False) | dict.fromkeys(worked, True)
    year = CalendarYear.of(2026, YearStatus.ANNOUNCED, days)
    desk.store.facts = replace(desk.store.facts, calendars={"cn": WorkingCalendar("cn", (year,))})


def due_on(desk: Desk) -> date:
    """Give the day on which the running deadline ends; tasks say the same."""
    clock = desk.case.clock
    assert clock is not None
    assert {task.due_at for task in desk.case.tasks} == {clock.due_at}
    return clock.due_at.astimezone(desk.store.facts.calendar("cn").zone).date()


def test_a_day_off_moves_the_deadline_and_the_ladder() -> None:
    """Five working days over a new holiday end a day later, half of them as well; the holder is told the new day."""
    desk = checked()
    (before,) = desk.case.timers
    assert (due_on(desk), desk.case.clock.provisional) == (MONDAY_AFTER, True)
    announce(desk, THURSDAY)
    desk.do("system", Recount)
    (timer,) = desk.case.timers
    assert (due_on(desk), desk.case.clock.provisional) == (date(2026, 12, 1), False)
    assert timer.generation > before.generation
    assert timer.fires_at > before.fires_at
    told = [event for event in desk.store.history(desk.case_id)[-1].events if isinstance(event, Notified)]
    assert [(one.kind, one.audience) for one in told] == [("deadline.recounted", ("g:checker@county",))]
    assert desk.reasons("system", Recount) == ["recount.same"]


def test_a_day_worked_instead_brings_it_forward() -> None:
    """A Saturday that is worked is a working day of the period."""
    desk = checked()
    announce(desk, worked=(date(2026, 11, 28),))
    desk.do("system", Recount)
    assert due_on(desk) == date(2026, 11, 28)


def test_a_notice_that_moves_nothing_makes_the_day_certain() -> None:
    """Nobody is told; the deadline is only not provisional any more."""
    desk = checked()
    announce(desk, date(2026, 12, 31))
    desk.do("system", Recount)
    assert (due_on(desk), desk.case.clock.provisional) == (MONDAY_AFTER, False)
    assert not [event for event in desk.store.history(desk.case_id)[-1].events if isinstance(event, Notified)]


def test_rungs_that_have_fired_do_not_fire_again() -> None:
    """The reminder at half the time was sent; only the deadline is still to come."""
    desk = checked()
    desk.fire()
    announce(desk, FRIDAY)
    desk.do("system", Recount)
    (timer,) = desk.case.timers
    assert timer.rung == 1
    assert timer.fires_at == desk.case.clock.due_at


def test_what_has_passed_stays() -> None:
    """A deadline of yesterday is missed, whatever the notice says of its days."""
    desk = checked()
    desk.later(days=8)
    announce(desk, THURSDAY)
    assert desk.reasons("system", Recount) == ["recount.same"]


@pytest.mark.parametrize(("off", "due"), [(THURSDAY, FRIDAY), (FRIDAY, MONDAY_AFTER)])
def test_days_of_the_calendar_move_only_off_a_day_off(off: date, due: date) -> None:
    """Four days from Monday end on Friday, or on the next working day when that Friday is off (Civil Code art. 203)."""
    desk = checked("4 days")
    announce(desk, off)
    desk.do("system", Recount)
    assert due_on(desk) == due


def test_hours_run_through_holidays() -> None:
    """No calendar counts in hours."""
    desk = checked("90 hours")
    announce(desk, THURSDAY, FRIDAY)
    assert desk.reasons("system", Recount) == ["recount.same"]


def test_whoever_sent_it_may_still_take_it_back() -> None:
    """The calendar has not worked on the case."""
    desk = checked()
    announce(desk, THURSDAY)
    desk.do("system", Recount)
    desk.do("ann", Withdraw)
    assert desk.state == "draft"


def test_only_the_system_and_administrators_count() -> None:
    """For anybody else it is refused."""
    desk = checked()
    announce(desk, THURSDAY)
    assert desk.reasons("ann", Recount) == ["permission.not_admin"]


@pytest.mark.parametrize("due", ["5 working days", "4 days"])
@pytest.mark.parametrize("off", [date(2026, 11, 24), THURSDAY, FRIDAY, date(2026, 12, 7)])
@pytest.mark.parametrize("verb", ["return", "suspend"])
def test_a_clock_that_stands_still_is_counted_as_one_that_runs(verb: str, off: date, due: str) -> None:
    """A notice that comes before the clock is stopped, or while it stands still, leads to the same day."""

    def ended(*, before: bool) -> date:
        desk = checked(due)
        if before:
            announce(desk, off)
            with suppress(Refused):
                desk.do("system", Recount)
        desk.later(days=1)
        desk.act("rex", "back") if verb == "return" else desk.do("root", Suspend, comment="x")
        announce(desk, off)
        desk.later(days=1)
        desk.act("ann", "send") if verb == "return" else desk.do("root", Continue, comment="x")
        return due_on(desk)

    assert ended(before=True) == ended(before=False)


def test_a_clock_that_is_taken_back_is_counted_by_the_calendar_of_the_day() -> None:
    """What was sent on before a notice, and is withdrawn after it, runs to the day that the notice gives."""
    desk = Desk(
        SOURCE.replace("DUE", "5 working days")
        .replace("to: done", "to: seal")
        .replace(
            "  done:",
            SEAL + "  done:",
        )
    ).start()
    desk.act("ann", "send")
    desk.act("rex", "pass")
    announce(desk, THURSDAY)
    desk.do("rex", Withdraw)
    assert due_on(desk) == date(2026, 12, 1)


@given(
    st.sampled_from(["1 working day", "5 working days", "9 working days", "6 days", "1 month"]),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_a_pause_is_no_change_of_the_calendar(due: str, worked: timedelta, paused: timedelta) -> None:
    """However a clock was stopped and went on: counted anew by the same calendar, it ends on the same day."""
    desk = checked(due)
    announce(desk)
    before = desk.case.clock
    assert before is not None
    desk.clock.at += worked
    desk.do("root", Suspend, comment="x")
    desk.clock.at += paused
    desk.do("root", Continue, comment="x")
    day = due_on(desk)
    with suppress(Refused):
        desk.do("system", Recount)
    assert due_on(desk) == day
