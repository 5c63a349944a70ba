"""Pages on which a version is tried: rehearsed with the real forms as anybody, kept as a test, played on the past."""

import html
import json
import re
from typing import Any

import httpx

from tests.service.conftest import Desk, Visitor
from tests.service.test_definitions import SOURCE
from tests.service.test_definitions import send as write
from tests.service.test_rehearsals import VOTES, WAY, rows
from tests.service.web.test_definition_pages import ROOT, digest, send, show

PATH = f"{ROOT}/well/2/rehearse"
STEPS = re.compile(r'name="steps" value="([^"]*)"')


def steps_of(page: httpx.Response) -> str:
    """Give the steps that a page carries along."""
    found = STEPS.search(page.text)
    assert found is not None
    return html.unescape(found[1])


def go(visitor: Visitor, page: httpx.Response, intent: str, **form: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Press a button of a rehearsal."""
    headers = {"Accept-Language": "en"}
    return send(visitor, PATH, intent=intent, steps=steps_of(page), headers=headers, **form)


def drafted(desk: Desk) -> Visitor:
    """Let Wilma write a draft of version 2."""
    wilma = desk.sign_in("wilma")
    write(wilma, SOURCE + "# draft\n")
    return wilma


def test_a_draft_is_rehearsed_with_its_real_forms(desk: Desk) -> None:
    """Form by form as each person, with what would have been told; a file is made up; nothing is written anywhere."""
    wilma = drafted(desk)
    before = rows(desk)
    begun = show(wilma, PATH)
    assert "f-cost" in begun.text
    page = go(wilma, begun, "start", name="Well", cost="100.00", plan="yes")
    step = json.loads(steps_of(page))[0]
    assert (step["do"], step["form"]["cost"], step["state"]) == ("start", 10_000, "draft")
    assert step["form"]["plan"]["kind"] == "pdf"
    page = go(wilma, page, "submit", action="submit", **{"as": "initiator"})
    assert "Would tell" in page.text
    assert "New task: the rehearsed item" in page.text
    page = go(wilma, page, "save", panel=["expert-1", "expert-2"], **{"as": "cty_review-1"})
    page = go(wilma, page, "submit", action="pass", **{"as": "cty_review-1"})
    page = go(wilma, page, "submit", action="agree", points="80", **{"as": "expert-1"})
    page = go(wilma, page, "submit", action="agree", points="90", **{"as": "expert-2"})
    assert "It has come to its end" in page.text
    assert [one["state"] for one in json.loads(steps_of(page))][-1] == "dug"
    assert rows(desk) == before


def test_what_is_refused_is_told_and_can_be_expected(desk: Desk) -> None:
    """The step is not taken; kept as a refusal it becomes part of the rehearsal; a step can be taken back."""
    wilma = drafted(desk)
    page = go(wilma, show(wilma, PATH), "start", name="Well")
    refused = go(wilma, page, "submit", action="submit", **{"as": "initiator"})
    assert refused.status_code == 422
    assert len(json.loads(steps_of(refused))) == 1
    pending = re.search(r'name="pending" value="([^"]*)"', refused.text)
    assert pending is not None
    kept = go(wilma, refused, "expect", pending=html.unescape(pending[1]))
    assert json.loads(steps_of(kept))[1]["refused"] == ["field.required"]
    assert len(json.loads(steps_of(go(wilma, kept, "back")))) == 1
    assert json.loads(steps_of(go(wilma, kept, "restart"))) == []
    assert go(wilma, page, "start", cost="much").status_code == 422
    assert send(wilma, PATH, intent="look", steps="{").status_code == 422


def test_time_passes_in_a_rehearsal(desk: Desk) -> None:
    """With the reminders that would have gone out; what is no period is refused."""
    wilma = drafted(desk)
    page = go(wilma, show(wilma, PATH), "start", name="Well", cost="100.00")
    page = go(wilma, page, "submit", action="submit", **{"as": "initiator"})
    late = go(wilma, page, "wait", amount="6", unit="working days")
    assert late.text.count("is due by") == 2
    assert go(wilma, page, "wait", amount="soon", unit="days").status_code == 422


def test_a_rehearsal_is_kept_and_played_again(desk: Desk) -> None:
    """It is listed with how it comes out now; a draft that breaks it shows where; names are taken once."""
    wilma = drafted(desk)
    steps = json.dumps([*WAY, VOTES[0], {**VOTES[1], "state": "dug"}])
    tests = f"{ROOT}/well/2/tests"
    assert send(wilma, tests, name="a b", steps=steps).status_code == 422
    kept = send(wilma, tests, name="all_agree", steps=steps)
    assert kept.headers["location"] == f"{PATH}?test=all_agree&done=kept"
    again = show(wilma, f"{PATH}?test=all_agree")
    assert "It has come to its end" in again.text
    assert "As expected" in again.text
    assert send(wilma, tests, name="all_agree", steps=steps).status_code == 422
    broken = desk.assembly.publishing.edition("well", 2).source.replace('money("500000.00")', 'money("1.00")')
    send(wilma, f"{ROOT}/well/edit", source=broken, revision=digest(desk, 2))
    shown = show(wilma, f"{PATH}?test=all_agree").text
    assert "Differently" in shown
    assert "From one step on it goes differently now" in shown
    late = send(wilma, f"{ROOT}/well/1/tests", name="late", steps=steps)
    assert late.status_code == 422


def test_the_past_is_played_with_its_money(desk: Desk) -> None:
    """A decision that the draft would refuse is listed with the amount; a draft that changes nothing lists none."""
    ann, rita, wilma = desk.sign_in("ann"), desk.sign_in("rita"), desk.sign_in("wilma")
    item = ann.act(ann.start(cost=900_00), "submit")
    item = rita.get(f"/items/{item['id']}").json()
    rita.act(item, "pass", {"panel": ["eva", "eli"]})
    write(wilma, SOURCE.replace('money("500000.00")', 'money("5.00")'))
    shown = show(wilma, f"{ROOT}/well/2/backtest").text
    assert item["code"] in shown
    assert "900.00" in shown
    assert "would be refused" in shown
    assert "No items to play" in show(wilma, f"{ROOT}/well/2/backtest?since=2027-01-01").text
    assert "Nothing differs" in show(wilma, f"{ROOT}/well/1/backtest?since=nonsense").text
    assert show(ann, f"{ROOT}/well/2/backtest").status_code == 403
