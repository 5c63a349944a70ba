"""What exploration looks at of a case's data: for each field that conditions ask for, a few values that stand for all.

A condition is weighed when it is made of comparisons of a field with constants or with another field, of questions
whether a field is filled, and of counts compared with constants (`domains.py` says which values then stand for all), or
asks for computed fields that follow from such (`reckoned.py`). All other conditions count as open: a way that has one
may be taken, or not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from math import prod

from engine.assignment import FirstOf, Together
from engine.definition import Definition, Guard, NamedGuard, RuleGuard, State
from engine.expression import Expression, Undecided
from engine.situation import as_variable
from engine.soundness.asked import (
    ASKED,
    COUNTED,
    FIELD,
    GUARDS_OF_COUNTS,
    GUARDS_OF_FIELDS,
    asked,
    asked_by,
    assigned_constants,
    assigned_values,
    conditions,
    conditions_of,
    guards,
    names_in,
    needed,
    needed_on_coming,
)
from engine.soundness.domains import Domains, parts_of
from engine.soundness.people import conditions_on, named_by
from engine.soundness.reckoned import Reckoned
from engine.soundness.samples import SAMPLED, compared, comparisons, constants, fields_in, is_plain
from engine.values import Json

DOMAIN_MAX = 12
"""Most values that stand for those of one field; a field that needs more is only weighed in a wide look."""

COUNT_MAX = 6
"""Largest count that is told from larger ones, but for a wide look."""

WIDE_DOMAIN_MAX = 48
WIDE_COUNT_MAX = 30

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
    """The fields and counts that matter (of the fields `only` some, if named), and what conditions come to on them."""

    definition: Definition
    with_data: bool = True
    with_counts: bool = True
    is_wide: bool = False
    only: frozenset[str] | None = None
    _memory: dict[tuple[str, Known], Verdict] = field(default_factory=dict)
    _weighed: dict[str, bool] = field(default_factory=dict)
    _computed: dict[tuple[Json, ...], Mapping[str, Json]] = field(default_factory=dict)

    @cached_property
    def conditions(self) -> tuple[Expression, ...]:
        """All conditions of the definition."""
        return tuple(dict.fromkeys(conditions(self.definition)))

    @cached_property
    def reckoned(self) -> Reckoned:
        """The computed fields whose value follows from others."""
        return Reckoned(self.definition)

    @cached_property
    def _domains(self) -> Domains:
        """The values of fields, by the comparisons of conditions and of computed fields that these ask for."""
        parts, filled = parts_of(one.source for one in self.conditions), set(asked(self.definition, self.conditions))
        if self.is_wide:
            names = {*filled, *compared(parts)}
            parts += self.reckoned.all_parts([name for name in self.definition.computed if name in names])
        names = {*filled, *compared(parts)}
        parts += [part for name, part in assigned_constants(self.definition) if name in names]
        width = WIDE_DOMAIN_MAX if self.is_wide else DOMAIN_MAX
        is_sparse = self.only is not None
        return Domains(self.definition, dict.fromkeys(parts), filled, width, self.is_wide, is_sparse)

    @cached_property
    def domains(self) -> Mapping[str, tuple[Json, ...]]:
        """The values that stand for those of each field, nothing first."""
        values = self._domains.values if self.with_data else {}
        return values if self.only is None else {name: values[name] for name in values if name in self.only}

    @cached_property
    def followed(self) -> tuple[str, ...]:
        """The computed fields whose value follows from the fields that are followed."""
        found: list[str] = []
        for name in self.definition.computed if self.is_wide else ():
            parts = self.reckoned.parts.get(name)
            if parts is not None and all(self._is_known(part, found) for part in parts):
                found.append(name)
        return tuple(found)

    def _is_known(self, part: str, computed: Collection[str]) -> bool:
        """Say whether what a comparison comes to follows from what is known."""
        names = fields_in(ASKED.sub("", part))
        if not all(name in self.domains or name in computed for name in names):
            return False
        is_of_computed = len(names) == 1 and names[0] in computed and is_plain(part, frozenset({"item", *names}))
        return is_of_computed or self._domains.relates(part) or _is_plain(part, self.definition)

    @cached_property
    def caps(self) -> Mapping[str, int]:
        """How far each count is followed: `times:review.return` and the like."""
        if not self.with_counts:
            return {}
        found: dict[str, int] = {}
        for condition in self.conditions:
            for part in comparisons(condition.source):
                counted = COUNTED.findall(part)
                limits = [abs(int(number)) for number in constants([COUNTED.sub("count", part)]).numbers]
                if len(counted) == 1 and limits and _is_plain(part, self.definition):
                    key = ":".join(counted[0])
                    found[key] = max(found.get(key, 0), *limits)
        for guard in guards(self.definition):
            if guard.name in GUARDS_OF_COUNTS:
                kind, argument = GUARDS_OF_COUNTS[guard.name]
                limit = guard.arguments["count"]
                assert isinstance(limit, int)
                key = f"{kind}:{guard.arguments[argument]}"
                found[key] = max(found.get(key, 0), limit)
        most = WIDE_COUNT_MAX if self.is_wide else COUNT_MAX
        return {key: cap + 1 for key, cap in found.items() if cap < most and not self._is_vote(key)}

    def _is_vote(self, key: str) -> bool:
        """Votes are not steps, so they are not counted here."""
        state, dot, action = key.partition(":")[2].partition(".")
        return bool(dot) and self.definition.states[state].actions[action].vote is not None

    def follows_as(self, other: "Weighing") -> bool:
        """Say whether nothing else is followed."""
        mine, theirs = ((one.domains, one.caps, one.followed) for one in (self, other))
        return mine == theirs and not self._domains.has_relations

    def grows_from(self, other: "Weighing") -> float:
        """Give how many times as much can be told apart."""
        mine, theirs = (
            prod(map(len, one.domains.values())) * prod(cap + 1 for cap in one.caps.values()) for one in (self, other)
        )
        return mine / theirs

    def readers(self, name: str) -> frozenset[str]:
        """Give the states in which a field, or a count, is asked for."""
        return frozenset(state for state, names in self._read.items() if name in names)

    @cached_property
    def _read(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for state in self.definition.states.values():
            read = found.setdefault(state.name, {*state.form.require, *needed_on_coming(state)})
            for condition in conditions_on(state.who):
                read.update(names_in(condition))
            for action in state.actions.values():
                read.update(action.form.require)
                read.update(() if action.who is None else named_by(action.who))
                for condition in conditions_of(action):
                    read.update(names_in(condition))
                for guard in action.require:
                    if isinstance(guard, NamedGuard):
                        read.update(asked_by(guard))
        for rule in self.definition.always:
            if rule.that is not None:
                found[rule.subject].update(names_in(rule.that))
        return {
            state: frozenset(other for name in names for other in self.reckoned.behind(name))
            for state, names in found.items()
        }

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that are followed."""
        return tuple(self.domains)

    @cached_property
    def not_weighed(self) -> tuple[str, ...]:
        """The conditions and guards that count as open, what is assigned anyhow, computed fields taken as filled."""
        sources = [one.source for one in self.conditions if not self._is_weighed(one)]
        names = [one.name for one in guards(self.definition) if not self._knows(one)]
        given = [f"{name}: {said}" for name, said in assigned_values(self.definition) if name in self.domains]
        needs = [
            f"require: {name}"
            for state in self.definition.states.values()
            for action in state.actions.values()
            for name in needed(state, action)
            if self.definition.fields[name].computed is not None and name not in self.followed
        ]
        return tuple(dict.fromkeys([*sources, *given, *needs, *names]))

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
        if name in self.followed:
            return name in self._filled(known)
        return None if name not in self.domains else known.values[self.fields.index(name)] is not None

    def _guard(self, guard: NamedGuard | RuleGuard, known: Known) -> bool | None:
        if isinstance(guard, RuleGuard):
            return _TRUTHS[self.truth(guard.that, known)]
        if guard.name in GUARDS_OF_FIELDS:
            names = guard.arguments[GUARDS_OF_FIELDS[guard.name]]
            verdicts = [self.filled(known, str(name)) for name in (names if isinstance(names, list) else [names])]
            return False if False in verdicts else None if None in verdicts else True
        if guard.name in GUARDS_OF_COUNTS:
            return self._count(guard, known)
        return None

    def _count(self, guard: NamedGuard, known: Known) -> bool | None:
        kind, argument = GUARDS_OF_COUNTS[guard.name]
        key, limit = f"{kind}:{guard.arguments[argument]}", guard.arguments["count"]
        if key not in self.caps:
            return None
        assert isinstance(limit, int)
        reached = known.counts[tuple(self.caps).index(key)] >= limit
        return reached if guard.name == "times_at_least" else not reached

    def _knows(self, guard: NamedGuard) -> bool:
        if guard.name in GUARDS_OF_FIELDS:
            names = guard.arguments[GUARDS_OF_FIELDS[guard.name]]
            return all(
                name in self.domains or name in self.followed
                for name in (names if isinstance(names, list) else [names])
            )
        if guard.name in GUARDS_OF_COUNTS:
            kind, argument = GUARDS_OF_COUNTS[guard.name]
            return f"{kind}:{guard.arguments[argument]}" in self.caps
        return guard.name in _OPEN_GUARDS

    def _is_weighed(self, condition: Expression) -> bool:
        if condition.source not in self._weighed:
            self._weighed[condition.source] = self._can_weigh(condition)
        return self._weighed[condition.source]

    def _can_weigh(self, condition: Expression) -> bool:
        """Say whether every name the condition uses is followed."""
        source = condition.source
        fields = {name for name in names_in(condition) if ":" not in name}
        counts = {":".join(found) for found in COUNTED.findall(source)}
        others = condition.names - {f"item.{name}" for name in fields} - {"item.filled", "times", "visits"}
        only = all(self._is_known(part, self.followed) for part in comparisons(source))
        known = fields <= {*self.domains, *self.followed}
        return not others and only and known and counts <= self.caps.keys()

    def _filled(self, known: Known) -> Mapping[str, Json]:
        """Give the values of the fields that are filled, the computed ones among them."""
        if known.values not in self._computed:
            values = dict(zip(self.fields, known.values, strict=True))
            self._computed[known.values] = self.reckoned.added(values, self.followed)
        return self._computed[known.values]

    def _evaluated(self, condition: Expression, known: Known) -> Verdict:
        counts = dict(zip(self.caps, known.counts, strict=True))
        filled = self._filled(known)
        variables: dict[str, object] = {
            f"item.{name}": as_variable(self.definition.fields[name], value) for name, value in filled.items()
        }
        variables["item.filled"] = list(filled)
        for kind in ("times", "visits"):
            named = (key.partition(":") for key in counts)
            variables[kind] = {key: counts[f"{kind}:{key}"] for head, _, key in named if head == kind}
        try:
            return Verdict.HOLDS if condition.holds(variables) else Verdict.FAILS
        except Undecided:
            return Verdict.UNDECIDED


def _is_plain(part: str, definition: Definition) -> bool:
    """Say whether a comparison is of one field or count with constants."""
    if ASKED.fullmatch(part) or part in {"true", "false"}:
        return True
    names, counted = FIELD.findall(part), COUNTED.findall(part)
    if len(names) + len(counted) != 1:
        return False
    if counted:
        return is_plain(COUNTED.sub("count", part), frozenset({"count"}))
    is_sampled = names[0] in definition.fields and definition.fields[names[0]].type in SAMPLED
    return is_sampled and is_plain(part, frozenset({"item", names[0]}))
