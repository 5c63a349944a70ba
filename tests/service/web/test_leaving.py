"""Somebody leaves: what they hold, to whom it goes, what that comes to; in a browser without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from adapters.sql.organisation import grant
from tests.browser import visiting
from tests.service.conftest import Desk
from tests.service.office import TOWN, lend
from tests.service.web.county import Service, serving
from tests.service.web.test_definition_pages import send, show

LEAVING = "/admin/people/rita/leaving"


def waiting(desk: Desk) -> tuple[str, str]:
    """Let rita claim a task of an item of ann's and one of rob's own; gives the codes of the items."""
    desk.assembly.organisation.change(grant("rob", "applicant", TOWN))
    rita, codes = desk.sign_in("rita"), []
    for name in ("ann", "rob"):
        starter = desk.sign_in(name)
        answer = starter.post("/items", {"definition": "well", "unit": TOWN, "data": {"name": "井", "cost": 5}})
        starter.act(answer.json(), "submit")
        (line,) = rita.get("/tasks?view=claimable").json()["tasks"]
        claimed = rita.post(f"/tasks/{line['task']['id']}/claim", revision=line["revision"])
        assert claimed.status_code == 200, claimed.text
        codes.append(line["item_code"])
    return codes[0], codes[1]


def test_what_cannot_go_is_said_before_and_after(desk: Desk) -> None:
    """Rob started one of the items himself, so its task is not his: said in the preview, and again in the result."""
    goes, stays = waiting(desk)
    desk.assembly.organisation.change(lend("rita", "leader"))
    adam, rob = desk.sign_in("adam"), desk.sign_in("rob")
    held = show(adam, LEAVING).text
    assert all(said in held for said in (goes, stays, "2 items", "Rita lets Leader act"))
    assert "井" not in held, "who runs the system does not read what items are about"
    preview = show(adam, f"{LEAVING}?step=preview&heir-well=rob").text
    assert "1 would go over, 1 would stay." in preview
    assert rob.get("/tasks").json()["tasks"] == [], "a preview does nothing"
    for heir in ("bob", "nobody"):
        assert show(adam, f"{LEAVING}?step=preview&heir-well={heir}").status_code == 422
    assert send(adam, LEAVING, **{"heir-well": "rob"}).status_code == 422, "a reason is needed"
    form = {"heir-well": "rob", "reason": "moves away", "ends": "yes", "disables": "yes"}
    done = send(adam, LEAVING, **form, headers={"Accept-Language": "en"}).text
    wanted = ("1 task went over", "1 authorisation ended.", "The account is disabled.", stays)
    assert [said for said in wanted if said not in done] == []
    directory = desk.assembly.organisation.now()
    assert (directory.people["rita"].enabled, directory.delegations) == (False, ())
    assert [task["item_code"] for task in rob.get("/tasks").json()["tasks"]] == [goes]


@pytest.fixture
def own(furnished_county: Path, tmp_path: Path) -> Iterator[Service]:
    """A county of this test's own."""
    shutil.copytree(furnished_county, tmp_path / "county")
    with serving(tmp_path / "county") as service:
        yield service


@pytest.mark.browser
def test_it_is_done_by_hand_without_javascript(chromium: Browser, own: Service) -> None:
    """From the account through the four steps; a step back keeps what was chosen."""
    cookies = (own.cookie_of("admin"),)
    with visiting(
        chromium, f"{own.url}/admin/people/fin-budget", language="en", cookies=cookies, javascript=False
    ) as visit:
        page = visit.page
        page.get_by_role("link", name="Hand over step by step").click()
        page.get_by_role("button", name="Choose who takes over").click()
        page.get_by_role("button", name="See what it comes to").click()
        page.get_by_label("Reason").fill("retires")
        page.get_by_role("button", name="Do it now").click()
        assert "The account is disabled." in page.content()
