"""Places to measure in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sql.bench.scratch import New, postgres_databases, sqlite_files
from tests.postgres import PostgresServer


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[New]:
    """Makes SQLite files on the disk."""
    with sqlite_files(tmp_path) as new:
        yield new


@pytest.fixture
def postgresql(postgres_server: PostgresServer) -> Iterator[New]:
    """Makes databases of the run's server."""
    with postgres_databases(postgres_server.url()) as new:
        yield new
