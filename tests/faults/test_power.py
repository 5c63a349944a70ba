"""The current fails under load: whatever the disk had not been made to keep is lost, and nothing that was told."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from random import Random
from shutil import which

import pytest

from adapters.sql.opening import sqlite_file
from adapters.sql.verify import verify
from tests.contract.place import in_database
from tests.faults.power import Disk, Event, Told, traced
from tests.faults.work import prepare, said

pytestmark = pytest.mark.skipif(which("strace") is None, reason="strace is not installed")

TURNS = 40
"""So many times four cases are spoken to and moved on: over a thousand pages, so that the log is written back."""

VERIFIED_EVERY = 20
"""So often all rows are looked at, not only the file and what was told."""


def cut(url: str, cuts: int, folder: Path) -> int:
    """Cut the current so many times, at any moments of one run; gives how many tokens had been told in all."""
    chance = Random(int(os.environ.get("SHENPI_SEED", "1")))
    place = in_database(url)
    prepare(place)
    place.store.close()
    path = Path(str(sqlite_file(url)))
    disk = Disk({str(path): bytearray(path.read_bytes())})
    events = traced(url, TURNS, folder / "trace")
    moments = Counter(chance.randrange(len(events) + 1) for _ in range(cuts))
    told: set[str] = set()
    numbers = count()
    for moment, event in enumerate([*events, None]):
        for number in islice(numbers, moments[moment]):
            left = folder / f"cut{number}"
            look(disk.after_a_cut(chance), path.name, left, told, whole=number % VERIFIED_EVERY == 0)
        _take(disk, told, event)
    return len(told)


def _take(disk: Disk, told: set[str], event: Event | None) -> None:
    if isinstance(event, Told):
        told.add(event.token)
    elif event is not None:
        disk.take(event)


def look(found: Mapping[str, bytes], name: str, folder: Path, told: set[str], *, whole: bool) -> None:
    """Open what a cut has left: the file is sound, what was told is there once; `whole` looks at every row."""
    folder.mkdir()
    for path, content in found.items():
        (folder / Path(path).name).write_bytes(content)
    file = folder / name
    with closing(sqlite3.connect(file)) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)], folder
    place = in_database(f"sqlite:///{file}")
    try:
        times = Counter(said(place))
        assert told - times.keys() == set(), folder
        assert set(times.values()) <= {1}, folder
        if whole:
            assert place.database is not None
            assert verify(place.database, place.library).is_clean, folder
    finally:
        place.store.close()
    for left in folder.iterdir():
        left.unlink()


@pytest.mark.timeout(600)
def test_a_hundred_power_cuts_lose_nothing_that_was_told(new_url: Callable[[str], str], tmp_path: Path) -> None:
    """SQLite, four callers: acknowledged actions lost 0, doubled 0, the file sound each time."""
    assert cut(new_url("sqlite"), 100, tmp_path) == 4 * TURNS


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_thousand_power_cuts_lose_nothing_that_was_told(new_url: Callable[[str], str], tmp_path: Path) -> None:
    """The same at length."""
    assert cut(new_url("sqlite"), 2_000, tmp_path) == 4 * TURNS
