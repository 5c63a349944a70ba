"""The machine's clock is put back or on while the service runs: nothing stands still, nothing is done twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from time import monotonic, sleep, time

import pytest
from apscheduler.schedulers import base

from adapters.notify.backoff import DELAY_MAX, JITTER_PERCENT
from adapters.sql.jobs import WAIT_MAX, take_messages, take_timers
from adapters.sql.migrating import Migrations
from service.http.callers import SECONDS_KEPT
from service.jobs import heartbeat as beating
from service.jobs.heartbeat import Heartbeat
from service.jobs.timers import LEASE, sweep_timers
from tests.service.conftest import Desk
from tests.service.matrix import order
from tests.service.office import PASSWORD
from tests.service.test_jobs import in_review

BEATS_SECONDS_MAX = 20.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = monotonic() + BEATS_SECONDS_MAX
    while not is_so():
        assert monotonic() < end
        sleep(0.02)


@dataclass
class Machine:
    """The clock of the machine, as the scheduler and the heartbeat see it."""

    ahead: timedelta = timedelta(0)

    def now(self, zone: tzinfo = UTC) -> datetime:
        """Give the time that it shows."""
        return datetime.now(zone) + self.ahead

    def time(self) -> float:
        """Give the same in seconds."""
        return time() + self.ahead.total_seconds()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A clock that can be put."""
    made = Machine()
    monkeypatch.setattr(base, "datetime", made)
    monkeypatch.setattr(beating, "datetime", made)
    monkeypatch.setattr(beating, "machine_time", made.time)
    return made


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=400)], ids=["back", "on"])
def test_the_heartbeat_goes_on(
    open_desk: Callable[..., Desk], machine: Machine, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """It beats within moments, not only when the clock shows the old time again; nor does it make up for a year."""
    beats: list[int] = []

    def beat(_: object) -> int:
        beats.append(1)
        return 0

    monkeypatch.setattr(beating, "CLOCK_SECONDS", 0.1)
    monkeypatch.setattr(beating, "sweep_timers", beat)
    heartbeat = Heartbeat(open_desk().assembly)
    heartbeat.start()
    try:
        wait_until(lambda: len(beats) >= 1)
        machine.ahead = jump
        before = len(beats)
        wait_until(lambda: len(beats) >= before + 2)  # one may have been under way
    finally:
        heartbeat.stop()


def put(desk: Desk, **span: float) -> None:
    """Put the clock on, or back, for as long as what is kept of callers."""
    desk.clock.advance(**span)
    sleep(SECONDS_KEPT)


def test_a_session_that_a_wrong_clock_saw_ends_by_the_right_one(desk: Desk) -> None:
    """Used while the clock was a day ahead: put back, it still ends half an hour after its last use."""
    desk.clock.advance(days=1)
    ann = desk.sign_in("ann")
    put(desk, days=-1)
    assert ann.get("/me").status_code == 200
    put(desk, minutes=29)
    assert ann.get("/me").status_code == 200
    put(desk, minutes=30)
    assert ann.get("/me").status_code == 401


def test_a_lock_of_a_wrong_clock_does_not_hold(desk: Desk) -> None:
    """Locked out while the clock was a day ahead: put back, nobody waits for a day; guesses are counted as ever."""
    desk.clock.advance(days=1)
    for _ in range(6):
        answer = desk.client.post("/api/v1/session", json={"username": "ann", "password": "wrong"})
    assert answer.status_code == 429
    desk.clock.advance(days=-1)
    for _ in range(5):
        assert desk.client.post("/api/v1/session", json={"username": "ann", "password": "no"}).status_code == 401
    assert desk.client.post("/api/v1/session", json={"username": "ann", "password": PASSWORD}).status_code == 429
    desk.clock.advance(minutes=15)
    desk.sign_in("ann")


def test_a_timer_that_a_wrong_clock_lent_is_free(desk: Desk) -> None:
    """Taken by a process that ended, while the clock was a day ahead: put back, it fires when it is due, once."""
    in_review(desk)
    desk.clock.advance(days=5)
    assert len(take_timers(desk.assembly.database, desk.clock.now(), LEASE)) == 1
    desk.clock.advance(days=-1)
    assert [sweep_timers(desk.assembly), sweep_timers(desk.assembly)] == [1, 0]


def test_a_message_that_a_wrong_clock_held_back_is_sent(desk: Desk) -> None:
    """Written, or lent, while the clock was days ahead: put back, it is sent now and not days later; once."""
    desk.clock.advance(days=5)
    in_review(desk)
    desk.clock.advance(days=-3)
    database = desk.assembly.database
    written = take_messages(database, desk.clock.now(), LEASE)
    assert written
    assert take_messages(database, desk.clock.now(), LEASE) == []
    desk.clock.advance(days=-1)
    lent = take_messages(database, desk.clock.now(), LEASE)
    assert {one.id for one in lent} == {one.id for one in written}


def test_no_message_is_left_for_later_than_a_wrong_clock_would(desk: Desk) -> None:
    """The longest pause between two attempts is not taken for a wrong clock's."""
    assert DELAY_MAX * (100 + JITTER_PERCENT) / 100 < WAIT_MAX
    in_review(desk)
    desk.clock.advance(hours=1)
    now = desk.clock.now()
    assert take_messages(desk.assembly.database, now, WAIT_MAX)
    assert take_messages(desk.assembly.database, now, LEASE) == []


def test_an_order_to_migrate_that_a_wrong_clock_lent_is_free(desk: Desk) -> None:
    """Taken by a process that ended, while the clock was a day ahead: put back, another one carries it out."""
    id, orders = order(desk.assembly), Migrations(desk.assembly.database)
    taken = orders.take(desk.clock.now() + timedelta(days=1), LEASE)
    assert taken is not None
    again = orders.take(desk.clock.now(), LEASE)
    assert again is not None
    assert (taken.id, again.id) == (id, id)
    assert orders.take(desk.clock.now(), LEASE) is None
    assert orders.take(desk.clock.now() - timedelta(seconds=30), LEASE) is None  # another machine's clock, a little off


def test_a_command_takes_its_key_whatever_the_clock_shows(desk: Desk) -> None:
    """A month ahead and back again: the same key gives the same answer."""
    ann = desk.sign_in("ann")
    item = ann.start()
    path = f"/items/{item['id']}/remarks"
    first = ann.post(path, {"comment": "once"}, key="k").json()
    for days in (30, -60, 30):
        put(desk, days=days)
        ann = desk.sign_in("ann")
        again = ann.post(path, {"comment": "once"}, key="k").json()
        assert (again["revision"], again["replayed"]) == (first["revision"], True)
