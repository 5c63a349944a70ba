"""A database that does not take a commit: nobody is told it did, nothing is half there, and it goes on afterwards."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from adapters.sql.sqlite import database as sqlite_database
from adapters.sql.sqlite import writer as sqlite_writer
from adapters.sql.sqlite.database import SqliteDatabase
from adapters.sql.verify import verify
from engine.commands import Act, Remark
from engine.ports import Receipt
from engine.refusal import Refused, Unavailable
from tests.contract.place import Place, furnish, in_database
from tests.engine.small import person


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Place]:
    """The small office over a SQLite file, with one case."""
    url = f"sqlite:///{tmp_path / 'office.db'}"
    furnish(url)
    place = in_database(url)
    place.start()
    yield place
    place.store.close()


def file_of(office: Place) -> SqliteDatabase:
    """The open file of an office."""
    assert isinstance(office.database, SqliteDatabase)
    return office.database


def remark(text: str) -> Remark:
    """A command that is never refused."""
    return Remark(case_id="case", actor=person("ann"), comment=text)


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file grow beyond what the write-ahead log is now: the operating system refuses, as on a full disk."""
    size = Path(f"{path}-wal").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def one_batch(office: Place) -> Iterator[None]:
    """Keep the writer at work until the end: what is submitted meanwhile joins its transaction and shares its fate."""
    begun, go_on = Event(), Event()

    def wait(_: object) -> None:
        begun.set()
        go_on.wait(30)

    waiting = file_of(office).submit(wait)
    begun.wait(30)
    try:
        yield
    finally:
        go_on.set()
    with suppress(Unavailable):
        waiting.result(30)


def test_everybody_in_a_failed_batch_is_told(office: Place) -> None:
    """Also who was refused: the rows that the refusal looked at are not there."""
    act = Act(case_id="case", actor=person("rex"), action="submit")
    with full_disk(file_of(office).path):
        with one_batch(office):
            pending = [office.runtime.submit(remark(f"remark {index}" * 100)) for index in range(5)]
            refused = office.runtime.submit(act)
        for one in (*pending, refused):
            with pytest.raises(Unavailable, match="try again"):
                one.result(30)
    assert office.store.load("case").revision == 1
    assert verify(file_of(office), office.library).is_clean


def test_reading_goes_on_while_the_disk_is_full(office: Place) -> None:
    """And writing goes on afterwards, without hands."""
    with full_disk(file_of(office).path):
        for _ in range(3):
            with pytest.raises(Unavailable):
                office.runtime.execute(remark("x" * 5000))
        assert office.store.load("case").revision == 1
        assert len(office.store.history("case")) == 1
    assert office.runtime.execute(remark("again")).revision == 2
    assert verify(file_of(office), office.library).is_clean


def test_a_hundred_full_disks_corrupt_nothing(office: Place) -> None:
    """Filled at ever different moments: what was acknowledged is there, no more."""
    expected = 1
    for attempt in range(100):
        with full_disk(file_of(office).path), suppress(Unavailable):
            expected = office.runtime.execute(remark("x" * (1 + attempt * 97 % 9000))).revision
        if attempt % 3 == 0:
            expected = office.runtime.execute(remark("room again")).revision
    assert office.store.load("case").revision == expected
    assert verify(file_of(office), office.library).is_clean
    with file_of(office).read() as connection:
        assert connection.driver.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_who_comes_while_others_are_at_work_shares_their_commit(office: Place) -> None:
    """One synchronisation for all: whom the last commit let go is back before the next one, and waits once."""
    said: list[str] = []
    file_of(office).submit(partial(_told, said.append)).result(30)
    said.clear()
    with one_batch(office):
        late = [office.runtime.submit(remark(str(number))) for number in range(5)]
    assert [one.result(30).revision for one in late] == [2, 3, 4, 5, 6]
    assert said.count("COMMIT") == 1


def _told(say: Callable[[str], None], connection: object) -> None:
    connection.driver.set_trace_callback(say)  # type: ignore[attr-defined]  # a Connection


