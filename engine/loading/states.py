"""The states of a case: reading `states:`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.assignment import Assignment, System, Together
from engine.counting import Choosing, VoteRule
from engine.definition import Action, Form, Rung, State, StateKind, Verb, Vote
from engine.loading.actions import read_actions, read_excluded
from engine.loading.durations import read_duration
from engine.loading.fields import read_form
from engine.loading.instead import INSTEAD_KEYS, check_taken, read_instead
from engine.loading.ladders import read_ladder
from engine.loading.limits import RESUME_DAYS_MAX, STATES_MAX
from engine.loading.people import read_who
from engine.loading.reading import NO_TEXT, Cursor, quoted
from engine.loading.scope import Scope
from engine.loading.votes import OUTCOMES, VotingState, read_vote
from engine.texts import Text

_WORKING = ("who", *INSTEAD_KEYS, "not", "due", "resume_min_days", "escalate", "vote", "actions", "verbs")
OPTIONAL_KEYS = ("kind", "needs", "form", *_WORKING)


def declared_actions(cursor: Cursor) -> dict[str, list[str]]:
    """Give the names of each state's actions without judging anything yet, with those that its vote makes."""
    states = {name: cursor.at(name) for name in cursor.key_names()}
    return {name: _names(state, states) for name, state in states.items()}


def _names(state: Cursor, states: Collection[str]) -> list[str]:
    names = state.at("actions").key_names() if state.has("actions") else []
    vote = state.at("vote") if state.has("vote") else None
    if vote is not None:
        targets = {name: vote.at(name).word_or_nothing() for name in OUTCOMES if vote.has(name)}
        names = [*names, *(name for name, target in targets.items() if target in states and target not in names)]
    return names


@dataclass(frozen=True, slots=True)
class StateReader:
    """Reads states against what they may refer to."""

    scope: Scope
    ladders: Mapping[str, tuple[Rung, ...]]
    computed: Collection[str]
    titles: Mapping[str, Text]
    verbs: frozenset[Verb]

    def read(self, cursor: Cursor) -> dict[str, State]:
        """Read all states."""
        entries = cursor.entries(STATES_MAX, "states", least=1)
        return {name: self._state(name, entry) for name, entry in entries.items()}

    def _state(self, name: str, cursor: Cursor) -> State:
        parts = cursor.parts(("title", "phase"), OPTIONAL_KEYS)
        kind = parts["kind"].one_of(StateKind) if "kind" in parts else StateKind.WORK
        self._check_kind(parts, kind)
        scope = self.scope
        actions = read_actions(parts["actions"], name, scope, self.computed) if "actions" in parts else {}
        vote, made = self._vote(parts, actions)
        escalate = read_ladder(parts["escalate"], self.ladders, scope) if "escalate" in parts else ()
        actions = {**actions, **made}
        _check_acts(parts, escalate, actions)
        who = read_who(parts["who"], scope) if "who" in parts else System()
        instead = {key: read_instead(parts[key], scope) for key in INSTEAD_KEYS if key in parts}
        check_taken(parts, instead, actions)
        _check_votes(parts, who, vote, actions)
        return State(
            name,
            parts["title"].both() if "title" in parts else NO_TEXT,
            self._phase(parts["phase"]) if "phase" in parts else "",
            kind=kind,
            who=who,
            exclude=read_excluded(parts["not"], scope) if "not" in parts else (),
            due=read_duration(parts["due"]) if "due" in parts else None,
            escalate=escalate,
            form=read_form(parts["form"], scope, self.computed) if "form" in parts else Form(),
            actions=actions,
            vote=vote,
            resume_min_days=parts["resume_min_days"].integer(1, RESUME_DAYS_MAX) if "resume_min_days" in parts else 0,
            needs=parts["needs"].both() if "needs" in parts else None,
            verbs=read_verbs(parts["verbs"]) if "verbs" in parts else self.verbs,
            **instead,
        )

    def _phase(self, cursor: Cursor) -> str:
        """Read a phase; without any phases, their absence is told elsewhere."""
        return cursor.reference(self.scope.phases, "phase") if self.scope.phases else cursor.text()

    def _vote(
        self, parts: Mapping[str, Cursor], actions: Mapping[str, Action]
    ) -> tuple[Vote | None, dict[str, Action]]:
        if "vote" in parts:
            return read_vote(parts["vote"], VotingState(actions, self.titles), self.scope)
        for action in actions.values():
            if action.vote is not None:
                parts["actions"].at(action.name).at("vote").problem("vote_without_rule")
        return None, {}

    def _check_kind(self, parts: Mapping[str, Cursor], kind: StateKind) -> None:
        """Note keys that mean nothing in a state of that kind, or without one another."""
        unused = {StateKind.WORK: (), StateKind.REST: ("vote", *INSTEAD_KEYS), StateKind.END: _WORKING}[kind]
        for key in unused:
            if key in parts:
                parts[key].problem("not_for_kind", found=quoted(key), kind=kind)
        for key in ("escalate", "resume_min_days"):
            if key in parts and "due" not in parts:
                parts[key].problem("no_deadline", found=quoted(key))


def read_verbs(cursor: Cursor) -> frozenset[Verb]:
    """Read what people may do beside the actions."""
    return frozenset(item.one_of(Verb) for item in cursor.items(len(Verb), "verbs"))


def _check_votes(
    parts: Mapping[str, Cursor], who: Assignment, vote: Vote | None, actions: Mapping[str, Action]
) -> None:
    """Seats that actions name are there; points are given or withheld, not refused."""
    seats = [seat.name for seat in who.seats] if isinstance(who, Together) else []
    for action in actions.values():
        cursor = parts["actions"].at(action.name) if "actions" in parts and parts["actions"].has(action.name) else None
        if cursor is None:
            continue
        for name in action.seats:
            if name not in seats:
                cursor.at("seats").unknown("seat_name", name, seats)
        if vote is not None and vote.counting.by is VoteRule.SCORE and action.vote is Choosing.REJECT:
            cursor.at("vote").problem("not_for_vote", found=quoted("reject"), by=VoteRule.SCORE)


def _check_acts(parts: Mapping[str, Cursor], escalate: tuple[Rung, ...], actions: Mapping[str, Action]) -> None:
    """A rung takes a system action of its state that leads somewhere."""
    for index, rung in enumerate(escalate):
        if rung.act is None:
            continue
        cursor = parts["escalate"]
        place = cursor.items(len(escalate), "rungs")[index].at("act") if cursor.is_listing() else cursor
        action = actions.get(rung.act)
        if action is None:
            place.unknown("action", rung.act, actions)
        elif not isinstance(action.who, System):
            place.problem("not_system", found=quoted(rung.act))
