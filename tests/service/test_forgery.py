"""Requests that a browser is tricked into: a cookie alone changes nothing."""

from collections.abc import Callable

import pytest

from adapters.identity.sessions import SessionKind, forgery_token
from service.http.credentials import OPEN_BODY_BYTES_MAX, cookie_name, session_cookie
from tests.service.conftest import Desk
from tests.service.matrix import RELATIONS, ROUTES, VERDICTS, Scene, user_of
from tests.service.verdicts import PASSES

BODY = {"definition": "well", "data": {"name": "x"}}


def cookie_of(desk: Desk, name: str = "ann") -> tuple[str, str]:
    """Sign somebody in with a browser; gives the cookie's value and the forgery token."""
    opened = desk.assembly.signing_in.sessions.open(name, SessionKind.COOKIE, desk.clock.now())
    return opened.token, forgery_token(opened.token)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-CSRF-Token": "{own}"}, 201),
        ({"X-CSRF-Token": "{own}", "Origin": "http://testserver.local"}, 201),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "same-origin"}, 201),
        ({}, 403),
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "{others}"}, 403),
        ({"X-CSRF-Token": "{token}"}, 403),
        ({"X-CSRF-Token": "{own}", "Origin": "http://evil.example"}, 403),
        ({"X-CSRF-Token": "{own}", "Origin": "null"}, 403),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "same-site"}, 403),
        ({"X-CSRF-Token": "{own}", "Origin": "http://testserver.local.evil.example"}, 403),
        ({"X-CSRF-Token": "{own}", "Origin": "http://["}, 403),
    ],
)
def test_an_unsafe_request_needs_its_sessions_own_token(desk: Desk, headers: dict[str, str], status: int) -> None:
    """And must not come from another site."""
    token, own = cookie_of(desk)
    others = cookie_of(desk, "bob")[1]
    filled = {name: value.format(own=own, others=others, token=token) for name, value in headers.items()}
    answer = desk.client.post("/api/v1/items", json=BODY, headers={"Cookie": f"shenpi={token}", **filled})
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["type"] == "/schema/problems/forged"


def test_reading_needs_no_token(desk: Desk) -> None:
    """And tells the session's own one, for pages that need it."""
    token, own = cookie_of(desk)
    me = desk.client.get("/api/v1/me", headers={"Cookie": f"shenpi={token}", "Sec-Fetch-Site": "cross-site"})
    assert me.json()["csrf_token"] == own


def test_a_bearer_token_needs_no_forgery_token(desk: Desk) -> None:
    """No browser sends it by itself."""
    assert desk.sign_in("ann").post("/items", BODY, headers={"Origin": "http://evil.example"}).status_code == 201


def test_signing_in_from_another_site_is_refused(desk: Desk) -> None:
    """Nobody can be signed in to somebody else's account unnoticed."""
    answer = desk.client.post(
        "/api/v1/session", json={"username": "ann", "password": "x"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_content_types_are_no_way_round(desk: Desk) -> None:
    """A form of another site can send text; it cannot send the token."""
    token, _ = cookie_of(desk)
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = desk.client.post(
            "/api/v1/items",
            content=b'{"definition": "well"}',
            headers={"Cookie": f"shenpi={token}", "Content-Type": media_type},
        )
        assert answer.status_code in {400, 403}, media_type


def test_over_tls_the_cookie_is_bound_to_this_host(open_desk: Callable[..., Desk]) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=Lax; and only the configured address counts as this site."""
    desk = open_desk(public_url="https://shenpi.county.example")
    spelt = session_cookie("secret", is_tls=True).to_header(header="")
    assert spelt.startswith("__Host-shenpi=secret")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(spelt.split("; "))
    token, own = cookie_of(desk)
    headers = {"Cookie": f"{cookie_name(is_tls=True)}={token}", "X-CSRF-Token": own}
    for origin, status in (("https://shenpi.county.example", 201), ("http://testserver.local", 403)):
        answer = desk.client.post("/api/v1/items", json=BODY, headers={**headers, "Origin": origin})
        assert answer.status_code == status
    assert "max-age" in desk.client.get("/health").headers["strict-transport-security"]


UNSAFE = [route for route in ROUTES if not route.startswith("GET ")]
OPEN = [route for route in UNSAFE if "everyone" in VERDICTS.content["routes"][route]["allow"]]
FORM = "application/x-www-form-urlencoded"


def somebody_who_may(route: str) -> str:
    """Give somebody whom the policy lets through, so that only the forgery can be what is refused."""
    cases = ((role, relation) for role in VERDICTS.roles for relation in RELATIONS)
    return next(user_of(*case) for case in cases if VERDICTS.expected(route, *case) == PASSES)


def test_no_route_changes_anything_for_a_cookie_alone(scene: Scene) -> None:
    """Every route that is not open, with each way of sending a form there is: none of them takes a forged request."""
    wrong = []
    for route in sorted(set(UNSAFE) - set(OPEN)):
        method, _, template = route.partition(" ")
        sessions, now = scene.assembly.signing_in.sessions, scene.assembly.clock.now()
        token = sessions.open(somebody_who_may(route), SessionKind.COOKIE, now).token
        names = {**scene.names, "definition": "nothing", "user_id": "nobody", "webhook_id": "none"}
        ways = [
            {"Content-Type": FORM},
            {"Content-Type": "text/plain", "X-CSRF-Token": forgery_token("another")},
            {"Content-Type": "application/json", "X-CSRF-Token": forgery_token(token), "Origin": "http://evil.example"},
        ]
        for way in ways:
            headers = {"Cookie": f"shenpi={token}", "If-Match": '"999"', **way}
            answer = scene.client.request(method, template.format(**names), headers=headers, content=b"{}")
            if (answer.status_code, answer.json().get("type")) != (403, "/schema/problems/forged"):
                wrong.append(f"{route} {way}: {answer.status_code} {answer.text[:90]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("route", OPEN)
def test_who_is_not_signed_in_sends_little(scene: Scene, route: str) -> None:
    """What is open to everyone takes a small body: a megabyte of fields is a second's work each time."""
    method, _, template = route.partition(" ")
    kind = "application/json" if template.startswith("/api/") else FORM
    path, content = template.format(**scene.names), b"&" * (OPEN_BODY_BYTES_MAX + 1)
    answer = scene.client.request(method, path, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 413, answer.text[:200]
