"""All rules of a procedure for who follows them: phase by phase what is checked, on what ground, with which papers.

Generated from the definition in force and from what each rule of the code says of itself; nothing is written twice.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from engine.assignment import System
from engine.commands import SYSTEM
from engine.definition import Action, ActionKind, Definition, Field, FieldType, Guard, NamedGuard, State, StateKind
from engine.facts import Facts
from engine.guards import Entry
from engine.refusal import Refusal, Refused
from engine.situation import Situation, imagined
from engine.texts import Text
from engine.values import Json
from service.texts import LANGUAGES, Catalogue
from service.web.views.condition_words import condition
from service.web.views.naming import Naming, joined, titled
from service.web.views.rulebook import Rulebook
from workflows.book import BOOK

LAWS, PAPER = "laws.", "paper."
FILES = frozenset({FieldType.FILE, FieldType.FILES})
CLAUSES = r"(?:,? (?:art\.|§) ?\d+(?:(?:,| to| and) §?\d+)*)?"
"""The clauses that follow the name of a law in a source, such as ` §67 to §69` or ` art. 9, 39`."""

MARK = re.compile(r"\[([VKD])\]")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of a phase: what it asks, the steps and actions it is asked at, and what it rests on."""

    words: str
    asked_at: str
    source: str


@dataclass(frozen=True, slots=True)
class PaperNeeded:
    """A paper to bring: its name, the step, whether it must be there, the formats it may have."""

    title: str
    step: str
    required: bool
    formats: str
    help: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a phase: who acts and in what time, and what must be filled in or attached, in words."""

    title: str
    duty: str
    needs: str


@dataclass(frozen=True, slots=True)
class PhaseRules:
    """The rules of one phase."""

    name: str
    title: str
    steps: tuple[Step, ...]
    papers: tuple[PaperNeeded, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Puts the rules of a procedure into the words of one reader."""

    definition: Definition
    naming: Naming
    catalogue: Catalogue
    facts: Facts
    now: datetime

    def phases(self) -> list[PhaseRules]:
        """Give every phase in which somebody has something to do or to bring."""
        found = []
        for phase in self.definition.phases.values():
            states = [one for one in self.definition.states.values() if one.phase == phase.name]
            steps = tuple(self._step(one) for one in states if one.kind is not StateKind.END)
            papers, checks = tuple(self._papers(states)), tuple(self._checks(states))
            if steps or papers or checks:
                found.append(PhaseRules(phase.name, self.naming.says(phase.title), steps, papers, checks))
        return found

    def _step(self, state: State) -> Step:
        needs = self.naming.says(state.needs) if state.needs is not None else ""
        return Step(self.naming.says(state.title), Rulebook(self.definition, self.naming).duty(state), needs)

    def _papers(self, states: list[State]) -> Iterator[PaperNeeded]:
        seen: set[str] = set()
        for state in states:
            forms = [state.form, *(action.form for action in state.actions.values())]
            required = {name for form in forms for name in form.require} | self._demanded(state)
            for name in dict.fromkeys(name for form in forms for name in (*form.edit, *form.require)):
                field = self.definition.fields[name]
                if field.type in FILES and name not in seen:
                    seen.add(name)
                    yield self._paper(field, state, is_required=name in required)

    def _demanded(self, state: State) -> set[str]:
        """Ask the rules of a step what they miss when nothing is there."""
        nothing = imagined(self.definition, self.now, state=state.name)
        empty = Situation(self.definition, nothing, {}, SYSTEM, self.facts, self.now)
        return {
            refusal.where
            for action in state.actions.values()
            if action.kind is ActionKind.FORWARD
            for guard in action.require
            if isinstance(guard, NamedGuard) and (entry := BOOK.get(guard.name)) is not None
            for refusal in _reasons(entry, empty, guard.arguments)
            if refusal.code.startswith(PAPER)
        }

    def _paper(self, field: Field, state: State, *, is_required: bool) -> PaperNeeded:
        says = self.naming.says
        formats = joined(self.naming, [one.upper() for one in field.accept])
        told = says(field.help) if field.help is not None else ""
        return PaperNeeded(says(field.title), says(state.title), is_required, formats, told)

    def _checks(self, states: list[State]) -> Iterator[Check]:
        """Give each rule once, with everywhere it is asked."""
        asked: dict[str, tuple[Guard, list[str]]] = {}
        for state in states:
            for action in state.actions.values():
                for guard in action.require:
                    words = self._words(guard)
                    asked.setdefault(words, (guard, []))[1].append(self._place(state, action))
        for words, (guard, places) in asked.items():
            yield Check(words, joined(self.naming, list(dict.fromkeys(places))), self._source(guard))

    def _words(self, guard: Guard) -> str:
        if isinstance(guard, NamedGuard):
            said, about = titled(self.naming, "guards", guard.name), list(self._about(guard.arguments.values()))
            return self.naming.t("rules.about", said=said, about=joined(self.naming, about)) if about else said
        said = condition(guard.that.source, self.definition, self.naming)
        return self.naming.says(guard.otherwise) if said == guard.that.source else said

    def _about(self, values: Iterable[Json]) -> Iterator[str]:
        """Name what a rule is told to look at: fields, steps and actions by their titles, numbers as they are."""
        titles = self._titles
        for value in values:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, int) and not isinstance(one, bool):
                    yield str(one)
                elif (title := titles.get(str(one).rpartition(".")[2])) is not None:
                    yield self.naming.says(title)

    @property
    def _titles(self) -> dict[str, Text]:
        """Everything of the definition that has a name and a title; what is named twice goes by the later."""
        fields, states = self.definition.fields.values(), self.definition.states.values()
        choices = {one.name: one.title for field in fields for one in field.of}
        actions = {one.name: one.title for state in states for one in state.actions.values()}
        own = {field.name: field.title for field in fields} | {state.name: state.title for state in states}
        return choices | actions | own

    def _place(self, state: State, action: Action) -> str:
        says = self.naming.says
        by = self.naming.t("rules.by_system") if isinstance(action.who or state.who, System) else ""
        return self.naming.t("rules.place", step=says(state.title), action=says(action.title)) + by

    def _source(self, guard: Guard) -> str:
        t = self.naming.t
        entry = BOOK.get(guard.name) if isinstance(guard, NamedGuard) else None
        if entry is None or not entry.source:
            return t("rules.own")
        marks = [t(f"rules.mark.{one}") for one in dict.fromkeys(MARK.findall(entry.source))]
        if self.naming.language == "en":
            return MARK.sub(lambda found: f"({t(f'rules.mark.{found[1]}')})", entry.source)
        return joined(self.naming, [*citations(entry.source, self.catalogue, self.naming), *marks])


