"""Years of a county in one call: working days, people who come and go, timers, two new versions, crashes; one seed.

Projects are checked, reviewed, scored by experts, approved, paid from one source or two, audited, objected to, settled
and evaluated; who leaves hands over, who is away is stood in for. What is not simulated: the shipped procedures with
their forms and documents (demonstration and stories walk those), PostgreSQL, and synchronisation.

Every step goes through the real engine and a SQLite file without synchronisation. After every day the ledgers and the
histories of that day are checked; a crash is a process that is killed in the middle of its work.
"""

import os
import signal
from collections import Counter
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
from adapters.sql.directory import Delegation, DirectoryCache, Person
from adapters.sql.histories import history, load
from adapters.sql.opening import open_database, open_store
from adapters.sql.organisation import Organisation, Step, authorise, grant, save_calendar, save_person, save_unit
from adapters.sql.reads.holdings import held_by
from adapters.sql.reads.ledger import journal, kept
from adapters.sql.tables.columns import moment_text
from engine.builtin_guards import BUILTIN
from engine.case import Case
from engine.commands import SYSTEM, Act, Actor, Assign, Command, Expire, Migrate, Start
from engine.evolution import fold
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import load as read
from engine.process import Process, compile_process
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf
from engine.values import Json
from tests.workflows.funds.story import policy
from tests.workflows.years.beside import GUARDS, MATTER, arising, next_of, process
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
COUNTY_POSTS = {"cty_review": 8, "cty_head": 4, "expert": 3, "audit": 2, "fin_perf": 2, "lead_sec": 1}
LENT = ("cty_head", "cty_review")
"""A post that is stood in for, and the post of who stands in."""

