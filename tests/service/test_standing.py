"""Standing in for others, and handing over the work of a person who leaves: through the interface and by command."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.sql.organisation import grant, save_person
from service.cli import main
from service.settings import Settings
from tests.service.conftest import Desk, Visitor
from tests.service.office import COUNTY, START


def authorise(giver: Visitor, taker: str, **changes: Any) -> Any:  # noqa: ANN401  # an answer
    """Let somebody stand for the caller for a week."""
    span = {"from_at": START.isoformat(), "until_at": (START + timedelta(days=7)).isoformat()}
    return giver.post("/me/authorisations", {"taker": taker, **span, **changes})


def in_review(desk: Desk, **data: object) -> dict[str, Any]:
    """An item that waits for a reviewer."""
    ann = desk.sign_in("ann")
    return ann.act(ann.start(**data), "submit")


def passing(item: dict[str, Any]) -> dict[str, Any]:
    """What passing an item takes."""
    return {"path": f"/items/{item['id']}/actions/return", "body": {"comment": "再改"}, "revision": item["revision"]}


def test_b_decides_for_a_under_a_number(desk: Desk) -> None:
    """Given through the interface, told at once, and standing in the history with both names and the number."""
    rita, stan = desk.sign_in("rita"), desk.sign_in("stan")
    number = authorise(rita, "stan").json()["id"]
    assert [one["id"] for one in stan.get("/me/authorisations").json()["taken"]] == [number]
    desk.clock.advance(seconds=1)
    item = in_review(desk)
    assert stan.post(**passing(item)).status_code == 200
    (moved,) = [
        event["facts"]
        for event in stan.get(f"/items/{item['id']}/timeline").json()["records"][-1]["events"]
        if event["kind"] == "Moved"
    ]
    assert (moved["behalf_of"], moved["under"]) == ("rita", number)


def test_limits_hold_and_an_ended_authorisation_is_over(desk: Desk) -> None:
    """Above the amount, after the end, and after it was revoked nothing goes."""
    rita, stan = desk.sign_in("rita"), desk.sign_in("stan")
    number = authorise(rita, "stan", amount_max=50_00, definition="well").json()["id"]
    item = in_review(desk)
    answer = stan.post(**passing(item))
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["delegation.above_amount"]
    small = in_review(desk, cost=50_00)
    assert stan.ask("DELETE", f"/me/authorisations/{number}").status_code == 404
    assert rita.ask("DELETE", f"/me/authorisations/{number}").status_code == 204
    desk.clock.advance(seconds=1)
    assert desk.sign_in("stan").post(**passing(small)).status_code in (404, 422)
    assert rita.get("/me/authorisations").json()["given"] == []


@pytest.mark.parametrize(
    ("taker", "changes", "code"),
    [
        ("rita", {}, "task.to_oneself"),
        ("nobody", {}, "user.not_enabled"),
        ("stan", {"until_at": START.isoformat()}, "authorisation.over_before_it_begins"),
        ("stan", {"until_at": (START + timedelta(days=400)).isoformat()}, "authorisation.too_long"),
        ("stan", {"definition": "no-such"}, "authorisation.no_definition"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, taker: str, changes: dict[str, Any], code: str) -> None:
    """With the reason, and nothing is kept."""
    rita = desk.sign_in("rita")
    answer = authorise(rita, taker, **changes)
    assert [reason["code"] for reason in answer.json()["reasons"]] == [code]
    assert rita.get("/me/authorisations").json()["given"] == []


def test_the_work_of_who_leaves_goes_to_another(desk: Desk) -> None:
    """What is their own goes over in the administrator's name; the group's stays the group's."""
    item, other = in_review(desk), in_review(desk)
    task = item["tasks"][0]["id"]
    desk.sign_in("rita").post(f"/tasks/{task}/claim")
    done = desk.sign_in("adam").post("/people/rita/handover", {"to": "rob", "comment": "调离"})
    assert done.json()["tasks"] == [{"task": task, "item": item["id"], "reasons": []}]
    held = desk.sign_in("rob").get(f"/items/{item['id']}").json()["tasks"]
    assert [one["principal"] for one in held] == ["u:rob"]
    assert desk.assembly.store.history(item["id"])[-1].actor == "adam"
    assert desk.assembly.store.load(other["id"]).tasks[0].principal == "g:cty_review@qh"
    assert desk.sign_in("rita").post("/people/rob/handover", {"to": "rita", "comment": "x"}).status_code == 403


def test_what_may_not_be_theirs_stays(desk: Desk) -> None:
    """The initiator does not inherit the review of their own item, whatever their roles; the reason is told."""
    item = in_review(desk)
    desk.assembly.organisation.change(grant("ann", "cty_review", COUNTY))
    task = item["tasks"][0]["id"]
    desk.sign_in("rita").post(f"/tasks/{task}/claim")
    done = desk.sign_in("adam").post("/people/rita/handover", {"to": "ann", "comment": "调离"}).json()
    assert [reason["code"] for reason in done["tasks"][0]["reasons"]] == ["separation.excluded"]
    assert desk.assembly.store.load(item["id"]).tasks[0].principal == "u:rita"


def test_the_command_does_the_same(desk: Desk, settings: Settings) -> None:
    """Beside the running service, for somebody whose account is closed already."""
    item = in_review(desk)
    desk.sign_in("rita").post(f"/tasks/{item['tasks'][0]['id']}/claim")
    person = desk.assembly.organisation.now().people["rita"]
    desk.assembly.organisation.change(save_person(replace(person, enabled=False), START))
    arguments = ["handover", "rita", "rob", "--as", "adam", "--reason", "调离", "--database", settings.database]
    ran = CliRunner().invoke(main, [*arguments, "--json"])
    assert (ran.exit_code, json.loads(ran.output)) == (0, {"handed": 1, "stays": []})
    assert desk.assembly.store.load(item["id"]).tasks[0].principal == "u:rob"
    assert CliRunner().invoke(main, [*arguments[:2], "nobody", *arguments[3:]]).exit_code == 2
