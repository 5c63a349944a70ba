"""A server that keeps its lines open and says nothing any more: stopped, or its machine hangs. Nobody waits for it.

The network notices nothing of that: its kernel still answers for it. So where somebody has waited for long, the server
is asked for one more connection. One that has no answer to that either is taken for gone. One that answers says what
its processes are at: a process that has not begun what we wait for, or is at it for too long, stands still by itself.
"""

import os
import socket
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread
from time import monotonic

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.pq import TransactionStatus

from adapters.sql.statements import Row

SILENCE_SECONDS_MAX = 15.0
"""A connection that is lent for longer may be waiting for a server that is gone; it may also be at long work."""

LOOK_SECONDS = 5.0
"""Time between two looks."""

STATEMENT_SECONDS_MAX = 600.0
"""No statement of ours takes so long on a server that answers: its process stands still."""

Driver = psycopg.Connection[Row]
Standing = set[tuple[int, datetime]]
"""Processes of a server that work on nothing of ours, or for too long: number, and since when."""


class Watch:
    """Cuts the lines to a server, or a process of it, that does not answer, so that whoever waits on them is told."""

    def __init__(self, lent: dict[Driver, float], ask: Callable[[str, int, list[int]], Standing]) -> None:
        """Look at what is lent, and since when; `ask` asks a host and port for those processes that stand still."""
        self._lent, self._ask = lent, ask
        self._suspects: Standing = set()
        self._ending = Event()
        self._thread = Thread(target=self._look, name="shenpi-silence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ending.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            suspects: Standing = set()
            for (host, port), drivers in self._waiting().items():
                suspects |= self._look_at(host, port, drivers)
            self._suspects = suspects

    def _waiting(self) -> dict[tuple[str, int], dict[int, Driver]]:
        """Give the connections that somebody waits on, perhaps for long, by server and process."""
        since = monotonic() - SILENCE_SECONDS_MAX
        late: dict[tuple[str, int], dict[int, Driver]] = defaultdict(dict)
        for driver, lent_at in self._lent.copy().items():
            if lent_at < since:
                with suppress(psycopg.Error):  # it broke, and its borrower knows
                    if driver.info.transaction_status == TransactionStatus.ACTIVE:
                        late[driver.info.host, driver.info.port][driver.info.backend_pid] = driver
        return late

    def _look_at(self, host: str, port: int, drivers: dict[int, Driver]) -> Standing:
        """Cut what does not answer: all lines to a server that has no answer, a line whose process was standing twice.

        Once is not enough: what was sent a moment ago may be on its way. Gives the processes that stand now.
        """
        try:
            standing = self._ask(host, port, list(drivers))
        except ConnectionTimeout:
            for driver in drivers.values():
                cut(driver)
        except psycopg.Error:  # a refusal is an answer
            pass
        else:
            for pid, _ in standing & self._suspects:
                cut(drivers[pid])
            return standing
        return set()


def cut(driver: Driver) -> None:
    """End a line under whoever waits on it, who finds that the server has hung up."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
