"""A SQLite file: who may open it, with which settings, and how it is read and written."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from adapters.sql.database import Unusable
from adapters.sql.sqlite.writer import Writer
from adapters.sql.statements import SQLITE, Connection, Language

BUSY_SECONDS_MAX = 5
"""How long a writer waits for a writer in another process (a command run beside the service)."""

READERS_KEPT_MAX = 8
"""Idle reading connections kept open."""

CHECKPOINT_COMMITS = 200
"""After so many commits what they wrote is copied from the log into the file, beside the commits that follow."""

_LOG_PAGES_MAX = 16_000  # 64 MiB: from here on a commit makes the copy itself, which only a long rush of commits needs
_CACHE_KIB = 16_000
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
        driver.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES_MAX}")
        driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
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


class Copier:
    """Copies the log into the file in a thread of its own, so that no commit waits for it."""

    def __init__(self, path: Path) -> None:
        """Wait for work."""
        self._driver = connect(path)
        self._commits = 0
        self._wake = Event()
        self._is_closed = False
        self._thread = Thread(target=self._serve, name="shenpi-copier", daemon=True)
        self._thread.start()

    def count(self) -> None:
        """A commit was made."""
        self._commits += 1
        if self._commits % CHECKPOINT_COMMITS == 0:
            self._wake.set()

    def close(self) -> None:
        """End the thread."""
        self._is_closed = True
        self._wake.set()
        self._thread.join()
        self._driver.close()

    def _serve(self) -> None:
        while not self._is_closed:
            self._wake.wait()
            self._wake.clear()
            with suppress(sqlite3.Error):  # a full disk: the writer tells its callers, and the next copy comes later
                self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


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
        self._copier = Copier(path)
        self._writer = Writer(driver, self._copier.count)
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    @property
    def language(self) -> Language:
        """SQLite's SQL."""
        return SQLITE

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a reading connection; all queries within see the same moment."""
        driver = self._reader()
        try:
            driver.execute("BEGIN")
            yield Connection(driver, SQLITE)
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
        self._copier.close()
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()
        self._release()

    def _reader(self) -> sqlite3.Connection:
        with suppress(Empty):
            return self._idle.get_nowait()
        driver = connect(self.path)
        driver.execute("PRAGMA query_only = ON")
        return driver

    def _release(self) -> None:
        if self._ownership is not None:
            self._ownership.release()
