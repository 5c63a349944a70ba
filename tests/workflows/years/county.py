"""Years of a county in one call: working days, people who come and go, timers, two new versions, crashes; one seed.

Every step goes through the real engine and a SQLite file without synchronisation. After every day the ledgers and the
histories of that day are checked; a crash is a process that is killed in the middle of its work.
"""

import os
import signal
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import sleep

from adapters.calendars.china import seed
from adapters.calendars.notice import working_calendar
from adapters.clock import ManualClock
from adapters.shipped import role_codes
from adapters.sql import schema
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache, Person
from adapters.sql.histories import history, load
from adapters.sql.opening import open_database, open_store
from adapters.sql.organisation import Organisation, Step, grant, save_calendar, save_person, save_unit
from adapters.sql.reads.ledger import journal, kept
from adapters.sql.tables.columns import moment_text
from engine.builtin_guards import BUILTIN
from engine.case import Case
from engine.commands import SYSTEM, Act, Actor, Command, Expire, Migrate, Start
from engine.evolution import fold
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import load as read
from engine.process import Process, compile_process
from engine.runtime import Runtime, Shelf
from engine.values import Json
from tests.workflows.funds.story import policy
from tests.workflows.years.purse import RULES, dossier, next_step
from workflows.funds.books import Books
from workflows.funds.invariants import View, broken
from workflows.funds.journal import breaks

SOURCE = Path(__file__).with_name("project.yaml")
KEY, COUNTY = "simulated-project", "QH"
DUE_DAYS = (5, 7, 4)
"""Working days of the county's review in the three versions."""

TOWNSHIPS = tuple(f"T{number:02}" for number in range(1, 11))
POSTS = ("applicant", "pm", "twp_it", "twp_fin")
REVIEWERS, HEADS = 14, 6
FIRST = date(2022, 1, 4)
STAFF_CHANGE_DAYS, CRASH_DAYS, PAUSE_DAYS_MAX = 20, 90, 12
SENT_BACK, REJECTED = 0.08, 0.04
CRASH_SECONDS_MAX = 0.08
ENDED = frozenset({"closed", "rejected"})
BOOK = GuardBook(BUILTIN, GuardBook(postings=RULES))


def version(number: int) -> Process:
    """Give a version of the procedure."""
    text = SOURCE.read_text("utf-8").replace("DUE", str(DUE_DAYS[number - 1]))
    return compile_process(read(text, file=SOURCE.name, book=BOOK, version=number, roles=role_codes()), BOOK)


@dataclass(slots=True)
class Told:
    """What happened in all the years."""

    days: int = 0
    commands: int = 0
    timers: int = 0
    crashes: int = 0
    staff_changes: int = 0
    migrated: int = 0
    closed: int = 0
    people: set[str] = field(default_factory=set)


