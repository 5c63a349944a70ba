"""Signing in on the page of another service: from our login page to it and back, and what is in the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.sql.access import Access
from adapters.sql.directory import Person
from adapters.sql.organisation import save_person
from service.assembly import VOUCHED_PATH
from tests.issuer import CLIENT, SECRET, serving, visit
from tests.service.conftest import Desk
from tests.service.office import START, TOWN

ORIGIN = "http://testserver.local"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A certified provider on this machine."""
    with serving(ORIGIN + VOUCHED_PATH) as issuer:
        yield issuer


@pytest.fixture
def office(open_desk: Callable[..., Desk], provider: str) -> Desk:
    """The service where that provider vouches for people; its clock is the provider's."""
    desk = open_desk(public_url=ORIGIN, oidc_issuer=provider, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    desk.clock.at = datetime.now(UTC)
    return desk


def go(desk: Desk, path: str) -> httpx.Response:
    """Open an address in the browser."""
    return desk.client.get(path, headers=HTML, follow_redirects=False)


def sign_in(desk: Desk, name: str, way: str = "/") -> httpx.Response:
    """Go to the provider, be somebody there, and come back."""
    left = go(desk, f"/login/sso?next={way}")
    assert left.status_code == 303, left.text
    back = httpx.URL(visit(left.headers["location"], name))
    assert back.host == "testserver.local"
    return go(desk, back.raw_path.decode())


def test_the_login_page_leads_to_the_service_and_back_to_where_one_wanted_to_go(office: Desk) -> None:
    """With a session of this browser; the errand's cookie is gone."""
    assert "/login/sso?next=%2Fqueue" in go(office, "/login?next=/queue").text
    back = sign_in(office, "rita", "/queue")
    assert (back.status_code, back.headers["location"]) == (303, "/queue")
    assert office.client.get("/api/v1/me").json()["id"] == "rita"
    assert "shenpi-errand" not in office.client.cookies


def test_an_old_password_is_no_matter_of_who_does_not_use_it(office: Desk) -> None:
    """It must be changed only by who signs in with it."""
    Access(office.assembly.database).set_password("rita", "", START - timedelta(days=400), must_change=True)
    sign_in(office, "rita")
    assert not office.client.get("/api/v1/me").json()["must_change_password"]
    assert go(office, "/queue").status_code == 200


def test_whom_we_do_not_know_gets_no_account(office: Desk) -> None:
    """Nor does who is disabled here, whatever the service says; the page names them and says what to do."""
    answer = sign_in(office, "stranger<b>")
    assert answer.status_code == 422
    assert "stranger&lt;b&gt;" in answer.text
    office.assembly.organisation.change(
        save_person(Person("ann", "ann", "Ann", TOWN, "", "", "zh", enabled=False), START)
    )
    assert sign_in(office, "ann").status_code == 422
    assert office.client.get("/api/v1/me").status_code == 401


def test_nobody_is_signed_in_by_an_answer_of_another_browser(office: Desk) -> None:
    """Who can make somebody open an address must not sign them in as somebody else (login forgery)."""
    left = go(office, "/login/sso")
    back = httpx.URL(visit(left.headers["location"], "rita")).raw_path.decode()
    for kept in ({}, {"shenpi-errand": "bm9uc2Vuc2U="}, {"shenpi-errand": "%%%"}):
        office.client.cookies.clear()
        office.client.cookies.update(kept)
        answer = go(office, back)
        assert answer.status_code == 422
        assert "session" not in str(answer.headers.get_list("set-cookie"))
    assert office.client.get("/api/v1/me").status_code == 401


def test_the_way_on_leads_nowhere_else(office: Desk) -> None:
    """Neither to another site nor to an address of any length."""
    for way in ("https://evil.example", "//evil.example", "/" + "x" * 1_000):
        assert sign_in(office, "rita", way).headers["location"] == "/"


def test_a_service_that_is_away_leaves_passwords(open_desk: Callable[..., Desk]) -> None:
    """The page says so and still asks for them."""
    desk = open_desk(oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT)
    answer = go(desk, "/login/sso?next=/queue")
    assert answer.status_code == 502
    assert 'name="password"' in answer.text
    assert 'value="/queue"' in answer.text


def test_without_such_a_service_there_is_no_way_to_it(desk: Desk) -> None:
    """Neither on the page nor by its address."""
    assert "/login/sso" not in go(desk, "/login").text
    assert go(desk, "/login/sso").status_code == 404
    assert go(desk, VOUCHED_PATH).status_code == 404
