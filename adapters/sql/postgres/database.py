"""A PostgreSQL database: a pool of connections, each statement durable by itself unless a transaction is asked for."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from threading import local
from time import sleep
from typing import TypeVar

from psycopg import Connection as Driver
from psycopg import OperationalError
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    ReadOnlySqlTransaction,
    SerializationFailure,
)

from adapters.sql.database import Unusable
from adapters.sql.postgres.pool import Pool
from adapters.sql.statements import POSTGRESQL, Connection, Language, Row
from adapters.threads import Threads
from engine.refusal import Unavailable

CONNECTIONS_MAX = 16
"""Connections of one process; more work than that waits."""

ATTEMPTS_MAX = 3
"""How often a transaction is tried that another one got in the way of."""

PAUSE_SECONDS = 0.05
"""It waits so much longer each time: at once, it would often take a row back before the other one has woken for it."""

WAITING_MAX = 2000
"""Most commands that wait in the background; more are refused at once."""

IN_THE_WAY = (SerializationFailure, DeadlockDetected)
"""What PostgreSQL says when a transaction has to be tried again."""

AWAY = (OperationalError, ReadOnlySqlTransaction, IdleInTransactionSessionTimeout)
"""What it says, or its silence, when it can not be used now; read-only is a server that another one has replaced."""

T = TypeVar("T")


class PostgresDatabase:
    """One database, shared with other processes."""

    def __init__(self, url: str, connections_max: int = CONNECTIONS_MAX) -> None:
        """Connect; `Unusable` when it does not answer."""
        self._pool = Pool(url, connections_max)
        self._threads = Threads(connections_max, "shenpi-command", WAITING_MAX)
        self._held = local()
        try:
            self._pool.give_back(self._pool.take())
        except Unavailable as error:
            self._pool.close()
            raise Unusable(
                "PostgreSQL does not answer: check that it runs and that the address and password are right"
            ) from error

    @property
    def language(self) -> Language:
        """PostgreSQL's SQL."""
        return POSTGRESQL

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a connection; each query sees what was committed before it. `Unavailable` when the database is away."""
        with self._lend() as driver:
            yield Connection(driver, POSTGRESQL)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Lend a connection on which all queries see the same moment."""
        with self._lend() as driver, driver.transaction():
            driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield Connection(driver, POSTGRESQL)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do some work in a transaction; again when another transaction got in its way."""
        for attempt in range(1, ATTEMPTS_MAX):
            with suppress(*IN_THE_WAY):
                return self._transaction(work)
            sleep(attempt * PAUSE_SECONDS)
        try:
            return self._transaction(work)
        except IN_THE_WAY as error:
            raise Unavailable("too many others change the same: try again") from error

    def background(self, work: Callable[[], T]) -> Future[T]:
        """Do some work in a thread of ours; through the future, `Unavailable` when too much of it waits already."""
        try:
            return self._threads.submit(work)
        except Unavailable as error:
            future: Future[T] = Future()
            future.set_exception(error)
            return future

    def close(self) -> None:
        """Finish what runs in the background and close the connections."""
        self._threads.shutdown()
        self._pool.close()

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._lend(passing=IN_THE_WAY) as driver, driver.transaction():
            return work(Connection(driver, POSTGRESQL))

    @contextmanager
    def _lend(self, passing: tuple[type[Exception], ...] = ()) -> Iterator[Driver[Row]]:
        """Lend a connection; what is said of a database that is away becomes `Unavailable`, but for errors to pass."""
        try:
            with self._borrowed() as driver:
                yield driver
        except passing:
            raise
        except AWAY as error:
            raise Unavailable(f"the database went away ({_first_line(error)}): try again") from error

    @contextmanager
    def _borrowed(self) -> Iterator[Driver[Row]]:
        """Borrow a connection; a thread that has one goes on with it, or all could have one and wait for a second."""
        held: Driver[Row] | None = getattr(self._held, "driver", None)
        if held is not None:
            yield held
            return
        self._held.driver = driver = self._pool.take()
        try:
            yield driver
        except ReadOnlySqlTransaction:
            driver.close()  # a new one may lead to the server that takes writes
            raise
        finally:
            self._held.driver = None
            self._pool.give_back(driver)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
