"""SQLite says no at one statement after the other: whoever was answered is kept, and the writer goes on afterwards."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.sql.opening import open_database
from adapters.sql.sqlite.writer import Writer
from adapters.sql.statements import Connection
from engine.refusal import Unavailable

WAIT_SECONDS_MAX = 20


class Failing(sqlite3.Connection):
    """A connection on which statements that begin with some words fail, as on a disk that fails."""

    words: tuple[str, ...] = ()

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        """Run a statement, or fail."""
        if self.words and sql.startswith(self.words):
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *values)  # type: ignore[arg-type]  # as it came


@pytest.fixture
def driver(tmp_path: Path) -> Failing:
    """A file of its own with one table, on a connection that can be made to fail."""
    made = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False, factory=Failing)
    made.execute("CREATE TABLE line (n INTEGER)")
    return made


def add(connection: Connection) -> str:
    """Write a line."""
    connection.driver.execute("INSERT INTO line VALUES (1)")
    return "done"


FAILURES = (("COMMIT",), ("COMMIT", "ROLLBACK"), ("BEGIN",), ("INSERT", "ROLLBACK"))


@pytest.mark.parametrize("words", FAILURES, ids=" and ".join)
@pytest.mark.parametrize("way", ["write", "submit"])
def test_nobody_is_told_of_what_is_not_kept(driver: Failing, words: tuple[str, ...], way: str) -> None:
    """Not even when undoing it fails as well; and when the disk is well again, so is the writer."""
    writer = Writer(driver)

    def ask() -> str:
        return writer.write(add) if way == "write" else writer.submit(add).result(WAIT_SECONDS_MAX)

    driver.words = words
    for _ in range(2):
        with pytest.raises(Unavailable):
            ask()
    driver.words = ()
    assert ask() == "done"
    assert driver.execute("SELECT count(*) FROM line").fetchone() == (1,)
    writer.close()


def misspelt(connection: Connection) -> object:
    """Ask for a table that there is not."""
    return connection.driver.execute("SELECT * FROM lines")


@pytest.mark.parametrize("way", ["write", "submit"])
def test_a_statement_that_is_wrong_is_our_fault(driver: Failing, way: str) -> None:
    """To come again would change nothing: it is no `Unavailable`; what others wrote in the same batch is kept."""
    writer = Writer(driver)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        writer.write(misspelt) if way == "write" else writer.submit(misspelt).result(WAIT_SECONDS_MAX)
    assert writer.write(add) == "done"
    assert driver.execute("SELECT count(*) FROM line").fetchone() == (1,)
    writer.close()


def test_a_query_that_is_wrong_is_our_fault(furnished_file: Path) -> None:
    """As for who writes."""
    database = open_database(f"sqlite:///{furnished_file}", owner=False)
    with pytest.raises(sqlite3.OperationalError, match="no such table"), database.read() as connection:
        misspelt(connection)
    database.close()


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file have a byte: the operating system refuses, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


SORTED_ON_DISK = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT i, randomblob(500) AS b FROM n ORDER BY b"""


def test_a_reader_that_finds_no_room_is_told_to_come_again(furnished_file: Path) -> None:
    """What is sorted outside the memory needs a disk, too: an answer in words, not a fault, and soon it works again."""
    database = open_database(f"sqlite:///{furnished_file}", owner=False)
    with pytest.raises(Unavailable, match="try again"), no_room(), database.read() as connection:
        connection.driver.execute(SORTED_ON_DISK).fetchall()
    with database.read() as connection:
        assert len(connection.driver.execute(SORTED_ON_DISK).fetchall()) == 20_000
    database.close()


def test_a_file_that_is_gone_is_told_as_away(furnished_file: Path, tmp_path: Path) -> None:
    """Its disk was taken away under the running service: nobody gets an error of ours, and it is there again later."""
    file, elsewhere = tmp_path / "office.db", tmp_path / "away.db"
    file.write_bytes(furnished_file.read_bytes())
    database = open_database(f"sqlite:///{file}")
    with database.read(), database.read():  # so that the third reader opens the file
        file.rename(elsewhere)
        with pytest.raises(Unavailable, match="no database"), database.read():
            pass
        elsewhere.rename(file)
        with database.read() as connection:
            assert connection.driver.execute("SELECT count(*) FROM unit").fetchone() == (2,)
    database.close()
