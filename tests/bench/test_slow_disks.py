"""Group commit is worth what a commit costs: measured with commits that take as long as on other disks."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from adapters.sql.bench.actions import CALLERS, TOGETHER_GOAL
from adapters.sql.bench.floors import SqliteFloor
from adapters.sql.bench.measuring import compare, one_at_a_time, side_by_side
from adapters.sql.bench.scenario import Work, prepare
from adapters.sql.bench.scratch import New
from adapters.sql.opening import open_database
from adapters.sql.sqlite import database as sqlite_database
from adapters.sql.sqlite.writer import Writer

CASES, ROUNDS = 96, 20


class SlowDriver:
    """A connection whose commits take longer, while other threads work as they do during a synchronisation."""

    def __init__(self, driver: Any, seconds: float) -> None:  # noqa: ANN401  # a connection of sqlite3
        """Slow this connection down."""
        self._driver, self._seconds = driver, seconds
        self.commits = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a connection has
        """Give what the connection has."""
        return getattr(self._driver, name)

    def execute(self, text: str, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401  # as sqlite3 takes them
        """Run a statement; a commit takes its time."""
        cursor: sqlite3.Cursor = self._driver.execute(text, *values)
        if text == "COMMIT":
            self.commits += 1
            sleep(self._seconds)
        return cursor


@pytest.fixture
def slowed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A list whose one number is how long commits take, in seconds, for whoever opens a database or a floor."""
    seconds = [0.0]
    monkeypatch.setattr(sqlite_database, "Writer", lambda driver: Writer(SlowDriver(driver, seconds[0])))  # type: ignore[arg-type]  # has what a connection has
    return seconds


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("milliseconds", [1, 2, 5])
def test_sixteen_callers_are_three_times_the_floor(sqlite: New, slowed: list[float], milliseconds: int) -> None:
    """From a millisecond a commit on, sixteen callers reach three times the floor's rate one at a time."""
    ours, other = sqlite(), sqlite()
    cases, floor_cases = prepare(ours, CASES), prepare(other, CASES)
    slowed[0] = milliseconds / 1_000
    with closing(open_database(ours)) as opened, closing(SqliteFloor(Path(other.removeprefix("sqlite:///")))) as floor:
        floor._file = SlowDriver(floor._file, slowed[0])  # type: ignore[assignment]  # noqa: SLF001
        below = one_at_a_time(floor.act, floor_cases)
        together = compare(side_by_side(Work(opened, cases).act, cases, CALLERS), below, ROUNDS)
    print(f"\n{milliseconds} ms: {1 / together.ratio:.2f}, ours {together.ours_median:.0f} µs")  # noqa: T201  # the figure
    assert 1 / together.ratio >= TOGETHER_GOAL
