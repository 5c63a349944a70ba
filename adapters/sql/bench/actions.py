"""Durable actions through the runtime beside the hand-written floor: the same writes on the same disk in turns."""

from collections.abc import Callable, Iterator
from contextlib import closing

from msgspec import Struct

from adapters.sql.bench.figures import Figure
from adapters.sql.bench.floors import Floor, PostgresFloor, SqliteFloor
from adapters.sql.bench.measuring import Comparison, compare, in_groups, one_at_a_time, side_by_side
from adapters.sql.bench.scenario import Work, prepare
from adapters.sql.bench.scratch import New
from adapters.sql.bench.syncs import postgres_syncs, sqlite_syncs
from adapters.sql.database import Unusable
from adapters.sql.opening import open_database, sqlite_file

CALLERS = 16
ALONE_GOAL, TOGETHER_GOAL, SYNCS_GOAL = 1.5, 3.0, 1.1


class Size(Struct, frozen=True):
    """How much is measured. Every round acts on each case once; a case costs a row of every kind each time."""

    rounds: int
    cases: int


FULL, SHORT = Size(rounds=40, cases=96), Size(rounds=8, cases=48)


def floor_of(url: str) -> Floor:
    """Open the floor over a database that was prepared."""
    path = sqlite_file(url)
    return PostgresFloor(url) if path is None else SqliteFloor(path)


def actions(new: New, database: str, size: Size) -> Iterator[Figure]:
    """Measure one at a time, many at once, and how often the disk is synchronised."""
    ours_url, floor_url = new(), new()
    cases, floor_cases = prepare(ours_url, size.cases), prepare(floor_url, size.cases)
    with closing(open_database(ours_url)) as opened, closing(floor_of(floor_url)) as floor:
        work = Work(opened, cases)
        below = one_at_a_time(floor.act, floor_cases)
        alone = compare(one_at_a_time(work.act, cases), below, size.rounds)
        yield Figure("one at a time", database, alone.ratio, ALONE_GOAL, parts=medians(alone))
        together = compare(side_by_side(work.act, cases, CALLERS), below, size.rounds)
        yield faster(f"{CALLERS} callers", database, together, TOGETHER_GOAL if sqlite_file(ours_url) else 0)
        if isinstance(floor, SqliteFloor):
            grouped = compare(in_groups(floor.act_on, floor_cases, CALLERS), below, size.rounds)
            yield faster(f"the floor itself, {CALLERS} a commit", database, grouped, 0)
    yield from syncs(ours_url, database, cases)


def medians(comparison: Comparison) -> dict[str, float]:
    """Give the medians that a ratio comes from."""
    return {"ours_us": comparison.ours_median, "floor_us": comparison.floor_median}


def faster(what: str, database: str, comparison: Comparison, goal: float) -> Figure:
    """Give how many times the floor's rate, one at a time, is reached."""
    return Figure(what, database, 1 / comparison.ratio, goal, is_limit=False, parts=medians(comparison))


def syncs(url: str, database: str, cases: list[str]) -> Iterator[Figure]:
    """Count the synchronisations an acknowledged command: alone there is one each, together they share them."""
    count: Callable[[str, list[str], int], float] = postgres_syncs if sqlite_file(url) is None else sqlite_syncs
    for callers in (1, CALLERS):
        what = f"disk syncs a command, {callers} {'callers' if callers > 1 else 'caller'}"
        try:
            yield Figure(what, database, count(url, cases, callers), SYNCS_GOAL)
        except Unusable as error:
            yield Figure(what, database, 0, 0, note=f"not counted: {error}")
