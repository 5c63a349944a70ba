"""The account of an item over HTTP: why, who could, which days, what then; in both languages."""

import pytest

from tests.service.conftest import Desk


@pytest.mark.parametrize(("language", "words"), [("zh", "“初审”按流程由"), ("en", "The procedure gives “Review” to")])
def test_an_item_is_explained(desk: Desk, language: str, words: str) -> None:
    """Whose the task is and why, who could decide, the days that counted, and what each action comes to."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    item = ann.act(ann.start(), "submit")
    task = item["tasks"][0]["id"]
    rita.post(f"/tasks/{task}/claim")
    told = rita.get(f"/items/{item['id']}/explain", headers={"Accept-Language": language}).json()
    (one,) = told["tasks"]
    assert one["why"][0].startswith(words)
    assert len(one["why"]) == 2
    assert {person["person"]["id"]: [reason["code"] for reason in person["reasons"]] for person in one["could"]} == {
        "rita": [],
        "rob": ["task.claimed_by_other"],
    }
    assert len(told["due"]["counted"]) == 5
    ways = {way["action"]: way for way in told["actions"]}
    assert (ways["reject"]["closed"], [reason["code"] for reason in ways["pass"]["reasons"]]) == (
        True,
        ["field.required"],
    )
    assert rita.get(f"/tasks/{task}", headers={"Accept-Language": language}).json()["why"] == one["why"]
    assert desk.assembly.store.load(item["id"]).revision == told["revision"]


def test_who_can_do_nothing_is_told_of_the_tasks_only(desk: Desk) -> None:
    """The applicant sees why, who and when; no ways on."""
    ann = desk.sign_in("ann")
    item = ann.act(ann.start(), "submit")
    told = ann.get(f"/items/{item['id']}/explain").json()
    assert (len(told["tasks"]), told["actions"]) == (1, [])
