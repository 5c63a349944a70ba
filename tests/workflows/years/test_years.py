"""A county works for years and nothing is lost, doubled or out of balance on any day.

The full size, a thousand projects in five years: `pytest -m long tests/workflows/years`.
"""

from pathlib import Path
from random import Random
from time import process_time

import pytest

from adapters.sql.verify import verify
from adapters.sql.verify_ledger import verify_ledger
from tests.workflows.years.beside import LOOKS
from tests.workflows.years.county import County, Told

SECONDS_MAX = 60
DONE = frozenset(
    [
        *("check.return", "review.reject", "scoring.recommend", "scoring.advise_against", "approval.approve"),
        *("building.receive", "building.sign", "building.accept", "building.pay", "building.reclaim"),
        *("settling.settle", "settlement held up", "handed over", "went away", "stood in"),
        *(f"{kind} {step}" for kind in LOOKS for step in ("begun", "open.report", "judging.close")),
    ]
)
"""What must have happened at least once in a year, by kind."""


def seldom(told: Told, least: int) -> dict[str, int]:
    """Give what was done less often than wanted."""
    return {kind: told.done[kind] for kind in sorted(DONE) if told.done[kind] < least}


def lived(folder: Path, projects: int, years: int) -> Told:
    """Let a county live from a seed, and follow every chain at the end."""
    county = County(folder / "years.db", projects, years, Random(2026))
    try:
        told = county.run()
        assert verify(county.database, county.library).faults == []
        assert verify_ledger(county.database).faults == []
    finally:
        county.close()
    return told


def test_a_year_of_a_small_county(tmp_path: Path) -> None:
    """Sixty projects: versions change, people come and go, a process is killed, all money is accounted for."""
    told = lived(tmp_path, 60, 1)
    assert seldom(told, 1) == {}
    assert told.days > 240
    assert told.crashes >= 1
    assert told.staff_changes >= 5
    assert told.migrated >= 10
    assert told.closed >= 15


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_five_years_of_a_thousand_projects(tmp_path: Path) -> None:
    """Sixty people at a time, 1,245 working days; every invariant after every day; a minute of the processor."""
    started = process_time()
    told = lived(tmp_path, 1_000, 5)
    taken = process_time() - started
    print(f"{told.commands} commands, {told.timers} timers, {told.crashes} crashes in {taken:.0f} s")  # noqa: T201  # the figure
    print("\n".join(f"{kind} {count}" for kind, count in sorted(told.done.items())))  # noqa: T201  # by kind
    assert seldom(told, 10) == {}
    assert told.days > 1_200
    assert told.crashes >= 5
    assert told.closed >= 800
    assert taken <= SECONDS_MAX
