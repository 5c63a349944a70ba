"""Models of other languages over HTTP and on the page: a definition is made, nothing is dropped in silence."""

import json
from pathlib import Path

import httpx
import pytest

from tests.adapters.exchange.models import bpmn
from tests.service.conftest import Desk, Visitor

XML = {"Content-Type": "application/xml"}
MODEL = bpmn("start > A > xor1 > B > end", "xor1 > C > end").replace("userTask", "scriptTask", 1)


def send(visitor: Visitor, content: bytes, **headers: str) -> httpx.Response:
    """Send a model."""
    return visitor.ask("POST", "/definitions/imports", content=content, headers={**XML, **headers})


def test_a_model_becomes_a_text_that_goes_on_as_a_draft(desk: Desk) -> None:
    """The text with what is not taken over above it; it is kept only when it is sent as a draft."""
    wilma = desk.sign_in("wilma")
    answer = send(wilma, MODEL.encode(), **{"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["key"], made["sound"], made["flaws"]) == ("trial", True, [])
    assert {(gap["code"], gap["element"], gap["id"]) for gap in made["gaps"]} >= {("done_by_hand", "scriptTask", "A")}
    assert made["definition"].startswith("# scriptTask A: a step that a system does is done by hand")
    assert 0 < made["expressed"] < made["constructs"]
    assert wilma.get("/definitions/trial/versions").status_code == 404
    drafted = wilma.ask(
        "POST", "/definitions", content=made["definition"].encode(), headers={"Content-Type": "application/yaml"}
    )
    assert (drafted.status_code, drafted.json()["sound"]) == (201, True)


def test_a_flaw_of_the_model_is_told_with_a_way(desk: Desk) -> None:
    """In the reader's language; the definition has the same fault."""
    stuck = bpmn("start > xor1 > A > and1 > end", "xor1 > B > and1").encode()
    made = send(desk.sign_in("wilma"), stuck, **{"Accept-Language": "zh"}).json()
    assert made["flaws"][0]["code"] == "deadlock"
    assert made["flaws"][0]["trace"] == ["start", "xor1", "A"]
    assert "死锁" in made["flaws"][0]["message"]
    assert not made["sound"]


def test_other_languages_come_the_same_way(desk: Desk, shared_data: Path) -> None:
    """FlowLong as JSON."""
    content = (shared_data / "flowlong-json" / "countersign.json").read_bytes()
    made = send(desk.sign_in("wilma"), content, **{"Content-Type": "application/json"}).json()
    assert made["key"]
    assert made["definition"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"<html/>", {}, 422),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions>&a;</definitions>", {}, 422),
        (b"", {}, 422),
        (json.dumps({"x": 1}).encode(), {"Content-Type": "application/json"}, 422),
        (b"workflow: x", {"Content-Type": "application/yaml"}, 415),
        (b" " * ((4 << 20) + 1), {}, 413),
    ],
)
def test_what_is_no_model_is_refused(desk: Desk, content: bytes, headers: dict[str, str], status: int) -> None:
    """With what was found; nothing is kept."""
    answer = send(desk.sign_in("wilma"), content, **headers)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["type"].endswith("unreadable_model")
        assert answer.json()["reasons"][0]["message"]


def test_a_draft_begins_with_a_model_on_the_page(desk: Desk) -> None:
    """The file chooser of the procedures' page takes it; the editor shows what is not taken over as remarks."""
    wilma = desk.sign_in("wilma")
    headers = {"Authorization": f"Bearer {wilma.token}", "Accept": "text/html"}

    def upload(name: str, content: str) -> httpx.Response:
        files = {"file": (name, content.encode(), "application/octet-stream")}
        return wilma.client.post("/admin/definitions", files=files, headers=headers, follow_redirects=False)

    begun = upload("model.bpmn", MODEL)
    assert (begun.status_code, begun.headers["location"]) == (303, "/admin/definitions/trial/edit")
    assert desk.assembly.publishing.edition("trial", 1).source.startswith("# scriptTask A")
    refused = upload("model.bpmn", "<html/>")
    assert refused.status_code == 422
    assert "html" in refused.text
