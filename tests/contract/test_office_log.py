"""The log of the office: what a change was, in the transaction that made it, in a chain that shows tampering."""

from datetime import timedelta

import pytest

from adapters.sql.database import Database
from adapters.sql.office_log import (
    CHANGES,
    By,
    Step,
    Wanted,
    list_changes,
    record,
    recorded,
)
from adapters.sql.statements import Connection
from engine.values import Json
from tests.contract.place import Place
from tests.contract.test_schema import execute
from tests.engine.small import START

BY = By("sue", START, "the new regulation")


@pytest.fixture
def database(office: Place) -> Database:
    """The office's database."""
    assert office.database is not None
    return office.database


def write(database: Database, what: str, before: Json, after: Json, by: By = BY, subject: str = "user:ann") -> None:
    """Write one change down."""
    database.write(lambda connection: record(connection, by, what, subject, before, after))


def test_a_step_says_what_became_of_its_subject(database: Database) -> None:
    """Before and after are looked at, not claimed; a step that changes nothing leaves no trace."""
    held: list[Json] = [1]

    def look(_connection: Connection) -> Json:
        return held[0]

    def change(value: Json) -> Step:
        return lambda _connection: held.__setitem__(0, value)

    values: tuple[Json, ...] = (2, 2, {"a": ["b"]})
    for value in values:
        database.write(recorded(BY, "number.changed", "number:1", look, change(value)))
    with database.read() as connection:
        changes = list_changes(connection).lines
    assert [(one.number, one.before, one.after) for one in changes] == [(2, 2, {"a": ["b"]}), (1, 1, 2)]
    assert {(one.actor, one.at, one.reason) for one in changes} == {("sue", START, "the new regulation")}


def test_what_is_undone_leaves_no_trace(database: Database) -> None:
    """The log is part of the transaction."""

    def fail(connection: Connection) -> None:
        record(connection, BY, "role.granted", "user:ann", None, "pm")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(fail)
    assert CHANGES.verify(database).changes == 0


def test_changes_are_found_by_who_what_when_and_whom(database: Database) -> None:
    """Each question alone and page by page."""
    later = By("tom", START + timedelta(days=1))
    for number in range(5):
        write(database, "role.granted", number, number + 1)
    write(database, "role_x.granted", None, 1, later, "user:bob")
    questions = {
        Wanted(actor="tom"): [6],
        Wanted(what="role."): [5, 4, 3, 2, 1],
        Wanted(subject="user:bob"): [6],
        Wanted(from_at=later.at): [6],
        Wanted(until_at=START): [5, 4, 3, 2, 1],
        Wanted(actor="nobody"): [],
    }
    with database.read() as connection:
        for wanted, numbers in questions.items():
            assert [one.number for one in list_changes(connection, wanted).lines] == numbers
        first = list_changes(connection, limit=4)
        assert [one.number for one in first.lines] == [6, 5, 4, 3]
        assert [one.number for one in list_changes(connection, after=first.after).lines] == [2, 1]
        assert list_changes(connection, after="nonsense").lines == list_changes(connection).lines


def test_the_chain_shows_tampering(database: Database, office: Place) -> None:
    """The database refuses to change rows; who gets around that is found, with the first wrong number."""
    for number in range(4):
        write(database, "policy.set", number, number + 1)
    assert CHANGES.verify(database).broken_at is None
    anchor = CHANGES.verify(database).anchor
    assert len(anchor) == 64
    with pytest.raises(Exception, match="never changed"):
        execute(office.url, "UPDATE office_change SET actor = 'eve' WHERE number = 3")
    if office.url.startswith("sqlite"):
        execute(office.url, "DROP TRIGGER office_change_no_update")
    else:
        execute(office.url, "DROP TRIGGER office_change_no_update ON office_change")
    execute(office.url, "UPDATE office_change SET actor = 'eve' WHERE number = 3")
    assert CHANGES.verify(database).broken_at == 3
