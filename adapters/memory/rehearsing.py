"""Trying a definition on a made-up office in memory: nothing of it can reach a database, an outbox or a person.

The office has a county with a township with an office, each with a head, and three holders of every role that the
definition names. What would be sent, posted and opened is only written down, in the records of the store in memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from adapters import shipped
from adapters.memory.facts import MemoryFacts
from adapters.memory.store import MemoryStore
from engine.case import Case
from engine.checking import Trying
from engine.commands import SYSTEM, Act, Actor, Command, Expire, Save, Start
from engine.deadlines import due
from engine.definition import Definition
from engine.events import Notified, Posted, Record
from engine.facts import Unit
from engine.guards import GuardBook
from engine.options import Option, options
from engine.problem import Problem
from engine.process import Process, compile_process
from engine.refusal import Conflict, NotFound, Refusal, Refused
from engine.runtime import Runtime, Shelf
from engine.trials import INITIATOR, SAVE, START, SYSTEM_WORD, Trial, TrialStep
from engine.values import Json

BEGINNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""When every rehearsal begins: a Monday morning in Shanghai."""

HOLDERS_OF_A_ROLE = 3
TIMERS_FIRED_MAX = 60
"""Most timers that fire while one step waits."""

CASE_ID, CODE = "rehearsal", "R-1"
COUNTY, TOWNSHIP, OFFICE = "county", "township", "office"
UNITS = {
    COUNTY: Unit(COUNTY, "county", COUNTY, None, "county/", head="head-county"),
    TOWNSHIP: Unit(TOWNSHIP, "township", TOWNSHIP, COUNTY, "county/township/", head="head-township"),
    OFFICE: Unit(OFFICE, "office", OFFICE, TOWNSHIP, "county/township/office/", head="head-office"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What came of one step: by whom, where the case is, what was refused, and what would have been sent and posted."""

    step: TrialStep
    person: str
    at: datetime
    state: str
    refused: tuple[Refusal, ...] = ()
    notices: tuple[Notified, ...] = ()
    postings: tuple[Posted, ...] = ()

    @property
    def failure(self) -> str:
        """How it differs from what the step expects: `state`, `refused` or `not_refused`; nothing when it does not."""
        codes = {refusal.code for refusal in self.refused}
        if self.step.refused:
            return "" if codes >= set(self.step.refused) else "not_refused"
        if codes:
            return "refused"
        return "state" if self.step.state not in {None, self.state} else ""


@dataclass
class _Hands:
    at: datetime = BEGINNING

    def now(self) -> datetime:
        return self.at


@dataclass
class Stage:
    """A made-up office with one case of a definition, and what happened on it so far."""

    process: Process
    policies: Mapping[str, Json] = field(default_factory=dict)
    scenes: list[Scene] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the office."""
        self.hands = _Hands()
        self.facts = office(self.process.definition, self.policies)
        self.store = MemoryStore(self.facts)
        self.runtime = Runtime(self.store, Shelf(self.process), self.hands)

    @property
    def case(self) -> Case | None:
        """The case as it is, once it was opened."""
        try:
            return self.store.load(CASE_ID)
        except NotFound:
            return None

    def play(self, steps: Iterable[TrialStep]) -> list[Scene]:
        """Take the steps; after one that does not come out as it expects, no more."""
        for step in steps:
            self.scenes.append(self._take(step))
            if self.scenes[-1].failure:
                break
        return self.scenes

    def _take(self, step: TrialStep) -> Scene:
        person, known = "", len(self.store.history(CASE_ID))
        self.hands.at += timedelta(minutes=1)
        refused: tuple[Refusal, ...] = ()
        try:
            if step.wait is not None:
                self._wait(step)
            if step.do:
                actor = self._actor(step)
                person = actor.id
                self.runtime.execute(self._command(step, actor))
        except Refused as error:
            refused = error.reasons
        except (Conflict, NotFound):
            refused = (Refusal("action.unknown", where=step.do),)
        return self._scene(step, person, refused, self.store.history(CASE_ID)[known:])

    def _scene(self, step: TrialStep, person: str, refused: tuple[Refusal, ...], records: Iterable[Record]) -> Scene:
        events = [event for record in records for event in record.events]
        return Scene(
            step=step,
            person=person,
            at=self.hands.at,
            state="" if self.case is None else self.case.state,
            refused=refused,
            notices=tuple(event for event in events if isinstance(event, Notified)),
            postings=tuple(event for event in events if isinstance(event, Posted)),
        )

    def _wait(self, step: TrialStep) -> None:
        """Let time pass, with the timers that fall due."""
        assert step.wait is not None
        calendar = self.facts.calendar(self.process.definition.calendar)
        until = due(calendar, self.hands.at, step.wait).at
        for _ in range(TIMERS_FIRED_MAX):
            waiting = [
                timer for timer in (self.case.timers if self.case is not None else ()) if timer.fires_at <= until
            ]
            if not waiting:
                break
            timer = min(waiting, key=lambda one: one.fires_at)
            self.hands.at = max(self.hands.at, timer.fires_at)
            self.runtime.execute(Expire(case_id=CASE_ID, actor=SYSTEM, timer=timer.name, generation=timer.generation))
        self.hands.at = max(self.hands.at, until)

    def _command(self, step: TrialStep, actor: Actor) -> Command:
        if step.do == START:
            key = self.process.definition.key
            return Start(case_id=CASE_ID, actor=actor, definition=key, code=CODE, unit=OFFICE, data=step.form)
        if step.do == SAVE:
            return Save(case_id=CASE_ID, actor=actor, data=step.form)
        return Act(case_id=CASE_ID, actor=actor, action=step.do, form=step.form, comment=step.comment, to=step.to)

    def _actor(self, step: TrialStep) -> Actor:
        """Give who takes a step: of a role, the first of its holders who may."""
        who = step.who or INITIATOR
        if who == SYSTEM_WORD:
            return SYSTEM
        holders = [name for name in self.facts.homes if name.rpartition("-")[0] == who]
        people = [self.person(name) for name in holders] or [self.person(who)]
        return next((one for one in people if self._may(step, one)), people[0])

    def _may(self, step: TrialStep, actor: Actor) -> bool:
        return any(option.action.name == step.do and option.allowed for option in self.options(actor))

    def options(self, actor: Actor) -> tuple[Option, ...]:
        """Give what somebody may do now."""
        if self.case is None:
            return ()
        return options(self.process, self.case, actor, self.store.facts, self.hands.at)

    def open_to(self) -> Iterator[tuple[str, Option]]:
        """Give what can be done now, each with somebody who may do it."""
        seen: set[str] = set()
        for name in self.facts.homes:
            for option in self.options(self.person(name)):
                if option.allowed and option.action.name not in seen:
                    seen.add(option.action.name)
                    yield name, option

    def person(self, name: str) -> Actor:
        """Give a made-up person with all their principals."""
        home = self.facts.homes.get(name, OFFICE)
        groups = {f"g:{role}@{unit}" for (role, unit), names in self.facts.holders.items() if name in names}
        return Actor(name, name, home, frozenset({f"u:{name}", f"g:*@{home}", *groups}))


def office(definition: Definition, policies: Mapping[str, Json]) -> MemoryFacts:
    """Make up an office in which every role of a definition is held, in every unit that it may be asked in."""
    roles, scopes = set(_texts(definition, ("role", "of_role"))), set(_texts(definition, ("scope",)))
    named = {scope.removeprefix("unit:") for scope in scopes if scope.startswith("unit:")}
    kinds = {scope.removeprefix("item.") for scope in scopes if scope.startswith("item.")} - {*UNITS, "unit"}
    extra = {name: Unit(name, "department", name, COUNTY, f"county/{name}/", head="head-county") for name in named}
    units = {**UNITS, **extra}
    if kinds:
        units[OFFICE] = replace(UNITS[OFFICE], kind=min(kinds))
    holders = {role: tuple(f"{role}-{number + 1}" for number in range(HOLDERS_OF_A_ROLE)) for role in sorted(roles)}
    heads = {unit.head: unit.id for unit in UNITS.values() if unit.head is not None}
    homes = {INITIATOR: OFFICE, **{name: COUNTY for names in holders.values() for name in names}, **heads}
    starting = {(role, OFFICE): (*names, INITIATOR) for role, names in holders.items() if role in _starters(definition)}
    held = {(role, unit): names for role, names in holders.items() for unit in units}
    users = dict.fromkeys(_texts(definition, ("user",)), COUNTY)
    return MemoryFacts(units=units, homes={**homes, **users}, holders={**held, **starting}, policies=policies)


def _starters(definition: Definition) -> set[str]:
    return set() if definition.starters is None else set(_texts(definition.starters, ("role",)))


def _texts(value: object, names: tuple[str, ...]) -> Iterator[str]:
    """Give the texts that stand under some names anywhere in a definition's values."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            inner = getattr(value, one.name)
            if one.name in names and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner, names)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner, names)
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            if not isinstance(inner, str | Enum):
                yield from _texts(inner, names)


def trying(book: GuardBook) -> Trying:
    """Give what runs the tests of a definition, with the shipped policies."""
    return lambda definition: tuple(failures(compile_process(definition, book), shipped.policies()))


def failures(process: Process, policies: Mapping[str, Json]) -> Iterator[Problem]:
    """Run the tests that a definition carries; gives the first step of each that does not come out as it says."""
    for trial in process.definition.tests:
        yield from _failure(trial, Stage(process, policies).play(trial.steps))


def _failure(trial: Trial, scenes: list[Scene]) -> Iterator[Problem]:
    last = scenes[-1]
    if last.failure:
        params: dict[str, str | int] = {
            "test": trial.name,
            "step": len(scenes),
            "state": last.state,
            "wanted_state": last.step.state or "",
            "reasons": ", ".join(refusal.code for refusal in last.refused),
        }
        trace = tuple(scene.state for scene in scenes if scene.state)
        yield Problem(f"test_{last.failure}", f"tests.{trial.name}[{len(scenes) - 1}]", params, trace=trace)
