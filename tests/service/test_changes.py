"""Changing a definition over HTTP: differences in words, the dry run, migrations and taking them back."""

from typing import Any

import httpx
import pytest

from adapters.sql.migrating import Migration, Outcome
from service.jobs.migrations import Mover
from tests.service.conftest import Desk, Visitor
from tests.service.test_definitions import SOURCE, publish, send

CHANGED = SOURCE.replace("due: 5 working days", "due: 10 working days").replace('money("500000.00")', 'money("9.00")')
RENAMED = SOURCE.replace("  review:\n", "  check:\n").replace("to: review", "to: check")


def second(desk: Desk, source: str) -> tuple[Visitor, Visitor]:
    """Publish a second version; gives who wrote it and who published it."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    assert publish(walt, send(wilma, source).json()["edition"]).status_code == 200
    return wilma, walt


def order(walt: Visitor, **others: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever the interface takes
    """Order all items to be put on version 2."""
    answer = walt.post("/definitions/well/versions/2/migrations", {"reason": "new rules", **others})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def work(desk: Desk) -> None:
    """Let the job do all there is to do."""
    mover = Mover(desk.assembly, lambda _seconds: None)
    while mover.sweep():
        pass


def read(walt: Visitor, made: dict[str, Any], **params: str) -> dict[str, Any]:
    """Read an order."""
    found: dict[str, Any] = walt.get(f"/definitions/well/versions/2/migrations/{made['id']}", params=params).json()
    return found


def turn(walt: Visitor, made: dict[str, Any], verb: str, body: object = None) -> httpx.Response:
    """Pause, resume or roll back an order."""
    return walt.post(f"/definitions/well/versions/2/migrations/{made['id']}/{verb}", body)


def reviewed(ann: Visitor) -> dict[str, Any]:
    """Open an item and send it to its review."""
    return ann.act(ann.start(), "submit")


def test_differences_are_told_in_words(desk: Desk) -> None:
    """What moved, in both languages; the first version has none before it."""
    wilma, _ = second(desk, CHANGED)
    told = wilma.get("/definitions/well/versions/2/diff", headers={"Accept-Language": "en"}).json()
    said = [one["message"] for one in told["differences"]]
    assert said[0] == "“Review”: the deadline is 10 working days now (before: 5 working days)"
    assert [one["code"] for one in told["differences"]] == ["deadline_changed", "guard_gone", "guard_new"]
    assert "9.00" in said[2]
    chinese = wilma.get("/definitions/well/versions/2/diff", headers={"Accept-Language": "zh"}).json()
    assert chinese["differences"][0]["message"] == "“初审”：期限现在是10 个工作日（原来：5 个工作日）"
    assert wilma.get("/definitions/well/versions/1/diff").json()["reasons"][0]["code"] == "definition.no_earlier"
    assert wilma.get("/definitions/well/versions/2/diff", params={"against": "2"}).json()["differences"] == []


def test_a_draft_is_tried_on_running_items(desk: Desk) -> None:
    """Nothing is changed, and each item is told what would become of it."""
    ann, wilma = desk.sign_in("ann"), desk.sign_in("wilma")
    item, draft = reviewed(ann), ann.start()
    send(wilma, RENAMED)
    path = "/definitions/well/versions/2/impact"
    without = wilma.get(path).json()
    fates = {line["item_id"]: line["fate"] for line in without["items"]}
    assert fates == {item["id"]: "cannot", draft["id"]: "unchanged"}
    assert without["counts"] == {"cannot": 1, "unchanged": 1}
    assert without["total"] == 2
    mapped = wilma.get(path, params={"state": "review:check"}).json()
    assert {line["fate"] for line in mapped["items"]} == {"moves", "unchanged"}
    first = wilma.get(path, params={"limit": "1"}).json()
    assert wilma.get(path, params={"limit": "1", "after": first["next"]}).json()["next"] is not None
    assert ann.get(f"/items/{item['id']}").json()["version"] == 1
    assert ann.get(path).status_code == 403


def test_items_are_put_on_the_version_and_taken_back(desk: Desk) -> None:
    """The order tells how far it has come; people see the new deadline; rolled back, all is as it was."""
    ann = desk.sign_in("ann")
    items = [reviewed(ann) for _ in range(3)]
    before = [ann.get(f"/items/{item['id']}").json() for item in items]
    _, walt = second(desk, CHANGED)
    made = order(walt)
    assert (made["status"], made["total"], made["done"]) == ("running", 3, 0)
    work(desk)
    done = read(walt, made)
    assert (done["migration"]["status"], done["migration"]["counts"]) == ("done", {"moved": 3})
    assert {line["fate"] for line in done["items"]} == {"deadline"}
    after = [ann.get(f"/items/{item['id']}").json() for item in items]
    assert [item["version"] for item in after] == [2, 2, 2]
    assert all(new["due_at"] > old["due_at"] for new, old in zip(after, before, strict=True))
    ann.post(f"/items/{items[0]['id']}/remarks", {"comment": "noted"}, revision=after[0]["revision"])
    assert turn(walt, made, "rollback", {"items": None}).json()["direction"] == "back"
    work(desk)
    counts = read(walt, made)["migration"]["counts"]
    assert counts == {"returned": 2, "kept": 1}
    again = [ann.get(f"/items/{item['id']}").json() for item in items]
    assert [item["version"] for item in again] == [2, 1, 1]
    assert again[1]["due_at"] == before[1]["due_at"]
    kept = read(walt, made, outcome="kept")["items"]
    assert [(line["item_id"], line["reasons"][0]["code"]) for line in kept] == [(items[0]["id"], "migrate.worked_on")]


def test_an_order_is_paused_and_resumed(desk: Desk) -> None:
    """While it is paused nothing moves; who may not publish may not order."""
    ann = desk.sign_in("ann")
    item = reviewed(ann)
    wilma, walt = second(desk, CHANGED)
    made = order(walt, items=[item["id"]])
    assert turn(walt, made, "pause").json()["status"] == "paused"
    assert turn(walt, made, "pause").status_code == 409
    work(desk)
    assert ann.get(f"/items/{item['id']}").json()["version"] == 1
    assert turn(walt, made, "resume").json()["status"] == "running"
    work(desk)
    assert ann.get(f"/items/{item['id']}").json()["version"] == 2
    back = turn(walt, made, "rollback", {"items": [item["id"]]}).json()
    assert back["counts"] == {"returned": 1}
    assert ann.get(f"/items/{item['id']}").json()["version"] == 1
    listed = wilma.get("/definitions/well/versions/2/migrations").json()["migrations"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert ann.post("/definitions/well/versions/2/migrations", {"reason": "x"}).status_code == 403


def test_an_order_that_can_not_be_meant_is_refused(desk: Desk) -> None:
    """Drafts, unknown versions and states; without a reason."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    send(wilma, CHANGED)
    path = "/definitions/well/versions/{}/migrations"
    assert [walt.post(path.format(number), {"reason": "x"}).status_code for number in (2, 7)] == [404, 404]
    unknown = walt.post(path.format(1), {"reason": "x", "states": {"gone": "nowhere"}})
    assert (unknown.status_code, unknown.json()["reasons"][0]["code"]) == (422, "migrate.no_state")
    assert walt.post(path.format(1), {"reason": ""}).status_code == 400


