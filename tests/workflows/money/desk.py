"""A small county in memory in which money is worked on: people, a project, every invariant after each act."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.clock import ManualClock
from adapters.memory.facts import MemoryFacts
from adapters.memory.store import MemoryStore
from adapters.shipped import policies
from engine.case import Case, Task
from engine.commands import SYSTEM, Act, Actor, Draw, Expire, Save, Start
from engine.facts import Unit
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf
from engine.seating import chairs
from engine.situation import Situation
from engine.values import Json
from tests.workflows.procedure import shelf
from workflows.funds.books import Books
from workflows.funds.invariants import Breach, Night, View, broken, broken_at_night
from workflows.funds.papers import PROJECT, Papers, dossier
from workflows.funds.policy import Policy
from workflows.progress import REPORT

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""Monday 1 June 2026, ten o'clock in the county."""

CODE = "QH-2026-0001"
FILE: dict[str, Json] = {"id": "f1", "name": "a.pdf", "kind": "pdf", "size": 9, "digest": "0" * 64}
REASON: dict[str, Json] = {"reason_code": "rule"}
PLAIN: Mapping[str, Json] = {"name": "Window", "amount": 100_000_00, "study_estimate": 100_000_00}
Filled = Any
"""What people fill in."""

WHY = "the papers do not agree with each other"

UNITS = {
    "QH": Unit("QH", "county", "County", None, "QH/", "lea"),
    "T01": Unit("T01", "township", "Town", "QH", "QH/T01/", "leo"),
    "T01-SVC": Unit("T01-SVC", "office", "Service", "T01", "QH/T01/T01-SVC/", "dan"),
    "QH-EXP": Unit("QH-EXP", "pool", "Pool", "QH", "QH/QH-EXP/"),
    "X10": Unit("X10", "external", "Outside", None, "X10/"),
}
TYPED = dict.fromkeys(("reviews_entered_until", "meetings_entered_until"), "2099-12-31")
"""Reviews and meetings may be typed, unless a test says otherwise."""

POSTS = {
    "pam": ("T01-SVC", "pm@T01", "applicant@T01-SVC"),
    "dan": ("T01-SVC", "dept_head@T01-SVC"),
    "cas": ("T01-SVC", "twp_cashier@T01"),
    "fin": ("T01", "twp_fin@T01"),
    "ida": ("T01", "twp_it@T01"),
    "ivy": ("T01", "twp_it@T01"),
    "leo": ("T01", "twp_leader@T01"),
    "may": ("T01", "twp_mayor@T01"),
    "bob": ("QH", "fin_budget@QH"),
    "ben": ("QH", "fin_budget@QH"),
    "pay": ("QH", "fin_pay@QH"),
    "fay": ("QH", "fin_head@QH"),
    "rex": ("QH", "cty_review@QH"),
    "hal": ("QH", "cty_head@QH"),
    "lea": ("QH", "lead_group@QH"),
    "sec": ("QH", "lead_sec@QH"),
    "lex": ("QH", "legal@QH"),
    "ned": ("QH", "ndrc@QH"),
    "pia": ("QH", "procure@QH"),
    "aud": ("QH", "audit@QH"),
    "acc": ("QH", "cty_accept@QH"),
    "dis": ("QH", "discipline@QH"),
    "eve": ("QH", "fin_perf@QH"),
    "evi": ("QH", "fin_perf@QH"),
    "auz": ("QH", "audit@QH"),
    "qin": ("QH", "qa_lead@QH"),
    "qia": ("QH", "qa_member@QH"),
    "qib": ("QH", "qa_member@QH"),
    "sue": ("X10", "supervisor@X10"),
    "ban": ("X10", "financier@X10"),
    **{f"ex{number}": ("QH-EXP", "expert@QH") for number in range(1, 13)},
}


def _holders() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for person, (_, *posts) in POSTS.items():
        for post in posts:
            role, _, unit = post.partition("@")
            found[role, unit] = (*found.get((role, unit), ()), person)
    return found


