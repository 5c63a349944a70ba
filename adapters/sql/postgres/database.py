"""A PostgreSQL database: a pool of connections, each statement durable by itself unless a transaction is asked for."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from select import select
from threading import BoundedSemaphore
from typing import Any, TypeVar

from psycopg import Connection as Driver
from psycopg import OperationalError, RawCursor
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from adapters.sql.database import Unusable
from adapters.sql.statements import POSTGRESQL, Connection, Language, Row
from engine.refusal import Unavailable

CONNECTIONS_MAX = 16
"""Connections of one process; more work than that waits."""

CONNECT_SECONDS_MAX = 5.0
"""How long a command waits for a connection before it is told to try again."""

ATTEMPTS_MAX = 3
"""How often a transaction is tried that another one got in the way of."""

WAITING_MAX = 2000
"""Most commands that wait in the background; more are refused at once."""

IN_THE_WAY = (SerializationFailure, DeadlockDetected)
"""What PostgreSQL says when a transaction has to be tried again."""

_SETTINGS: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": 0,  # prepare every statement: there are few, and all are used often
    "cursor_factory": RawCursor,  # takes our numbered parameters; others parse a statement of over 50 each time
    "options": "-c timezone=UTC",
}

T = TypeVar("T")


class PostgresDatabase:
    """One database, shared with other processes."""

    def __init__(self, url: str, connections_max: int = CONNECTIONS_MAX) -> None:
        """Connect; `Unusable` when it does not answer."""
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=connections_max,
            timeout=CONNECT_SECONDS_MAX,
            kwargs=_SETTINGS,
            open=False,
        )
        self._executor = ThreadPoolExecutor(connections_max, "shenpi-command")
        self._places = BoundedSemaphore(WAITING_MAX)
        self._pool.open()
        try:
            self._pool.wait(CONNECT_SECONDS_MAX)
        except PoolTimeout as error:
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
        for _ in range(ATTEMPTS_MAX - 1):
            with suppress(*IN_THE_WAY):
                return self._transaction(work)
        try:
            return self._transaction(work)
        except IN_THE_WAY as error:
            raise Unavailable("too many others change the same: try again") from error

    def background(self, work: Callable[[], T]) -> Future[T]:
        """Do some work in a thread of ours; through the future, `Unavailable` when too much of it waits already."""
        if not self._places.acquire(blocking=False):
            return _refused(f"{WAITING_MAX} commands wait already: try again in a moment")
        try:
            future = self._executor.submit(work)
        except RuntimeError:
            self._places.release()
            return _refused("the database is being closed: try again when the service is back")
        future.add_done_callback(lambda _: self._places.release())
        return future

    def close(self) -> None:
        """Finish what runs in the background and close the connections."""
        self._executor.shutdown()
        self._pool.close()

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._lend() as driver, driver.transaction():
            return work(Connection(driver, POSTGRESQL))

    @contextmanager
    def _lend(self) -> Iterator[Driver[Row]]:
        driver = self._take()
        try:
            yield driver
        except OperationalError as error:
            raise Unavailable(f"the database went away ({_first_line(error)}): try again") from error
        finally:
            self._pool.putconn(driver)

    def _take(self) -> Driver[Row]:
        """Borrow a connection that the server has not hung up on."""
        try:
            driver = self._pool.getconn()
            while _is_dead(driver):
                driver.close()
                self._pool.putconn(driver)
                driver = self._pool.getconn()
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable("the database does not answer: try again in a moment") from error
        return driver


def _refused(why: str) -> Future[T]:
    future: Future[T] = Future()
    future.set_exception(Unavailable(why))
    return future


def _is_dead(driver: Driver[Row]) -> bool:
    """Say whether the server said anything on an idle connection: it only does so to end it."""
    readable, _, _ = select([driver], [], [], 0)
    return bool(readable)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
