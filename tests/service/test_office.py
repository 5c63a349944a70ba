"""The office over the interface: what the pages of administrators do, for programs."""

from dataclasses import replace
from datetime import time
from typing import Any

from click.testing import CliRunner

from adapters.sql.organisation import save_calendar
from adapters.sql.reads.calendars import calendar_years
from service.cli import main
from tests.service.conftest import Desk
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show

NOTICE = {"year": 2027, "papers": ["x"], "days": [{"name": "y", "date": "2027-01-04", "isOffDay": True}]}


def codes(answer: Any) -> set[str]:  # noqa: ANN401  # an answer
    """Give the reasons of a refusal."""
    assert answer.status_code == 422, answer.text
    return {reason["code"] for reason in answer.json()["reasons"]}


def test_an_account_is_opened_changed_and_closed(desk: Desk) -> None:
    """The password is told once and works; whoever is closed is out at once; closing needs a reason."""
    adam = desk.sign_in("adam")
    made = adam.post("/people", {"username": "nora", "name": "Nora", "unit": "data"})
    assert made.status_code == 201, made.text
    signed = {"username": "nora", "password": made.json()["password"]}
    token = desk.client.post("/api/v1/session", json=signed).json()["token"]
    assert made.json()["person"]["unit"] == {"id": "data", "name": "数据局"}
    assert codes(adam.post("/people", {"username": "NORA", "name": "x", "unit": "nowhere"})) == {
        "user.name_taken",
        "unit.unknown",
    }
    assert adam.post("/people", {"username": "a b", "name": "x", "unit": "qh"}).status_code == 400
    changed = adam.ask("PATCH", "/people/nora", json={"phone": "123"}).json()
    assert (changed["phone"], changed["name"]) == ("123", "Nora")
    assert codes(adam.ask("PATCH", "/people/nora", json={"enabled": False})) == {"comment.required"}
    closed = adam.ask("PATCH", "/people/nora", json={"enabled": False, "reason": "left"})
    assert closed.json()["enabled"] is False
    assert last(desk) == ("person.changed", "adam", "user:nora")
    assert desk.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    again = adam.post("/people/ann/password", {"reason": "forgotten"}).json()["password"]
    assert desk.client.post("/api/v1/session", json={"username": "ann", "password": again}).status_code == 201
    assert adam.get("/people/nobody").status_code == 404


def test_people_are_listed_page_by_page(desk: Desk) -> None:
    """By id, each once; words narrow it; who may not look is refused."""
    adam = desk.sign_in("adam")
    every, after = [], None
    while True:
        page = adam.get("/people", params={"limit": "5", **({"after": after} if after else {})}).json()
        every += [one["id"] for one in page["people"]]
        after = page["next"]
        if after is None:
            break
    assert every == sorted(desk.assembly.organisation.now().people)
    assert [one["id"] for one in adam.get("/people", params={"q": "RIT"}).json()["people"]] == ["rita"]
    assert desk.sign_in("ann").get("/people").status_code == 403


def test_roles_units_and_values_change_with_their_traces(desk: Desk) -> None:
    """Each by its administrator; what excludes itself, or is not known, is refused with the reason."""
    adam, sepp, audrey = (desk.sign_in(name) for name in ("adam", "sepp", "audrey"))
    given = sepp.post("/people/stan/roles", {"role": "cty_review", "unit": "qh", "reason": "new post"}).json()
    assert {"id": "cty_review"}.items() <= given["roles"][0]["role"].items()
    assert codes(sepp.post("/people/audrey/roles", {"role": "admin", "unit": "qh"})) == {"role.clash"}
    assert sepp.ask("DELETE", "/people/stan/roles/cty_review/qh").status_code == 204
    assert last(desk) == ("role.withdrawn", "sepp", "user:stan")
    assert "cty_review" in {one["id"] for one in sepp.get("/roles").json()["roles"]}
    lake = {"name": "Lake", "kind": "office", "parent": "xinghe"}
    assert adam.ask("PUT", "/units/lake", json=lake).json()["path"] == "qh/xinghe/lake/"
    assert "lake" in {one["id"] for one in adam.get("/units").json()["units"]}
    assert codes(adam.ask("PUT", "/units/x", json={**lake, "parent": "gone"})) == {"unit.unknown"}
    value = {"from_on": "2027-01-01", "value": [1], "reason": "order 7"}
    assert sepp.ask("PUT", "/policies/none", json=value).status_code == 404
    assert adam.ask("PUT", "/policies/none", json=value).status_code == 403
    assert audrey.get("/policies").json()["policies"] == []
    rita, span = desk.sign_in("rita"), {"from_at": "2026-11-23T00:00:00Z", "until_at": "2026-11-30T00:00:00Z"}
    number = rita.post("/me/authorisations", {"taker": "stan", **span}).json()["id"]
    assert [one["id"] for one in audrey.get("/authorisations").json()["given"]] == [number]


def test_holidays_are_tried_before_they_are_taken(desk: Desk) -> None:
    """The same notice as on the page: told first, taken with its basis; what can not be read is refused."""
    adam = desk.sign_in("adam")
    path = "/calendars/cn/notices"
    tried = adam.post(path, {"notice": NOTICE, "try": True}).json()
    assert (tried["days"], tried["taken"]) == (["2027-01-04"], False)
    assert adam.get("/calendars/cn").json()["years"] == []
    assert codes(adam.post(path, {"notice": NOTICE})) == {"comment.required"}
    assert codes(adam.post(path, {"notice": {}, "reason": "x"})) == {"calendar.unreadable"}
    assert adam.post(path, {"notice": NOTICE, "reason": "notice 1"}).json()["taken"] is True
    assert adam.get("/calendars/cn").json()["years"][0]["off"] == ["2027-01-04"]
    assert adam.get("/calendars/none").status_code == 404


