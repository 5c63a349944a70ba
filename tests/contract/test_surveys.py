"""Surveys by link, on both databases: a token answers once, whoever is quicker, and no answer leads back to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from adapters.sql.office_log import By, Wanted, list_changes
from adapters.sql.surveys import Answer, Leave, answer, answers, give_out, hash_of, leave_of, new_token, tally
from adapters.sql.tables import SURVEY_ANSWER, SURVEY_TOKEN
from tests.contract.place import Place
from tests.engine.small import START

DAY = date(2026, 11, 23)
GOOD, FAST = Answer("good", DAY), Answer("bad", DAY, is_fast=True)


def test_a_token_answers_once(office: Place) -> None:
    """Known, used, over; one that was never given out is nothing. That codes were given out is on the log."""
    assert office.database is not None
    one, other = new_token(), new_token()
    give_out(office.database, By("ann", START), "c1", "residents", [one, other])
    assert answer(office.database, one, GOOD)
    assert not answer(office.database, one, GOOD)
    assert not answer(office.database, new_token(), GOOD)
    assert answer(office.database, other, FAST)
    with office.database.read() as connection:
        assert leave_of(connection, one) == Leave("c1", "residents", is_used=True)
        assert leave_of(connection, new_token()) is None
        counted = tally(connection, "c1")
        assert (counted.issued, counted.answers, counted.fast) == ({"residents": 2}, {"residents": {"good": 1}}, 1)
        assert answers(connection, "other") == {}
        (change,) = list_changes(connection, Wanted(what="survey.tokens")).lines
        assert (change.actor, change.after) == ("ann", {"residents": 2})


def test_of_many_at_once_one_is_first(office: Place) -> None:
    """Eight people scan the same code: one answer is kept."""
    database = office.database
    assert database is not None
    token = new_token()
    give_out(database, By("ann", START), "c1", "enterprises", [token])
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: answer(database, token, GOOD), range(8)))
    assert kept.count(True) == 1
    with database.read() as connection:
        assert answers(connection, "c1") == {"enterprises": {"good": 1}}


def test_no_answer_leads_back_to_its_token(office: Place) -> None:
    """The token is kept as a hash, the answer without it and with the day only."""
    assert office.database is not None
    token = new_token()
    give_out(office.database, By("ann", START), "c1", "residents", [token])
    answer(office.database, token, GOOD)
    assert {column.name for column in SURVEY_ANSWER.columns} == {"id", "case_id", "audience", "level", "is_fast", "on"}
    with office.database.read() as connection:
        (kept,) = connection.rows_once(SURVEY_TOKEN.select())
        (said,) = connection.rows_once(SURVEY_ANSWER.select())
    assert kept[0] == hash_of(token)
    assert token not in kept
    assert {hash_of(token), token}.isdisjoint(said)
