"""A database that is closed while commands come: each is done or refused, and nobody waits for ever."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.sql.sqlite.writer import Writer
from adapters.sql.statements import Connection
from engine.refusal import Unavailable

WAIT_SECONDS_MAX = 20
CALLERS = 8


def writer_of(path: Path) -> Writer:
    """A writer over a file of its own."""
    return Writer(sqlite3.connect(path, isolation_level=None, check_same_thread=False))


@pytest.mark.parametrize("way", ["submit", "wait"])
def test_a_job_queued_while_it_closes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """The last look saw it open, and then it was closed to the end: an answer comes all the same."""
    writer = writer_of(tmp_path / "a.db")
    look = writer._refuse_if_full  # noqa: SLF001  # that moment has no other handle

    def look_and_be_overtaken() -> None:
        look()
        writer.close()

    monkeypatch.setattr(writer, "_refuse_if_full", look_and_be_overtaken)
    asked: dict[str, Callable[[], object]] = {
        "submit": lambda: writer.submit(lambda _: None).result(WAIT_SECONDS_MAX),
        "wait": lambda: writer._wait_for(lambda _: None),  # noqa: SLF001  # as above
    }
    with pytest.raises(Unavailable):
        asked[way]()


def test_everybody_gets_an_answer(tmp_path: Path) -> None:
    """Callers who write on and on until it is closed: what was acknowledged is in the file, no more and no less."""
    path = tmp_path / "a.db"
    writer = writer_of(path)
    writer.write(lambda connection: connection.driver.execute("CREATE TABLE line (n INTEGER)"))

    def add(connection: Connection) -> None:
        connection.driver.execute("INSERT INTO line VALUES (1)")

    def write_on(_: int) -> int:
        done = 0
        try:
            while True:
                writer.write(add)
                done += 1
        except Unavailable:
            return done

    with ThreadPoolExecutor(CALLERS + 1) as threads:
        callers = [threads.submit(write_on, number) for number in range(CALLERS)]
        threads.submit(writer.close).result(WAIT_SECONDS_MAX)
        done = sum(caller.result(WAIT_SECONDS_MAX) for caller in callers)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM line").fetchone() == (done,)
