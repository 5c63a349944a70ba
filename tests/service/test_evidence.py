"""Evidence: what fields held before, what administrators changed, whether the chains hold, who may do what."""

import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from service.cli import main
from service.http import evidence
from tests.service.conftest import Desk, Visitor
from tests.service.web.test_definition_pages import show

CHAINS = "/audit/verification"


def certificate(auditor: Visitor) -> dict[str, Any]:
    """Have everything followed."""
    answer = auditor.get(CHAINS)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_deed_tells_what_was_there_before(desk: Desk) -> None:
    """For each field that it changed; the log's own keeper sees none of it."""
    ann = desk.sign_in("ann")
    item = ann.start()
    ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"name": "新井", "cost": 5}}, revision=1)
    latest, first = desk.sign_in("audrey").get("/audit").json()["deeds"]
    assert latest["before"] == {"name": "井", "cost": 100_00}
    assert [event["facts"]["values"] for event in latest["events"] if event["kind"] == "DataChanged"] == [
        {"name": "新井", "cost": 5}
    ]
    assert first["before"] == {}
    assert [deed["before"] for deed in desk.sign_in("auden").get("/audit").json()["deeds"]] == [{}, {}]


def test_changes_of_the_office_are_found(desk: Desk) -> None:
    """By who made them, what they were, and when; with before and after, page by page."""
    audrey = desk.sign_in("audrey")
    every = audrey.get("/audit/changes", params={"limit": 1}).json()
    assert [one["number"] for one in every["changes"]] == [int(every["next"])]
    older = audrey.get("/audit/changes", params={"after": every["next"]}).json()["changes"]
    assert [one["what"] for one in (*every["changes"], *older)] == ["definition.published", "definition.drafted"]
    (published,) = audrey.get("/audit/changes", params={"what": "definition.p"}).json()["changes"]
    assert (published["actor"]["id"], published["before"] != published["after"]) == ("walt", True)
    assert audrey.get("/audit/changes", params={"actor": "ann"}).json()["changes"] == []
    assert audrey.get("/audit/changes", params={"from": "2030-01-01T00:00:00Z"}).json()["changes"] == []
    assert audrey.get("/audit/changes", params={"from": "2030-01-01T00:00:00"}).status_code == 400


def test_a_certificate_says_what_holds(desk: Desk) -> None:
    """The same anchors as long as nothing happens, others afterwards; its digest can be checked by anybody."""
    ann, audrey = desk.sign_in("ann"), desk.sign_in("audrey")
    item = ann.start()
    first = certificate(audrey)
    assert (first["clean"], first["items"], first["records"], first["faults"]) == (True, 1, 1, [])
    anchors = [first[name] for name in ("items_anchor", "ledgers_anchor", "office_anchor")]
    again = certificate(audrey)
    assert [again[name] for name in ("items_anchor", "ledgers_anchor", "office_anchor")] == anchors
    ann.act(item, "submit")
    later = certificate(audrey)
    assert later["items_anchor"] != first["items_anchor"]
    content = {name: value for name, value in later.items() if name != "digest"}
    assert later["digest"] == sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def shenpi_verify(desk: Desk, kept: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Run `shenpi verify` with a certificate that was kept; gives exit code and words."""
    file = folder / "certificate.json"
    file.write_bytes(msgspec.json.encode(kept))
    done = CliRunner().invoke(main, ["verify", "--database", desk.settings.database, "--certificate", str(file)])
    return done.exit_code, done.output


def test_what_was_cut_off_is_found_by_a_certificate(desk: Desk, tmp_path: Path) -> None:
    """An older copy in the place of the database is whole in itself; only what was kept elsewhere tells."""
    ann, audrey, adam = desk.sign_in("ann"), desk.sign_in("audrey"), desk.sign_in("adam")
    path, older = desk.settings.database.removeprefix("sqlite:///"), tmp_path / "older.sqlite"
    item = ann.start()
    with sqlite3.connect(path) as source, sqlite3.connect(older) as copy:
        source.backup(copy)
    desk.clock.advance(minutes=1)
    ann.act(item, "submit")
    adam.ask("PATCH", "/people/ann", json={"phone": "1"})
    kept = certificate(audrey)
    desk.clock.advance(minutes=1)
    ann.start()
    assert shenpi_verify(desk, kept, tmp_path)[0] == 0, "what came later is no fault"
    with sqlite3.connect(older) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    assert CliRunner().invoke(main, ["verify", "--database", desk.settings.database]).exit_code == 0
    code, words = shenpi_verify(desk, kept, tmp_path)
    assert (code, [line.partition(":")[0] for line in words.splitlines() if "certificate" in line]) == (
        1,
        ["items", "the office's log"],
    )
    assert shenpi_verify(desk, {"at": "once"}, tmp_path)[0] == 2


def test_the_command_follows_the_offices_log(desk: Desk) -> None:
    """Whoever changes what an administrator did is found without the page of the auditor, too."""
    path = desk.settings.database.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER office_change_no_update")
        connection.execute("UPDATE office_change SET actor = 'eve' WHERE number = 2")
    connection.close()
    done = CliRunner().invoke(main, ["verify", "--database", desk.settings.database])
    assert (done.exit_code, "the office's log, change 2: not as it was written" in done.output) == (1, True)


def test_a_forged_record_is_named(desk: Desk) -> None:
    """Whoever writes into the database past the service is found out, and where."""
    ann, audrey = desk.sign_in("ann"), desk.sign_in("audrey")
    item = ann.act(ann.start(), "submit")
    path = desk.settings.database.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE record SET payload = replace(payload, '\"ann\"', '\"amy\"') WHERE seq = 2")
    connection.close()
    found = certificate(audrey)
    assert (found["clean"], [(one["item_id"], one["seq"]) for one in found["faults"]]) == (False, [(item["id"], 2)])


def test_only_one_runs(desk: Desk) -> None:
    """A second one is asked to wait."""
    audrey = desk.sign_in("audrey")
    with evidence.ONE_AT_A_TIME:
        answer = audrey.get(CHAINS)
        assert show(audrey, "/audit/verify?run=1").status_code == 429
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert certificate(audrey)["clean"]


@pytest.mark.parametrize(
    ("person", "may", "may_not"),
    [
        ("ann", "POST /api/v1/items", "POST /api/v1/definitions"),
        ("audrey", "GET /api/v1/audit", "POST /api/v1/items"),
        ("adam", "GET /api/v1/ops", "GET /api/v1/items"),
    ],
)
def test_the_matrix_tells_who_may_do_what(desk: Desk, person: str, may: str, may_not: str) -> None:
    """As the policy has it, and as the roles are held today."""
    audrey = desk.sign_in("audrey")
    found = audrey.get("/audit/matrix", params={"person": person}).json()
    calls = {f"{route['method']} {route['path']}" for route in found["routes"]}
    assert may in calls
    assert may_not not in calls
    assert found["holders"]
    assert all(person in {one["id"] for one in holder["people"]} for holder in found["holders"])
    every = audrey.get("/audit/matrix").json()
    assert {may, may_not} <= {f"{route['method']} {route['path']}" for route in every["routes"]}
    assert audrey.get("/audit/matrix", params={"person": "nobody"}).status_code == 404
