"""Pages for standing in: given with limits, seen by both, ended by the giver or an administrator; handing over."""

import re

from tests.service.conftest import Desk
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show

OWN, ALL = "/settings/authorisations", "/admin/authorisations"
WEEK = {"since": "2026-11-23", "until": "2026-11-29"}


def test_b_acts_for_a_and_the_timeline_says_under_which_number(desk: Desk) -> None:
    """Given on the page, it holds at once; the item's page names both and the number that both pages show."""
    rita, stan, ann = desk.sign_in("rita"), desk.sign_in("stan"), desk.sign_in("ann")
    item = ann.act(ann.start(), "submit")
    given = send(rita, OWN, taker="stan", definition="well", amount="5000", **WEEK)
    assert given.headers["location"] == f"{OWN}?done=given"
    number = re.search(r"<code>(\w+)</code>", show(stan, OWN).text)
    assert number is not None
    assert number[1] in show(rita, OWN).text
    stan.act(stan.get(f"/items/{item['id']}").json(), "return", comment="again")
    shown = show(ann, f"/items/{item['code']}").text
    assert f"on behalf of Rita under authorisation {number[1]}" in shown


def test_what_makes_no_sense_is_told_at_its_place(desk: Desk) -> None:
    """A missing person or day, a day that is none, an end before the beginning, a year and more."""
    rita = desk.sign_in("rita")
    for wrong in ({"taker": ""}, {"until": ""}, {"until": "soon"}, {"until": "2026-11-01"}, {"until": "2028-01-01"}):
        answer = send(rita, OWN, **{"taker": "stan", **WEEK, **wrong})
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text
    assert rita.get("/me/authorisations").json()["given"] == []


def test_it_holds_on_its_last_day_and_not_after(desk: Desk) -> None:
    """Until the evening of the day that was named, on the county's clock."""
    rita, stan = desk.sign_in("rita"), desk.sign_in("stan")
    send(rita, OWN, taker="stan", **{**WEEK, "until": "2026-11-23"})
    ann = desk.sign_in("ann")
    item = ann.act(ann.start(), "submit")
    desk.clock.advance(hours=13)
    stan = desk.sign_in("stan")
    assert stan.get(f"/items/{item['id']}").status_code == 200
    desk.clock.advance(hours=2)
    assert desk.sign_in("stan").get(f"/items/{item['id']}").status_code == 404


def test_whoever_gave_it_ends_it_and_so_does_the_administrator(desk: Desk) -> None:
    """Nobody else; the administrator says why, and it is written down."""
    rita, rob, adam, sepp = (desk.sign_in(name) for name in ("rita", "rob", "adam", "sepp"))
    send(rita, OWN, taker="stan", **WEEK)
    send(rita, OWN, taker="rob", **WEEK)
    first, second = [one["id"] for one in rita.get("/me/authorisations").json()["given"]]
    assert send(rob, f"{OWN}/{first}").status_code == 404
    assert send(rita, f"{OWN}/{first}").status_code == 303
    assert first not in show(adam, ALL).text
    assert second in show(sepp, ALL).text
    assert send(sepp, f"{ALL}/{second}", reason="x").status_code == 403
    assert send(adam, f"{ALL}/{second}").status_code == 422
    assert send(adam, f"{ALL}/{second}", reason="she is back").status_code == 303
    assert last(desk) == ("authorisation.ended", "adam", "user:rita")
    assert send(adam, f"{ALL}/{second}", reason="again").status_code == 422
    assert rita.get("/me/authorisations").json()["given"] == []


def test_handing_over_has_one_way_only(desk: Desk) -> None:
    """The page of authorisations leads administrators to the people, where leaving is done step by step."""
    adam = desk.sign_in("adam")
    assert 'href="/admin/people"' in show(adam, ALL).text.partition("<main")[2]
    assert send(adam, "/admin/handover", leaver="rita", heir="rob", reason="moved").status_code == 404
