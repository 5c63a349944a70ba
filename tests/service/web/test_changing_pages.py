"""Pages that change a definition with a quiet mind: what differs, what becomes of items, moving them, taking back."""

import re
from urllib.parse import urlsplit

from tests.service.conftest import Desk, Visitor
from tests.service.test_changes import CHANGED, RENAMED, reviewed, second, work
from tests.service.test_definitions import SOURCE
from tests.service.test_definitions import send as write
from tests.service.web.test_definition_pages import ROOT, send, show

SECOND = f"{ROOT}/well/2"


def begin(walt: Visitor, **form: object) -> str:
    """Order a migration and say yes; gives the path of its page."""
    data = {"scope": "all", "reason": "new rules", "sure": "yes", **form}
    answer = send(walt, f"{SECOND}/migrations", **data)
    assert answer.status_code == 303, answer.text
    return urlsplit(answer.headers["location"]).path


def test_differences_stand_in_words_beside_the_lines(desk: Desk) -> None:
    """Also before publishing, and against any version; a text that can not be read is said to be so."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    write(wilma, CHANGED)
    said = "“Review”: the deadline is 10 working days now (before: 5 working days)"
    assert said in show(wilma, f"{SECOND}?view=changes").text
    assert said in show(walt, f"{SECOND}/publish").text
    back = show(walt, f"{ROOT}/well/1?view=changes&against=2").text
    assert "“Review”: the deadline is 5 working days now (before: 10 working days)" in back
    write(wilma, SOURCE.replace("states:", "stats:"))
    assert "can not be read" in show(wilma, f"{SECOND}?view=changes").text
    write(wilma, SOURCE + "# remark\n")
    assert "Nothing differs in what happens" in show(wilma, f"{SECOND}?view=changes").text


def test_the_effect_on_items_is_counted_and_filtered(desk: Desk) -> None:
    """A draft too; who may not publish is offered no order; nothing is changed by looking."""
    ann, wilma = desk.sign_in("ann"), desk.sign_in("wilma")
    item, draft = reviewed(ann), ann.start()
    write(wilma, CHANGED)
    shown = show(wilma, f"{SECOND}/impact").text
    assert item["code"] in shown
    assert draft["code"] in shown
    assert 'name="reason"' not in shown
    late = show(wilma, f"{SECOND}/impact?fate=deadline").text
    assert item["code"] in late
    assert draft["code"] not in late
    assert ann.get(f"/items/{item['id']}").json()["version"] == 1
    assert show(ann, f"{SECOND}/impact").status_code == 403


def test_states_that_are_gone_get_their_successors(desk: Desk) -> None:
    """Without one the item can not go over, and the page says so; with one it is told where it goes on."""
    ann = desk.sign_in("ann")
    item = reviewed(ann)
    _, walt = second(desk, RENAMED)
    shown = show(walt, f"{SECOND}/impact").text
    assert 'value="review:check"' in shown
    assert "Cannot go over" in shown
    again = show(walt, f"{SECOND}/impact?state=review:check").text
    assert "goes on at “Review”" in again
    page = begin(walt, state="review:check")
    work(desk)
    assert item["code"] in show(walt, f"{page}?outcome=moved").text
    assert ann.get(f"/items/{item['id']}").json()["state"]["name"] == "check"


def test_an_order_is_asked_for_twice_and_followed_to_its_end(desk: Desk) -> None:
    """The question counts what would happen; paused it stands still; taken back, items are what they were."""
    ann = desk.sign_in("ann")
    one, other = reviewed(ann), reviewed(ann)
    _, walt = second(desk, CHANGED)
    form = {"scope": "chosen", "item": one["id"], "reason": "new rules"}
    asked = send(walt, f"{SECOND}/migrations", **form)
    assert asked.status_code == 200
    assert 'name="sure" value="yes"' in asked.text
    assert send(walt, f"{SECOND}/migrations", **{**form, "reason": " "}).status_code == 422
    assert send(walt, f"{SECOND}/migrations", scope="chosen", reason="x").status_code == 422
    page = begin(walt, **form)
    assert 'hx-trigger="every 2s"' in show(walt, page).text
    assert send(walt, f"{page}/pause").status_code == 303
    assert send(walt, f"{page}/pause").status_code == 422
    assert 'hx-trigger="every 2s"' not in show(walt, page).text
    send(walt, f"{page}/resume")
    work(desk)
    shown = show(walt, page).text
    assert re.search(r"1 of 1 items? done", shown)
    assert "Items put over" in show(walt, SECOND).text
    assert ann.get(f"/items/{other['id']}").json()["version"] == 1
    assert send(walt, f"{page}/rollback", item=one["id"]).status_code == 303
    assert ann.get(f"/items/{one['id']}").json()["version"] == 1
    assert send(walt, f"{page}/nonsense").status_code == 422


def test_all_are_taken_back_after_a_question(desk: Desk) -> None:
    """Whoever worked on since stays; the script's answer is a piece of the page."""
    ann = desk.sign_in("ann")
    items = [reviewed(ann), reviewed(ann)]
    _, walt = second(desk, CHANGED)
    page = begin(walt)
    work(desk)
    revision = ann.get(f"/items/{items[0]['id']}").json()["revision"]
    ann.post(f"/items/{items[0]['id']}/remarks", {"comment": "noted"}, revision=revision)
    assert 'name="sure"' in send(walt, f"{page}/rollback").text
    assert send(walt, f"{page}/rollback", sure="yes").status_code == 303
    work(desk)
    headers = {"Authorization": f"Bearer {walt.token}", "HX-Request": "true", "Accept-Language": "en"}
    piece = walt.client.get(page, headers=headers).text
    assert "<html" not in piece
    assert "2 of 2 items taken back" in piece
    assert items[0]["code"] in show(walt, f"{page}?outcome=kept").text
    assert [ann.get(f"/items/{item['id']}").json()["version"] for item in items] == [2, 1]
