"""A server that keeps its lines open and says nothing any more: stopped, or its machine hangs. Nobody waits for it.

The network notices nothing of that: its kernel still answers for it. So where somebody has waited for long, the server
is asked for one more connection. One that has no answer to that either is taken for gone.
"""

import os
import socket
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

import psycopg
from psycopg.errors import ConnectionTimeout

from adapters.sql.statements import Row

SILENCE_SECONDS_MAX = 15.0
"""A connection that is lent for longer may be waiting for a server that is gone; it may also be at long work."""

LOOK_SECONDS = 5.0
"""Time between two looks."""

Driver = psycopg.Connection[Row]


class Watch:
    """Cuts the lines to a server that does not answer, so that whoever waits on them is told."""

    def __init__(self, lent: dict[Driver, float], ask: Callable[[str, int], None]) -> None:
        """Look at what is lent, and since when; `ask` makes a connection to a host and port."""
        self._lent, self._ask = lent, ask
        self._ending = Event()
        self._thread = Thread(target=self._look, name="shenpi-silence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ending.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            since = monotonic() - SILENCE_SECONDS_MAX
            late: dict[tuple[str, int], list[Driver]] = defaultdict(list)
            for driver, lent_at in self._lent.copy().items():
                if lent_at < since:
                    with suppress(psycopg.Error):  # it broke, and its borrower knows
                        late[driver.info.host, driver.info.port].append(driver)
            for (host, port), drivers in late.items():
                if self._is_silent(host, port):
                    for driver in drivers:
                        cut(driver)

    def _is_silent(self, host: str, port: int) -> bool:
        """Say whether the server has no answer within the time that a connection may take; a refusal is one."""
        try:
            self._ask(host, port)
        except ConnectionTimeout:
            return True
        except psycopg.Error:
            return False
        return False


def cut(driver: Driver) -> None:
    """End a line under whoever waits on it, who finds that the server has hung up."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
