"""Every verb beside the actions, over HTTP: what it does, what it wants to know, and who may not."""

from typing import Any

import pytest

from engine.commands import Command
from engine.options import _OF_CASE, _OF_SUSPENDED, _OF_TASK
from engine.undoing import UNDO_SECONDS_MAX
from service.http.application import routes_of
from service.jobs.heartbeat import post_office
from tests.service.conftest import Desk, Visitor

NOT_VERBS = {"Start", "Save", "Act", "Remark", "Expire", "Migrate", "RollBack", "Recount"}
"""Commands that have routes of another name, or that only timers, orders to migrate and notices of days off give."""


def in_review(desk: Desk) -> dict[str, Any]:
    """An item that waits for a reviewer."""
    ann = desk.sign_in("ann")
    return ann.act(ann.start(), "submit")


def claimed(desk: Desk, name: str = "rita") -> tuple[dict[str, Any], str]:
    """An item whose review somebody has claimed, and the task."""
    item = in_review(desk)
    task = item["tasks"][0]["id"]
    answer = desk.sign_in(name).post(f"/tasks/{task}/claim")
    return answer.json(), task


def do(person: Visitor, item: dict[str, Any], verb: str, body: object = None) -> Any:  # noqa: ANN401  # an answer
    """Use a verb of an item, with the revision that was seen."""
    return person.post(f"/items/{item['id']}/{verb}", body, revision=item["revision"])


def codes(answer: Any) -> list[str]:  # noqa: ANN401  # an answer
    """The codes of a refusal."""
    assert answer.status_code == 422, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


def test_every_command_of_the_engine_can_be_given(desk: Desk) -> None:
    """A verb that a page offers and no route takes would be a button for nobody but browsers."""
    paths = {path.rpartition("/")[2] for _, path in routes_of(desk.client.app)}
    names = {one.__name__ for one in Command.__subclasses__()} - NOT_VERBS
    spelt = {"".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:] for name in names}
    assert spelt <= paths, spelt - paths
    offered = {*_OF_TASK, *_OF_CASE, *_OF_SUSPENDED} - {"remark"}
    assert offered <= paths, offered - paths


def test_a_question_is_asked_and_answered(desk: Desk) -> None:
    """It is a task of whoever is asked, tells its question, and keeps nobody from deciding."""
    _, task = claimed(desk)
    rita, eva = desk.sign_in("rita"), desk.sign_in("eva")
    assert eva.get(f"/tasks/{task}").status_code == 404
    asked = rita.post(f"/tasks/{task}/ask", {"to": "eva", "question": "够深吗？"}).json()
    (question,) = [one for one in asked["tasks"] if one["question"]]
    assert (question["question"], question["holder"]) == ("够深吗？", "Eva")
    shown = eva.get(f"/tasks/{question['id']}").json()["task"]
    assert (shown["question"], shown["is_mine"], shown["added_by"]) == ("够深吗？", True, "rita")
    assert codes(rita.post(f"/tasks/{question['id']}/reply", {"comment": "够"})) == ["permission.not_yours"]
    replied = eva.post(f"/tasks/{question['id']}/reply", {"comment": "够"}).json()
    assert [one["id"] for one in replied["tasks"]] == [task]
    assert rita.act(replied, "reject", comment="no")["state"] == "dropped"


def test_a_question_must_have_words(desk: Desk) -> None:
    """An empty one, or blanks, is none."""
    _, task = claimed(desk)
    rita = desk.sign_in("rita")
    assert rita.post(f"/tasks/{task}/ask", {"to": "eva", "question": ""}).status_code == 400
    assert codes(rita.post(f"/tasks/{task}/ask", {"to": "eva", "question": "  "})) == ["comment.required"]


def test_a_copy_lets_people_look(desk: Desk) -> None:
    """Who got one sees the item once it is on its way; nobody else does, and nobody unknown gets one."""
    item = in_review(desk)
    ann, bob = desk.sign_in("ann"), desk.sign_in("bob")
    assert bob.get(f"/items/{item['id']}").status_code == 404
    assert do(ann, item, "copy", {"to": ["nobody"]}).status_code == 422
    assert do(ann, item, "copy", {"to": ["bob"], "comment": "看看"}).status_code == 200
    desk.clock.advance(seconds=UNDO_SECONDS_MAX)
    while post_office(desk.assembly).send():
        pass
    assert bob.get("/tasks", params={"view": "cc"}).json()["tasks"][0]["item_id"] == item["id"]
    assert bob.get(f"/items/{item['id']}").status_code == 200


