"""`shenpi bench`: it tells each figure with its goal, and leaves nothing behind."""

import json
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.commands import bench as command
from tests.postgres import PostgresServer


def bench(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["bench", *words])


def test_it_measures_where_it_is_told(tmp_path: Path) -> None:
    """On the disk of the file that was named; the file itself is not made, and the scratch files are gone."""
    result = bench("--database", f"sqlite:///{tmp_path}/x.sqlite", "--part", "http", "--short", "--json")
    assert result.exit_code == 0, result.output
    figures = [json.loads(line) for line in result.stdout.splitlines()]
    (figure,) = figures
    assert figure["what"] == "HTTP, 16 connections"
    assert figure["parts"]["ours_us"] > 0 < figure["parts"]["floor_us"]
    assert figure["met"] == (figure["value"] >= figure["goal"])
    assert list(tmp_path.iterdir()) == []


def test_it_measures_the_server_it_is_told(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In databases of its own, which are dropped; what it prints is for people."""
    monkeypatch.setattr(command, "MANY_SHORT", 11_000)
    result = bench("--database", postgres_server.url(), "--part", "queue", "--short")
    assert result.exit_code == 0, result.output
    assert "queue page of 20, 10000 to 11000 tasks" in result.stdout
    assert "goal ≤ 1.5" in result.stdout
    assert "Merge Append" in result.stdout
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
