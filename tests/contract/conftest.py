"""The places every contract is tried in: memory, SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.contract.place import Place, furnish, in_database, in_memory
from tests.postgres import PostgresServer

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the small office in it, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "office.db"
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def furnished_template(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with the small office in it, to copy."""
    url = postgres_server.new_database()
    furnish(url)
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes a database of a kind with the small office in it, and gives its address."""
    numbers = count(1)

    def make(kind: str) -> str:
        if kind == "sqlite":
            path = tmp_path / f"office{next(numbers)}.db"
            path.write_bytes(request.getfixturevalue("furnished_file").read_bytes())
            return f"sqlite:///{path}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.new_database(request.getfixturevalue("furnished_template"))

    return make


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """The address of a database of each kind."""
    return new_url(request.param)


@pytest.fixture
def office(database_url: str) -> Iterator[Place]:
    """The small office, open, over each database."""
    opened = in_database(database_url)
    yield opened
    opened.store.close()


@pytest.fixture(params=("memory", *DATABASES))
def place(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Place]:
    """The small office, open, over each store."""
    opened = in_memory() if request.param == "memory" else in_database(new_url(request.param))
    yield opened
    opened.store.close()
