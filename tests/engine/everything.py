"""All that the engine can do with a case of a small definition, and what of it breaks a rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from adapters.memory.facts import MemoryFacts
from engine.case import Case
from engine.commands import SYSTEM, Act, Actor, Answer, Command, Delegate, Expire, Save, Start
from engine.decision import decide
from engine.definition import Back, Invariant, InvariantKind, StateKind
from engine.events import DataChanged, Held, Moved, Opened, Record
from engine.evolution import apply, evolve, opened
from engine.expression import Undecided
from engine.process import Process
from engine.refusal import Refused
from engine.situation import Situation, Variables
from engine.soundness.weighing import Weighing
from engine.values import Json
from tests.engine.desk import COUNTY, HOMES, MONDAY, ROLES

FACTS = MemoryFacts(units=COUNTY, homes=HOMES, holders=ROLES)
ANN = Actor("ann", "ann", "town", frozenset({"u:ann"}))
ABE = Actor("abe", "abe", "town", frozenset({"u:abe"}))
LOOPS = {"automatic.loop"}
CASES_MAX = 150
"""Most cases of one definition that are told apart; a definition with more is not tried."""

FORMS: dict[str, tuple[Json, ...]] = {"a": (None, 0, 1, 2, 3), "b": (None, "x", "y"), "c": (None, 1, 2)}


@dataclass
class Player:
    """Gives commands to the engine; keeps the states that were come to, what broke the rule, what it made refuse."""

    process: Process
    rule: Invariant | None = None
    is_broken: bool = False
    states: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _people: dict[str, list[Command]] = field(default_factory=dict)

    def starts(self) -> Iterator[Command]:
        """Give every way to open a case."""
        definition = self.process.definition
        for data in forms(definition.states[definition.initial].form.edit):
            given = {name: value for name, value in data.items() if value is not None}
            yield Start(case_id="c", actor=ANN, definition=definition.key, code="1", unit="town", data=given)

    def commands(self, case: Case) -> Iterator[Command]:
        """Give everything that somebody, or a timer, may try. Who lends a task and has it back has handled it."""
        if case.closed_at is not None:
            return
        if case.state not in self._people:
            self._people[case.state] = list(self._of_people(case.state))
        yield from self._people[case.state]
        for timer in case.timers:
            yield Expire(case_id="c", actor=SYSTEM, timer=timer.name, generation=timer.generation)
        if case.tasks and not case.touched:
            yield Delegate(case_id="c", actor=ANN, task=case.tasks[0].id, to="abe", comment="x")

    def _of_people(self, name: str) -> Iterator[Command]:
        state = self.process.definition.states[name]
        for form in forms(state.form.edit):
            yield Save(case_id="c", actor=ANN, data=form)
        for action in state.actions.values():
            if action.who is None:
                targets = [target.state for target in action.to] if action.back is Back.EARLIER else [None]
                for form, to in product(forms((*state.form.edit, *action.form.edit)), targets):
                    yield Act(case_id="c", actor=ANN, action=action.name, form=form, to=to)

    def after(self, case: Case | None, command: Command) -> Case | None:
        """Do something; None when it is refused. The record says how the case became another one."""
        now = MONDAY if case is None else max([case.entered_at, *(timer.fires_at for timer in case.timers)])
        try:
            decision = decide(self.process, case, command, FACTS, now + timedelta(seconds=1))
        except Refused as refused:
            codes = {reason.code for reason in refused.reasons}
            if codes & LOOPS or _by_rule(codes):
                self.refused |= codes
            return None
        if decision.record is not None:
            held = [event for event in decision.record.events if isinstance(event, Held)]
            self.refused.update(code for event in held if _by_rule(event.reasons) for code in event.reasons)
            self.states.update(decision.case.visits)
            self.is_broken = self.is_broken or breaks(self.rule, self.process, case, decision.record)
            assert evolve(case, decision.record) == decision.case
        if isinstance(command, Delegate):
            task = decision.case.tasks[0].id
            return self.after(decision.case, Answer(case_id="c", actor=ABE, task=task, comment="x"))
        return decision.case


def forms(edit: Iterable[str]) -> Iterator[dict[str, Json]]:
    """Give every way to fill in some fields."""
    names = [name for name in FORMS if name in set(edit)]
    for values in product(*(FORMS[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def breaks(rule: Invariant | None, process: Process, before: Case | None, record: Record) -> bool:
    """Say whether something in a record breaks a rule: read off the events, not asked of the engine."""
    case = None if before is None else before.copy()
    for event, following in zip(record.events, (*record.events[1:], None), strict=True):
        if rule is None:
            return False
        if isinstance(event, Opened):
            found = _comes(rule, process, None, event.state)
            case = opened(event, record.case_id, record.at)
        else:
            assert case is not None
            found = isinstance(event, Moved) and _comes(rule, process, case, event.target)
            apply(case, event, record.actor, record.at)
        is_looked_at = isinstance(event, Moved | DataChanged | Opened) and not (
            isinstance(event, Opened) and isinstance(following, DataChanged)
        )
        if found or (is_looked_at and _lies(rule, process, case)):
            return True
    return False


def _comes(rule: Invariant, process: Process, case: Case | None, target: str) -> bool:
    """Say whether a case breaks the rule by coming to a state."""
    visited = {} if case is None else case.turns
    ends = process.definition.states[target].kind is StateKind.END
    owed = rule.subject == target or visited.get(rule.subject, 0) > visited.get(rule.other, 0)
    return {
        InvariantKind.PRECEDENCE: target == rule.subject and rule.other not in visited,
        InvariantKind.ABSENCE: target == rule.subject and rule.other in visited,
        InvariantKind.RESPONSE: ends and target != rule.other and owed,
    }.get(rule.kind, False)


def _lies(rule: Invariant, process: Process, case: Case) -> bool:
    """Say whether a rule about data does not hold where the case is."""
    if rule.that is None or case.state != rule.subject:
        return False
    situation = Situation(process.definition, case, case.data, ANN, FACTS, MONDAY)
    try:
        return not rule.that.holds(Variables(situation))
    except Undecided:
        return True


def _by_rule(codes: Iterable[str]) -> bool:
    """Say whether nothing but rules that always hold stood in the way."""
    return all(code.startswith("always.") for code in codes)


Key = tuple[object, ...]


@dataclass
class Everything:
    """All cases that the engine can make of a definition, told apart by what can matter; `lead` to others by moves."""

    player: Player
    weighing: Weighing
    cases: dict[Key, Case] = field(default_factory=dict)
    lead: dict[Key, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look at everything."""
        first = [self.player.after(None, command) for command in self.player.starts()]
        waiting = [case for case in first if case is not None and self._is_new(case)]
        while waiting and self.is_whole:
            case = waiting.pop()
            for command in self.player.commands(case):
                after = self.player.after(case, command)
                if after is not None:
                    self.lead[self.key(case)].add(self.key(after))
                    if self._is_new(after):
                        waiting.append(after)

    @property
    def is_whole(self) -> bool:
        """Whether all was looked at."""
        return len(self.cases) <= CASES_MAX

    def lost(self) -> list[Case]:
        """Give the cases from which no end can be reached."""
        kinds = self.player.process.definition.states
        found = {key for key, case in self.cases.items() if kinds[case.state].kind is StateKind.END}
        while fresh := {key for key, after in self.lead.items() if key not in found and after & found}:
            found |= fresh
        return [case for key, case in self.cases.items() if key not in found]

    def key(self, case: Case) -> Key:
        """Give what can matter of a case: where it is, its data, its way, its timers, the counts conditions ask for."""
        counts = tuple(min(self._count(case, key), cap) for key, cap in self.weighing.caps.items())
        ways = tuple((way.at, way.to, way.path) for way in case.ways_back)
        timers = tuple(sorted((timer.name, timer.rung) for timer in case.timers))
        rule, turns = self.player.rule, case.turns
        order = () if rule is None else (turns.get(rule.subject, 0) > turns.get(rule.other, 0), rule.other in turns)
        data = tuple(case.data.get(name) for name in FORMS)
        return case.state, data, case.path, case.touched, ways, timers, counts, order

    @staticmethod
    def _count(case: Case, key: str) -> int:
        kind, _, name = key.partition(":")
        return (case.times if kind == "times" else case.visits).get(name, 0)

    def _is_new(self, case: Case) -> bool:
        key = self.key(case)
        if key in self.cases:
            return False
        self.cases[key], self.lead[key] = case, set()
        return True
