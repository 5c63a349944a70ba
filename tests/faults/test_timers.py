"""Timers over several processes that are killed at random: each fires exactly once, none early."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from multiprocessing.process import BaseProcess
from random import Random
from time import monotonic, sleep

import pytest

from adapters.sql import jobs
from adapters.sql.verify import verify
from engine.assignment import Initiator
from engine.commands import SYSTEM, Expire, Start
from engine.definition import Rung, State
from engine.duration import parse_duration, parse_moment
from engine.events import TimerFired
from engine.guards import GuardBook
from engine.process import compile_process
from tests.contract.place import DEFINITION, Place, in_database
from tests.engine.small import START, person, text
from tests.faults.work import processes

PROCESSES = 4
KILL_EVERY_SECONDS = 0.2
LEASE = timedelta(seconds=2)
MINUTES = 60
"""Over how many minutes of the tests' clock the timers fall due; that clock runs 600 times as fast as ours."""

WAITING = State(
    "waiting",
    text("waiting"),
    "all",
    who=Initiator(),
    due=parse_duration("1 hours"),
    escalate=(Rung(parse_moment("due"), mark="late"),),
)
TIMED = replace(DEFINITION, key="timed", initial="waiting", states={"waiting": WAITING, **DEFINITION.states})


class QuickClock:
    """Shows the tests' time, which runs quickly."""

    def __init__(self, began: float) -> None:
        """Begin an hour after the first case was opened; `began` is in seconds of this machine's clock."""
        self._began = began

    def now(self) -> datetime:
        """Give the tests' moment."""
        return START + timedelta(hours=1, seconds=(monotonic() - self._began) * 600)


def opened(url: str, timers: int) -> None:
    """Open that many cases, spread over an hour, each with one timer armed."""
    place = timed(url)
    spread = timedelta(minutes=MINUTES) / timers
    groups = 8

    def open_some(group: int) -> None:
        for index in range(group, timers, groups):
            place.clock.at = START + spread * index
            start = Start(
                case_id=f"case{index:06}", actor=person("ann"), definition="timed", code=str(index), unit="town"
            )
            place.runtime.execute(start)

    with ThreadPoolExecutor(groups) as pool:
        list(pool.map(open_some, range(groups)))
    place.store.close()


def timed(url: str) -> Place:
    """The office with the procedure whose only state waits for an hour."""
    place = in_database(url)
    place.library.add(compile_process(TIMED, GuardBook()))
    return place


def fire(url: str, began: float) -> None:
    """Take due timers and fire them, without end."""
    place = timed(url)
    clock = QuickClock(began)
    assert place.database is not None
    while True:
        place.clock.at = clock.now()
        taken = jobs.take_timers(place.database, place.clock.at, LEASE * 600, limit=50)
        for timer in taken:
            place.runtime.execute(
                Expire(case_id=timer.case_id, actor=SYSTEM, timer=timer.name, generation=timer.generation)
            )
        if not taken:
            sleep(0.02)


def fire_and_kill(url: str, timers: int, seed: int) -> int:
    """Keep firing processes alive, killing one after the other, until nothing is left; gives how many were killed."""
    chance, began, kills = Random(seed), monotonic(), count()
    place = timed(url)
    assert place.database is not None

    def another() -> BaseProcess:
        process = processes.Process(target=fire, args=(url, began), daemon=True)
        process.start()
        return process

    running = [another() for _ in range(PROCESSES)]
    while True:
        sleep(chance.uniform(0, 2 * KILL_EVERY_SECONDS))
        with place.database.read() as connection:
            (left,) = connection.driver.execute("SELECT count(*) FROM timer").fetchone()
        if left == 0:
            break
        victim = running.pop(chance.randrange(PROCESSES))
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        next(kills)
        running.append(another())
    for process in running:
        process.kill()
        process.join()
    look(place, timers)
    place.store.close()
    return next(kills)


def look(place: Place, timers: int) -> None:
    """Every timer fired once and not before it was due, and everything is clean."""
    assert place.database is not None
    for index in range(timers):
        case = place.store.load(f"case{index:06}")
        fired = [
            record
            for record in place.store.history(case.id)
            for event in record.events
            if isinstance(event, TimerFired)
        ]
        assert len(fired) == 1, case.id
        assert fired[0].at >= case.opened_at + timedelta(hours=1), case.id
        assert case.marks == ("late",)
    verdict = verify(place.database, place.library)
    assert verdict.is_clean, verdict.faults


@pytest.mark.timeout(300)
def test_timers_fire_once_although_processes_are_killed(new_url: Callable[[str], str]) -> None:
    """1,000 timers, four processes on PostgreSQL, kills all the time."""
    url = new_url("postgresql")
    opened(url, 1_000)
    assert fire_and_kill(url, 1_000, seed=1) > 3


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_thousand_timers_fire_once(new_url: Callable[[str], str]) -> None:
    """The same with 20,000."""
    url = new_url("postgresql")
    opened(url, 20_000)
    assert fire_and_kill(url, 20_000, seed=2) > 3
