"""From an address to an open database and the store over it."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from adapters.sql.database import Database, Unusable
from adapters.sql.directory import DirectoryCache
from adapters.sql.schema import check_version
from adapters.sql.sqlite.database import SqliteDatabase
from adapters.sql.sqlite.store import SqliteStore
from engine.ports import Clock, Library, Store


def open_database(url: str, *, owner: bool = True, durable: bool = True) -> Database:
    """Open `sqlite:///FILE` or `postgresql://…` of this release's version; `Unusable` says why not.

    `owner` is for the service: it takes a SQLite file for itself. Other commands leave it to a service that runs.
    Without `durable` a SQLite file is filled quickly and not safely, as the demonstration's is.
    """
    database = _open(url, owner=owner, durable=durable)
    try:
        with database.read() as connection:
            check_version(connection)
    except Unusable:
        database.close()
        raise
    return database


def _open(url: str, *, owner: bool, durable: bool) -> Database:
    if url.startswith("postgresql://"):  # the driver reads it, which takes several hosts
        from adapters.sql.postgres.database import PostgresDatabase  # noqa: PLC0415  # the driver takes 9 MB

        return PostgresDatabase(url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Unusable(f"{url!r} is no address: write sqlite:///FILE or postgresql://USER@HOST/NAME") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return SqliteDatabase(Path(parsed.database), owner=owner, durable=durable)
    raise Unusable(
        f"no database is known by {parsed.drivername!r}: write sqlite:///FILE or postgresql://USER@HOST/NAME"
    )


def open_store(database: Database, library: Library, clock: Clock, directory: DirectoryCache) -> Store:
    """Give the write path over an open database."""
    if isinstance(database, SqliteDatabase):
        return SqliteStore(database, library, clock, directory)
    from adapters.sql.postgres.database import PostgresDatabase  # noqa: PLC0415  # as above
    from adapters.sql.postgres.store import PostgresStore  # noqa: PLC0415  # as above

    assert isinstance(database, PostgresDatabase)
    return PostgresStore(database, library, clock, directory)


def sqlite_file(url: str) -> Path | None:
    """Give the file of a SQLite address; None for other databases."""
    if not url.startswith("sqlite"):
        return None
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
