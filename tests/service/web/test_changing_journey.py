"""A change of a procedure from its rehearsal to the last item, in a browser, each step by whom it belongs to."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser, expect

from service.app import build
from service.jobs.migrations import Mover
from service.settings import Settings
from tests.browser import served as serving
from tests.browser import visiting
from tests.service.conftest import Visitor
from tests.service.office import PASSWORD, Hands
from tests.service.test_changes import CHANGED, reviewed
from tests.service.test_definitions import send
from tests.service.web.county import Service

pytestmark = pytest.mark.browser


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """The small office behind a real address."""
    app = build(settings, Hands())
    with serving(app) as url:
        yield Service(app, url)


def visitor(service: Service, name: str) -> Visitor:
    """Sign somebody in for calls beside the browser."""
    client = TestClient(service.app)
    token = client.post("/api/v1/session", json={"username": name, "password": PASSWORD}).json()["token"]
    return Visitor(client, name, token)


def test_a_change_is_rehearsed_published_and_carried_to_running_items(chromium: Browser, service: Service) -> None:
    """The draft is tried as two people and kept as a test; its effect is read; progress comes by itself."""
    ann, wilma = visitor(service, "ann"), visitor(service, "wilma")
    items = [reviewed(ann) for _ in range(3)]
    send(wilma, CHANGED)
    version = f"{service.url}/admin/definitions/well/2"
    with visiting(chromium, version, language="en", cookies=(service.cookie_of("wilma"),)) as visit:
        page = visit.page
        page.get_by_role("link", name="Rehearse").click()
        page.get_by_label("Name", exact=True).fill("Well")
        page.get_by_label("Cost").fill("5")
        page.get_by_role("button", name="Begin", exact=True).click()
        page.get_by_text("Submit", exact=True).first.click()
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("heading", name="Review")).to_be_visible()
        visit.settle()
        visit.check()
        visit.screenshot("rehearsal-en")
        page.get_by_label("Name", exact=True).fill("sent")
        page.get_by_role("button", name="Keep as a test").click()
        expect(page.get_by_text("Kept.", exact=False).first).to_be_visible()
    with visiting(chromium, f"{version}/publish", language="en", cookies=(service.cookie_of("walt"),)) as visit:
        page = visit.page
        expect(page.get_by_text("the deadline is 10 working days now")).to_be_visible()
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("link", name="Effect on running items").click()
        page.get_by_label("Reason").fill("longer review")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Begin", exact=True).click()
        expect(page.get_by_text("0 of 3 items done")).to_be_visible()
        mover = Mover(service.assembly, lambda _seconds: None)
        while mover.sweep():
            pass
        expect(page.get_by_text("3 of 3 items done")).to_be_visible()
        expect(page.get_by_role("button", name="Take all back")).to_be_visible()
        visit.check()
        visit.screenshot("migration-en")
    assert {ann.get(f"/items/{item['id']}").json()["version"] for item in items} == {2}
