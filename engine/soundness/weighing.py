"""What exploration looks at of a case's data: for each field that conditions compare, a few values that stand for all.

A condition is weighed when it is made of comparisons of one field with constants, of questions whether a field is
filled, and of counts compared with constants. Then the values next to each constant, one step below and above it, and
nothing at all, stand for every value there is: the conditions can not tell them apart. All other conditions count as
open: a way that has one may be taken, or not.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from engine.assignment import FirstOf, System, Together
from engine.definition import (
    Action,
    ActionKind,
    Definition,
    Field,
    Guard,
    InvariantKind,
    NamedGuard,
    RuleGuard,
    State,
    StateKind,
)
from engine.expression import Expression, Undecided
from engine.situation import as_variable
from engine.soundness.people import conditions_on, named_by
from engine.soundness.samples import OTHER, SAMPLED, comparisons, constants, is_plain, samples
from engine.values import Json

DOMAIN_MAX = 12
"""Most values that stand for those of one field; a field that needs more is not weighed."""

COUNT_MAX = 6
"""Largest count that is told from larger ones."""

_FIELD = re.compile(r"\bitem\.(\w+)")
_ASKED = re.compile(r"""["'](\w+)["'] in item\.filled""")
_COUNTED = re.compile(r"""\b(times|visits)\[["']([\w.]+)["']\]""")
CONSTANT = re.compile(r"""-?\d+|"[^"\\]*"|'[^'\\]*'|true|false|money\("-?\d{1,15}(?:\.\d{1,2})?"\)""")
"""An expression that always gives the same."""

_GUARDS_OF_FIELDS = {"fields_filled": "fields", "table_complete": "field"}
_GUARDS_OF_COUNTS = {
    "times_below": ("times", "action"),
    "times_at_least": ("times", "action"),
    "visits_below": ("visits", "state"),
}
_OPEN_GUARDS = frozenset({"comment_given", "days_since_entered", "waited"})
"""Guards of the engine that somebody can always meet: by writing, or by waiting."""


@dataclass(frozen=True, slots=True)
class Known:
    """A case's data and counts as exploration knows them: values of `fields`, and counts up to their caps."""

    values: tuple[Json, ...]
    counts: tuple[int, ...]


class Verdict(Enum):
    """What a condition comes to: it holds or not, a value is missing (which refuses), or it is not weighed."""

    HOLDS = auto()
    FAILS = auto()
    UNDECIDED = auto()
    OPEN = auto()


_GRAVEST = (Verdict.UNDECIDED, Verdict.HOLDS, Verdict.OPEN)
_TRUTHS: Mapping[Verdict, bool | None] = {
    Verdict.HOLDS: True,
    Verdict.FAILS: False,
    Verdict.UNDECIDED: False,
    Verdict.OPEN: None,
}


@dataclass
class Weighing:
    """The fields and counts that matter, and what conditions come to on them."""

    definition: Definition
    with_data: bool = True
    with_counts: bool = True
    _memory: dict[tuple[str, Known], Verdict] = field(default_factory=dict)
    _weighed: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def conditions(self) -> tuple[Expression, ...]:
        """All conditions of the definition."""
        return tuple(dict.fromkeys(_conditions(self.definition)))

    @cached_property
    def domains(self) -> Mapping[str, tuple[Json, ...]]:
        """The values that stand for those of each field, nothing first."""
        if not self.with_data:
            return {}
        compared: dict[str, list[str]] = {}
        for condition in self.conditions:
            for part in comparisons(condition.source):
                for name in _FIELD.findall(_ASKED.sub("", part)):
                    compared.setdefault(name, []).append(part)
        asked = set(_asked(self.definition, self.conditions))
        assigned = _assigned(self.definition) if compared else {}
        found: dict[str, tuple[Json, ...]] = {}
        for name, one in self.definition.fields.items():
            if one.computed is None and (name in compared or name in asked):
                parts = [*compared.get(name, []), *assigned.get(name, [])]
                values = _values(one, parts, is_asked=name in asked)
                if values is not None:
                    found[name] = (None, *values)
        return found

    @cached_property
    def caps(self) -> Mapping[str, int]:
        """How far each count is followed: `times:review.return` and the like."""
        if not self.with_counts:
            return {}
        found: dict[str, int] = {}
        for condition in self.conditions:
            for part in comparisons(condition.source):
                counted = _COUNTED.findall(part)
                limits = [abs(int(number)) for number in constants([_COUNTED.sub("count", part)]).numbers]
                if len(counted) == 1 and limits and _is_plain(part, self.definition):
                    key = ":".join(counted[0])
                    found[key] = max(found.get(key, 0), *limits)
        for guard in _guards(self.definition):
            if guard.name in _GUARDS_OF_COUNTS:
                kind, argument = _GUARDS_OF_COUNTS[guard.name]
                limit = guard.arguments["count"]
                assert isinstance(limit, int)
                key = f"{kind}:{guard.arguments[argument]}"
                found[key] = max(found.get(key, 0), limit)
        return {key: cap + 1 for key, cap in found.items() if cap < COUNT_MAX and not self._is_vote(key)}

    def _is_vote(self, key: str) -> bool:
        """Votes are not steps, so they are not counted here."""
        state, dot, action = key.partition(":")[2].partition(".")
        return bool(dot) and self.definition.states[state].actions[action].vote is not None

    def readers(self, name: str) -> frozenset[str]:
        """Give the states in which a field, or a count, is asked for."""
        return frozenset(state for state, names in self._read.items() if name in names)

    @cached_property
    def _read(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for state in self.definition.states.values():
            read = found.setdefault(state.name, {*state.form.require, *needed_on_coming(state)})
            for condition in conditions_on(state.who):
                read.update(_names(condition))
            for action in state.actions.values():
                read.update(action.form.require)
                read.update(() if action.who is None else named_by(action.who))
                for condition in _conditions_of(action):
                    read.update(_names(condition))
                for guard in action.require:
                    if isinstance(guard, NamedGuard):
                        read.update(_asked_by(guard))
        for rule in self.definition.always:
            if rule.that is not None:
                found[rule.subject].update(_names(rule.that))
        return {state: frozenset(names) for state, names in found.items()}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that are followed."""
        return tuple(self.domains)

    @cached_property
    def not_weighed(self) -> tuple[str, ...]:
        """The conditions and guards that count as open, as they are written."""
        sources = [one.source for one in self.conditions if not self._is_weighed(one)]
        names = [one.name for one in _guards(self.definition) if not self._knows(one)]
        return tuple(dict.fromkeys([*sources, *names]))

    def start(self) -> Known:
        """Give what is known of a case that was just opened."""
        initial = f"visits:{self.definition.initial}"
        return Known((None,) * len(self.fields), tuple(int(key == initial) for key in self.caps))

    def truth(self, condition: Expression, known: Known) -> Verdict:
        """Say what a condition comes to."""
        if not self._is_weighed(condition):
            return Verdict.OPEN
        key = (condition.source, known)
        if key not in self._memory:
            self._memory[key] = self._evaluated(condition, known)
        return self._memory[key]

    def admits(self, guards: Collection[Guard], known: Known) -> bool | None:
        """Say whether conditions hold; None when that depends on what is not weighed."""
        if not guards:
            return True
        verdicts = [self._guard(guard, known) for guard in guards]
        return False if False in verdicts else None if None in verdicts else True

    def finds(self, state: State, known: Known) -> bool | None:
        """Say whether the conditions on the people of a state name somebody; None when that is not weighed.

        One that is not decided refuses the step into the state.
        """
        match state.who:
            case FirstOf(branches=branches):
                verdicts = [self._named(branch.when, known) for branch in branches]
                first = next((one for one in verdicts if one is not Verdict.FAILS), Verdict.FAILS)
            case Together(seats=seats):
                verdicts = [self._named(seat.when, known) for seat in seats]
                first = next((one for one in _GRAVEST if one in verdicts), Verdict.FAILS)
            case _:
                return True
        return state.if_nobody is not None if first is Verdict.FAILS else _TRUTHS[first]

    def _named(self, condition: Expression | None, known: Known) -> Verdict:
        return Verdict.HOLDS if condition is None else self.truth(condition, known)

    def counted(self, known: Known, *keys: str) -> Known:
        """Give what is known after some things were counted once more."""
        if not any(key in self.caps for key in keys):
            return known
        counts = (
            min(count + keys.count(key), cap) for (key, cap), count in zip(self.caps.items(), known.counts, strict=True)
        )
        return Known(known.values, tuple(counts))

    def filled(self, known: Known, name: str) -> bool | None:
        """Say whether a field is filled; None when it is not followed."""
        return None if name not in self.domains else known.values[self.fields.index(name)] is not None

    def _guard(self, guard: NamedGuard | RuleGuard, known: Known) -> bool | None:
        if isinstance(guard, RuleGuard):
            return _TRUTHS[self.truth(guard.that, known)]
        if guard.name in _GUARDS_OF_FIELDS:
            names = guard.arguments[_GUARDS_OF_FIELDS[guard.name]]
            verdicts = [self.filled(known, str(name)) for name in (names if isinstance(names, list) else [names])]
            return False if False in verdicts else None if None in verdicts else True
        if guard.name in _GUARDS_OF_COUNTS:
            return self._count(guard, known)
        return None

    def _count(self, guard: NamedGuard, known: Known) -> bool | None:
        kind, argument = _GUARDS_OF_COUNTS[guard.name]
        key, limit = f"{kind}:{guard.arguments[argument]}", guard.arguments["count"]
        if key not in self.caps:
            return None
        assert isinstance(limit, int)
        reached = known.counts[tuple(self.caps).index(key)] >= limit
        return reached if guard.name == "times_at_least" else not reached

    def _knows(self, guard: NamedGuard) -> bool:
        if guard.name in _GUARDS_OF_FIELDS:
            names = guard.arguments[_GUARDS_OF_FIELDS[guard.name]]
            return all(name in self.domains for name in (names if isinstance(names, list) else [names]))
        if guard.name in _GUARDS_OF_COUNTS:
            kind, argument = _GUARDS_OF_COUNTS[guard.name]
            return f"{kind}:{guard.arguments[argument]}" in self.caps
        return guard.name in _OPEN_GUARDS

    def _is_weighed(self, condition: Expression) -> bool:
        if condition.source not in self._weighed:
            self._weighed[condition.source] = self._can_weigh(condition)
        return self._weighed[condition.source]

    def _can_weigh(self, condition: Expression) -> bool:
        """Say whether every name the condition uses is followed."""
        source = condition.source
        fields = {name for name in _names(condition) if ":" not in name}
        counts = {":".join(found) for found in _COUNTED.findall(source)}
        others = condition.names - {f"item.{name}" for name in fields} - {"item.filled", "times", "visits"}
        plain = {name for name in fields if name in self.domains}
        only = all(_is_plain(part, self.definition) for part in comparisons(source))
        return not others and only and plain == fields and counts <= self.caps.keys()

    def _evaluated(self, condition: Expression, known: Known) -> Verdict:
        values = dict(zip(self.fields, known.values, strict=True))
        counts = dict(zip(self.caps, known.counts, strict=True))
        variables: dict[str, object] = {
            f"item.{name}": as_variable(self.definition.fields[name], value)
            for name, value in values.items()
            if value is not None
        }
        variables["item.filled"] = [name for name, value in values.items() if value is not None]
        for kind in ("times", "visits"):
            named = (key.partition(":") for key in counts)
            variables[kind] = {key: counts[f"{kind}:{key}"] for head, _, key in named if head == kind}
        try:
            return Verdict.HOLDS if condition.holds(variables) else Verdict.FAILS
        except Undecided:
            return Verdict.UNDECIDED


def _is_plain(part: str, definition: Definition) -> bool:
    """Say whether a comparison is of one field or count with constants."""
    if _ASKED.fullmatch(part) or part in {"true", "false"}:
        return True
    names, counted = _FIELD.findall(part), _COUNTED.findall(part)
    if len(names) + len(counted) != 1:
        return False
    if counted:
        return is_plain(_COUNTED.sub("count", part), frozenset({"count"}))
    is_sampled = names[0] in definition.fields and definition.fields[names[0]].type in SAMPLED
    return is_sampled and is_plain(part, frozenset({"item", names[0]}))


def _values(field: Field, parts: list[str], *, is_asked: bool) -> tuple[Json, ...] | None:
    """Give the values that stand for those of a field; None when conditions only look at it in another way."""
    words = frozenset({"item", field.name})
    plain = [part for part in parts if is_plain(part, words)] if field.type in SAMPLED else []
    if not plain:
        return (OTHER,) if is_asked else None
    found = samples(field, constants(plain))
    return tuple(found) if len(found) <= DOMAIN_MAX else None


def _assigned(definition: Definition) -> dict[str, list[str]]:
    """Give the constants that actions assign to fields, as comparisons with them."""
    found: dict[str, list[str]] = {}
    for state in definition.states.values():
        for action in state.actions.values():
            for name, expression in action.sets.items():
                if CONSTANT.fullmatch(expression.source):
                    found.setdefault(name, []).append(f"item.{name} == {expression.source}")
    return found


def _names(condition: Expression) -> Iterator[str]:
    """Give the fields and counts that a condition asks for."""
    source = condition.source
    yield from _FIELD.findall(_ASKED.sub("", source))
    yield from _ASKED.findall(source)
    yield from (":".join(found) for found in _COUNTED.findall(source))


def _asked_by(guard: NamedGuard) -> Iterator[str]:
    if guard.name in _GUARDS_OF_FIELDS:
        names = guard.arguments[_GUARDS_OF_FIELDS[guard.name]]
        yield from (str(name) for name in (names if isinstance(names, list) else [names]))
    elif guard.name in _GUARDS_OF_COUNTS:
        kind, argument = _GUARDS_OF_COUNTS[guard.name]
        yield f"{kind}:{guard.arguments[argument]}"


def _conditions_of(action: Action) -> Iterator[Expression]:
    yield from (guard.that for guard in action.require if isinstance(guard, RuleGuard))
    yield from (target.when for target in action.to if target.when is not None)


def _conditions(definition: Definition) -> Iterator[Expression]:
    yield from (guard.that for guard in definition.opening.require if isinstance(guard, RuleGuard))
    for state in definition.states.values():
        for action in state.actions.values():
            yield from _conditions_of(action)
        yield from conditions_on(state.who)
    yield from (rule.that for rule in definition.always if rule.kind is InvariantKind.DATA and rule.that is not None)


def _guards(definition: Definition) -> Iterator[NamedGuard]:
    yield from (guard for guard in definition.opening.require if isinstance(guard, NamedGuard))
    for state in definition.states.values():
        for action in state.actions.values():
            yield from (guard for guard in action.require if isinstance(guard, NamedGuard))


def _asked(definition: Definition, conditions: Iterable[Expression]) -> Iterator[str]:
    """Give the fields that are asked whether they are filled."""
    for condition in conditions:
        yield from _ASKED.findall(condition.source)
    for guard in _guards(definition):
        if guard.name in _GUARDS_OF_FIELDS:
            yield from _asked_by(guard)
    for state in definition.states.values():
        for action in state.actions.values():
            if action.vote is None:
                edit = (*state.form.edit, *action.form.edit)
                yield from (name for name in needed(state, action) if name not in edit)
            yield from () if action.who is None else named_by(action.who)
        yield from needed_on_coming(state)


def needed_on_coming(state: State) -> tuple[str, ...]:
    """Give the fields without which nobody can be found for a state, so that the step into it is refused."""
    is_for_somebody = state.kind is StateKind.WORK and state.if_nobody is None
    return tuple(named_by(state.who)) if is_for_somebody else ()


def needed(state: State, action: Action) -> tuple[str, ...]:
    """Give the fields an action needs filled: its own, and the state's when a person carries the case forward."""
    is_forward = action.kind is ActionKind.FORWARD and action.vote is None and not isinstance(action.who, System)
    return (*state.form.require, *action.form.require) if is_forward else action.form.require