def test_what_was_sent_is_withdrawn_or_revoked_until_it_is_too_late(desk: Desk) -> None:
    """The sender may while nobody has worked on it; afterwards only its initiator, to the beginning."""
    item, ann, amy = in_review(desk), desk.sign_in("ann"), desk.sign_in("amy")
    assert codes(do(amy, item, "withdraw")) == ["withdraw.not_sender"]
    back = do(ann, item, "withdraw").json()
    assert back["state"] == "draft"
    again = ann.act(back, "submit")
    held = desk.sign_in("rita").post(f"/tasks/{again['tasks'][0]['id']}/claim").json()
    assert codes(do(ann, held, "withdraw")) == ["withdraw.handled"]
    assert do(ann, held, "revoke", {"comment": "换个地方"}).json()["state"] == "draft"


def test_a_slip_is_undone_within_seconds(desk: Desk) -> None:
    """By whoever made it; later it stands."""
    item, ann = in_review(desk), desk.sign_in("ann")
    assert codes(do(desk.sign_in("rita"), item, "undo")) == ["undo.not_last"]
    undone = do(ann, item, "undo").json()
    assert (undone["state"], undone["revision"]) == ("draft", 3)
    again = ann.act(undone, "submit")
    desk.clock.advance(seconds=11)
    assert codes(do(ann, again, "undo")) == ["undo.too_late"]


def test_an_administrator_of_the_procedure_steers(desk: Desk) -> None:
    """Suspend, continue, jump and terminate, each with its reason; nobody else may."""
    item, heidi, rita = in_review(desk), desk.sign_in("heidi"), desk.sign_in("rita")
    for verb in ("suspend", "terminate"):
        assert codes(do(rita, item, verb, {"comment": "no"})) == ["permission.not_admin"]
        assert do(heidi, item, verb, {"comment": ""}).status_code == 400
    assert codes(do(rita, item, "jump", {"to": "draft", "comment": "no"})) == ["permission.not_admin"]
    still = do(heidi, item, "suspend", {"comment": "核查"}).json()
    options = rita.get(f"/items/{item['id']}/options").json()
    assert options["actions"] == []
    on = do(heidi, still, "continue").json()
    assert codes(do(heidi, on, "continue")) == ["item.not_suspended"]
    moved = do(heidi, on, "jump", {"to": "draft", "comment": "重来"}).json()
    assert moved["state"] == "draft"
    assert codes(do(heidi, moved, "jump", {"to": "nowhere", "comment": "?"})) == ["state.unknown"]
    ended = do(heidi, moved, "terminate", {"comment": "不建了"}).json()
    assert ended["tasks"] == []
    assert heidi.get(f"/items/{item['id']}").json()["closed_at"] is not None


def test_the_head_gives_work_to_somebody_else(desk: Desk) -> None:
    """Assigning is for administrators and heads, and not to nobody."""
    _, task = claimed(desk)
    heidi, rita, rob = (desk.sign_in(name) for name in ("heidi", "rita", "rob"))
    assert codes(rita.post(f"/tasks/{task}/assign", {"to": "rob"})) == ["permission.not_admin"]
    assert heidi.post(f"/tasks/{task}/assign", {"to": "nobody"}).status_code == 422
    assert heidi.post(f"/tasks/{task}/assign", {"to": "rob", "comment": "休假"}).status_code == 200
    assert [one.get("/tasks").json()["total"] for one in (rita, rob)] == [0, 1]


def test_a_signer_before_comes_first(desk: Desk) -> None:
    """Whoever added them waits; the options say why."""
    _, task = claimed(desk)
    rita = desk.sign_in("rita")
    added = rita.post(f"/tasks/{task}/add_signer", {"to": "rob", "place": "before", "comment": "请先看"})
    waiting = {one["id"]: one["after"] for one in added.json()["tasks"]}
    (other,) = [id for id in waiting if id != task]
    assert waiting[task] == other
    assert rita.post(f"/tasks/{task}/add_signer", {"to": "eli", "place": "above"}).status_code == 400


@pytest.mark.parametrize("verb", ["withdraw", "revoke", "undo", "jump", "suspend", "continue", "terminate"])
def test_what_moves_an_item_names_what_was_seen(desk: Desk, verb: str) -> None:
    """428 without a revision, 400 without a key, 412 with old news; and nothing happens."""
    item, heidi = in_review(desk), desk.sign_in("heidi")
    path, body = f"/items/{item['id']}/{verb}", {"jump": {"to": "draft", "comment": "x"}}.get(verb, {"comment": "x"})
    assert heidi.post(path, body).status_code == 428
    assert heidi.ask("POST", path, json=body, revision=2).status_code == 400
    assert heidi.post(path, body, revision=1).status_code == 412
    assert heidi.get(f"/items/{item['id']}").json()["revision"] == 2