FIRST = date(2022, 1, 4)
STAFF_CHANGE_DAYS, CRASH_DAYS, PAUSE_DAYS_MAX = 20, 90, 12
SENT_BACK, REJECTED, ADVISED_AGAINST = 0.10, 0.10, 0.15
AWAY_DAYS, AWAY_DAYS_MAX, BUSY_LEAVE = 15, 8, 0.5
CRASH_SECONDS_MAX = 0.08
ENDED = frozenset({"closed", "rejected"})
COMMENTED = frozenset({"return", "reject", "advise_against", "again"})
BOOK = GuardBook(BUILTIN, GuardBook(entries=GUARDS, postings=RULES))


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
    done: Counter[str] = field(default_factory=Counter)
    """What was done, by kind: commands by state and action, and what else happened."""


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
        self.library = Shelf(version(1), process(BOOK))
        self.turn: dict[str, date] = {}
        schema.init(self.url)
        self._open()
        self.holders: dict[tuple[str, str], list[str]] = {}
        self.away: Delegation | None = None
        self.sound: dict[str, tuple[Case, str]] = {}
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
        posts += [(role, COUNTY) for role, count in COUNTY_POSTS.items() for _ in range(count)]
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
            if self.chance.random() * AWAY_DAYS < 1:
                self._go_away(day)
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
            before = self.store.load(case_id)
            if self._is_left_over(before):
                self._hand_over(before.tasks[0].principal.removeprefix("u:"), "applicant", before.unit)
                before = self.store.load(case_id)
            self._step(before)
            case = self.store.load(case_id)
            if case.state in ENDED:
                del self.turn[case_id]
                self.told.closed += case.definition == KEY and case.state == "closed"
            else:
                self.turn[case_id] = day + timedelta(days=self.chance.randint(1, PAUSE_DAYS_MAX))
            if case.definition == KEY and case.state != before.state:
                self._arise(case, day)
        return set(due)

    def _arise(self, project: Case, day: date) -> None:
        """Let something come up beside a project."""
        kind = arising(project.state, int(project.id.removeprefix("p")))
        if not kind:
            return
        number = len(self._matters())
        case_id, code = f"m{number}", f"S-{day.year}-{number:05}"
        actor, data = self._actor(self.holders["lead_sec", COUNTY][0]), {"project": project.code, "kind": kind}
        self._execute(Start(case_id=case_id, actor=actor, definition=MATTER, code=code, unit=project.unit, data=data))
        self.turn[case_id] = day + timedelta(days=1)
        self.told.done[f"{kind} begun"] += 1

    def _matters(self) -> dict[str, str]:
        """Give the states of all that was begun beside projects, by id: also by a process that was killed."""
        with self.database.read() as connection:
            query = "SELECT id, state FROM cases WHERE definition = ?"
            return dict(connection.driver.execute(query, [MATTER]).fetchall())

    def _step(self, case: Case) -> None:
        """Take one step; money that must wait for an objection or an audit is refused, and tried again later."""
        action, who = self._next(case)
        comment = "the papers do not agree" if action in COMMENTED else ""
        actor = self._actor(who)
        try:
            self._execute(Act(case_id=case.id, actor=actor, action=action, comment=comment))
        except Refused as refused:
            if [one.code for one in refused.reasons] != ["objection.open"]:
                raise
            self.told.done["settlement held up"] += 1
            return
        kind = f"{case.data['kind']} " if case.definition == MATTER else ""
        self.told.done[f"{kind}{case.state}.{action}"] += 1
        self.told.done["stood in"] += case.state == "approval" and who not in self.holders["cty_head", COUNTY]

    def _next(self, case: Case) -> tuple[str, str]:
        """Give what is done next in a case, and who does it."""
        if case.state in ("draft", "scoring"):
            holder = case.tasks[0].principal.removeprefix("u:")
            against = case.state == "scoring" and self.chance.random() < ADVISED_AGAINST
            return ("submit" if case.state == "draft" else "advise_against" if against else "recommend"), holder
        action, role = self._due(case)
        unit = COUNTY if role in COUNTY_POSTS else case.unit
        people = list(self.holders[role, unit])
        if role == LENT[0] and self._is_lent():
            assert self.away is not None
            people = [self.away.taker]
        return action, self.chance.choice(people)

    def _is_lent(self) -> bool:
        """Say whether somebody stands in: neither has left, and the days are not over."""
        lent, (given, taken) = self.away, (self.holders[role, COUNTY] for role in LENT)
        return lent is not None and lent.giver in given and lent.taker in taken and self.clock.now() < lent.until_at

    def _due(self, case: Case) -> tuple[str, str]:
        if case.definition == MATTER:
            return next_of(case, self.chance)
        luck = self.chance.random()
        match case.state:
            case "check":
                return "return" if luck < SENT_BACK else "pass", "twp_it"
            case "review":
                return "reject" if luck < REJECTED else "pass", "cty_review"
            case "approval":
                return "approve", "cty_head"
            case "settling":
                return "settle", "twp_fin"
        with self.database.read() as connection:
            return next_step(case, Books(kept(connection, case.code).totals))

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
        for case_id in sorted(one for one in self.turn if one.startswith("p")):
            self._execute(Migrate(case_id=case_id, actor=SYSTEM, version=number))
            self.told.migrated += 1

    def _change_staff(self) -> None:
        """Somebody leaves, a new one comes to the post, and what was the leaver's own is handed over."""
        role, unit = self.chance.choice(sorted(self.holders))
        leaver = self.holders[role, unit][0]
        with self.database.read() as connection:
            busy = [one for one in self.holders["expert", COUNTY] if held_by(connection, one)]
        if busy and self.chance.random() < BUSY_LEAVE:
            role, unit, leaver = "expert", COUNTY, busy[0]
        self.holders[role, unit].remove(leaver)
        self.organisation.change(*self._comes(role, unit))
        self._hand_over(leaver, role, unit)
        gone = save_person(Person(leaver, leaver, leaver, unit, "", "", "zh", False), self.clock.now())
        self.organisation.change(gone)
        self.told.staff_changes += 1

    def _hand_over(self, leaver: str, role: str, unit: str) -> None:
        """Let a head give all that is somebody's own to the newest on their post."""
        with self.database.read() as connection:
            own = held_by(connection, leaver)
        heir, head = self.holders[role, unit][-1], self._actor(self.holders["cty_head", COUNTY][-1])
        for one in own:
            self._execute(Assign(case_id=one.case_id, actor=head, task=one.task, to=heir, comment="who held it left"))
            self.told.done["handed over"] += 1

    def _is_left_over(self, case: Case) -> bool:
        """Say whether a case came back to an applicant who has left."""
        holders = self.holders["applicant", case.unit]
        return case.state == "draft" and case.tasks[0].principal.removeprefix("u:") not in holders

    def _go_away(self, day: date) -> None:
        """One head goes away for some days, and lets a reviewer stand in, who then does all that heads approve."""
        giver, taker = (self.chance.choice(self.holders[role, COUNTY]) for role in LENT)
        until = self._at(day + timedelta(days=self.chance.randint(2, AWAY_DAYS_MAX)), 17)
        lent = Delegation(f"d{self.told.done['went away']}", giver, taker, self.clock.now(), until, None, None)
        self.organisation.change(authorise(lent, self.clock.now()))
        self.away = lent
        self.told.done["went away"] += 1

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
        for case_id, state in sorted(self._matters().items()):
            if state not in ENDED:
                self.turn.setdefault(case_id, day)

    def _check(self, case_ids: set[str], day: date) -> None:
        """Every invariant of the day, each case the fold of its history; what has not moved since was checked then."""
        with self.database.read() as connection:
            for case_id in sorted(case_ids):
                case = load(connection, case_id)
                ledger = kept(connection, case.code)
                if self.sound.get(case_id) == (case, ledger.hash):
                    continue
                assert fold(history(connection, case_id)) == case, case_id
                self.sound[case_id] = case, ledger.hash
                if not ledger.seq:
                    continue
                papers = dossier(case, case.state, day)
                found = list(broken(View(case.code, Books(ledger.totals), policy(day), papers)))
                assert not found, (day, case.code, found)
                assert not list(breaks(journal(connection, case.code), ledger.hash)), (day, case.code)