def _reasons(entry: Entry, empty: Situation, arguments: Mapping[str, Json]) -> list[Refusal]:
    """Give what a rule has against an empty case; nothing where it can not judge one at all."""
    try:
        return list(entry.rule(empty, arguments))
    except Refused:
        return []


def citations(source: str, catalogue: Catalogue, naming: Naming) -> list[str]:
    """Find the laws that a source cites, each with its clauses, named in the reader's language."""
    pattern, keys = _laws(catalogue)
    found = []
    for cited in pattern.finditer(source):
        law = naming.t(f"{LAWS}{keys[cited['law']]}")
        clauses = NUMBER.findall(cited[0].removeprefix(cited["law"]))
        told = [naming.t("rules.clause", number=number) for number in clauses]
        found.append(law + joined(naming, told))
    return list(dict.fromkeys(found))


@cache
def _book_of_laws(names: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    longest = sorted((name for name, _ in names), key=len, reverse=True)
    return re.compile(f"(?P<law>{'|'.join(map(re.escape, longest))}){CLAUSES}"), dict(names)


def _laws(catalogue: Catalogue) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Give what finds the names of laws in a source, and the key of each name."""
    english = catalogue.messages[LANGUAGES[-1]]
    names = ((str(text), key.removeprefix(LAWS)) for key, text in english.items() if key.startswith(LAWS))
    return _book_of_laws(tuple(names))
