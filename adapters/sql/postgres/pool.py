"""Connections to PostgreSQL, lent to one thread at a time.

They are made by whoever needs one, so that after the server was away the first command that finds it back goes through:
nothing waits for a next attempt in the background.
"""

from collections import deque
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

import psycopg
from psycopg import Connection, RawCursor
from psycopg.pq import TransactionStatus

from adapters.sql.postgres import silence
from adapters.sql.statements import Row
from engine.refusal import Unavailable

CONNECT_SECONDS_MAX = 5
"""How long a command waits for a connection before it is told to try again."""

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3}
"""A peer that says nothing for so many seconds is asked every so many seconds; after so many silences it is gone."""

UNACKNOWLEDGED_MILLISECONDS_MAX = 15_000
"""What was sent and did not arrive for so long never will: by itself Linux waits a quarter of an hour."""

LOCK_MILLISECONDS_MAX = 20_000
"""How long a statement waits for a row that another transaction has, before its command is told to try again."""

IDLE_MILLISECONDS_MAX = 300_000
"""A transaction in which nothing happens for so long is ended: its process stands still, and others wait for it."""

_SESSION = {
    "timezone": "UTC",
    "lock_timeout": LOCK_MILLISECONDS_MAX,
    "idle_in_transaction_session_timeout": IDLE_MILLISECONDS_MAX,
    **{f"tcp_{name}": seconds for name, seconds in KEEPALIVE.items()},  # so that no dead client keeps its rows
}
_SETTINGS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": CONNECT_SECONDS_MAX,
    "prepare_threshold": 0,  # prepare every statement: there are few, and all are used often
    "cursor_factory": RawCursor,  # takes our numbered parameters; others parse a statement of over 50 each time
    "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
    "tcp_user_timeout": UNACKNOWLEDGED_MILLISECONDS_MAX,
    **KEEPALIVE,
}

_STANDING = """
SELECT pid, state_change FROM pg_stat_activity
WHERE pid = ANY($1) AND (state <> 'active' OR query_start < clock_timestamp() - make_interval(secs => $2))
"""


class Pool:
    """At most so many connections; the one used last is lent first."""

    def __init__(self, url: str, connections_max: int) -> None:
        """Start without any."""
        self._url = url
        self._places = BoundedSemaphore(connections_max)
        self._idle: deque[Connection[Row]] = deque()
        self._lent: dict[Connection[Row], float] = {}
        self._is_closed = False
        self._watch = silence.Watch(self._lent, self._ask)

    def take(self) -> Connection[Row]:
        """Borrow a connection that works; `Unavailable` when there is none."""
        if self._is_closed:
            raise Unavailable("the database is closed: try again when the service is back")
        if not self._places.acquire(timeout=CONNECT_SECONDS_MAX):
            raise Unavailable("all connections to the database are in use: try again in a moment")
        try:
            driver = self._living() or psycopg.connect(self._url, **_SETTINGS)
        except psycopg.Error as error:
            self._places.release()
            raise Unavailable("the database does not answer: try again in a moment") from error
        self._lent[driver] = monotonic()
        return driver

    def give_back(self, driver: Connection[Row]) -> None:
        """Return a connection; one that is broken, or in the middle of something, is closed.

        Where one broke, those that lay idle lead to the same server that is gone: they are closed, too, so that not
        each of them keeps somebody waiting until its silence is taken for its end.
        """
        del self._lent[driver]
        if driver.broken:
            self._close_idle()
        if self._is_closed or driver.info.transaction_status != TransactionStatus.IDLE:
            driver.close()
        else:
            self._idle.append(driver)
        self._places.release()

    def close(self) -> None:
        """Close all that nobody has borrowed; the others when they come back."""
        self._is_closed = True
        self._watch.end()
        self._close_idle()

    def _ask(self, host: str, port: int, pids: list[int]) -> silence.Standing:
        """Ask one of the servers, which need not be the one that takes writes, which of its processes stand still."""
        with psycopg.connect(self._url, **_SETTINGS, host=host, port=port, target_session_attrs="any") as asked:
            return set(asked.execute(_STANDING, (pids, silence.STATEMENT_SECONDS_MAX)).fetchall())

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _living(self) -> Connection[Row] | None:
        """Give an idle connection that the server has not hung up on."""
        with suppress(IndexError):
            while True:
                driver = self._idle.pop()
                if not _has_been_ended(driver):
                    return driver
                driver.close()
        return None


def _has_been_ended(driver: Connection[Row]) -> bool:
    """Say whether the server said anything on an idle connection: it only does so to end it."""
    with DefaultSelector() as selector:
        selector.register(driver, EVENT_READ)
        return bool(selector.select(0))
