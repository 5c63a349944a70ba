"""Putting very many running items on a version: progress is told, and people are served meanwhile as usual."""

import sqlite3
from statistics import median, quantiles
from threading import Thread
from time import perf_counter
from typing import cast

import pytest

from adapters.sql.statements import Connection
from engine.commands import SYSTEM, Actor, Remark, Start
from service.assembly import Assembly
from service.jobs.migrations import CASES_AT_ONCE, Mover
from tests.service.conftest import Desk
from tests.service.test_changes import CHANGED, order, read, second

TIMES_MAX = 3
ACTIONS = 400
AT_ONCE = 500


def opened(assembly: Assembly, count: int, version: int | None = None) -> list[str]:
    """Open many items, of the newest version by default, so many at a time that they share commits."""
    actor = Actor("ann", "Ann", "xinghe", frozenset({"u:ann", "g:applicant@xinghe"}))
    ids = [assembly.ids.new() for _ in range(count)]
    for first in range(0, count, AT_ONCE):
        pending = [
            assembly.runtime.submit(
                Start(
                    case_id=id,
                    actor=actor,
                    definition="well",
                    version=version,
                    code=f"M-{id}",
                    unit="xinghe",
                    data={"name": "x", "cost": 1},
                )
            )
            for id in ids[first : first + AT_ONCE]
        ]
        for one in pending:
            one.result(120)
    return ids


def waits(assembly: Assembly, ids: list[str]) -> list[float]:
    """Act on some items, one after the other; gives how long each answer took."""
    taken = []
    for id in ids:
        started = perf_counter()
        assembly.runtime.execute(Remark(case_id=id, actor=SYSTEM, comment="ordinary work"))
        taken.append(perf_counter() - started)
    return taken


def migrated(desk: Desk, count: int) -> tuple[list[float], list[float]]:
    """Put many items on a version; gives how long ordinary acts took before and meanwhile."""
    assembly = desk.assembly
    ids = opened(assembly, count)
    _, walt = second(desk, CHANGED)
    waits(assembly, ids[-50:])
    normal = waits(assembly, ids[-ACTIONS:])
    made = order(walt)
    mover, busy = Mover(assembly), [True]

    def work() -> None:
        while mover.sweep():
            pass
        busy[0] = False

    thread = Thread(target=work)
    thread.start()
    meanwhile: list[float] = []
    seen = set()
    while busy[0]:
        meanwhile += waits(assembly, ids[-ACTIONS:][len(meanwhile) % ACTIONS :][:40])
        seen.add(read(walt, made, limit="1")["migration"]["done"])
    thread.join()
    done = read(walt, made, limit="1")["migration"]
    assert (done["status"], done["total"], done["counts"]) == ("done", count, {"moved": count})
    assert len(seen) > 2
    return normal, meanwhile


def p99(taken: list[float]) -> float:
    """Give what 99 of 100 stay below."""
    return quantiles(taken, n=100)[98]


def test_two_thousand_items_are_moved_beside_ordinary_work(desk: Desk) -> None:
    """All arrive, progress is seen on the way, and the usual act takes no longer than three usual ones."""
    normal, meanwhile = migrated(desk, 2_000)
    assert median(meanwhile) <= TIMES_MAX * median(normal)


def steps(assembly: Assembly, mover: Mover) -> int:
    """Work on a full round of an order; gives how many steps SQLite made for it."""
    taken = [0]

    def listen(connection: Connection) -> None:
        driver = cast("sqlite3.Connection", connection.driver)
        driver.set_progress_handler(lambda: taken.__setitem__(0, taken[0] + 1), 1)

    assembly.database.write(listen)
    with assembly.database.read() as connection:
        listen(connection)
    assert mover.sweep() == CASES_AT_ONCE
    return taken[0]


def test_a_round_takes_no_longer_among_many_items(desk: Desk) -> None:
    """Ten times as many items, nearly all of them done: SQLite makes hardly more steps for the next few."""
    assembly = desk.assembly
    opened(assembly, 2 * CASES_AT_ONCE)
    _, walt = second(desk, CHANGED)
    order(walt)
    mover = Mover(assembly, lambda _seconds: None)
    few = steps(assembly, mover)
    opened(assembly, 18 * CASES_AT_ONCE, version=1)
    for _ in range(18):
        assert mover.sweep() == CASES_AT_ONCE
    many = steps(assembly, mover)
    assert many < 1.1 * few, (few, many)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_hundred_thousand_items_are_moved_beside_ordinary_work(desk: Desk) -> None:
    """The same in full size, judged by the slowest of a hundred."""
    normal, meanwhile = migrated(desk, 100_000)
    assert p99(meanwhile) <= TIMES_MAX * p99(normal), (p99(normal), p99(meanwhile))
