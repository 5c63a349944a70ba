"""A rung whose action is refused is tried again: beside the rungs still to come, through all that stops time."""

import pytest

from engine.builtin_guards import BUILTIN
from engine.case import Timer
from engine.commands import Continue, Expire, Save, Suspend, Undo, Withdraw
from engine.events import Notified
from tests.engine.desk import Desk

SOURCE = """
workflow: late
title: {zh: a, en: b}
admins: {role: admin, in: item.county}
phases: {p: {zh: a, en: b}}
fields:
  ready: {type: boolean, title: {zh: a, en: b}}
  amount: {type: integer, title: {zh: a, en: b}}
states:
  draft:
    title: {zh: a, en: b}
    phase: p
    who: initiator
    form: {edit: [amount]}
    actions: {send: {title: {zh: a, en: b}, to: wait}}
  wait:
    title: {zh: a, en: b}
    phase: p
    who: {role: checker, in: item.county}
    due: 10 days
    escalate:
      - {at: 50%, act: match, retry: 1 day, copy: initiator}
      - {at: due, remind: assignee, mark: overdue}
    form: {edit: [ready]}
    actions:
      match: {title: {zh: a, en: b}, to: done, who: system, require: [{that: item.ready, else: {zh: a, en: b}}]}
      on: {title: {zh: a, en: b}, to: after}
      back: {title: {zh: a, en: b}, to: draft, kind: return, clock: pause}
  after:
    title: {zh: a, en: b}
    phase: p
    who: {role: chief, in: item.county}
    actions: {finish: {title: {zh: a, en: b}, to: done}}
  done: {title: {zh: a, en: b}, phase: p, kind: end}
"""


def tried() -> Desk:
    """Give a case whose rung was refused once, at half the time."""
    desk = Desk(SOURCE, book=BUILTIN).start()
    desk.act("ann", "send")
    desk.fire()
    return desk


def fire(desk: Desk, timer: Timer) -> None:
    """Let one of several timers fall due."""
    desk.clock.at = max(desk.clock.at, timer.fires_at)
    desk.do("system", Expire, timer=timer.name, generation=timer.generation)


def waiting(desk: Desk) -> dict[str, int]:
    """Give the armed timers and their rungs."""
    return {timer.name: timer.rung for timer in desk.case.timers}


def again(desk: Desk) -> Timer:
    """Give the timer that tries again."""
    return next(timer for timer in desk.case.timers if timer.name.startswith("retry"))


def test_later_rungs_come_while_one_is_tried_again() -> None:
    """The reminder at the end of the time is not lost to the daily trial, and neither ends the other."""
    desk = tried()
    assert waiting(desk) == {"retry-0": 0, "deadline": 1}
    for _ in range(3):
        fire(desk, again(desk))
    assert waiting(desk) == {"retry-0": 0, "deadline": 1}
    fire(desk, next(timer for timer in desk.case.timers if timer.name == "deadline"))
    assert (desk.case.marks, waiting(desk)) == (("overdue",), {"retry-0": 0})
    desk.do("rex", Save, data={"ready": True})
    fire(desk, again(desk))
    assert (desk.state, desk.case.timers) == ("done", ())


def test_a_trial_tells_nobody_again() -> None:
    """The copy goes out once, when the rung's time comes; later only its action is tried."""
    desk = tried()
    for _ in range(3):
        fire(desk, again(desk))
    told = [event.kind for record in desk.store.history("case") for event in record.events if type(event) is Notified]
    assert told.count("deadline.copy") == 1


@pytest.mark.parametrize("way", ["suspended", "paused", "withdrawn", "undone"])
def test_what_stops_time_forgets_no_trial(way: str) -> None:
    """Suspended and continued, returned with the clock at rest, sent on and withdrawn, undone: it is tried again."""
    desk = tried()
    if way == "suspended":
        desk.do("root", Suspend, comment="inspection")
        assert desk.case.timers == ()
        desk.later(days=30)
        desk.do("root", Continue)
    elif way == "paused":
        desk.act("rex", "back")
        assert desk.case.timers == ()
        desk.act("ann", "send")
    else:
        desk.act("rex", "on")
        assert desk.case.timers == ()
        desk.do("rex", Withdraw if way == "withdrawn" else Undo)
    assert (desk.state, waiting(desk)) == ("wait", {"retry-0": 0, "deadline": 1})
    desk.do("rex", Save, data={"ready": True})
    fire(desk, again(desk))
    assert desk.state == "done"


def test_a_rung_that_is_not_to_be_tried_again_is_not() -> None:
    """Without `retry` the action is tried once; the rungs after it come all the same."""
    desk = Desk(SOURCE.replace(", retry: 1 day", ""), book=BUILTIN).start()
    desk.act("ann", "send")
    desk.fire()
    assert waiting(desk) == {"deadline": 1}
    desk.act("rex", "on")
    desk.do("rex", Withdraw)
    assert waiting(desk) == {"deadline": 1}
