"""Due work: taken by one process at a time, again when its taker is lost, never before it is due."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from adapters.sql import jobs
from adapters.sql.database import Database
from adapters.sql.verify import verify
from engine.assignment import System
from engine.commands import SYSTEM, Expire, Undo
from engine.definition import Action, RuleGuard, Rung, Target
from engine.duration import DUE, parse_duration, parse_moment
from engine.guards import GuardBook
from engine.process import compile_process
from engine.undoing import UNDO_SECONDS_MAX
from tests.contract.place import DEFINITION, Place
from tests.engine.small import REVIEW, START, person, rule, text

LEASE = timedelta(minutes=1)
TOLD = START + timedelta(seconds=UNDO_SECONDS_MAX)
"""When people are told of what was done at the start: nobody can undo it any more."""

LATER = START + timedelta(days=60)


def database_of(office: Place) -> Database:
    """The database of an office that has one."""
    assert office.database is not None
    return office.database


def submitted(office: Place, number: int) -> None:
    """Start and submit cases, so that each has an armed timer."""
    for index in range(number):
        office.start(f"case{index:02}")
        office.act("ann", "submit", f"case{index:02}")


def test_a_timer_is_taken_when_it_is_due(office: Place) -> None:
    """Not a moment earlier, and with what the engine needs to fire it."""
    submitted(office, 1)
    (timer,) = office.store.load("case00").timers
    assert jobs.take_timers(database_of(office), timer.fires_at - timedelta(microseconds=1), LEASE) == []
    due = jobs.take_timers(database_of(office), timer.fires_at, LEASE)
    assert due == [jobs.DueTimer("case00", timer.name, timer.generation, timer.fires_at)]


def test_the_next_timer_can_be_looked_at(office: Place) -> None:
    """The first of all that falls due until a moment; it stays for whoever takes it."""
    submitted(office, 2)
    (timer,) = office.store.load("case00").timers
    with database_of(office).read() as connection:
        assert jobs.next_timer(connection, timer.fires_at - timedelta(microseconds=1)) is None
        due = jobs.next_timer(connection, timer.fires_at)
    assert due == jobs.DueTimer("case00", timer.name, timer.generation, timer.fires_at)
    assert due in jobs.take_timers(database_of(office), timer.fires_at, LEASE)


def test_a_taken_timer_is_not_taken_again(office: Place) -> None:
    """Until its lease is over, or it is given back."""
    submitted(office, 1)
    (timer,) = jobs.take_timers(database_of(office), LATER, LEASE)
    assert jobs.take_timers(database_of(office), LATER, LEASE) == []
    assert jobs.take_timers(database_of(office), LATER + LEASE, LEASE) == [timer]
    jobs.give_back_timer(database_of(office), timer, LATER + timedelta(minutes=3))
    assert jobs.take_timers(database_of(office), LATER + timedelta(minutes=2, seconds=59), LEASE) == []
    assert jobs.take_timers(database_of(office), LATER + timedelta(minutes=3), LEASE) == [timer]


def test_a_fired_timer_is_gone(office: Place) -> None:
    """Firing arms the next rung, which nobody has taken yet."""
    submitted(office, 1)
    office.clock.at = LATER
    (timer,) = jobs.take_timers(database_of(office), LATER, LEASE)
    expire = Expire(case_id="case00", actor=SYSTEM, timer=timer.name, generation=timer.generation)
    office.runtime.execute(expire)
    (following,) = jobs.take_timers(database_of(office), LATER, LEASE)
    assert following.generation > timer.generation
    assert office.runtime.execute(expire).revision == 3
    assert jobs.take_timers(database_of(office), LATER, LEASE) == []


def test_a_refused_rung_waits_beside_the_next(office: Place) -> None:
    """A case may have several armed timers; each is taken, fired and armed again without the other."""
    never = RuleGuard(rule('item.amount > money("3000000.00")'), text("never"))
    late = Action("late", text("late"), to=(Target("panel"),), require=(never,), who=System())
    rungs = (Rung(parse_moment("50%"), act="late", retry=parse_duration("1 day")), Rung(DUE, mark="overdue"))
    review = replace(REVIEW, escalate=rungs, actions={**REVIEW.actions, "late": late})
    states = {**DEFINITION.states, "review": review}
    office.library.add(compile_process(replace(DEFINITION, version=2, states=states), GuardBook()))
    submitted(office, 1)
    office.clock.at = LATER
    fired = []
    for _ in range(3):
        for timer in jobs.take_timers(database_of(office), office.clock.at, LEASE):
            fired.append(timer.name)
            office.runtime.execute(
                Expire(case_id="case00", actor=SYSTEM, timer=timer.name, generation=timer.generation)
            )
        office.clock.at += timedelta(days=7)
    assert sorted(fired) == ["deadline", "deadline", "retry-0", "retry-0"]
    assert [timer.name for timer in office.store.load("case00").timers] == ["retry-0"]
    assert verify(database_of(office), office.library).is_clean


def test_timers_are_shared_out(office: Place) -> None:
    """Eight takers at once get each timer once."""
    submitted(office, 12)
    with ThreadPoolExecutor(8) as takers:
        shares = list(takers.map(lambda _: jobs.take_timers(database_of(office), LATER, LEASE, limit=4), range(8)))
    taken = [timer.case_id for share in shares for timer in share]
    assert len(taken) == len(set(taken))
    rest = jobs.take_timers(database_of(office), LATER, LEASE)
    assert len(taken) + len(rest) == 12


def test_a_message_waits_in_the_outbox(office: Place) -> None:
    """It is there with the command that caused it, and not when that was refused."""
    submitted(office, 1)
    with database_of(office).read() as connection:
        assert jobs.backlog(connection, START) == (0, 0)
        assert jobs.backlog(connection, TOLD) == (0, 2)
    first, second = jobs.take_messages(database_of(office), TOLD, LEASE)
    assert (first.id, first.kind, first.case_id, first.attempts) == ("case00.1.3", "task.opened", "case00", 1)
    assert second.payload == {"kind": "task.opened", "audience": ["g:reviewer@county"], "params": {}}


def test_what_was_undone_is_known(office: Place) -> None:
    """Before anybody is told of it."""
    submitted(office, 1)
    office.runtime.execute(Undo(case_id="case00", actor=person("ann")))
    messages = jobs.take_messages(database_of(office), TOLD, LEASE)
    with database_of(office).read() as connection:
        assert [jobs.is_undone(connection, message) for message in messages] == [False, True]


def test_a_message_is_tried_until_it_is_sent(office: Place) -> None:
    """Taken once a lease; postponed with the reason; given up; or done for ever."""
    submitted(office, 1)
    one, two = jobs.take_messages(database_of(office), TOLD, LEASE)
    assert jobs.take_messages(database_of(office), TOLD, LEASE) == []
    database_of(office).write(lambda connection: jobs.finish(connection, [one.id], TOLD))
    again = START + timedelta(hours=1)
    database_of(office).write(lambda connection: jobs.postpone(connection, two.id, "no route", again, TOLD))
    assert jobs.take_messages(database_of(office), again - timedelta(seconds=1), LEASE) == []
    (found,) = jobs.take_messages(database_of(office), again, LEASE)
    assert (found.id, found.attempts) == (two.id, 2)
    database_of(office).write(lambda connection: jobs.postpone(connection, two.id, "no route", None, again))
    assert jobs.take_messages(database_of(office), LATER, LEASE) == []
    with database_of(office).read() as connection:
        assert jobs.backlog(connection, LATER) == (1, 0)
