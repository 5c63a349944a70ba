"""Views of the queue and of the audit: kept for one person, in their own words, and opened with; and the order."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, expect

from service.web.saved_views import NAME_LENGTH_MAX, VIEWS_MAX
from tests.browser import NARROW, visiting
from tests.service.web.county import Service

PERSON, OTHER = "cty-review-2", "cty-review-1"


@pytest.fixture
def client(county: Service) -> Iterator[httpx.Client]:
    """A reviewer without views."""
    name, token = county.cookie_of(PERSON)
    headers = {"accept": "text/html", "origin": county.url}
    cookies = {name: token, "shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers=headers) as opened:
        yield opened
        for view in names_in(opened):
            send(opened, "drop", view)


def send(client: httpx.Client, verb: str, name: str, **query: str) -> httpx.Response:
    """Press a button of the views."""
    csrf = re.search(r'name="_csrf" value="([^"]+)"', client.get("/queue?view=mine").text)
    assert csrf is not None
    return client.post(
        "/settings/views", data={"_csrf": csrf[1], "_list": "queue", "verb": verb, "name": name, **query}
    )


def names_in(client: httpx.Client) -> list[str]:
    """Give the names of the views that the queue shows."""
    page = client.get("/queue?view=mine").text
    shown = page.partition('aria-label="My views"')[2].partition("</nav>")[0]
    return [unescape(name.strip()) for name in re.findall(r'href="/queue[^"]*"[^>]*>([^<]+)', shown)]


def test_a_view_is_kept_and_opened_with(county: Service, client: httpx.Client) -> None:
    """With its narrowing and order; the queue opens with the first one, and plainly when that is taken back."""
    told = send(client, "keep", "Big ones", view="claimable", sort="-amount", words="T0", after="x")
    assert (told.status_code, told.headers["location"]) == (303, "/queue?view=claimable&words=T0&sort=-amount")
    assert client.get("/queue").status_code == 200
    send(client, "first", "Big ones")
    assert client.get("/queue").headers["location"] == "/queue?view=claimable&words=T0&sort=-amount"
    send(client, "first", "Big ones")
    assert client.get("/queue").status_code == 200
    assert names_in(client) == ["Big ones"]
    send(client, "drop", "Big ones")
    assert names_in(client) == []
    name, token = county.cookie_of(OTHER)
    with httpx.Client(base_url=county.url, cookies={name: token}, headers={"accept": "text/html"}) as other:
        assert "Big ones" not in other.get("/queue").text


def test_views_are_few_and_their_names_short(client: httpx.Client) -> None:
    """One of the same name takes the place of the last; nameless ones are not kept."""
    for number in range(VIEWS_MAX + 2):
        send(client, "keep", f"v{number}")
    assert len(names_in(client)) == VIEWS_MAX
    send(client, "keep", "v0", due="late")
    send(client, "keep", "  ")
    assert len(names_in(client)) == VIEWS_MAX
    send(client, "drop", "v1")
    send(client, "keep", "<b>" + "x" * 100)
    assert "&lt;b&gt;" + "x" * (NAME_LENGTH_MAX - 3) in client.get("/queue?view=mine").text.replace("\n", "")


def test_an_auditor_keeps_a_question(county: Service) -> None:
    """Whole, with who, what, about what and when; a list without views is refused."""
    headers = {"accept": "text/html", "origin": county.url}
    with httpx.Client(base_url=county.url, cookies=dict([county.cookie_of("audit")]), headers=headers) as auditor:
        csrf = re.search(r'name="_csrf" value="([^"]+)"', auditor.get("/audit").text)
        assert csrf is not None
        question = {"view": "office", "what": "role", "subject": "user:" + "x" * 95, "from": "2026-01-01"}
        sent = {"_csrf": csrf[1], "_list": "audit", "verb": "keep", "name": "任免", **question, "after": "7"}
        told = auditor.post("/settings/views", data=sent)
        assert (told.status_code, told.headers["location"]) == (303, f"/audit?{urlencode(question)}")
        assert 'aria-current="true">任免' in auditor.get(told.headers["location"]).text
        assert 'aria-current="true">任免' not in auditor.get("/audit?view=items").text
        auditor.post("/settings/views", data={**sent, "verb": "first"})
        assert auditor.get("/audit").headers["location"] == told.headers["location"]
        assert auditor.post("/settings/views", data={**sent, "_list": "people"}).status_code == 400
        auditor.post("/settings/views", data={**sent, "verb": "drop"})
        assert "任免" not in auditor.get("/audit").text


def amounts(page: str) -> list[float]:
    """Give the amounts of a queue in their order."""
    return [float(one.replace(",", "")) for one in re.findall(r'class="number">¥([\d,.]+)<', page)]


def test_a_queue_is_ordered_and_narrowed_as_asked(client: httpx.Client) -> None:
    """By amount both ways, by age; of one procedure only; an order that there is not is by deadline."""
    up, down = (amounts(client.get(f"/queue?view=claimable&sort={sort}").text) for sort in ("amount", "-amount"))
    assert up == sorted(up)
    assert down == sorted(up, reverse=True)
    assert len(up) > 3
    ages = [int(one) for one in re.findall(r">(\d+) days?<", client.get("/queue?view=claimable&sort=-age").text)]
    assert ages == sorted(ages, reverse=True)
    assert amounts(client.get("/queue?view=claimable&kind=payment").text) == []
    ours = "/queue?view=claimable&kind=township-project"
    assert amounts(client.get(f"{ours}&sort=x").text) == amounts(client.get(ours).text) != []


@pytest.mark.browser
def test_a_view_is_kept_on_a_telephone(chromium: Browser, county: Service) -> None:
    """With two presses and a name; the page stays accessible with all of it open."""
    address = f"{county.url}/queue?view=claimable&sort=-amount"
    with visiting(chromium, address, width=NARROW, cookies=(county.cookie_of(PERSON),)) as visit:
        page = visit.page
        page.get_by_text("保存和管理视图").click()
        page.get_by_label("把现在的筛选和排序存为").fill("大额优先审核（含上级专项资金和乡镇自筹的全部项目）")
        page.get_by_role("button", name="保存视图").click()
        expect(page.get_by_role("link", name=re.compile("大额优先"))).to_have_attribute("aria-current", "true")
        page.get_by_text("保存和管理视图").click()
        visit.screenshot("queue-views-360")
        visit.check()
        page.get_by_role("button", name="删除").click()
