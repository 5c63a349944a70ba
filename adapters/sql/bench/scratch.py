"""Empty databases to measure in, gone afterwards: files of a folder, or databases of a PostgreSQL server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from adapters.sql.bench.wheel import running_server
from adapters.sql.database import Unusable

New = Callable[[], str]
"""Makes another empty database and gives its address."""


@contextmanager
def sqlite_files(parent: Path | None) -> Iterator[New]:
    """Make files in a new folder below this one (None: the system's temporary one): its disk is what is measured."""
    numbers = count(1)
    with TemporaryDirectory(prefix="shenpi-bench-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.sqlite'}"


@contextmanager
def postgres_databases(url: str) -> Iterator[New]:
    """Make databases beside the one this address names; `Unusable` when its user may not."""
    made: list[str] = []

    def new() -> str:
        made.append(f"shenpi_bench_{token_hex(4)}")
        _run(url, SQL("CREATE DATABASE {}").format(Identifier(made[-1])))
        return make_url(url).set(database=made[-1]).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        for name in made:
            _run(url, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def own_server(parent: Path | None) -> Iterator[New]:
    """Make databases of a server of our own; `Unusable` where its wheel is not installed."""
    with ExitStack() as leaving:
        try:
            running = leaving.enter_context(running_server(parent))
        except ImportError as error:
            raise Unusable("no PostgreSQL address was given, and its wheel is not installed") from error
        yield leaving.enter_context(postgres_databases(running.url()))


def _run(url: str, statement: psycopg.sql.Composed) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.Error as error:
        raise Unusable(f"no scratch database can be made there: {str(error).partition(chr(10))[0]}") from error