def test_one_failure_does_not_undo_its_neighbours(office: Place) -> None:
    """A refused command and an error of ours, in one batch with commands that succeed."""
    with one_batch(office):
        before = office.runtime.submit(remark("before"))
        refused = office.runtime.submit(Act(case_id="case", actor=person("rex"), action="submit"))
        broken = file_of(office).submit(lambda connection: connection.driver.execute("INSERT INTO nothing VALUES (1)"))
        halfway = file_of(office).submit(_half_done)
        after = office.runtime.submit(remark("after"))
    assert (before.result(30).revision, after.result(30).revision) == (2, 3)
    with pytest.raises(Refused):
        refused.result(30)
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        broken.result(30)
    with pytest.raises(ZeroDivisionError):
        halfway.result(30)
    with file_of(office).read() as connection:
        assert connection.driver.execute("SELECT count(*) FROM numbering").fetchone() == (0,)
    assert verify(file_of(office), office.library).is_clean


def _half_done(connection: object) -> None:
    driver = connection.driver  # type: ignore[attr-defined]  # a Connection
    driver.execute("INSERT INTO numbering VALUES ('x', 1)")
    raise ZeroDivisionError


def test_a_lost_transaction_is_lost_for_all(office: Place) -> None:
    """When SQLite itself rolls back in the middle of a batch, no command of it is acknowledged."""
    with one_batch(office):
        before = office.runtime.submit(remark("before"))
        rolled_back = file_of(office).submit(_roll_back)
        after = office.runtime.submit(remark("after"))
    for one in (before, rolled_back, after):
        with pytest.raises(Unavailable):
            one.result(30)
    assert office.store.load("case").revision == 1
    assert office.runtime.execute(remark("again")).revision == 2


def _roll_back(connection: object) -> None:
    connection.driver.execute("ROLLBACK")  # type: ignore[attr-defined]  # a Connection
    raise sqlite3.OperationalError("as after a disk error")


def test_a_full_queue_refuses(office: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once and in words; what waits already is done."""
    monkeypatch.setattr(sqlite_writer, "WAITING_MAX", 3)
    with one_batch(office):
        pending = [office.runtime.submit(remark(str(index))) for index in range(3)]
        too_many = office.runtime.submit(remark("too many"))
        with pytest.raises(Unavailable, match="wait already"):
            too_many.result(0)
    assert [one.result(30).revision for one in pending] == [2, 3, 4]


def test_a_command_nobody_waits_for_any_more_is_not_done(office: Place) -> None:
    """It was given up before its turn."""
    with one_batch(office):
        given_up = file_of(office).submit(lambda _: pytest.fail("it was done"))
        assert given_up.cancel()
        kept = office.runtime.submit(remark("kept"))
    assert kept.result(30).revision == 2
    with pytest.raises(CancelledError):
        given_up.result(0)


def test_closing_finishes_what_waits(office: Place) -> None:
    """And refuses what comes later, in words."""
    with one_batch(office):
        pending = [office.runtime.submit(remark(str(index))) for index in range(10)]
    office.store.close()
    assert [one.result(0).revision for one in pending] == list(range(2, 12))
    attempts: list[Callable[[], Receipt]] = [
        lambda: office.runtime.execute(remark("late")),
        lambda: office.runtime.submit(remark("late")).result(0),
    ]
    for attempt in attempts:
        with pytest.raises(Unavailable, match="closed"):
            attempt()


def test_a_writer_of_another_process_is_waited_for(office: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not for ever: then nobody's command is lost silently."""
    monkeypatch.setattr(sqlite_database, "BUSY_SECONDS_MAX", 0.2)
    path = file_of(office).path
    office.store.close()
    place = in_database(office.url)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        place.runtime.execute(remark("x"))
    other.execute("ROLLBACK")
    other.close()
    assert place.runtime.execute(remark("x")).revision == 2
    place.store.close()
