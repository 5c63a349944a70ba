"""Pages for accounts, roles, units, calendars, policies, operations and audit: what is done, refused, written down."""

import json
import re

import httpx
import pytest

from adapters.sql.office_log import list_changes
from service.web.kept_file import carried
from tests.service.conftest import Desk, Visitor
from tests.service.web.county import Service
from tests.service.web.test_definition_pages import send, show


def last(desk: Desk) -> tuple[str, str, str]:
    """The last change in the office's log: what, who, about what."""
    with desk.assembly.database.read() as connection:
        change = list_changes(connection, limit=1).lines[0]
    return change.what, change.actor, change.subject


def test_an_account_is_opened_used_and_closed(desk: Desk) -> None:
    """The first password is shown once and works; a name is given once; whoever is disabled is out at once."""
    adam = desk.sign_in("adam")
    made = send(adam, "/admin/people", username="nora", name="Nora", unit="data")
    found = re.search(r'class="secret">([^<]+)<', made.text)
    assert found is not None, made.text
    password = found[1].replace("&#37;", "%").replace("&#43;", "+").replace("&amp;", "&")
    answer = desk.client.post("/api/v1/session", json={"username": "nora", "password": password})
    assert answer.status_code == 201, answer.text
    nora = Visitor(desk.client, "nora", answer.json()["token"])
    assert nora.get("/me").json()["must_change_password"] is True
    assert send(adam, "/admin/people", username="NORA", name="Other", unit="data").status_code == 422
    assert send(adam, "/admin/people", username="x", name="", unit="gone").status_code == 422
    assert send(adam, "/admin/people/nora", intent="disable").status_code == 422
    assert send(adam, "/admin/people/nora", intent="disable", reason="left").status_code == 303
    assert last(desk) == ("person.changed", "adam", "user:nora")
    assert nora.get("/me").status_code == 401
    assert send(adam, "/admin/people/adam", intent="disable", reason="me").status_code == 422
    assert password not in show(adam, "/admin/people").text


def test_whoever_leaves_hands_over(desk: Desk) -> None:
    """Own tasks go to the heir; then the account is closed."""
    adam, ann, rita = desk.sign_in("adam"), desk.sign_in("ann"), desk.sign_in("rita")
    item = ann.start()
    item = {"id": item["id"], "revision": ann.act(item, "submit")["revision"]}
    task = rita.get("/tasks?view=claimable").json()["tasks"][0]["task"]["id"]
    rita.post(f"/tasks/{task}/claim", revision=item["revision"])
    answer = send(adam, "/admin/people/rita", intent="disable", reason="moved away", heir="rob")
    assert answer.status_code == 303, answer.text
    rob = desk.sign_in("rob")
    assert [one["task"]["id"] for one in rob.get("/tasks?view=mine").json()["tasks"]] == [task]
    assert rita.get("/me").status_code == 401


def test_roles_are_given_by_the_security_administrator(desk: Desk) -> None:
    """Where they are held, not together with what they exclude, and not by the administrator of accounts."""
    adam, sepp = desk.sign_in("adam"), desk.sign_in("sepp")
    path = "/admin/people/stan/roles"
    assert send(adam, path, role="cty_review", unit="qh").status_code == 403
    assert send(sepp, path, role="cty_review", unit="liuyan").status_code == 422
    assert send(sepp, path, role="cty_review", unit="qh", reason="new post").status_code == 303
    assert last(desk) == ("role.granted", "sepp", "user:stan")
    assert send(sepp, path, intent="take:cty_review@qh").status_code == 303
    assert last(desk) == ("role.withdrawn", "sepp", "user:stan")
    for person, role in (("adam", "sec_admin"), ("adam", "audit"), ("audrey", "admin")):
        assert send(sepp, f"/admin/people/{person}/roles", role=role, unit="qh").status_code == 422
    assert send(sepp, "/admin/people/sepp/roles", intent="take:sec_admin@qh").status_code == 422


def test_units_and_policies_change_with_a_trace(desk: Desk) -> None:
    """A unit stands below another; a value holds from a day, with its basis."""
    adam, sepp = desk.sign_in("adam"), desk.sign_in("sepp")
    assert send(adam, "/admin/units", id="lake", name="Lake", kind="office", parent="xinghe").status_code == 303
    assert desk.assembly.organisation.now().units["lake"].path == "qh/xinghe/lake/"
    assert send(adam, "/admin/units", id="bad id", name="x", parent="gone").status_code == 422
    key = next(iter(desk.assembly.organisation.now().policies), "")
    if not key:
        assert send(sepp, "/admin/policies", key="x", value="1").status_code == 422
        return
    assert send(sepp, "/admin/policies", key=key, value="1", **{"from": "2027-01-01"}).status_code == 422
    done = send(sepp, "/admin/policies", key=key, value="{", reason="x", **{"from": "2027-01-01"})
    assert done.status_code == 422
    done = send(sepp, "/admin/policies", key=key, value="[1, 2]", reason="order 7", **{"from": "2027-01-01"})
    assert done.status_code == 303
    assert desk.assembly.organisation.now().policies[key][-1][1] == [1, 2]