class County:
    """The county and its years. `projects` are begun evenly over `years`."""

    def __init__(self, file: Path, projects: int, years: int, chance: Random) -> None:
        """Make an empty county."""
        self.url, self.projects, self.chance, self.told = f"sqlite:///{file}", projects, chance, Told()
        self.calendar = working_calendar("cn", seed())
        end = date(FIRST.year + years, 1, 1)
        every = (FIRST + timedelta(days=number) for number in range((end - FIRST).days))
        self.days = [day for day in every if self.calendar.is_working(day)]
        self.clock = ManualClock(self._at(FIRST, 9))
        self.library = Shelf(version(1))
        self.turn: dict[str, date] = {}
        schema.init(self.url)
        self._open()
        self.holders: dict[tuple[str, str], list[str]] = {}
        self._found()

    def _at(self, day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=self.calendar.zone).astimezone(UTC)

    def _open(self) -> None:
        directory = DirectoryCache()
        self.database: Database = open_database(self.url, durable=False)
        self.organisation = Organisation(self.database, directory, self.clock)
        self.store = open_store(self.database, self.library, self.clock, directory)
        self.runtime = Runtime(self.store, self.library, self.clock)

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()
        self.database.close()

    def _found(self) -> None:
        units = [Unit(COUNTY, "county", "County", None, f"{COUNTY}/")]
        units += [Unit(one, "township", one, COUNTY, f"{COUNTY}/{one}/") for one in TOWNSHIPS]
        steps: list[Step] = [save_calendar(self.calendar), *(save_unit(unit) for unit in units)]
        posts = [(role, unit) for unit in TOWNSHIPS for role in POSTS]
        posts += [("cty_review", COUNTY)] * REVIEWERS + [("cty_head", COUNTY)] * HEADS
        for role, unit in posts:
            steps += self._comes(role, unit)
        self.organisation.change(*steps)

    def _comes(self, role: str, unit: str) -> list[Step]:
        name = f"u{len(self.told.people)}"
        self.told.people.add(name)
        self.holders.setdefault((role, unit), []).append(name)
        return [
            save_person(Person(name, name, name, unit, "", "", "zh", True), self.clock.now()),
            grant(name, role, unit),
        ]

    def run(self) -> Told:
        """Let all the years pass."""
        begun = 0
        changes = {len(self.days) // 3: 2, 2 * len(self.days) // 3: 3}
        for number, day in enumerate(self.days):
            self.clock.set(self._at(day, 9))
            if number in changes:
                self._migrate(changes[number])
            if self.chance.random() * STAFF_CHANGE_DAYS < 1:
                self._change_staff()
            if self.chance.random() * CRASH_DAYS < 1:
                self._crash(day)
            touched = self._fire()
            wanted = self.projects * (number + 1) // (len(self.days) * 4 // 5)
            while begun < min(wanted, self.projects):
                touched.add(self._begin(begun, day))
                begun += 1
            touched |= self._work(day)
            self._check(touched, day)
            self.told.days += 1
        return self.told

    def _execute(self, command: Command) -> None:
        self.runtime.execute(command)
        self.told.commands += 1

    def _begin(self, number: int, day: date) -> str:
        unit = self.chance.choice(TOWNSHIPS)
        case_id, amount = f"p{number}", self.chance.randrange(50_000_00, 2_000_000_00)
        data: dict[str, Json] = {"name": f"Project {number}", "amount": amount}
        actor = self._actor(self.holders["applicant", unit][-1])
        code = f"M-{day.year}-{number:05}"
        self._execute(Start(case_id=case_id, actor=actor, definition=KEY, code=code, unit=unit, data=data))
        self.turn[case_id] = day
        return case_id

    def _actor(self, name: str) -> Actor:
        return self.organisation.now().actor(name, self.clock.now())

    def _work(self, day: date) -> set[str]:
        """Let everybody do what is theirs today, in any order; gives the cases that moved."""
        due = sorted(case_id for case_id, on in self.turn.items() if on <= day)
        self.chance.shuffle(due)
        for case_id in due:
            case = self.store.load(case_id)
            self._step(case)
            state = self.store.load(case_id).state
            if state in ENDED:
                del self.turn[case_id]
                self.told.closed += state == "closed"
            else:
                self.turn[case_id] = day + timedelta(days=self.chance.randint(1, PAUSE_DAYS_MAX))
        return set(due)

    def _step(self, case: Case) -> None:
        action, role, unit = self._next(case)
        who = case.initiator if role == "initiator" else self.chance.choice(self.holders[role, unit])
        comment = "the papers do not agree" if action in ("return", "reject") else ""
        self._execute(Act(case_id=case.id, actor=self._actor(who), action=action, comment=comment))

    def _next(self, case: Case) -> tuple[str, str, str]:
        luck = self.chance.random()
        match case.state:
            case "draft":
                return "submit", "initiator", case.unit
            case "check":
                return "return" if luck < SENT_BACK else "pass", "twp_it", case.unit
            case "review":
                return "reject" if luck < REJECTED else "pass", "cty_review", COUNTY
            case "approval":
                return "approve", "cty_head", COUNTY
            case "settling":
                return "settle", "twp_fin", case.unit
        with self.database.read() as connection:
            action, role = next_step(Books(kept(connection, case.code).totals))
        return action, role, case.unit

    def _fire(self) -> set[str]:
        """Let every timer fire that is due."""
        fired: set[str] = set()
        while True:
            now = moment_text(self.clock.now())
            with self.database.read() as connection:
                query = "SELECT case_id, name, generation FROM timer WHERE fires_at <= ? LIMIT 100"
                due = connection.driver.execute(query, [now]).fetchall()
            for case_id, name, generation in due:
                self._execute(Expire(case_id=case_id, actor=SYSTEM, timer=name, generation=generation))
                self.told.timers += 1
                fired.add(case_id)
            if not due:
                return fired

    def _migrate(self, number: int) -> None:
        """Publish a version, and put every running case on it."""
        self.library.add(version(number))
        for case_id in sorted(self.turn):
            self._execute(Migrate(case_id=case_id, actor=SYSTEM, version=number))
            self.told.migrated += 1

    def _change_staff(self) -> None:
        """Somebody leaves, and a new one comes to the post; applicants stay for their own drafts."""
        role, unit = self.chance.choice([post for post in sorted(self.holders) if post[0] != "applicant"])
        leaver = self.holders[role, unit].pop(0)
        gone = save_person(Person(leaver, leaver, leaver, unit, "", "", "zh", False), self.clock.now())
        self.organisation.change(gone, *self._comes(role, unit))
        self.told.staff_changes += 1

    def _crash(self, day: date) -> None:
        """Kill a process in the middle of this day's work, and go on with what it has left."""
        self.close()
        child = os.fork()
        if not child:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            self._open()
            while True:
                self._work(day)
                self._fire()
        sleep(self.chance.random() * CRASH_SECONDS_MAX)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self._open()
        self.told.crashes += 1
        self._check(set(self.turn), day)
        for case_id in sorted(self.turn):
            if self.store.load(case_id).state in ENDED:
                del self.turn[case_id]

    def _check(self, case_ids: set[str], day: date) -> None:
        """Every invariant of the ledgers of the day; each case is the fold of its history."""
        with self.database.read() as connection:
            for case_id in sorted(case_ids):
                case = load(connection, case_id)
                assert fold(history(connection, case_id)) == case, case_id
                ledger = kept(connection, case.code)
                if not ledger.seq:
                    continue
                papers = dossier(case, case.state, day)
                found = list(broken(View(case.code, Books(ledger.totals), policy(day), papers)))
                assert not found, (day, case.code, found)
                assert not list(breaks(journal(connection, case.code), ledger.hash)), (day, case.code)
