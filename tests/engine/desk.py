"""A desk to work a case from in tests: short words for people and commands, history checked after each of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.memory.facts import MemoryFacts
from adapters.memory.store import MemoryStore
from engine.case import Case, Task
from engine.commands import SYSTEM, Act, Actor, Command, Expire, Start
from engine.evolution import fold
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import load
from engine.ports import Receipt
from engine.process import compile_process
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""

COUNTY = {
    "county": Unit("county", "county", "County", None, "county/", head="head"),
    "town": Unit("town", "township", "Town", "county", "county/town/", head="mayor"),
}
ROLES = {
    ("checker", "county"): ("rex", "rob"),
    ("data", "county"): ("dan", "dora"),
    ("finance", "county"): ("fay",),
    ("law", "county"): ("lea",),
    ("chief", "county"): ("chief", "rex"),
    ("admin", "county"): ("root",),
}
HOMES = {
    "ann": "town",
    "abe": "town",
    "mayor": "town",
    **dict.fromkeys(("head", "rex", "rob", "dan", "dora", "fay", "lea", "chief", "root", "guest"), "county"),
}


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        """Begin on the Monday morning."""
        self.at = MONDAY

    def now(self) -> datetime:
        """Give the moment the hands show."""
        return self.at


class Desk:
    """One case of one definition in memory, opened by Ann. After each command the history is folded and compared."""

    case_id = "case"

    def __init__(self, source: str, facts: MemoryFacts | None = None, book: GuardBook | None = None) -> None:
        """Load the definition and open the case."""
        self.source = source
        self.clock = Hands()
        self.store = MemoryStore(facts or MemoryFacts(units=COUNTY, homes=HOMES, holders=ROLES))
        self.process = compile_process(load(source, file="test.yaml", book=book or GuardBook()), book or GuardBook())
        self.runtime = Runtime(self.store, Shelf(self.process), self.clock)

    def start(self, name: str = "ann", **data: Any) -> "Desk":  # noqa: ANN401  # whatever the command takes
        """Let somebody open the case."""
        key = self.process.definition.key
        self.do(name, Start, definition=key, code="0001", unit="town", data=data or {"amount": 100})
        return self

    def person(self, name: str) -> Actor:
        """Give somebody with the principals that the office gives them."""
        if name == "system":
            return SYSTEM
        facts = self.store.facts
        groups = {f"g:{role}@{unit}" for (role, unit), names in facts.holders.items() if name in names}
        return Actor(name, name, facts.homes.get(name, "county"), frozenset({f"u:{name}", *groups}))

    def do(self, name: str | Actor, kind: type[Command], **arguments: Any) -> Receipt:  # noqa: ANN401  # whatever the command takes
        """Let somebody give a command; the clock ticks a second before each."""
        self.clock.at += timedelta(seconds=1)
        actor = self.person(name) if isinstance(name, str) else name
        receipt = self.runtime.execute(kind(case_id=self.case_id, actor=actor, **arguments))
        assert fold(self.store.history(self.case_id)) == self.case
        return receipt

    def act(self, name: str | Actor, action: str, comment: str = "so be it", **arguments: Any) -> Receipt:  # noqa: ANN401  # whatever the command takes
        """Let somebody take an action."""
        return self.do(name, Act, action=action, comment=comment, **arguments)

    def reasons(self, name: str | Actor, kind: type[Command], **arguments: Any) -> list[str]:  # noqa: ANN401  # whatever the command takes
        """Give the codes of why somebody may not; fails when they may."""
        before = self.case
        try:
            self.do(name, kind, **arguments)
        except Refused as refused:
            assert self.case == before
            return sorted(reason.code for reason in refused.reasons)
        raise AssertionError(f"{name} was not refused")

    def fire(self) -> Receipt:
        """Move the clock to the armed timer and let it fire."""
        (timer,) = self.case.timers
        self.clock.at = max(self.clock.at, timer.fires_at)
        return self.do("system", Expire, timer=timer.name, generation=timer.generation)

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**passed)

    @property
    def case(self) -> Case:
        """The case as it is stored."""
        return self.store.load(self.case_id)

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.case.state

    @property
    def holders(self) -> list[str]:
        """Who has an open task that is not waiting."""
        return [task.principal for task in self.case.tasks if task.after is None]

    def task_of(self, name: str) -> Task:
        """Give somebody's open task, their own or their group's."""
        principals = self.person(name).principals
        return next(task for task in self.case.tasks if task.principal in principals)

    def without(self, name: str) -> None:
        """Let somebody leave the office."""
        facts = self.store.facts
        homes = {person: unit for person, unit in facts.homes.items() if person != name}
        holders = {key: tuple(one for one in names if one != name) for key, names in facts.holders.items()}
        self.store.facts = replace(facts, homes=homes, holders=holders)
