"""The second proof at sign-in: asked for by page and interface, used once, guessed in vain, taken back."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner

from adapters.identity.second_factor import SPARES, Factor, SecondFactor, WrongCode, number_at
from adapters.sql.office_log import By
from engine.refusal import Refused
from service.administering import drop_second_proof
from service.cli import main
from service.http.credentials import cookie_name
from tests.service.conftest import Desk, Visitor
from tests.service.office import PASSWORD
from tests.service.test_sessions import wait_until_forgotten
from tests.service.web.test_signing_pages import Browser

PAGE = "/settings/second-proof"
LATER = {"seconds": 30}


def second_of(desk: Desk) -> SecondFactor:
    """The rules over the office's database."""
    return desk.assembly.signing_in.second


def switched_on(desk: Desk, name: str) -> tuple[Factor, list[str]]:
    """Set one up for somebody; the number of this half minute is used by that."""
    second = second_of(desk)
    factor = second.offer(name)
    return factor, second.take(name, number_at(factor, desk.clock.now()), desk.clock.now())


def half(desk: Desk, name: str) -> str:
    """Show the password; gives the half of a token."""
    answer = desk.client.post("/api/v1/session", json={"username": name, "password": PASSWORD})
    assert (answer.status_code, answer.json()["needs_code"]) == (201, True)
    return str(answer.json()["token"])


def show(desk: Desk, token: str, code: str) -> int:
    """Show a code; gives the status."""
    return desk.client.post("/api/v1/session/otp", json={"token": token, "code": code}).status_code


@pytest.fixture
def browser(desk: Desk) -> Iterator[Browser]:
    """A browser in front of the office."""
    yield Browser(desk.client)
    desk.client.cookies.clear()


def test_half_a_session_opens_nothing_until_the_number_is_shown(desk: Desk) -> None:
    """Neither as a token nor as a cookie; then it is used up."""
    factor, _ = switched_on(desk, "rita")
    desk.clock.advance(**LATER)
    token = half(desk, "rita")
    assert Visitor(desk.client, "rita", token).get("/me").status_code == 401
    desk.client.cookies.set(cookie_name(is_tls=False), token)
    assert desk.client.get("/api/v1/me").status_code == 401
    desk.client.cookies.clear()
    answer = desk.client.post("/api/v1/session/otp", json={"token": token, "code": number_at(factor, desk.clock.now())})
    assert (answer.status_code, answer.json()["needs_code"]) == (201, False)
    assert Visitor(desk.client, "rita", answer.json()["token"]).get("/me").json()["id"] == "rita"
    desk.clock.advance(**LATER)
    assert show(desk, token, number_at(factor, desk.clock.now())) == 401, "half a session is whole once"


def test_a_number_counts_once_and_near_its_time(desk: Desk) -> None:
    """A minute ago or ahead is too far, and so is whatever was used, or came before what was used."""
    factor, _ = switched_on(desk, "rita")
    now = desk.clock.now()
    for off in (-60, -30, 0, 60, 90):
        with pytest.raises(WrongCode):
            second_of(desk).check("rita", number_at(factor, now + timedelta(seconds=off)), now)
    second_of(desk).check("rita", number_at(factor, now + timedelta(seconds=30)), now)
    with pytest.raises(WrongCode):
        second_of(desk).check("rita", number_at(factor, now + timedelta(seconds=30)), now + timedelta(seconds=30))


def test_two_at_the_same_moment_do_not_use_the_same_number(desk: Desk) -> None:
    """Nor the same spare code: one of eight gets in."""
    factor, spares = switched_on(desk, "rita")
    desk.clock.advance(**LATER)
    for code in (number_at(factor, desk.clock.now()), spares[0]):

        def try_it(_: int, code: str = code) -> bool:
            try:
                second_of(desk).check("rita", code, desk.clock.now())
            except WrongCode:
                return False
            return True

        with ThreadPoolExecutor(8) as crowd:
            assert sum(crowd.map(try_it, range(8))) == 1


def test_spare_codes_count_once_however_they_are_typed(desk: Desk) -> None:
    """With or without the dash, in capitals; never somebody else's."""
    _, spares = switched_on(desk, "rita")
    switched_on(desk, "rob")
    assert len(set(spares)) == SPARES
    assert show(desk, half(desk, "rob"), spares[0]) == 401
    assert show(desk, half(desk, "rita"), spares[0].upper().replace("-", " ")) == 201
    assert show(desk, half(desk, "rita"), spares[0]) == 401
    assert second_of(desk).store.count_spares("rita") == SPARES - 1


def test_numbers_are_not_guessed(desk: Desk) -> None:
    """After five wrong ones even the right one waits, and showing the password again changes nothing."""
    factor, _ = switched_on(desk, "rita")
    desk.clock.advance(**LATER)
    right = number_at(factor, desk.clock.now())
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert show(desk, half(desk, "rita"), wrong) == 401
    assert show(desk, half(desk, "rita"), right) == 429
    desk.clock.advance(minutes=15)
    assert show(desk, half(desk, "rita"), number_at(factor, desk.clock.now())) == 201


