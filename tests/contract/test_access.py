"""Accounts, sessions and guesses, kept as `adapters.identity` wants them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from adapters.identity.attempts import Attempts, Guesses
from adapters.identity.second_factor import Factor
from adapters.identity.sessions import Session, SessionKind, Sessions, digest
from adapters.identity.signing_in import Account
from adapters.sql.access import Access, forget_sign_ins, sign_ins
from adapters.sql.drafts import drop_draft, find_draft, prefer, preferences, save_draft, sweep_drafts
from adapters.sql.factors import Factors
from adapters.sql.organisation import save_person
from tests.contract.place import Place, account
from tests.engine.small import START


def access(office: Place) -> Access:
    """The accounts of an office."""
    assert office.database is not None
    return Access(office.database)


def test_an_account_is_found_by_name_and_id(office: Place) -> None:
    """However the name is written; nobody can sign in before there is a password."""
    found = access(office).find_account("ANN")
    assert found == Account("ann", "ann", None, None, must_change=False, is_enabled=True)
    assert access(office).account_of("ann") == found
    assert access(office).find_account("nobody") is None
    assert access(office).account_of("nobody") is None


def test_a_password_is_kept(office: Place) -> None:
    """With when it was set; changing a person otherwise leaves it alone."""
    assert office.database is not None
    access(office).set_password("ann", "hash", START, must_change=True)
    office.database.write(save_person(replace(account("ann", "town"), username="Anne"), START))
    assert access(office).account_of("ann") == Account("ann", "Anne", "hash", START, must_change=True, is_enabled=True)
    assert access(office).find_account("ann") is None


def test_a_session_lives_until_it_is_closed(office: Place) -> None:
    """Opened, found, touched, closed alone or with all others of the person."""
    store = access(office)
    sessions = [
        Session(name, "ann", kind, START, START, START + timedelta(hours=8), "10.0.0.1")
        for name, kind in (("one", SessionKind.COOKIE), ("two", SessionKind.BEARER), ("three", SessionKind.COOKIE))
    ]
    for session in sessions:
        store.open_session(session)
    assert [store.find_session(session.id) for session in sessions] == sessions
    store.touch_session("one", START + timedelta(minutes=5))
    touched = store.find_session("one")
    assert touched is not None
    assert touched.seen_at == START + timedelta(minutes=5)
    store.close_session("one")
    assert store.find_session("one") is None
    store.close_sessions("rex")
    assert store.find_session("two") is not None
    store.close_sessions("ann")
    assert store.find_session("two") is None


def test_the_browser_of_a_sign_in_stays_known(office: Place) -> None:
    """By person, in order of time, since a day; signing in without one (a program) leaves nothing."""
    sessions = Sessions(access(office), timedelta(hours=1), timedelta(hours=8))
    for hours, person, browser in ((0, "ann", "desk"), (2, "ann", ""), (3, "ann", "laptop"), (1, "rex", "desk")):
        sessions.open(person, SessionKind.COOKIE, START + timedelta(hours=hours), browser=browser)
    sessions.close_all("ann")
    assert office.database is not None
    with office.database.read() as connection:
        found, later = sign_ins(connection, START), sign_ins(connection, START + timedelta(hours=2))
    assert [at for at, _ in found["ann"]] == [START, START + timedelta(hours=3)]
    assert [browser for _, browser in found["ann"]] == [digest("desk"), digest("laptop")]
    assert found["rex"][0][1] == digest("desk")
    assert later.keys() == {"ann"}
    assert forget_sign_ins(office.database, START + timedelta(hours=3)) == 2
    with office.database.read() as connection:
        assert sign_ins(connection, START) == {"ann": [(START + timedelta(hours=3), digest("laptop"))]}


def test_ended_sessions_are_swept(office: Place) -> None:
    """The unused and the expired, and no others."""
    store = access(office)
    for index, (seen, ends) in enumerate(((0, 60), (30, 60), (30, 31))):
        at = START + timedelta(minutes=seen)
        session = Session(f"s{index}", "ann", SessionKind.COOKIE, START, at, START + timedelta(minutes=ends))
        store.open_session(session)
    assert store.sweep_sessions(START + timedelta(minutes=10), START + timedelta(minutes=40)) == 2
    assert store.find_session("s1") is not None


def test_guesses_at_the_same_moment_are_all_counted(office: Place) -> None:
    """Twenty guesses at once: five are allowed, whatever the database and the number of connections."""
    attempts = Attempts(access(office), account_max=5, address_max=100, window=timedelta(minutes=15))
    with ThreadPoolExecutor(8) as guessers:
        allowed = list(guessers.map(lambda _: attempts.book("ann", "10.0.0.1", START), range(20)))
    assert sum(allowed) == 5
    attempts.succeed("ann", "10.0.0.2")
    assert attempts.book("ann", "10.0.0.1", START)


def test_knocks_are_counted_for_all_processes(office: Place) -> None:
    """Two processes, each with its own counter of the same database, let three in together, and others beside them."""
    minute = timedelta(minutes=1)
    here, there = (Attempts(access(office), 0, address_max=3, window=minute) for _ in range(2))
    waits = [one.knock("survey", "10.0.0.1", START) for one in (here, there, here, there)]
    assert waits == [timedelta(0)] * 3 + [minute]
    assert there.knock("survey", "10.0.0.2", START) == timedelta(0)
    assert here.knock("survey", "10.0.0.1", START + minute) == timedelta(0)
    assert here.book("ann", "10.0.0.1", START) is True, "passwords are counted apart"


def test_old_guesses_are_swept(office: Place) -> None:
    """Not those that still lock."""
    store = access(office)
    for name, locked in (("old", None), ("locked", START + timedelta(hours=1))):
        store.count_attempts(name, lambda _, locked=locked: Guesses(5, START, locked))  # type: ignore[misc]  # binds the loop's value
    assert store.sweep_attempts(START + timedelta(minutes=1), START + timedelta(minutes=1)) == 1
    assert store.count_attempts("old", lambda known: known) is None
    assert store.count_attempts("locked", lambda known: known) == Guesses(5, START, START + timedelta(hours=1))


def test_what_is_typed_is_kept_until_it_is_sent(office: Place) -> None:
    """One draft for each user and case; the last one counts; old ones are swept."""
    assert office.database is not None
    for text in ("a", "b"):
        save_draft(office.database, "case", "ann", {"name": text, "amount": 5}, START)
    save_draft(office.database, "case", "rex", {}, START + timedelta(days=1))
    with office.database.read() as connection:
        assert find_draft(connection, "case", "ann") == ({"name": "b", "amount": 5}, START)
        assert find_draft(connection, "other", "ann") is None
    assert sweep_drafts(office.database, START + timedelta(hours=1)) == 1
    drop_draft(office.database, "case", "rex")
    with office.database.read() as connection:
        assert find_draft(connection, "case", "rex") is None


def test_preferences_are_kept(office: Place) -> None:
    """Each by its name, the last value counts."""
    assert office.database is not None
    prefer(office.database, "ann", "columns", 1)
    prefer(office.database, "ann", "columns", ["a", None])
    prefer(office.database, "ann", "language", "en")
    with office.database.read() as connection:
        assert preferences(connection, "ann") == {"columns": ["a", None], "language": "en"}
        assert preferences(connection, "rex") == {}


def test_a_second_proof_in_use_stays_whoever_offers_another(office: Place) -> None:
    """Two windows of one account: one takes the secret while the other is about to offer a new one."""
    assert office.database is not None
    store = Factors(office.database)
    offered, second = Factor("ann", b"a" * 20), Factor("ann", b"b" * 20)
    taken = replace(offered, since_at=START, step=7)
    assert store.offer_factor(offered)
    assert store.take_factor(taken)
    store.keep_spares("ann", ["spare"])
    assert not store.offer_factor(second)
    assert not store.take_factor(replace(second, since_at=START))
    assert not store.take_factor(taken)
    assert store.factor_of("ann") == taken
    assert store.count_spares("ann") == 1


def test_who_takes_and_offers_at_once_either_has_a_proof_or_was_told_not(office: Place) -> None:
    """Whatever comes first: after a taking that succeeded, it is in use."""
    assert office.database is not None
    store = Factors(office.database)
    with ThreadPoolExecutor(2) as pool:
        for round_ in range(20):
            store.drop_factor("ann")
            offered = Factor("ann", bytes([round_]) * 20)
            store.offer_factor(offered)
            taking = pool.submit(store.take_factor, replace(offered, since_at=START, step=1))
            offering = pool.submit(store.offer_factor, Factor("ann", b"other" * 4))
            is_taken, is_offered = taking.result(), offering.result()
            found = store.factor_of("ann")
            assert found is not None
            assert (found.since_at is not None, is_offered) == (is_taken, not is_taken)
