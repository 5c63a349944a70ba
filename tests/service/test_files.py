"""Files over HTTP: attached by who has the work, kept by digest, given back so that nothing runs."""

from datetime import date
from hashlib import sha256
from typing import Any

import httpx
import pytest

from adapters.sql.pictures import pictures
from service.jobs.pictures import look_at_pictures
from tests.adapters.documents.test_preview import photo
from tests.service.conftest import Desk, Visitor

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
TEXT = "打井方案\n".encode()


def send(visitor: Visitor, item: dict[str, Any], name: str, content: bytes, **fields: str) -> httpx.Response:
    """Attach a file to an item."""
    return visitor.ask("POST", f"/items/{item['id']}/files", files={"file": (name, content)}, data=fields)


def test_a_file_comes_back_as_it_went(desk: Desk) -> None:
    """With name, kind and digest verified; a field takes it by its id and holds what we verified."""
    ann = desk.sign_in("ann")
    item = ann.start()
    answer = send(ann, item, "打井 方案.txt", TEXT, field="plan")
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["name"], file["kind"], file["size"]) == ("打井 方案.txt", "txt", len(TEXT))
    assert file["digest"] == sha256(TEXT).hexdigest()
    saved = ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"plan": file["id"]}}, revision=1)
    assert saved.status_code == 200, saved.text
    kept = ann.get(f"/items/{item['id']}").json()["data"]["plan"]
    assert kept == {name: file[name] for name in ("id", "name", "kind", "size", "digest")}
    back = ann.get(f"/files/{file['id']}")
    assert back.content == TEXT
    assert back.headers["content-disposition"].startswith('attachment; filename="')
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    assert [one["id"] for one in ann.get(f"/items/{item['id']}/files").json()["files"]] == [file["id"]]


def test_what_a_caller_says_of_a_file_is_not_believed(desk: Desk) -> None:
    """Only the id counts; a file of another item, or none at all, is refused by field."""
    ann = desk.sign_in("ann")
    item, other = ann.start(), ann.start()
    file = send(ann, item, "plan.pdf", PDF).json()
    forged = {**{name: file[name] for name in ("id", "size", "digest")}, "name": "other.pdf", "kind": "exe"}
    saved = ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"plan": forged}}, revision=1)
    assert saved.status_code == 200, saved.text
    assert ann.get(f"/items/{item['id']}").json()["data"]["plan"]["name"] == "plan.pdf"
    for named in (file["id"], "no-such", 7, {"id": 1}, {}):
        answer = ann.ask("PATCH", f"/items/{other['id']}", json={"data": {"plan": named}}, revision=1)
        assert [reason["code"] for reason in answer.json()["reasons"]] == ["file.unknown"], named
    assert ann.post("/items", {"definition": "well", "data": {"plan": file["id"]}}).status_code == 422


@pytest.mark.parametrize(
    ("name", "content", "fields", "code"),
    [
        ("plan.exe", b"MZ", {}, "file.unknown_kind"),
        ("plan", TEXT, {}, "file.unknown_kind"),
        ("plan.pdf", TEXT, {}, "file.kind_mismatch"),
        ("plan.txt", b"", {}, "file.empty"),
        ("plan.jpg", b"\xff\xd8\xff\xe0", {"field": "plan"}, "file.not_accepted"),
        ("plan.txt", TEXT, {"field": "name"}, "field.unknown"),
        ("plan.txt", TEXT, {"field": "none.such"}, "field.unknown"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    desk: Desk, name: str, content: bytes, fields: dict[str, str], code: str
) -> None:
    """In words, and nothing is kept."""
    ann = desk.sign_in("ann")
    item = ann.start()
    answer = send(ann, item, name, content, **fields)
    assert (answer.status_code, [reason["code"] for reason in answer.json()["reasons"]]) == (422, [code])
    assert ann.get(f"/items/{item['id']}/files").json()["files"] == []


def test_only_who_has_the_work_attaches(desk: Desk) -> None:
    """Colleagues see the file, others do not even see that it is there."""
    ann, amy, bob = (desk.sign_in(name) for name in ("ann", "amy", "bob"))
    item = ann.start()
    file = send(ann, item, "plan.pdf", PDF).json()
    assert send(amy, item, "plan.pdf", PDF).status_code == 422
    assert send(bob, item, "plan.pdf", PDF).status_code == 404
    assert [one.get(f"/files/{file['id']}").status_code for one in (ann, amy, bob)] == [200, 200, 404]


def test_a_request_without_a_file_is_told_so(desk: Desk) -> None:
    """Whatever else it holds."""
    ann = desk.sign_in("ann")
    path = f"/items/{ann.start()['id']}/files"
    assert ann.ask("POST", path, data={"field": "plan"}, files={"other": b""}).status_code == 400
    assert ann.ask("POST", path, json={"file": "x"}).status_code in {400, 415}
    broken = ann.ask("POST", path, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code == 400


def test_a_file_above_the_limit_is_not_taken(desk: Desk) -> None:
    """Fifty megabytes and what wraps them."""
    ann = desk.sign_in("ann")
    answer = send(ann, ann.start(), "plan.txt", b"x" * (51 << 20))
    assert answer.status_code == 413


def test_pictures_are_looked_at_once(desk: Desk) -> None:
    """Each is known by what it looks like and when it was taken; what is none is asked for no second time."""
    ann = desk.sign_in("ann")
    item = ann.start()
    send(ann, item, "a.jpg", photo(taken="2026:05:04 10:00:00"))
    send(ann, item, "b.png", photo("PNG"))
    send(ann, item, "c.jpg", b"\xff\xd8\xff\xe0" + bytes(99))
    send(ann, item, "plan.pdf", PDF)
    assert look_at_pictures(desk.assembly) == 3
    assert look_at_pictures(desk.assembly) == 0
    with desk.assembly.database.read() as connection:
        seen = {one.digest: one for one in pictures(connection)}
    assert len(seen) == 2
    assert seen[sha256(photo(taken="2026:05:04 10:00:00")).hexdigest()].taken_on == date(2026, 5, 4)
