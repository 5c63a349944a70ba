"""Odd values at every address, in its path, its query and its form, by somebody who may call it: no fault of ours.

The addresses are those of the policy, the names of fields those of the templates: a new page is asked by itself.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from service.http.values import NUL
from tests.service.matrix import ROUTES, VERDICTS, Scene
from tests.service.test_forgery import somebody_who_may

TEMPLATES = Path(__file__).resolve().parents[2] / "service" / "web" / "templates"
ASKED = {"q", "words", "after", "sort", "view", "year", "township", "as_of", "state", "unit", "show", "task", "key"}
NAMES = sorted(
    ASKED.union(*(re.findall(r'name="([a-z_-]+)"', file.read_text("utf-8")) for file in TEMPLATES.rglob("*.html")))
)
MARKUP = "\u202e<img src=x onerror=alert(1)>"
VALUES = (MARKUP, "9" * 40, '["')
PLACES = (NUL, "9" * 40)
REFUSED = 400
"""For NUL, which PostgreSQL takes nowhere: refused before anything is looked up."""

UNROUTED = 404
"""Where a number is named, a NUL is the address of nothing."""

LEAVES = ("POST /logout", "DELETE /api/v1/session", "GET /api/v1/me/events")


def area_of(route: str) -> str:
    """Give the first part of a route's path with its method."""
    return route.split("/")[1] + route.partition(" ")[0]


def path_of(scene: Scene, route: str, **odd: str) -> str:
    """Give a route's address with its names put in."""
    names = {**scene.names, "definition": "nothing", "user_id": "nobody", "webhook_id": "none", **odd}
    return route.partition(" ")[2].format(**names)


def asked(scene: Scene, route: str, path: str, value: str) -> httpx.Response:
    """Call an address with a value everywhere; a body of JSON has one field that nobody knows."""
    method = route.partition(" ")[0]
    headers, is_page = {"If-Match": '"999"', "Accept": "text/html"}, not path.startswith("/api/")
    if "everyone" not in VERDICTS.content["routes"][route]["allow"]:
        headers["Authorization"] = f"Bearer {scene.token_of(somebody_who_may(route))}"
    fields = dict.fromkeys(NAMES, value)
    body = {"params": fields} if method == "GET" else {"data": fields} if is_page else {"json": {"x": value}}
    return scene.client.request(method, path, headers=headers, follow_redirects=False, **body)


def faults(scene: Scene, route: str) -> Iterator[str]:
    """Tell what a route does wrongly."""
    path = path_of(scene, route)
    for value in VALUES:
        answer = asked(scene, route, path, value)
        if answer.is_server_error or "<img src=x" in answer.text:
            yield f"{value[:9]} {answer.status_code}"
    for place in re.findall(r"{(\w+)}", route):
        for value in PLACES:
            answer = asked(scene, route, path_of(scene, route, **{place: quote(value)}), "x")
            if answer.is_server_error or (value == NUL and answer.status_code not in {REFUSED, UNROUTED}):
                yield f"{place}={value[:9]!r} {answer.status_code}"
    answer = asked(scene, route, path, f"a{NUL}b")
    if answer.is_server_error or (route.startswith("GET ") and answer.status_code != REFUSED):
        yield f"NUL {answer.status_code}"


@pytest.mark.parametrize("area", sorted(set(map(area_of, ROUTES))))
def test_no_odd_value_is_a_fault_of_ours(scene: Scene, area: str) -> None:
    """Below 500 for whatever is asked, and no page that gives markup back as markup."""
    routes = [route for route in ROUTES if area_of(route) == area and route not in LEAVES]
    wrong = [f"{route}: {fault}" for route in routes for fault in faults(scene, route)]
    assert not wrong, "\n".join(wrong)


def test_a_form_holds_no_nul(scene: Scene) -> None:
    """Not even the one that is open to everyone, in a name or in a value."""
    for form in ({"username": NUL, "password": "x"}, {"username": "x", "password": "x", f"a{NUL}": "x"}):
        answer = scene.client.post("/login", data=form)
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (REFUSED, "input.bad_text")
