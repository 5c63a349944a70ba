"""A county that outgrows its file goes to PostgreSQL, and could come back: every row as it was, or nothing at all."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from adapters.sql.opening import open_database
from service import demo
from service.settings import Settings
from tests.postgres import PostgresServer
from tests.service.test_cli import shenpi


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration county's database and files."""
    folder = tmp_path_factory.mktemp("moving")
    settings = replace(Settings(), database=f"sqlite:///{folder / 'county.sqlite'}", files_folder=folder / "files")
    demo.make(settings)
    return settings


def rows(path: Path) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Give every table of a file with its rows, in an order of their own."""
    with closing(sqlite3.connect(path)) as driver:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        for (table,) in driver.execute(named).fetchall():
            yield table, sorted(driver.execute(f"SELECT * FROM {table}").fetchall(), key=repr)


def test_every_row_arrives_and_comes_back(
    county: Settings, postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To PostgreSQL, proved there; back to a file equal to the first, row by row; not a second time."""
    there, back = postgres_server.new_database(), tmp_path / "back.sqlite"
    moved = shenpi("move", "--database", county.database, "--to", there)
    assert moved.returncode == 0, moved.stderr
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(county.files_folder))
    proof = shenpi("verify", "--database", there, "--json")
    assert json.loads(proof.stdout)["clean"], proof.stdout
    again = shenpi("move", "--database", county.database, "--to", there)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    assert shenpi("move", "--database", there, "--to", f"sqlite:///{back}").returncode == 0
    first = Path(county.database.removeprefix("sqlite:///"))
    assert dict(rows(back)) == dict(rows(first))


def test_nothing_is_left_of_a_move_that_fails(
    county: Settings, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """A text that PostgreSQL does not take stops it in one line, and the target is as empty as it was."""
    spoilt, there = tmp_path / "spoilt.sqlite", postgres_server.new_database()
    shutil.copy(county.database.removeprefix("sqlite:///"), spoilt)
    with closing(sqlite3.connect(spoilt)) as driver:
        driver.execute("UPDATE unit SET name = 'a' || char(0) || 'b' WHERE id = (SELECT min(id) FROM unit)")
        driver.commit()
    failed = shenpi("move", "--database", f"sqlite:///{spoilt}", "--to", there)
    assert (failed.returncode, failed.stderr.count("\n"), failed.stdout) == (2, 1, "")
    with psycopg.connect(there) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert found == (0,)


def test_a_county_at_work_is_not_moved(county: Settings, tmp_path: Path) -> None:
    """While a service has the file, nothing is copied: rows would be missing."""
    serving = open_database(county.database)
    try:
        refused = shenpi("move", "--database", county.database, "--to", f"sqlite:///{tmp_path / 'copy.sqlite'}")
    finally:
        serving.close()
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "copy.sqlite").exists()