def test_holidays_are_shown_before_they_are_taken(desk: Desk) -> None:
    """The days that change are told first; nothing is kept until it is confirmed with its basis."""
    adam = desk.sign_in("adam")
    notice = {"year": 2027, "papers": ["x"], "days": [{"name": "y", "date": "2027-01-04", "isOffDay": True}]}
    content = carried(json.dumps(notice).encode())
    before = desk.assembly.organisation.now().calendars["cn"]
    seen = send(adam, "/admin/calendars", content=content)
    assert "2027-01-04" in seen.text
    assert desk.assembly.organisation.now().calendars["cn"] == before
    assert send(adam, "/admin/calendars", content=content, intent="take").status_code == 422
    assert send(adam, "/admin/calendars", content=carried(b"{}")).status_code == 422
    taken = send(adam, "/admin/calendars", content=content, intent="take", reason="notice 1")
    assert taken.status_code == 303, taken.text
    assert "come from: x" in show(adam, "/admin/calendars?year=2027").text
    after = desk.assembly.organisation.now().calendars["cn"]
    day = next(day for year in after.years for day in year.off_days if str(day) == "2027-01-04")
    assert before.is_working(day)
    assert not after.is_working(day)


def test_the_calendar_says_in_words_where_its_years_come_from(county: Service) -> None:
    """An official reads of notices and statutory days, not the name of a program's part."""
    cookies = dict([county.cookie_of("admin")]) | {"shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        announced, provisional = (client.get(f"/admin/calendars?year={year}").text for year in (2026, 2027))
    assert "day by day as the State Council" in announced
    assert "statutory days only" in provisional
    assert "holidays 0" not in announced + provisional


def test_auditors_see_before_and_after_and_check_the_chains(desk: Desk) -> None:
    """Who changed what; the chains hold, until somebody writes beside the product; the log can be taken along."""
    adam, audrey, ann = desk.sign_in("adam"), desk.sign_in("audrey"), desk.sign_in("ann")
    ann.start()
    send(adam, "/admin/people/ann", name="Ann Other", unit="xinghe", email="", phone="")
    shown = show(audrey, "/audit?what=person").text
    assert "<ins>Ann Other</ins>" in shown
    assert "Person changed" in shown
    assert show(audrey, "/audit?view=items&from=2026-11-01").status_code == 200
    assert show(audrey, "/audit?view=items&from=nonsense").status_code == 200
    clean = show(audrey, "/audit/verify?run=1").text
    assert 'class="notice good"' in clean
    access = show(audrey, "/audit/access").text
    assert "Tasks and acting on them" in access
    assert "/api/v1" not in access
    assert "GET /audit/access" in show(audrey, "/audit/access?role=audit").text


def test_the_cockpit_says_what_waits_and_wants_a_reason(desk: Desk) -> None:
    """A task that nobody can do is there; it is given to somebody, with a reason."""
    adam, ann, rita, rob = (desk.sign_in(name) for name in ("adam", "ann", "rita", "rob"))
    item = ann.start()
    item = {"id": item["id"], "revision": ann.act(item, "submit")["revision"]}
    task = rita.get("/tasks?view=claimable").json()["tasks"][0]["task"]["id"]
    rita.post(f"/tasks/{task}/claim", revision=item["revision"])
    send(adam, "/admin/people/rita", intent="disable", reason="left")
    incident = adam.get("/ops").json()["incidents"]
    if not incident:
        pytest.fail("nobody can do the task, and nobody is told")
    path = f"/admin/ops/{incident[0]['id']}/reassign"
    assert incident[0]["id"] in show(adam, "/admin/ops").text.replace("%3A", ":")
    assert send(adam, path, to="rob").status_code == 422
    assert send(adam, path, to="rob", reason="she left").status_code == 303
    assert [one["task"]["id"] for one in rob.get("/tasks?view=mine").json()["tasks"]] == [task]
    assert send(adam, path, to="rob", reason="again").status_code == 422


@pytest.mark.parametrize("path", ["/help", "/help/keys", "/items/NOTHING", "/admin/people"])
def test_there_is_a_way_on_from_every_page(desk: Desk, path: str) -> None:
    """Also from the help, and from a page that is not there or not for oneself: the navigation of one's roles."""
    shown = show(desk.sign_in("rita"), path).text
    assert 'class="nav"' in shown
    assert 'href="/queue"' in shown
    assert 'href="/admin"' not in shown