def test_a_notice_leaves_names_hours_and_other_years_alone(desk: Desk) -> None:
    """The office hours stay, and what the days of other years are called; the year tells which notice made it."""
    adam, organisation = desk.sign_in("adam"), desk.assembly.organisation
    summer = replace(organisation.now().calendars["cn"], opening=time(8))
    organisation.change(save_calendar(summer))
    earlier = {"year": 2026, "papers": [], "days": [{"name": "中秋节", "date": "2026-09-25", "isOffDay": True}]}
    for notice, number in ((earlier, "notice 6"), (NOTICE, "notice 7")):
        assert adam.post("/calendars/cn/notices", {"notice": notice, "reason": number}).status_code == 200
    assert organisation.now().calendars["cn"].opening == time(8)
    with desk.assembly.database.read() as connection:
        years = calendar_years(connection, "cn")
    assert [(one.year, [day.name for day in one.days]) for one in years] == [(2026, ["中秋节"]), (2027, ["y"])]
    assert [one.source for one in years] == ["notice 6", "x"]


def test_nobody_gathers_what_excludes_itself(desk: Desk) -> None:
    """Administrators act in no case, auditors do nothing else, and nobody gives a role to themselves."""
    sepp = desk.sign_in("sepp")
    clashes = (("adam", "cty_review"), ("auden", "archivist"), ("rita", "sec_admin"), ("rita", "audit"))
    for person, role in (*clashes, ("audrey", "wf_admin"), ("wilma", "third_audit"), ("audrey", "cty_head")):
        unit = "expert-pool" if role == "third_audit" else "qh"
        assert codes(sepp.post(f"/people/{person}/roles", {"role": role, "unit": unit, "reason": "x"})) == {
            "role.clash"
        }, (person, role)
    assert codes(sepp.post("/people/sepp/roles", {"role": "wf_admin", "unit": "qh", "reason": "x"})) == {"user.oneself"}
    both = sepp.post("/people/adam/roles", {"role": "wf_admin", "unit": "qh", "reason": "small county"})
    assert {one["role"]["id"] for one in both.json()["roles"]} == {"admin", "wf_admin"}


def test_a_locked_account_is_let_in_again(desk: Desk) -> None:
    """By the security administrator, with a trace; a new password opens it as well."""
    adam, sepp, reason = desk.sign_in("adam"), desk.sign_in("sepp"), {"reason": "called from the town hall"}

    def guess(times: int) -> int:
        for _ in range(times):
            answer = desk.client.post("/api/v1/session", json={"username": "ann", "password": "wrong"})
        return answer.status_code

    assert codes(sepp.post("/people/ann/unlock", reason)) == {"user.not_locked"}
    assert guess(6) == 429
    assert adam.post("/people/ann/unlock", reason).status_code == 403
    assert "Signing in is locked until 2026-11-23 10:15" in show(sepp, "/admin/people/ann").text
    assert sepp.post("/people/ann/unlock", reason).status_code == 204
    assert last(desk) == ("account.unlocked", "sepp", "user:ann")
    desk.sign_in("ann")
    assert guess(6) == 429
    password = adam.post("/people/ann/password", reason).json()["password"]
    assert desk.client.post("/api/v1/session", json={"username": "ann", "password": password}).status_code == 201
    assert guess(6) == 429
    assert send(sepp, "/admin/people/ann/unlock").status_code == 303
    assert send(sepp, "/admin/people/ann/unlock").status_code == 422


def test_nobody_gets_into_an_administrators_account_over_the_network(desk: Desk) -> None:
    """Who opens accounts could give roles and read logs otherwise; on the server it is done, with a trace."""
    adam = desk.sign_in("adam")
    for person in ("sepp", "auden", "audrey"):
        assert codes(adam.post(f"/people/{person}/password", {"reason": "x"})) == {"user.only_on_server"}
        assert send(adam, f"/admin/people/{person}/password", reason="x").status_code == 422
    desk.sign_in("sepp")
    command = ["password", "sepp", "--reason", "forgotten", "--database", desk.settings.database]
    assert CliRunner().invoke(main, [*command, "--as", "rita"]).exit_code == 2
    done = CliRunner().invoke(main, [*command, "--as", "adam"])
    password = done.output.split()[-1]
    assert last(desk) == ("password.reset", "adam", "user:sepp")
    signed = {"username": "sepp", "password": password}
    assert desk.client.post("/api/v1/session", json=signed).json()["must_change_password"] is True


def test_work_goes_to_who_holds_a_role_of_the_leaver(desk: Desk) -> None:
    """The administrator of accounts does not choose who decides: roles are another administrator's to give."""
    adam, heir = desk.sign_in("adam"), {"comment": "moved away"}
    assert codes(adam.post("/people/rita/handover", {"to": "bob", **heir})) == {"user.no_role_of_leaver"}
    assert adam.post("/people/rita/handover", {"to": "rob", **heir}).status_code == 200