def test_a_version_is_retired_with_a_reason(desk: Desk) -> None:
    """New items follow the one before; running ones stay; twice is a conflict."""
    ann = desk.sign_in("ann")
    _, walt = second(desk, CHANGED)
    item = ann.start()
    retired = walt.post("/definitions/well/versions/2/retire", {"reason": "withdrawn by the county"})
    assert (retired.status_code, retired.json()["status"]) == (200, "retired")
    assert ann.get(f"/items/{ann.start()['id']}").json()["version"] == 1
    assert ann.act(item, "submit")["state"] == "review"
    assert walt.post("/definitions/well/versions/2/retire", {"reason": "again"}).status_code == 409


class Stopped(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("direction", ["forward", "back"])
def test_a_process_that_stops_in_a_round_leaves_nothing_unsaid(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    """Cases that were moved, or taken back, before it was kept so are found and told as what became of them."""
    ann = desk.sign_in("ann")
    items = [reviewed(ann)["id"] for _ in range(3)]
    _, walt = second(desk, CHANGED)
    made = order(walt)
    if direction == "back":
        work(desk)
        turn(walt, made, "rollback", {"items": None})
    seen: list[str] = []
    outcome = Mover._outcome  # noqa: SLF001  # where a process may stop

    def stopping(self: Mover, of: Migration, case_id: str, *, is_again: bool = False) -> Outcome:
        if len(seen) == 2:
            raise Stopped
        seen.append(case_id)
        return outcome(self, of, case_id, is_again=is_again)

    with monkeypatch.context() as patch:
        patch.setattr(Mover, "_outcome", stopping)
        with pytest.raises(Stopped):
            work(desk)
    desk.clock.advance(minutes=5)
    work(desk)
    told = read(walt, made)
    expected = "moved" if direction == "forward" else "returned"
    assert told["migration"]["counts"] == {expected: len(items)}
    if direction == "forward":
        turn(walt, made, "rollback", {"items": None})
        work(desk)
        assert read(walt, made)["migration"]["counts"] == {"returned": len(items)}
