"""The schema's version: making it, bringing it up to date, and refusing what is not ours."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine import Connection as Session
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from adapters.sql.database import Unusable
from adapters.sql.statements import Connection

HEAD = "0018"
"""The schema this release reads and writes: the newest file in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


def init(url: str, fill: Callable[[Session], None] = lambda _: None) -> None:
    """Make the tables in an empty database, and fill them in the same transaction; `Unusable` when it is not empty."""
    engine = engine_of(url)
    if url.startswith("sqlite"):
        _make_file(Path(str(engine.url.database)))
    _migrate(engine, _refuse_unless_empty, fill)


def upgrade(url: str) -> tuple[str, str]:
    """Bring our database to this release's schema, keeping what is in it; gives the versions before and after."""
    before: list[str] = []
    _migrate(engine_of(url), lambda session: before.append(_ours(session)))
    return before[0], HEAD


def check_version(connection: Connection) -> None:
    """Refuse a database that this release can not work with."""
    try:
        found = connection.driver.execute("SELECT version_num FROM alembic_version").fetchone()
    except Exception as error:
        raise Unusable(
            "this database was not made by shenpi: name another one, or make it with `shenpi init`"
        ) from error
    _compare(found[0] if found else "none")


def _compare(version: str) -> None:
    if version < HEAD:
        raise Unusable(f"the database is of version {version}, this release needs {HEAD}: run `shenpi upgrade`")
    if version > HEAD:
        raise Unusable(
            f"the database is of version {version}, newer than this release ({HEAD}): install a newer shenpi"
        )


def engine_of(url: str) -> Engine:
    """Give SQLAlchemy's way to a database, for migrations only; its transactions hold DDL as well."""
    if not url.startswith("sqlite"):
        import psycopg  # noqa: PLC0415  # it takes 9 MB

        # the driver reads the address itself: it takes several hosts
        return create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None})
    event.listen(engine, "begin", lambda session: session.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _make_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise Unusable(f"there is no folder {path.parent}: make it first")
    path.touch(mode=0o600)


def _migrate(
    engine: Engine,
    examine: Callable[[Session], object],
    fill: Callable[[Session], None] = lambda _: None,
) -> None:
    """Run the migrations that are missing, all in one transaction, after a look at what is there."""
    from alembic import command  # noqa: PLC0415  # heavy, and only needed here
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        session = engine.connect()
    except DBAPIError as error:
        raise Unusable(f"the database does not answer: {_first_line(error.orig)}") from error
    try:
        with session, session.begin():
            examine(session)
            config.attributes["connection"] = session
            command.upgrade(config, HEAD)
            fill(session)
    except DBAPIError as error:
        raise Unusable(f"the database did not take the schema: {_first_line(error.orig)}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise Unusable(f"the database did not take the schema: {error}") from error


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]


def _refuse_unless_empty(session: Session) -> None:
    tables = inspect(session).get_table_names()
    if tables:
        raise Unusable(f"the database is not empty (it has {tables[0]}): `shenpi upgrade` brings an old one up to date")


def _ours(session: Session) -> str:
    if "alembic_version" not in inspect(session).get_table_names():
        raise Unusable("this database was not made by shenpi: name another one, or make it with `shenpi init`")
    version = session.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if str(version) > HEAD:
        _compare(str(version))
    return str(version)