def actions_of(definition: str) -> set[str]:
    """Give every action of a procedure as `state.action`."""
    states = shelf()[definition].definition.states
    return {f"{state.name}.{action}" for state in states.values() for action in state.actions}


HOUSE: Mapping[str, Json] = {"funds.contract.retention_max_percent": 5, "funds.payment.leader_max_fen": 200_000_00}
"""What this county has set otherwise than shipped: what may be held back, and what the leader in charge decides."""


class Desk:
    """The county at work. `code` is the project that stands there; every act is checked by every invariant."""

    def __init__(self, state: str = "plan_selected", policy: Mapping[str, Json] | None = None, **data: Filled) -> None:
        """Open with one project in a state, its data as given."""
        self.clock = ManualClock(NOW)
        self._rules: dict[str, Json] = {**policies(), **TYPED, **HOUSE, **(policy or {})}
        facts = MemoryFacts(
            UNITS,
            {person: home for person, (home, *_) in POSTS.items()},
            _holders(),
            policies=self._rules,
        )
        self.store = MemoryStore(facts)
        self.runtime = Runtime(self.store, Shelf(*shelf().values()), self.clock)
        self._count = 0
        self.project(CODE, state, **data)

    def rule(self, key: str, value: Json) -> None:
        """Let the county set a policy, from now on."""
        self._rules[key] = value

    def project(self, code: str, state: str, **data: Filled) -> None:
        """Put a project into a state, as if its own procedure had led it there."""
        found = self.store.cases.by_code(code)
        known: Mapping[str, Json] = found.data if found is not None else PLAIN
        self.store.cases.put(
            Case(
                id=code,
                code=code,
                definition=PROJECT,
                version=1,
                state=state,
                revision=1,
                initiator="pam",
                unit="T01-SVC",
                opened_at=NOW,
                entered_at=NOW,
                data={"tier": "T1", **known, **data},
            )
        )

    def reported(self, month: str, done: Mapping[str, int]) -> None:
        """Put an accepted report beside the project, with what it accepts of each milestone."""
        lines: Json = [{"milestone": name, "accepted": percent} for name, percent in done.items()]
        self._count += 1
        code = f"{REPORT}-{self._count}"
        self.store.cases.put(
            Case(
                id=code,
                code=code,
                definition=REPORT,
                version=1,
                state="accepted",
                revision=1,
                initiator="pam",
                unit="T01-SVC",
                opened_at=self.clock.now(),
                entered_at=self.clock.now(),
                data={"project": CODE, "month": month, "verified": lines},
            )
        )

    def seat(self, code: str) -> None:
        """Open the tasks of the state a project was put into, as entering it would have."""
        case = self.case(code).copy()
        definition = shelf()[case.definition].definition
        here = chairs(definition.states[case.state].who, self.situation(code))
        case.tasks = tuple(
            Task(f"t{number}", case.state, chair.seat, chair.principal, self.clock.now())
            for number, chair in enumerate(here)
        )
        case.visits = {**case.visits, **dict.fromkeys(definition.states, 1)}
        self.store.cases.put(case)

    def start(self, definition: str, by: str, unit: str = "T01-SVC", **data: Filled) -> str:
        """Start a case beside the project (when its procedure has a parent); gives its code."""
        self._count += 1
        code = f"{definition}-{self._count}"
        parent = shelf()[definition].definition.parent
        if parent is not None and parent.field not in data:
            data[parent.field] = CODE
        self.runtime.execute(
            Start(case_id=code, actor=self.actor(by), definition=definition, code=code, unit=unit, data=data)
        )
        return code

    def refused_start(self, definition: str, by: str, **data: Filled) -> set[str]:
        """Give the codes of the reasons against starting a case."""
        try:
            self.start(definition, by, **data)
        except Refused as refused:
            return {reason.code for reason in refused.reasons}
        return set()

    def save(self, code: str, by: str, **data: Filled) -> None:
        """Fill in fields of the state's form."""
        self.runtime.execute(Save(case_id=code, actor=self.actor(by), data=data))

    def act(self, code: str, by: str, action: str, comment: str = "", **form: Filled) -> str:
        """Take an action; gives the state it led to."""
        command = Act(case_id=code, actor=self.actor(by), action=action, comment=comment, form=form)
        state = self.runtime.execute(command).state
        assert self.breaches() == []
        return state

    def draw(self, code: str, by: str, word: str) -> str:
        """Draw by lot with a word; gives who was drawn."""
        (task,) = (task for task in self.case(code).tasks if task.draws)
        self.runtime.execute(Draw(case_id=code, actor=self.actor(by), task=task.id, word=word))
        return str(self.case(code).data.get("expert"))

    def back(self, code: str, by: str, action: str, **form: Filled) -> str:
        """Take an action that must give a reason."""
        return self.act(code, by, action, WHY, **{**REASON, **form})

    def refused(self, code: str, by: str, action: str, comment: str = "", **form: Filled) -> set[str]:
        """Give the codes of the reasons against an action."""
        try:
            self.act(code, by, action, comment, **form)
        except Refused as refused:
            return {reason.code for reason in refused.reasons}
        return set()

    def wait(self, days: int) -> None:
        """Let days pass, and fire every timer that falls due on the way."""
        end = self.clock.now() + timedelta(days=days)
        while due := [one for one in self._timers() if one[0] <= end]:
            at, case_id, name, generation = min(due)
            self.clock.set(max(at, self.clock.now()))
            self.runtime.execute(Expire(case_id=case_id, actor=SYSTEM, timer=name, generation=generation))
        self.clock.set(end)
        assert self.breaches() == []

    def _timers(self) -> Iterator[tuple[datetime, str, str, int]]:
        for case in self.store.cases.by_id.values():
            for timer in case.timers:
                yield timer.fires_at, case.id, timer.name, timer.generation

    def case(self, code: str) -> Case:
        """Give a case as it stands."""
        found = self.store.cases.by_code(code)
        assert found is not None
        return found

    def books(self, scope: str = CODE) -> Books:
        """Give the books of a ledger."""
        return self.store.ledger.of(scope)

    @property
    def today(self) -> date:
        """The local day."""
        return (self.clock.now() + timedelta(hours=8)).date()

    def day(self, days: int = 0) -> str:
        """Give a day so many days from now, as a form takes it."""
        return (self.today + timedelta(days=days)).isoformat()

    def actor(self, name: str) -> Actor:
        """Give somebody with their principals."""
        home, *posts = POSTS[name]
        return Actor(name, name, home, frozenset({f"u:{name}", *(f"g:{post}" for post in posts)}))

    def taken(self, definition: str) -> set[str]:
        """Give every action of a procedure that was taken at this desk."""
        return {name for case in self.store.cases.of(definition) for name in case.times}

    def situation(self, code: str = CODE, data: Mapping[str, Any] | None = None, by: str = "pam") -> Situation:
        """Look at a case as a guard does."""
        case = self.case(code)
        definition = shelf()[case.definition].definition
        shown = case.data if data is None else {**case.data, **data}
        return Situation(definition, case, shown, self.actor(by), self.store.facts, self.clock.now())

    def breaches(self) -> list[Breach]:
        """Ask every invariant of every ledger, as every night."""
        ledger, found = self.store.ledger, list[Breach]()
        projects = [case.code for case in self.store.cases.of(PROJECT)]
        dossiers = {code: dossier(Papers(self.situation(code), code)) for code in projects}
        policy = Policy(self.store.facts.policy, self.today)
        for scope, books in ledger.books.items():
            found += broken(View(scope, books, policy, dossiers.get(scope)))
        return [*found, *broken_at_night(Night(ledger.journals, ledger.books, ledger.heads, dossiers))]
