"""A backup made while four callers work is a moment of what they did: all that was answered before, nothing half."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from time import sleep

import pytest

from adapters.sql.opening import sqlite_file
from adapters.sql.sqlite import backup
from adapters.sql.verify import verify
from tests.contract.place import in_database
from tests.faults.work import CASES, prepare, processes, said, work

DRILLS, DRILLS_LONG, OFFICES = 3, 10, 10
PAGES_PER_STEP = 5
"""So few that others write between any two steps."""


@contextmanager
def working(url: str) -> Iterator[Connection]:
    """Let four callers of another process work until the end; gives what tells of each token."""
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=work, args=(url, 0, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(30)
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def hear(told: Connection, begun: set[str], done: set[str]) -> None:
    """Take all that was told until now."""
    with suppress(EOFError):
        while told.poll():
            word, _, token = told.recv()
            {"begun": begun, "done": done}.get(word, set[str]()).add(token)


def run_drills(url: str, folder: Path, drills: int) -> int:
    """Make so many backups under load and look at each; gives how many answers there were in all."""
    place = in_database(url)
    prepare(place)
    place.store.close()
    source = sqlite_file(url)
    assert source is not None
    begun, done = set[str](), set[str]()
    with working(url) as told:
        for number in range(drills):
            sleep(0.3)
            hear(told, begun, done)
            answered, lefts, copied = set(done), list[int](), folder / f"drill{number}" / "office.db"
            copied.parent.mkdir()
            backup.copy(source, copied, partial(_note, lefts))
            hear(told, begun, done)
            assert lefts == sorted(set(lefts), reverse=True), "it began anew"
            look(copied, answered, begun)
            rmtree(copied.parent)
    return len(done)


def _note(lefts: list[int], left: int, _every: int) -> None:
    lefts.append(left)


def look(copied: Path, answered: set[str], begun: set[str]) -> None:
    """The copy is sound; of each case it has the first so many of what was begun, and all that had been answered."""
    place = in_database(f"sqlite:///{copied}")
    assert place.database is not None
    verdict = verify(place.database, place.library)
    assert verdict.is_clean, verdict.faults
    times = Counter(said(place))
    assert set(times.values()) <= {1}
    assert answered <= times.keys() <= begun
    for index in range(CASES):
        turns = [int(token.rpartition(" ")[2]) for token in said(place) if f"case {index} " in token]
        assert turns == list(range(len(turns)))
    place.store.close()


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy in so small steps that others write in between."""
    monkeypatch.setattr(backup, "PAGES_PER_STEP", PAGES_PER_STEP)


@pytest.mark.timeout(120)
def test_a_backup_under_load_is_a_moment(new_url: Callable[[str], str], tmp_path: Path) -> None:
    """Three backups; none begins anew because somebody writes."""
    assert run_drills(new_url("sqlite"), tmp_path, DRILLS) > DRILLS


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_backups_under_load_are_moments(new_url: Callable[[str], str], tmp_path: Path) -> None:
    """The same a hundred times; a new file after every ten, so that looking at it stays quick."""
    for _ in range(OFFICES):
        assert run_drills(new_url("sqlite"), tmp_path, DRILLS_LONG) > DRILLS_LONG
