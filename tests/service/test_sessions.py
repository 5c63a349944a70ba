"""Signing in, staying signed in, and all the ways in which it ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import process_time, sleep

import pytest

from adapters.identity.sessions import SessionKind
from adapters.sql.access import Access
from adapters.sql.directory import Person
from adapters.sql.organisation import save_person, withdraw
from service.assembly import WORKERS
from service.http.callers import SECONDS_KEPT
from tests.service.conftest import Desk
from tests.service.office import PASSWORD, START, TOWN

NEW = "Another-Way-77"


def wait_until_forgotten() -> None:
    """Let the time pass for which a process may remember a caller; half a second, of the second that is promised."""
    sleep(SECONDS_KEPT + 0.05)


def test_the_signed_in_person_is_told_who_they_are(desk: Desk) -> None:
    """With unit and roles; the token is the only thing that opens it."""
    me = desk.sign_in("rita").get("/me").json()
    assert (me["id"], me["unit_name"], me["roles"]) == ("rita", "数据局", [{"role": "cty_review", "unit": "qh"}])
    assert desk.anonymous().get("/me").status_code == 401


def test_each_sign_in_is_a_session_of_its_own(desk: Desk) -> None:
    """Ending one leaves the other; tokens never repeat and are not kept as they are."""
    first, second = desk.sign_in("ann"), desk.sign_in("ann")
    assert first.token != second.token
    assert first.ask("DELETE", "/session").status_code == 204
    assert first.get("/me").status_code == 401
    assert second.get("/me").status_code == 200
    with desk.assembly.database.read() as connection:
        kept = str(connection.driver.execute("SELECT * FROM session").fetchall())
    assert second.token not in kept


def test_an_unused_session_ends_and_a_used_one_ends_at_last(desk: Desk) -> None:
    """Idle for half an hour, or eight hours old."""
    idle, used = desk.sign_in("ann"), desk.sign_in("bob")
    for _ in range(16):
        desk.clock.advance(minutes=29)
        desk.client.app.state["front"].callers.forget("bob")
        assert used.get("/me").status_code == 200
    assert idle.get("/me").status_code == 401
    desk.clock.advance(minutes=17)
    wait_until_forgotten()
    assert used.get("/me").status_code == 401


def test_a_disabled_person_is_out_at_once(desk: Desk) -> None:
    """With every session they have; and signing in says nothing more than that it failed."""
    ann = desk.sign_in("ann")
    desk.assembly.organisation.change(
        save_person(Person("ann", "ann", "Ann", TOWN, "", "", "zh", enabled=False), START)
    )
    wait_until_forgotten()
    assert ann.get("/me").status_code == 401
    answer = desk.client.post("/api/v1/session", json={"username": "ann", "password": PASSWORD})
    assert (answer.status_code, answer.json()["type"]) == (401, "/schema/problems/sign_in_failed")


def test_a_role_that_is_taken_away_is_gone_at_once(desk: Desk) -> None:
    """The session stays, what it may do does not."""
    ann = desk.sign_in("ann")
    assert ann.post("/items", {"definition": "well"}).status_code == 201
    desk.assembly.organisation.change(withdraw("ann", "applicant", TOWN))
    wait_until_forgotten()
    assert ann.post("/items", {"definition": "well"}).status_code == 403


def test_changing_the_password_ends_all_sessions(desk: Desk) -> None:
    """The old password, the old tokens and a weak new password are all refused."""
    here, there = desk.sign_in("ann"), desk.sign_in("ann")
    assert here.ask("PUT", "/me/password", json={"old": "wrong", "new": NEW}).status_code == 401
    weak = here.ask("PUT", "/me/password", json={"old": PASSWORD, "new": "short"})
    assert (weak.status_code, weak.json()["reasons"][0]["code"]) == (422, "password.too_short")
    assert here.ask("PUT", "/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 204
    wait_until_forgotten()
    assert [one.get("/me").status_code for one in (here, there)] == [401, 401]
    assert desk.client.post("/api/v1/session", json={"username": "ann", "password": PASSWORD}).status_code == 401
    assert desk.client.post("/api/v1/session", json={"username": "Ann", "password": NEW}).status_code == 201


def test_an_expired_password_opens_nothing_but_its_own_change(desk: Desk) -> None:
    """After ninety days (level 2 of classified protection), and after an administrator has set it."""
    Access(desk.assembly.database).set_password("bob", "", START, must_change=True)
    ann = desk.sign_in("ann")
    desk.clock.advance(days=90)
    expired = desk.sign_in("ann")
    assert expired.get("/me").json()["must_change_password"] is True
    answer = expired.post("/items", {"definition": "well"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/schema/problems/password_expired")
    assert expired.ask("PUT", "/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 204
    assert ann.get("/me").status_code == 401


def test_five_wrong_passwords_lock_the_account_for_a_while(desk: Desk) -> None:
    """Also against the right password, also under another spelling of the name; unknown names answer the same."""
    for name in ("ann", "nobody"):
        wrong = [desk.client.post("/api/v1/session", json={"username": name, "password": "x"}) for _ in range(6)]
        assert [answer.status_code for answer in wrong] == [401] * 5 + [429]
        assert wrong[-1].headers["retry-after"] == "900"
    answer = desk.client.post("/api/v1/session", json={"username": " ANN", "password": PASSWORD})
    assert (answer.status_code, answer.json()["type"]) == (429, "/schema/problems/locked")
    desk.clock.advance(minutes=15)
    desk.sign_in("ann")


def test_a_right_password_clears_what_went_wrong_before(desk: Desk) -> None:
    """Four mistakes, one success, and four mistakes again do not lock."""
    for _ in range(2):
        for _ in range(4):
            desk.client.post("/api/v1/session", json={"username": "ann", "password": "x"})
        desk.sign_in("ann")


def test_guessing_at_the_same_moment_does_not_help(desk: Desk) -> None:
    """Forty guesses at once: five are looked at."""

    def guess(number: int) -> int:
        answer = desk.client.post("/api/v1/session", json={"username": "ann", "password": f"guess{number}"})
        return answer.status_code

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(guess, range(40)))
    assert (answers.count(401), answers.count(429)) == (5, 35)


def test_one_address_may_not_try_all_names(open_desk: Callable[..., Desk]) -> None:
    """After so many wrong passwords from one place it must wait, whatever the names."""
    desk = open_desk(address_failures_max=8)
    answers = [
        desk.client.post("/api/v1/session", json={"username": f"name{number}", "password": "x"}).status_code
        for number in range(10)
    ]
    assert answers == [401] * 8 + [429] * 2


def test_a_network_of_addresses_is_one_place(open_desk: Callable[..., Desk]) -> None:
    """Whoever has an IPv6 address has 2^64 of them; an IPv4 address is one place, also where it is spelt as IPv6."""
    attempts = open_desk(address_failures_max=3).assembly.signing_in.attempts
    booked = [attempts.book(f"a{number}", f"2001:db8:1:2::{number:x}", START) for number in range(5)]
    assert booked == [True] * 3 + [False] * 2
    assert attempts.book("b", "2001:db8:1:3::1", START)
    assert all(attempts.book(f"c{number}", f"::ffff:192.0.2.{number}", START) for number in range(5))


def test_what_takes_long_keeps_nobody_from_signing_in(desk: Desk) -> None:
    """Documents to look into, reports and exports of one person: the others still get in."""
    done = Event()
    for _ in range(WORKERS):
        desk.assembly.slow_threads.submit(done.wait)
    try:
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(desk.sign_in, "ann").result(timeout=30).token
    finally:
        done.set()


def test_an_unknown_name_takes_as_long_as_a_known_one(open_desk: Callable[..., Desk]) -> None:
    """The time of the answer does not tell which names there are: the processor works as long for both."""
    desk = open_desk(login_failures_max=100, address_failures_max=10_000)

    def time_of(name: str) -> float:
        started = process_time()
        desk.client.post("/api/v1/session", json={"username": name, "password": "wrong"})
        return process_time() - started

    times = [(time_of("ann"), time_of("nobody")) for _ in range(15)]
    known, unknown = (min(one) for one in zip(*times, strict=True))
    assert abs(known - unknown) < max(0.005, 0.3 * known)


@pytest.mark.parametrize("kind", list(SessionKind))
def test_a_token_only_works_the_way_it_was_given(desk: Desk, kind: SessionKind) -> None:
    """A stolen cookie is no bearer token: it cannot be used without the forgery token. Half a session is neither."""
    opened = desk.assembly.signing_in.sessions.open("ann", kind, desk.clock.now())
    as_bearer = desk.client.get("/api/v1/me", headers={"Authorization": f"Bearer {opened.token}"}).status_code
    as_cookie = desk.client.get("/api/v1/me", headers={"Cookie": f"shenpi={opened.token}"}).status_code
    assert (as_bearer == 200, as_cookie == 200) == (kind is SessionKind.BEARER, kind is SessionKind.COOKIE)


def test_both_at_once_is_refused(desk: Desk) -> None:
    """Which of them counts would be a guess."""
    ann = desk.sign_in("ann")
    answer = ann.get("/me", headers={"Cookie": "shenpi=other"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/schema/problems/two_credentials")
