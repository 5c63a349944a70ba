"""Incidents over each database: found while they last, gone when they are handled, and told in the office's log."""

from datetime import timedelta

from adapters.sql import jobs
from adapters.sql.directory import DirectoryCache
from adapters.sql.incidents import Incident, incidents, retry, skip
from adapters.sql.office_log import By, Wanted, list_changes
from tests.contract.place import Place
from tests.contract.test_jobs import LEASE, database_of, submitted
from tests.engine.small import START

NOW = START + timedelta(days=60)
BY = By("adam", NOW, "looked after")


def found(office: Place) -> list[Incident]:
    """What waits for a person."""
    with database_of(office).read() as connection:
        return incidents(connection, DirectoryCache().get(connection, NOW), NOW)


def kinds(office: Place) -> set[str]:
    """The kinds of what waits."""
    return {incident.kind for incident in found(office)}


def test_a_message_is_tried_again_or_left(office: Place) -> None:
    """One that was given up; the log says who handled it."""
    submitted(office, 1)
    database = database_of(office)
    first, second = jobs.take_messages(database, NOW, LEASE)[:2]
    database.write(lambda lent: jobs.postpone(lent, first.id, "550 no", None, NOW))
    database.write(lambda lent: jobs.postpone(lent, second.id, "451 busy", NOW, NOW))
    lost, failing = (one for one in found(office) if one.id.startswith("message:"))
    assert [(one.kind, one.reason, one.attempts) for one in (lost, failing)] == [
        ("lost", "550 no", 1),
        ("failing", "451 busy", 1),
    ]
    database.write(lambda lent: retry(lent, lost, BY))
    database.write(lambda lent: skip(lent, failing, BY))
    assert [(one.kind, one.attempts) for one in found(office) if one.id.startswith("message:")] == [("failing", 0)]
    assert first.id in {message.id for message in jobs.take_messages(database, NOW, LEASE)}
    with database.read() as connection:
        log = list_changes(connection, Wanted(what="incident."))
    assert [(one.what, one.reason) for one in log.lines] == [
        ("incident.skipped", "looked after"),
        ("incident.retried", "looked after"),
    ]


def test_a_late_timer_is_free_again(office: Place) -> None:
    """Whoever had taken it."""
    submitted(office, 1)
    database = database_of(office)
    assert len(jobs.take_timers(database, NOW, timedelta(hours=1))) == 1
    (late,) = (one for one in found(office) if one.kind == "timer")
    assert jobs.take_timers(database, NOW, LEASE) == []
    database.write(lambda lent: retry(lent, late, BY))
    assert len(jobs.take_timers(database, NOW, LEASE)) == 1
    assert "timer" in kinds(office)
