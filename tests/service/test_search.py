"""Search: items, the text of documents and people, and nothing that the one who asks may not see."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest

from service.jobs.words import read_documents
from tests.adapters.documents.test_text import CHINESE, docx, pdf, xlsx
from tests.service.conftest import Desk, Visitor
from tests.service.test_files import PDF, send


def found(person: Visitor, words: str, **params: object) -> dict[str, list[Any]]:
    """What somebody finds."""
    answer = person.get("/search", params={"q": words, **params})
    assert answer.status_code == 200, answer.text
    shown: dict[str, list[Any]] = answer.json()
    return shown


def read_all(desk: Desk) -> None:
    """Let the heartbeat's work be done."""
    while read_documents(desk.assembly):
        pass


def test_documents_are_found_by_what_is_in_them(desk: Desk) -> None:
    """PDF, Word and Excel, with the words around; each by whoever sees its item and by nobody else."""
    ann, bob, rita = (desk.sign_in(name) for name in ("ann", "bob", "rita"))
    item = ann.start()
    for name, content in (("a.pdf", pdf()), ("b.docx", docx()), ("c.xlsx", xlsx())):
        assert send(ann, item, name, content).status_code == 201
    assert found(ann, CHINESE)["documents"] == []
    read_all(desk)
    hits = found(ann, CHINESE)["documents"]
    assert [hit["file"]["name"] for hit in hits] == ["c.xlsx", "b.docx", "a.pdf"]
    assert all(CHINESE in hit["excerpt"] and hit["item_code"] == item["code"] for hit in hits)
    assert len(found(ann, CHINESE, limit=2)["documents"]) == 2
    assert found(bob, CHINESE)["documents"] == []
    assert len(found(rita, "SECOND PAGE")["documents"]) == 1


def test_documents_are_found_by_name(desk: Desk) -> None:
    """Also those that have no words, or cannot be read; none is read twice."""
    ann = desk.sign_in("ann")
    item = ann.start()
    send(ann, item, "空白图纸.pdf", PDF)
    read_all(desk)
    assert read_documents(desk.assembly) == 0
    (hit,) = found(ann, "图纸")["documents"]
    assert (hit["file"]["name"], hit["excerpt"]) == ("空白图纸.pdf", "")


def test_items_and_people_are_found(desk: Desk) -> None:
    """By title, code, name; wildcards are letters like others; people who have left are not found."""
    ann, bob = desk.sign_in("ann"), desk.sign_in("bob")
    item = ann.start(name="100%的井")
    assert [one["code"] for one in found(ann, "0%的")["items"]] == [item["code"]]
    assert [one["code"] for one in found(ann, item["code"].lower())["items"]] == [item["code"]]
    assert found(bob, "100%")["items"] == []
    assert found(ann, "%")["items"] != []
    assert found(ann, "_")["items"] == []
    assert [one["name"] for one in found(bob, "RI")["people"]] == ["Rita"]
    assert found(bob, "rita")["people"][0]["unit"]["name"] == "数据局"


@pytest.mark.parametrize("words", ["", " ", "x" * 101, "\x00"])
def test_a_search_for_nothing_is_refused(desk: Desk, words: str) -> None:
    """As is one for a whole page."""
    assert desk.sign_in("ann").get("/search", params={"q": words}).status_code == 400


def test_the_heartbeat_reads_what_was_attached(open_desk: Callable[..., Desk]) -> None:
    """By itself, in the background."""
    desk = open_desk(heartbeat=True)
    ann = desk.sign_in("ann")
    send(ann, ann.start(), "a.docx", docx())
    until = monotonic() + 30
    while not found(ann, CHINESE)["documents"] and monotonic() < until:
        sleep(0.2)
    assert len(found(ann, CHINESE)["documents"]) == 1
