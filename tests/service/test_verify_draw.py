"""`shenpi verify draw`: anybody with the database does every draw of an item again."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.sql.directory import DirectoryCache
from adapters.sql.opening import open_database, open_store
from engine.commands import Act, Draw, Start
from engine.guards import GuardBook
from engine.loading import load
from engine.process import compile_process
from engine.runtime import Runtime, Shelf
from service.cli import main
from tests.contract.place import furnish
from tests.contract.test_people import LOTS, TURNS
from tests.engine.small import Hands, person


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with an item whose lots were drawn."""
    url = f"sqlite:///{tmp_path / 'office.db'}"
    furnish(url)
    definition = load(TURNS.replace("WHO", LOTS), file="lots.yaml", book=GuardBook())
    library, clock = Shelf(compile_process(definition, GuardBook())), Hands()
    store = open_store(open_database(url), library, clock, DirectoryCache())
    runtime, ann = Runtime(store, library, clock), person("ann")
    runtime.execute(Start(case_id="c1", actor=ann, definition="turns", code="QH-1", unit="town", data={}))
    (task,) = runtime.execute(Act(case_id="c1", actor=ann, action="send")).tasks
    runtime.execute(Draw(case_id="c1", actor=person("rex"), task=task.id, word="six"))
    store.close()
    return url


def run(url: str, item: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["verify", "draw", item, "--database", url, "--json"])


def test_a_draw_is_done_again(url: str) -> None:
    """By code or id: each candidate's number, who was drawn, no fault."""
    result = run(url, "QH-1")
    (draw,) = json.loads(result.output)["draws"]
    assert result.exit_code == 0
    assert [one["candidate"] for one in draw["numbers"]][:1] == draw["drawn"]
    assert draw["numbers"] == sorted(draw["numbers"], key=lambda one: one["number"])
    assert (draw["faults"], len(draw["commitment"])) == ([], 64)
    assert {**json.loads(run(url, "c1").output), "item": "QH-1"} == json.loads(result.output)
    assert "drawn" in CliRunner().invoke(main, ["verify", "draw", "QH-1", "--database", url]).output


def test_a_changed_record_is_found(url: str) -> None:
    """Whoever puts another name into the record is told of, with exit code 1."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        swap = "UPDATE record SET payload = replace(replace(replace(payload, 'eli', '#'), 'eva', 'eli'), '#', 'eva') "
        connection.execute(swap + "WHERE payload LIKE '%\"Drawn\"%'")
    result = run(url, "QH-1")
    assert result.exit_code == 1
    assert json.loads(result.output)["draws"][0]["faults"]


def test_an_item_that_is_not_there_is_wrong_use(url: str) -> None:
    """Exit code 2 and one line."""
    assert run(url, "QH-2").exit_code == 2
