"""The work that is measured: cases that go to and fro between an applicant and a desk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files

from adapters.clock import ManualClock
from adapters.ids import seeded_ids
from adapters.sql import schema
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache, Person
from adapters.sql.histories import load
from adapters.sql.opening import open_database, open_store
from adapters.sql.organisation import Organisation, grant, save_calendar, save_person, save_unit
from adapters.sql.publishing import Publishing
from engine.calendar import WorkingCalendar
from engine.commands import Act, Actor, Start
from engine.facts import Unit
from engine.guards import GuardBook
from engine.ports import Clock
from engine.runtime import Runtime
from engine.values import Json

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""The moment at which everything happens."""

STARTED = 2
"""The revision of a case that was opened and submitted."""

REASON = "The estimate of the third item is not explained; please add the basis of the cost and the offers obtained. "
"""What is written when a case goes back."""

APPLICANT = Actor("applicant", "applicant", "town", frozenset({"u:applicant"}))
CLERK = Actor("clerk", "clerk", "county", frozenset({"u:clerk", "g:cty_review@county"}))
_UNITS = (
    Unit("county", "county", "County", None, "county/", head="clerk"),
    Unit("town", "township", "Town", "county", "county/town/"),
)


def prepare(url: str, cases: int, clock: Clock | None = None) -> list[str]:
    """Make a database with this many cases on the desk, as of the clock's moment; gives their ids."""
    clock = clock or ManualClock(AT)
    schema.init(url)
    database = open_database(url)
    try:
        people = (Person(name, name, name, unit, "", "", "en", enabled=True) for name, unit in _PEOPLE)
        Organisation(database, DirectoryCache(), clock).change(
            *(save_unit(unit) for unit in _UNITS),
            *(save_person(person, AT) for person in people),
            grant("applicant", "applicant", "town"),
            grant("clerk", "cty_review", "county"),
            save_calendar(WorkingCalendar("cn")),
        )
        _publish(Publishing(database, GuardBook(), clock))
        ids = seeded_ids(1, clock.now)
        work = Work(database, [ids.new() for _ in range(cases)], clock)
        work.start()
    finally:
        database.close()
    return list(work.cases)


def _publish(publishing: Publishing) -> None:
    source = files(__package__).joinpath("procedure.yaml").read_text("utf-8")
    edition = publishing.draft("bench", source, sha256(source.encode()).hexdigest(), "author")
    publishing.publish(edition.key, edition.version, "reviewer")


_PEOPLE = (("applicant", "town"), ("clerk", "county"))


class Work:
    """Some cases, and the next thing to do with each."""

    def __init__(self, database: Database, cases: Sequence[str], clock: Clock | None = None) -> None:
        """Work on cases of a database that `prepare` made."""
        clock = clock or ManualClock(AT)
        library = Publishing(database, GuardBook(), clock)
        self.cases = cases
        self.database = database
        self.runtime = Runtime(open_store(database, library, clock, DirectoryCache()), library, clock)
        self._turns: dict[str, int] = {}

    def start(self) -> None:
        """Open all cases and submit them."""
        for number, case_id in enumerate(self.cases):
            data: dict[str, Json] = {
                "name": f"Platform of the township, part {number}",
                "amount": 1_000_000,
                "reason": REASON * 5,
            }
            self.runtime.execute(
                Start(case_id=case_id, actor=APPLICANT, definition="bench", code=case_id, unit="town", data=data)
            )
            self.runtime.execute(Act(case_id=case_id, actor=APPLICANT, action="submit"))

    def act(self, case_id: str) -> None:
        """Do what comes next with a case: send it back, or submit it again with another amount."""
        turn = self._turns.get(case_id)
        if turn is None:
            with self.database.read() as connection:
                turn = load(connection, case_id).revision - STARTED
        self._turns[case_id] = turn + 1
        self.runtime.execute(command(case_id, turn))


def command(case_id: str, turn: int) -> Act:
    """Give the command of a case's turn, with a key of its own."""
    key = f"{case_id}-{turn}"
    if turn % 2 == 0:
        return Act(case_id=case_id, actor=CLERK, action="return", comment=REASON, key=key, digest=key)
    form = {"amount": 1_000_000 + turn}
    return Act(case_id=case_id, actor=APPLICANT, action="submit", form=form, key=key, digest=key)
