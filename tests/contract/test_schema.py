"""The tables: made by migrations, equal to the classes, and refused when they are not ours."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from adapters.sql import schema
from adapters.sql.database import Unusable
from adapters.sql.opening import open_database
from adapters.sql.tables import METADATA


def execute(url: str, statement: LiteralString) -> None:
    """Run a statement beside our own code."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(statement)


def test_the_migrations_make_the_tables(database_url: str) -> None:
    """Alembic finds no difference between a migrated database and the classes."""
    engine = schema.engine_of(database_url)
    with engine.connect() as session:
        context = MigrationContext.configure(session, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []
        indexes = {name: len(inspect(session).get_indexes(name)) for name in METADATA.tables}
    assert indexes == {name: len(table.indexes) for name, table in METADATA.tables.items()} | unique_indexes(
        database_url
    )


def unique_indexes(url: str) -> dict[str, int]:
    """PostgreSQL lists the index of a unique column with the others."""
    if url.startswith("sqlite"):
        return {}
    return {"cases": len(METADATA.tables["cases"].indexes) + 1, "user_account": 1}


def test_an_upgrade_of_a_new_database_does_nothing(database_url: str) -> None:
    """And says from which version to which."""
    assert schema.upgrade(database_url) == (schema.HEAD, schema.HEAD)


def test_a_database_is_made_only_once(database_url: str) -> None:
    """`init` never touches what is there."""
    with pytest.raises(Unusable, match="not empty"):
        schema.init(database_url)


@pytest.mark.parametrize(("version", "words"), [("0000", "shenpi upgrade"), ("9999", "newer shenpi")])
def test_another_version_is_refused(database_url: str, version: str, words: str) -> None:
    """In one line that says what to do."""
    execute(database_url, f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(Unusable, match=words) as refusal:
        open_database(database_url)
    assert "\n" not in str(refusal.value)


def test_a_newer_database_is_not_upgraded(database_url: str) -> None:
    """An old release does not touch what it does not know."""
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unusable, match="newer shenpi"):
        schema.upgrade(database_url)


def test_a_strange_database_is_refused(database_url: str) -> None:
    """One that other software made, at opening and at upgrading."""
    execute(database_url, "DROP TABLE alembic_version")
    for opening in (open_database, schema.upgrade):
        with pytest.raises(Unusable, match="not made by shenpi"):
            opening(database_url)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A missing file, a file of something else, a folder that is not there, an address of nothing."""
    strange = tmp_path / "letter.txt"
    strange.write_text("Dear Sir or Madam, " * 100, "utf-8")
    attempts: list[tuple[Callable[[str], object], str, str]] = [
        (open_database, f"sqlite:///{tmp_path}/missing.db", "shenpi init"),
        (open_database, f"sqlite:///{strange}", "cannot be opened"),
        (schema.init, f"sqlite:///{tmp_path}/no/where.db", "no folder"),
        (open_database, "mysql://localhost/shenpi", "no database is known"),
        (open_database, "nonsense", "no address"),
        (open_database, "postgresql://localhost:1/shenpi", "does not answer"),
        (schema.init, "postgresql://localhost:1/shenpi", "does not answer"),
    ]
    for attempt, url, words in attempts:
        with pytest.raises(Unusable, match=words):
            attempt(url)


def test_a_file_has_one_owner(database_url: str) -> None:
    """A second service is refused in one line that points to PostgreSQL; other commands may look and write."""
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has many")
    owner = open_database(database_url)
    with pytest.raises(Unusable, match="PostgreSQL"):
        open_database(database_url)
    beside = open_database(database_url, owner=False)
    beside.close()
    owner.close()
    open_database(database_url).close()
