"""If-Match and Idempotency-Key: old news, lost races and repeated requests, each told apart."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.service.conftest import Desk, Visitor


def in_review(desk: Desk) -> dict[str, Any]:
    """An item that waits for a reviewer."""
    ann = desk.sign_in("ann")
    return ann.act(ann.start(), "submit")


def kind_of(answer: Any) -> tuple[int, str]:  # noqa: ANN401  # an answer of the client
    """Status and kind of a problem."""
    return answer.status_code, answer.json()["type"].removeprefix("/schema/problems/")


def test_a_decision_must_name_what_was_seen(desk: Desk) -> None:
    """Without If-Match 428, with nonsense 400, with an old revision 412; nothing happens."""
    item, rita = in_review(desk), desk.sign_in("rita")
    path, body = f"/items/{item['id']}/actions/reject", {"comment": "no"}
    assert kind_of(rita.post(path, body)) == (428, "precondition_required")
    for header in ("x", '"-1"', '"1.5"', "*", 'W/"2"', '"99999999999999999999"'):
        assert kind_of(rita.post(path, body, headers={"If-Match": header})) == (400, "bad_request"), header
    stale = rita.post(path, body, revision=1, headers={"Accept-Language": "en"})
    assert kind_of(stale) == (412, "stale")
    assert "revision 1; it is revision 2" in stale.json()["detail"]
    assert kind_of(rita.post(path, body, revision=3)) == (412, "stale")
    assert rita.get(f"/items/{item['id']}").json()["revision"] == 2


def test_a_decision_must_have_a_key(desk: Desk) -> None:
    """Without 400; control characters and very long ones are none."""
    item, rita = in_review(desk), desk.sign_in("rita")
    path = f"/items/{item['id']}/actions/reject"
    answer = rita.ask("POST", path, json={"comment": "no"}, revision=2)
    assert kind_of(answer) == (400, "key_missing")
    for key in ("", "a b", "k" * 201):
        assert kind_of(rita.post(path, {"comment": "no"}, revision=2, key=key)) == (400, "key_malformed"), key


def test_repeating_a_request_gives_the_first_answer(desk: Desk) -> None:
    """Although the item has moved on since, for this person on this route; and nothing happens twice."""
    item, rita = in_review(desk), desk.sign_in("rita")
    path = f"/items/{item['id']}/actions/return"
    first = rita.post(path, {"comment": "more"}, revision=2, key="k1")
    again = rita.post(path, {"comment": "more"}, revision=2, key="k1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == {**first.json(), "replayed": True}
    assert again.headers["etag"] == '"3"'
    assert rita.get(f"/items/{item['id']}").json()["revision"] == 3


def test_a_key_belongs_to_one_request(desk: Desk) -> None:
    """With another body it is refused; another person and another route may use it too."""
    item, rita = in_review(desk), desk.sign_in("rita")
    path = f"/items/{item['id']}/actions/return"
    assert rita.post(path, {"comment": "more"}, revision=2, key="k1").status_code == 200
    assert kind_of(rita.post(path, {"comment": "less"}, revision=3, key="k1")) == (422, "key_reused")
    ann = desk.sign_in("ann")
    assert ann.post(f"/items/{item['id']}/actions/submit", revision=3, key="k1").status_code == 200
    assert rita.post(f"/items/{item['id']}/remarks", {"comment": "hm"}, key="k1").status_code == 200


def test_opening_an_item_twice_with_a_key_opens_one(desk: Desk) -> None:
    """Without a key each request opens its own."""
    ann, body = desk.sign_in("ann"), {"definition": "well", "data": {"name": "井"}}
    first, again = (ann.post("/items", body, key="start").json() for _ in range(2))
    assert first == again
    other = ann.ask("POST", "/items", json=body).json()
    assert other["id"] != first["id"]


def test_of_many_at_once_one_wins_and_all_others_hear_of_it(desk: Desk) -> None:
    """Eight decide through one task at the same moment; the losers get 409, never 500."""
    rita = desk.sign_in("rita")
    for _ in range(10):
        item = in_review(desk)
        task = item["tasks"][0]["id"]

        def decide(number: int, task: str = task) -> tuple[int, str]:
            answer = rita.post(f"/tasks/{task}/actions/reject", {"comment": f"no {number}"}, revision=2)
            return answer.status_code, answer.text

        with ThreadPoolExecutor(8) as threads:
            answers = sorted(threads.map(decide, range(8)))
        assert [status for status, _ in answers] == [200] + [409] * 7, answers


def test_a_closed_task_is_a_lost_race_whatever_was_seen(desk: Desk) -> None:
    """Somebody decided before; the revision that was seen does not matter."""
    item, rita = in_review(desk), desk.sign_in("rita")
    path = f"/tasks/{item['tasks'][0]['id']}/actions/reject"
    assert rita.post(path, {"comment": "no"}, revision=2).status_code == 200
    for revision in (2, 3):
        assert kind_of(rita.post(path, {"comment": "no"}, revision=revision)) == (409, "lost_race")


def test_of_two_who_claim_one_gets_the_task(desk: Desk) -> None:
    """The other hears that somebody was faster."""
    task = in_review(desk)["tasks"][0]["id"]
    rita, rob = desk.sign_in("rita"), desk.sign_in("rob")
    assert rita.post(f"/tasks/{task}/claim").json()["tasks"][0]["holder"] == "Rita"
    assert kind_of(rob.post(f"/tasks/{task}/claim")) == (409, "lost_race")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"cost": 1.5}, "input.no_fractions"),
        ({"cost": 2**63}, "input.too_big"),
        ({"cost": -(10**30)}, "input.too_big"),
        ({"name": "a\x00b"}, "input.bad_text"),
        ({"name\x00": "a"}, "input.bad_text"),
        ({"name": [[[[[[[[[[1]]]]]]]]]]}, "input.too_deep"),
    ],
)
def test_values_that_no_field_can_take_are_named(desk: Desk, data: dict[str, Any], code: str) -> None:
    """Before anything else happens."""
    answer = desk.sign_in("ann").post("/items", {"definition": "well", "data": data})
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, code)


def test_numbers_in_addresses_have_bounds(desk: Desk) -> None:
    """Of any length they are answered, never with a fault."""
    ann = desk.sign_in("ann")
    for id in ("99999999999999999999999", "..%2f..%2fetc", "a" * 300, "井"):
        assert ann.get(f"/items/{id}").status_code == 404, id


def urged(visitor: Visitor, item: dict[str, Any]) -> int:
    """Remind whoever holds an item."""
    return visitor.post(f"/items/{item['id']}/urge").status_code


def test_reminding_twice_a_day_is_refused(desk: Desk) -> None:
    """The reason says so in words."""
    item, ann = in_review(desk), desk.sign_in("ann")
    assert urged(ann, item) == 200
    answer = ann.post(f"/items/{item['id']}/urge", {"comment": "please"})
    assert answer.json()["reasons"][0]["message"] == "今天已经催办过，请明天再催。"
