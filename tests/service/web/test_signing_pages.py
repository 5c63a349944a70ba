"""Signing in with a browser, the frame around pages, settings: over HTTP, without a browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from litestar.testing import TestClient

from adapters.sql.access import sign_ins
from service.http.application import Application
from service.http.credentials import BROWSER_COOKIE
from service.web.frame import LANGUAGE_COOKIE
from tests.service.conftest import Desk
from tests.service.office import PASSWORD, START

TOKEN = re.compile(r'name="_csrf" value="([0-9a-f]{64})"')
HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass
class Browser:
    """A client that behaves as a browser does: asks for HTML, keeps cookies, sends the token of the page's forms."""

    client: TestClient[Application]

    def get(self, path: str) -> httpx.Response:
        """Open an address without following where it leads."""
        return self.client.get(path, headers=HTML, follow_redirects=False)

    def post(self, path: str, **values: str) -> httpx.Response:
        """Send a form with the token that the start page shows."""
        found = TOKEN.search(self.get("/settings/password").text)
        form = {"_csrf": found[1] if found else "", **values}
        return self.client.post(path, data=form, headers=HTML, follow_redirects=False)

    def sign_in(self, name: str, password: str = PASSWORD, way: str = "/") -> httpx.Response:
        """Send the sign-in form."""
        form = {"username": name, "password": password, "next": way}
        return self.client.post("/login", data=form, headers=HTML, follow_redirects=False)


@pytest.fixture
def browser(desk: Desk) -> Iterator[Browser]:
    """A browser in front of the office."""
    yield Browser(desk.client)
    desk.client.cookies.clear()


def test_a_browser_is_known_again_whoever_signs_in(browser: Browser, desk: Desk) -> None:
    """Two people at one browser are noticed (RF-32), and its cookie is no more to scripts than the session's."""
    answer = browser.sign_in("ann")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{BROWSER_COOKIE}=")]
    assert "httponly" in cookie.lower()
    desk.clock.advance(minutes=3)
    browser.sign_in("bob")
    with desk.assembly.database.read() as connection:
        found = sign_ins(connection, START)
    assert [[browser for _, browser in found[name]] for name in ("ann", "bob")] == [[found["ann"][0][1]]] * 2


def test_who_is_not_signed_in_is_led_to_do_so(browser: Browser) -> None:
    """And comes back to the page that was asked for; programs get a problem document instead."""
    answer = browser.get("/notifications?after=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fnotifications%3Fafter%3Dx")
    signed_in = browser.sign_in("ann", way="/notifications?after=x")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/notifications?after=x")
    assert browser.client.get("/api/v1/nowhere", headers=HTML).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("way", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_signing_in_never_leads_elsewhere(browser: Browser, way: str) -> None:
    """A link to our sign-in page must not end on somebody else's site."""
    assert browser.sign_in("ann", way=way).headers["location"] == "/"


def test_a_session_is_new_each_time(browser: Browser) -> None:
    """Whatever cookie the browser brought along, signing in gives another."""
    browser.client.cookies.set("shenpi", "chosen-by-somebody", domain="testserver.local")
    tokens = {"chosen-by-somebody"}
    for _ in range(2):
        browser.sign_in("ann")
        tokens |= {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "shenpi" and cookie.value}
    assert len(tokens) == 3


def test_a_wrong_password_says_so_and_keeps_the_name(browser: Browser) -> None:
    """What was typed stays, except the password; the page does not tell which of the two was wrong."""
    answer = browser.sign_in("ann", "wrong")
    assert answer.status_code == 422
    assert 'value="ann"' in answer.text
    assert "wrong" not in answer.text
    assert "登录失败" in answer.text
    assert browser.sign_in("nobody", "wrong").text.replace("nobody", "ann") == answer.text


def test_an_empty_form_is_no_guess(browser: Browser, desk: Desk) -> None:
    """Pressing the button too early does not lock anybody out."""
    for _ in range(desk.settings.login_failures_max + 1):
        assert "请填写用户名和密码" in browser.sign_in("ann", "").text
    assert browser.sign_in("ann").status_code == 303


def test_a_locked_account_says_how_long(browser: Browser, desk: Desk) -> None:
    """After repeated failures also the right password waits; the page says for how long."""
    for _ in range(desk.settings.login_failures_max):
        browser.sign_in("ann", "wrong")
    answer = browser.sign_in("ann")
    assert answer.status_code == 429
    assert "请在 15 分钟后再试" in answer.text
    assert answer.headers["retry-after"] == "900"
    desk.clock.advance(minutes=16)
    assert browser.sign_in("ann").status_code == 303


def test_signing_out_ends_the_session(browser: Browser) -> None:
    """The cookie is taken back, and would not work any more."""
    browser.sign_in("ann")
    kept = browser.client.cookies["shenpi"]
    answer = browser.post("/logout")
    assert answer.headers["location"] == "/login?out=1"
    assert "shenpi" not in browser.client.cookies
    browser.client.cookies.set("shenpi", kept)
    assert browser.get("/").headers["location"] == "/login?next=%2F"


def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    """A page of another site cannot sign anybody out; the answer is a page that says what to do."""
    browser.sign_in("ann")
    answer = browser.client.post("/logout", data={"_csrf": "0" * 64}, headers=HTML)
    assert answer.status_code == 403
    assert "<h1>请求来源不可信</h1>" in answer.text
    assert browser.get("/").status_code == 200


def test_an_expired_password_is_changed_first(open_desk: Callable[..., Desk]) -> None:
    """Every page leads to the one that changes it; afterwards the person goes on in a new session."""
    desk = open_desk()
    browser = Browser(desk.client)
    desk.clock.advance(days=91)
    browser.sign_in("ann")
    before = browser.client.cookies["shenpi"]
    assert browser.get("/").headers["location"] == "/settings/password"
    assert "密码已到期" in browser.get("/settings/password").text
    wrong = browser.post("/settings/password", old="nope", new="Abc-9753-xyz", again="Abc-9753-xyz")
    assert (wrong.status_code, "原密码不正确" in wrong.text) == (422, True)
    differing = browser.post("/settings/password", old=PASSWORD, new="Abc-9753-xyz", again="other")
    assert "两次输入的新密码不一致" in differing.text
    weak = browser.post("/settings/password", old=PASSWORD, new="short", again="short")
    assert "密码至少 10 个字符" in weak.text
    done = browser.post("/settings/password", old=PASSWORD, new="Abc-9753-xyz", again="Abc-9753-xyz")
    assert (done.status_code, done.headers["location"]) == (303, "/settings?changed=1")
    assert browser.client.cookies["shenpi"] != before
    assert browser.get("/").status_code == 200
    browser.client.cookies.clear()


def test_the_language_is_remembered_with_the_person(browser: Browser, desk: Desk) -> None:
    """In this browser for pages, with the person for mails and for the next browser they use."""
    browser.sign_in("ann")
    browser.post("/settings", language="en", font="large", keys="off")
    page = browser.get("/settings").text
    assert 'lang="en"' in page
    assert 'data-font="large"' in page
    assert 'data-keys="off"' in page
    assert desk.assembly.organisation.now().people["ann"].language == "en"
    browser.client.cookies.clear()
    browser.sign_in("ann")
    assert browser.client.cookies[LANGUAGE_COOKIE] == "en"


def test_an_unknown_page_says_so(browser: Browser) -> None:
    """In the frame of the site, for people; with the security headers of every answer."""
    browser.sign_in("ann")
    answer = browser.get("/nowhere")
    assert answer.status_code == 404
    assert "<h1>没有找到</h1>" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