def test_who_takes_too_long_begins_anew(desk: Desk) -> None:
    """Half a session ends after five minutes; so does one of who was disabled meanwhile."""
    factor, _ = switched_on(desk, "rita")
    token = half(desk, "rita")
    desk.clock.advance(minutes=5)
    assert show(desk, token, number_at(factor, desk.clock.now())) == 401
    token = half(desk, "rita")
    adam = desk.sign_in("adam")
    assert adam.ask("PATCH", "/people/rita", json={"enabled": False, "reason": "left"}).status_code == 200
    assert show(desk, token, number_at(factor, desk.clock.now())) == 401


def test_a_person_sets_it_up_and_signs_in_with_it(browser: Browser, desk: Desk) -> None:
    """By the page: picture and letters, a number to show that it works, spare codes once; then asked at sign-in."""
    browser.sign_in("ann")
    assert browser.post(PAGE, intent="offer").status_code == 303
    offered = browser.get(PAGE).text
    assert "<svg" in offered
    factor = second_of(desk).store.factor_of("ann")
    assert factor is not None
    assert browser.post(PAGE, intent="take", code="000000").status_code == 422
    assert not second_of(desk).is_on("ann")
    on = browser.post(PAGE, intent="take", code=number_at(factor, desk.clock.now()))
    spares = re.findall(r'<code class="secret">([a-z2-7]{4}-[a-z2-7]{4})</code>', on.text)
    assert len(spares) == SPARES
    assert spares[0] not in browser.get(PAGE).text
    browser.post("/logout")
    desk.clock.advance(**LATER)
    asked = browser.sign_in("ann", way="/queue")
    assert asked.headers["location"] == "/login/otp?next=%2Fqueue"
    assert browser.get("/queue").status_code == 303, "not signed in yet"
    form = {"code": "123", "next": "/queue"}
    assert browser.client.post("/login/otp", data=form, follow_redirects=False).status_code == 422
    form["code"] = number_at(factor, desk.clock.now())
    inside = browser.client.post("/login/otp", data=form, follow_redirects=False)
    assert (inside.status_code, inside.headers["location"]) == (303, "/queue")
    assert browser.get("/queue").status_code == 200


def test_it_is_taken_back_only_by_who_has_it(browser: Browser, desk: Desk) -> None:
    """A deserted browser is not enough: new spare codes and switching off ask for a number."""
    factor, spares = switched_on(desk, "ann")
    desk.clock.advance(**LATER)
    browser.sign_in("ann")
    browser.client.post("/login/otp", data={"code": spares[0]}, follow_redirects=False)
    for intent in ("offer", "take", "spares", "off"):
        assert browser.post(PAGE, intent=intent, code="").status_code == 422
    assert second_of(desk).is_on("ann")
    renewed = browser.post(PAGE, intent="spares", code=number_at(factor, desk.clock.now()))
    assert spares[1] not in renewed.text
    assert second_of(desk).store.count_spares("ann") == SPARES
    desk.clock.advance(**LATER)
    assert browser.post(PAGE, intent="off", code=number_at(factor, desk.clock.now())).status_code == 303
    assert not second_of(desk).is_on("ann")


def test_an_administrator_helps_who_lost_everything(desk: Desk) -> None:
    """For a reason that stays in the log; all sessions end, and the password alone counts again."""
    switched_on(desk, "rita")
    sepp = desk.sign_in("sepp")
    path = "/people/rita/second-proof/reset"
    assert desk.sign_in("adam").post(path, {"reason": "who gives passwords"}).status_code == 403
    assert sepp.post(path, {"reason": "telephone lost, known in person"}).status_code == 200
    assert desk.sign_in("rita").get("/me").status_code == 200
    assert sepp.post(path, {"reason": "again"}).status_code == 422
    told = desk.sign_in("auden").get("/audit/changes").json()["changes"][0]
    assert (told["what"], told["reason"]) == ("second_proof.set", "telephone lost, known in person")


def test_the_server_helps_where_nobody_may(desk: Desk) -> None:
    """Nobody takes their own second proof back without a number; on the server it is done, with the password."""
    switched_on(desk, "sepp")
    by = By("sepp", desk.clock.now())
    with pytest.raises(Refused):
        drop_second_proof(desk.assembly, by, "sepp")
    command = ["password", "sepp", "--as", "adam", "--reason", "lost", "--database", desk.settings.database]
    done = CliRunner().invoke(main, [*command, "--drop-second-proof"])
    assert (done.exit_code, second_of(desk).is_on("sepp")) == (0, False)


def test_level_three_asks_it_of_everybody_with_a_password(open_desk: Callable[..., Desk]) -> None:
    """Nothing else opens before it is set up; the page says so and leads there."""
    desk = open_desk(password_profile="mlps3")
    rita = desk.sign_in("rita")
    answer = rita.get("/tasks")
    assert (answer.status_code, answer.json()["type"]) == (403, "/schema/problems/second_proof_missing")
    assert rita.get("/me").status_code == 200
    browser = Browser(desk.client)
    browser.sign_in("rita")
    assert browser.get("/queue").headers["location"] == PAGE
    browser.post(PAGE, intent="offer")
    factor = second_of(desk).store.factor_of("rita")
    assert factor is not None
    assert browser.post(PAGE, intent="take", code=number_at(factor, desk.clock.now())).status_code == 200
    wait_until_forgotten()
    assert browser.get("/queue").status_code == 200
