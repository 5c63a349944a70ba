"""Random small definitions whose conditions can all be weighed, and all that the engine can do with a case of one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from hypothesis import strategies as st

from adapters.memory.facts import MemoryFacts
from engine.builtin_guards import BUILTIN
from engine.case import Case
from engine.commands import SYSTEM, Act, Actor, Command, Expire, Save, Start
from engine.decision import decide
from engine.definition import Back, StateKind
from engine.events import Held
from engine.loading import load
from engine.problem import DefinitionErrors
from engine.process import Process, compile_process
from engine.refusal import Refused
from engine.soundness.weighing import Weighing
from engine.values import Json
from tests.engine.desk import COUNTY, HOMES, MONDAY, ROLES

FACTS = MemoryFacts(units=COUNTY, homes=HOMES, holders=ROLES)
ANN = Actor("ann", "ann", "town", frozenset({"u:ann"}))
TITLE = "title: {zh: a, en: b}, phase: p"
TOP = """workflow: weighed
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
fields:
  a: {type: integer, title: {zh: a, en: b}, min: 0, max: 3}
  b: {type: choice, title: {zh: a, en: b}, of: {x: {zh: a, en: b}, y: {zh: a, en: b}}}
states:
"""
LOOPS = {"automatic.loop"}
CASES_MAX = 150
"""Most cases of one definition that are told apart; a definition with more is not tried."""

CONDITIONS = (
    "item.a <= 1",
    "item.a == 2",
    'item.a > 2 || item.b == \\"x\\"',
    'item.b != \\"x\\"',
    '\\"b\\" in item.filled',
    '!(\\"a\\" in item.filled) || item.a < 3',
    'visits[\\"s1\\"] < 2',
    'times[\\"s0.go\\"] >= 1',
)
RULES = (
    "end only after s1",
    "s1 never after s2",
    "s0 never after s0",
    "s1 is followed by s2",
    "end is followed by s1",
    "item.a <= 2 whenever in s1",
    '!("a" in item.filled) || item.a != 1 whenever in s2',
)


def _target(draw: st.DrawFn, states: list[str]) -> str:
    plain = st.sampled_from(states)
    if draw(st.integers(0, 2)):
        return draw(plain)
    condition = draw(st.sampled_from(CONDITIONS))
    return f'[{{state: {draw(plain)}, if: "{condition}"}}, {{state: {draw(plain)}}}]'


def _guard(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return ""
    return f', require: [{{that: "{draw(st.sampled_from(CONDITIONS))}", else: {{zh: a, en: b}}}}]'


def _state(draw: st.DrawFn, name: str, states: list[str], *, goes_back: bool) -> str:
    edit = draw(st.sampled_from(["", "a", "b", "a, b"]))
    title = "title: {zh: a, en: b}"
    actions = [f"go: {{{title}, to: {_target(draw, states)}{_guard(draw)}}}"]
    if draw(st.booleans()):
        sets = draw(st.sampled_from(["", ", set: {a: '3'}", ", set: {a: '0'}"]))
        form = draw(st.sampled_from(["", ", form: {require: [b]}"]))
        actions.append(f"aside: {{{title}, to: {_target(draw, states)}, kind: neutral{sets}{form}{_guard(draw)}}}")
    if not goes_back and draw(st.integers(0, 3)) == 0:
        actions.append(f"auto: {{{title}, to: {_target(draw, states)}, who: system, automatic: true{_guard(draw)}}}")
    if goes_back and name != "s0" and draw(st.booleans()):
        back, again = draw(st.sampled_from(["previous", "earlier"])), draw(st.sampled_from(["walk", "straight"]))
        actions.append(f"back: {{{title}, to: {{back: {back}}}, kind: return, resubmit: {again}{_guard(draw)}}}")
    ladder = ""
    if not goes_back and draw(st.integers(0, 3)) == 0:
        actions.append(f"late: {{{title}, to: {_target(draw, states)}, who: system{_guard(draw)}}}")
        ladder = ", due: 2 days, escalate: [{at: due, act: late, retry: 1 day}]"
    return (
        f"  {name}: {{{TITLE}, who: initiator, form: {{edit: [{edit}]}}{ladder}, actions: {{{', '.join(actions)}}}}}\n"
    )


@st.composite
def weighed(draw: st.DrawFn, *, ruled: bool = False) -> str:
    """Give the text of a definition of three states and an end; with one rule if wanted.

    Either it has steps back or the system takes steps: whether a step that the system takes is one to go back to
    depends on whether somebody handled a task there, which the proof leaves open.
    """
    names = [f"s{number}" for number in range(3)]
    goes_back = draw(st.booleans())
    states = "".join(_state(draw, name, [*names, "end"], goes_back=goes_back) for name in names)
    rule = f"always:\n  - '{draw(st.sampled_from(RULES))}'\n" if ruled else ""
    return f"{TOP}{states}  end: {{{TITLE}, kind: end}}\n{rule}"


def compiled(source: str) -> Process | None:
    """Load a definition; None where a return has nowhere to go back to."""
    try:
        return compile_process(load(source, file="weighed.yaml", book=BUILTIN, version=1), BUILTIN)
    except DefinitionErrors as errors:
        if {problem.code for problem in errors.problems} == {"no_step_back"}:
            return None
        raise


Key = tuple[object, ...]


@dataclass
class Everything:
    """All cases that the engine can make of a definition, told apart by what can matter; `lead` to others by moves."""

    process: Process
    cases: dict[Key, Case] = field(default_factory=dict)
    lead: dict[Key, set[Key]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Look at everything, breadth first."""
        self.weighing = Weighing(self.process.definition)
        first: list[Case] = []
        for data in self._forms(self.process.definition.states[self.process.definition.initial].form.edit):
            given = {name: value for name, value in data.items() if value is not None}
            command = Start(case_id="c", actor=ANN, definition="weighed", code="1", unit="town", data=given)
            first += self._after(None, command)
        waiting = [case for case in first if self._is_new(case)]
        while waiting and len(self.cases) <= CASES_MAX:
            case = waiting.pop()
            for after in self._moves(case):
                if self._is_new(after):
                    waiting.append(after)
                self.lead[self.key(case)].add(self.key(after))

    @property
    def is_whole(self) -> bool:
        """Whether all was looked at."""
        return len(self.cases) <= CASES_MAX

    @property
    def states(self) -> set[str]:
        """The states that a case can come to, if only to be carried on at once."""
        return {state for case in self.cases.values() for state in case.visits}

    def lost(self) -> list[Case]:
        """Give the cases from which no end can be reached."""
        kinds = self.process.definition.states
        found = {key for key, case in self.cases.items() if kinds[case.state].kind is StateKind.END}
        while fresh := {key for key, after in self.lead.items() if key not in found and after & found}:
            found |= fresh
        return [case for key, case in self.cases.items() if key not in found]

    def key(self, case: Case) -> Key:
        """Give what can matter of a case: where it is, its data, its way, and the counts that conditions ask for."""
        counts = tuple(min(self._count(case, key), cap) for key, cap in self.weighing.caps.items())
        ways = tuple((way.at, way.to, way.path) for way in case.ways_back)
        turns = tuple(sorted(case.turns, key=case.turns.__getitem__))
        return case.state, case.data.get("a"), case.data.get("b"), case.path, ways, counts, turns

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

    def _forms(self, edit: tuple[str, ...]) -> Iterator[dict[str, Json]]:
        options: dict[str, tuple[Json, ...]] = {"a": (None, 0, 1, 2, 3), "b": (None, "x", "y")}
        names = [name for name in options if name in edit]
        for values in product(*(options[name] for name in names)):
            yield dict(zip(names, values, strict=True))

    def _moves(self, case: Case) -> Iterator[Case]:
        state = self.process.definition.states[case.state]
        if state.kind is StateKind.END:
            return
        forms = list(self._forms(state.form.edit))
        for form in forms:
            yield from self._after(case, Save(case_id="c", actor=ANN, data=form))
        for action in state.actions.values():
            targets = [target.state for target in action.to] if action.back is Back.EARLIER else [None]
            for form, to in product(forms, targets):
                if action.who is None:
                    yield from self._after(case, Act(case_id="c", actor=ANN, action=action.name, form=form, to=to))
        for timer in case.timers:
            command = Expire(case_id="c", actor=SYSTEM, timer=timer.name, generation=timer.generation)
            yield from self._after(case, command)

    def _after(self, case: Case | None, command: Command) -> list[Case]:
        now = MONDAY if case is None else max([case.entered_at, *(timer.fires_at for timer in case.timers)])
        try:
            decision = decide(self.process, case, command, FACTS, now + timedelta(seconds=1))
        except Refused as refused:
            codes = {reason.code for reason in refused.reasons}
            if codes & LOOPS or _by_rule(codes):
                self.refused |= codes
            return []
        held = [event for event in (decision.record.events if decision.record else ()) if isinstance(event, Held)]
        self.refused.update(code for event in held if _by_rule(event.reasons) for code in event.reasons)
        return [decision.case]


def _by_rule(codes: Iterable[str]) -> bool:
    """Say whether nothing but rules that always hold stood in the way."""
    return all(code.startswith("always.") for code in codes)
