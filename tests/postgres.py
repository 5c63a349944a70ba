"""A PostgreSQL server for the tests: in memory where there is room, and one that can be crashed."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil
import psycopg

from adapters.sql.bench.wheel import WheelServer

ROOM_BYTES_MIN = 2_000_000_000
"""Free bytes in memory that a server for the tests may take for itself."""

_numbers = count(1)


class PostgresServer(WheelServer):
    """A running server with as many databases as the tests want."""

    def new_database(self, template: str = "template1") -> str:
        """Make a database and give its address."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def crash(self) -> None:
        """End it at once, as a lost machine would: nothing is finished, nothing is written that was not."""
        process = psutil.Process(self.server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let all its processes stand still meanwhile: lines stay open and are made, and nobody answers on them."""
        first = psutil.Process(self.server.get_pid())
        family = [first, *first.children(recursive=True)]
        for one in family:
            one.suspend()
        try:
            yield
        finally:
            for one in family:
                one.resume()

    def start_again(self) -> None:
        """Start it after a crash."""
        self.server.ensure_postgres_running()


@contextmanager
def running_server(parent: Path | None = None) -> Iterator[PostgresServer]:
    """Run a server in a folder that is gone afterwards: in memory where there is room, unless a parent is named."""
    memory = Path("/dev/shm")  # a file system in memory, on Linux
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES_MIN
    folder = Path(tempfile.mkdtemp(prefix="shenpi-postgres-", dir=parent or (memory if roomy else None)))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder, ignore_errors=True)
