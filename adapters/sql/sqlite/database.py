"""A SQLite file: who may open it, with which settings, and how it is read and written."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from adapters.sql.database import Unusable
from adapters.sql.sqlite.writer import Writer, is_away
from adapters.sql.statements import SQLITE, Connection, Language
from engine.refusal import Unavailable

BUSY_SECONDS_MAX = 5
"""How long a writer waits for a writer in another process (a command run beside the service)."""

READERS_KEPT_MAX = 8
"""Idle reading connections kept open."""

LOG_PAGES = 2_000
"""So much is written to the log (8 MiB) before a commit copies it into the file; from then on commits overwrite it."""

READER_CACHE_KIB = 1_000
"""Pages each reading connection keeps, half of what SQLite gives the writer: what is read again and again the system
keeps for all of them."""

_STATEMENTS_CACHED = 256
T = TypeVar("T")


def connect(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open an existing file in WAL mode with every commit synchronised; `Unusable` when that fails.

    Without `durable` commits are not synchronised: for a file that is thrown away when the machine stops.
    """
    if not path.is_file():
        raise Unusable(f"there is no database at {path}: make one with `shenpi init`")
    try:
        driver = sqlite3.connect(
            path,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS_MAX,
            cached_statements=_STATEMENTS_CACHED,
        )
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        driver.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    except sqlite3.Error as error:
        raise Unusable(f"{path} cannot be opened as a SQLite database: {error}") from error
    return driver


class Ownership:
    """The right of one service process to a file, held as a lock that dies with the process."""

    def __init__(self, path: Path) -> None:
        """Take it; `Unusable` when another process has it."""
        self._driver = sqlite3.connect(f"{path}.lock", isolation_level=None, timeout=0, check_same_thread=False)
        try:
            self._driver.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._driver.close()
            raise Unusable(
                f"{path} is served by another process: stop that one first, or use PostgreSQL, "
                "which many processes can serve"
            ) from error

    def release(self) -> None:
        """Give it back."""
        self._driver.close()


class SqliteDatabase:
    """One file, open. A service owns it; other commands (`owner=False`) may read and write beside it.

    That is safe because no case is kept in memory between transactions and writers of two processes wait for
    each other; it is not meant for two services, whose callers would wait too long.
    """

    def __init__(self, path: Path, *, owner: bool = True, durable: bool = True) -> None:
        """Open an existing file; `Unusable` when it is missing, damaged or owned."""
        self.path = path
        driver = connect(path, durable=durable)
        try:
            self._ownership = Ownership(path) if owner else None
        except Unusable:
            driver.close()
            raise
        self._writer = Writer(driver)
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    @property
    def language(self) -> Language:
        """SQLite's SQL."""
        return SQLITE

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a reading connection; all queries within see the same moment. `Unavailable` when the disk fails."""
        driver = self._reader()
        try:
            driver.execute("BEGIN")
            yield Connection(driver, SQLITE)
        except sqlite3.OperationalError as error:
            if not is_away(error):
                raise
            raise Unavailable(f"the database can not be read ({error}): try again") from error
        finally:
            with suppress(sqlite3.Error):
                driver.execute("ROLLBACK")
            if self._idle.qsize() < READERS_KEPT_MAX:
                self._idle.put(driver)
            else:
                driver.close()

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Lend a reading connection; all queries within see the same moment."""
        return self.read()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do some work in a transaction, and wait until it is durable."""
        return self._writer.write(work)

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Do some work in a transaction in the background."""
        return self._writer.submit(work)

    def close(self) -> None:
        """Finish what was submitted, close all connections and give the file back."""
        self._writer.close()
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()
        self._release()

    def _reader(self) -> sqlite3.Connection:
        with suppress(Empty):
            return self._idle.get_nowait()
        try:
            driver = connect(self.path)
        except Unusable as error:
            raise Unavailable(str(error)) from error
        driver.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
        driver.execute("PRAGMA query_only = ON")
        return driver

    def _release(self) -> None:
        if self._ownership is not None:
            self._ownership.release()
