"""`shenpi bench`: it tells each figure with its goal, and leaves nothing behind."""

import json
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.postgres import PostgresServer


def bench(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["bench", *words])


def test_it_measures_where_it_is_told(tmp_path: Path) -> None:
    """On the disk of the file that was named; the file itself is not made, and the scratch files are gone."""
    result = bench("--database", f"sqlite:///{tmp_path}/x.sqlite", "--part", "actions", "--short", "--json")
    assert result.exit_code == 0, result.output
    figures = [json.loads(line) for line in result.stdout.splitlines()]
    assert [figure["what"] for figure in figures][:2] == ["one at a time", "16 callers"]
    assert all(figure["parts"]["ours_us"] > 0 < figure["parts"]["floor_us"] for figure in figures[:2])
    assert list(tmp_path.iterdir()) == []


def test_it_measures_the_server_it_is_told(postgres_server: PostgresServer) -> None:
    """In databases of its own, which are dropped; what it prints is for people."""
    result = bench("--database", postgres_server.url(), "--part", "http", "--short")
    assert result.exit_code == 0, result.output
    assert "HTTP, 16 connections" in result.stdout
    assert "goal ≥ 0.7" in result.stdout
    with psycopg.connect(postgres_server.url()) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    assert not [name for name in names if name.startswith("shenpi_bench")]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://localhost:1/x", "no scratch database can be made there"),
        ("mysql://localhost/x", "give sqlite:///FILE or postgresql://"),
        ("sqlite:////nowhere/at/all.sqlite", "there is no folder /nowhere/at"),
    ],
)
def test_a_wrong_address_is_told_in_one_line(url: str, told: str) -> None:
    """Exit code 2, before anything is measured."""
    result = bench("--database", url)
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
