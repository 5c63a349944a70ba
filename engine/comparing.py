"""How the behaviour of two versions of a definition differs: who may do what, ways, deadlines, conditions, forms.

Not lines and not titles: what no case would notice is no difference. A difference says where it is and what was and is
there, as values of the definition; sentences are made of it elsewhere.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from engine.definition import Action, Definition, Field, Guard, Opening, RuleGuard, State, StateKind
from engine.texts import Text

_NO_TEXT = Text("", "")


class Aspect(StrEnum):
    """What a difference is about."""

    STARTERS = "starters"
    ADMINS = "admins"
    INITIAL = "initial"
    OPENING = "opening"
    CALENDAR = "calendar"
    ALWAYS = "always"
    FIELD = "field"
    FIELD_RULE = "field_rule"
    STATE = "state"
    KIND = "kind"
    WHO = "who"
    INSTEAD = "instead"
    KEPT_OUT = "kept_out"
    DEADLINE = "deadline"
    LADDER = "ladder"
    RESUME = "resume"
    EDIT = "edit"
    REQUIRE = "require"
    VOTE = "vote"
    VERB = "verb"
    ACTION = "action"
    WAY = "way"
    GUARD = "guard"
    COMMENT = "comment"
    DOES = "does"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `before` is None for what is new, `after` for what is gone."""

    aspect: Aspect
    state: str = ""
    action: str = ""
    name: str = ""
    before: Any = None
    after: Any = None

    @property
    def code(self) -> str:
        """The key of its sentence: `way_new`, `way_gone` or `way_changed`."""
        if self.before is None:
            return f"{self.aspect}_new"
        return f"{self.aspect}_gone" if self.after is None else f"{self.aspect}_changed"

    @property
    def path(self) -> str:
        """Where it is in the text: `states.draft.actions.submit`."""
        place = [("states", self.state), ("actions", self.action), ("fields", "" if self.state else self.name)]
        return ".".join(f"{key}.{name}" for key, name in place if name)


def compare(old: Definition, new: Definition) -> tuple[Difference, ...]:
    """Give every difference in behaviour, the procedure's own first, then state by state."""
    return (
        *_top(old, new),
        *_fields(old, new),
        *(found for name in dict.fromkeys((*old.states, *new.states)) for found in _states(old, new, name)),
    )


def _top(old: Definition, new: Definition) -> Iterator[Difference]:
    for aspect in (Aspect.STARTERS, Aspect.ADMINS, Aspect.INITIAL, Aspect.CALENDAR):
        yield from _changed(Difference(aspect), getattr(old, aspect), getattr(new, aspect))
    yield from _changed(Difference(Aspect.OPENING), old.opening, new.opening, _bare_opening)
    lines = [tuple(rule.line for rule in one.always) for one in (old, new)]
    yield from _listed(Difference(Aspect.ALWAYS), *lines)


def _fields(old: Definition, new: Definition) -> Iterator[Difference]:
    for name in dict.fromkeys((*old.fields, *new.fields)):
        before, after = old.fields.get(name), new.fields.get(name)
        if before is None or after is None:
            yield Difference(Aspect.FIELD, name=name, before=before, after=after)
        else:
            yield from _changed(Difference(Aspect.FIELD_RULE, name=name), before, after, _bare_field)


def _bare_opening(opening: Opening) -> Hashable:
    guards = tuple(_bare_guard(guard) for guard in opening.require)
    return guards, tuple((name, given.source) for name, given in opening.sets.items()), opening.given


def _bare_field(field: Field) -> Hashable:
    """Give a field without its words."""
    choices = tuple(choice.name for choice in field.of)
    columns = tuple(_bare_field(column) for column in field.columns)
    return repr((replace(field, title=_NO_TEXT, help=None, of=(), columns=(), computed=None), choices, columns)), (
        field.computed.source if field.computed is not None else None
    )


def _states(old: Definition, new: Definition, name: str) -> Iterator[Difference]:
    before, after = old.states.get(name), new.states.get(name)
    if before is None or after is None:
        yield Difference(Aspect.STATE, name, before=before, after=after)
        return
    for aspect, read in _OF_STATE.items():
        yield from _changed(Difference(aspect, name), read(before), read(after))
    yield from _listed(Difference(Aspect.INSTEAD, name), before.instead.items(), after.instead.items())
    yield from _listed(Difference(Aspect.EDIT, name), before.form.edit, after.form.edit)
    yield from _listed(Difference(Aspect.REQUIRE, name), before.form.require, after.form.require)
    yield from _listed(Difference(Aspect.VERB, name), *(_verbs(state) for state in (before, after)))
    for action in dict.fromkeys((*before.actions, *after.actions)):
        yield from _actions(name, before.actions.get(action), after.actions.get(action))


def _verbs(state: State) -> tuple[str, ...]:
    return tuple(sorted(verb.value for verb in state.verbs)) if state.kind is StateKind.WORK else ()


def _actions(state: str, before: Action | None, after: Action | None) -> Iterator[Difference]:
    one = before or after
    assert one is not None
    if before is None or after is None:
        yield Difference(Aspect.ACTION, state, one.name, before=before, after=after)
        return
    here = Difference(Aspect.ACTION, state, one.name)
    for aspect, read in _OF_ACTION.items():
        yield from _changed(replace(here, aspect=aspect), read(before), read(after))
    yield from _listed(replace(here, aspect=Aspect.WAY), before.to, after.to)
    guards = [{_bare_guard(guard): guard for guard in action.require} for action in (before, after)]
    yield from _keyed(replace(here, aspect=Aspect.GUARD), *guards)
    yield from _listed(replace(here, aspect=Aspect.EDIT), before.form.edit, after.form.edit)
    yield from _listed(replace(here, aspect=Aspect.REQUIRE), before.form.require, after.form.require)


def _bare_guard(guard: Guard) -> str:
    """Give a condition without the words shown when it does not hold."""
    return repr(replace(guard, otherwise=_NO_TEXT) if isinstance(guard, RuleGuard) else guard)


_OF_STATE: Mapping[Aspect, Callable[[State], Any]] = {
    Aspect.KIND: lambda it: it.kind,
    Aspect.WHO: lambda it: it.who,
    Aspect.KEPT_OUT: lambda it: it.exclude,
    Aspect.DEADLINE: lambda it: it.due,
    Aspect.LADDER: lambda it: it.escalate,
    Aspect.RESUME: lambda it: it.resume_min_days,
    Aspect.VOTE: lambda it: it.vote,
}
_OF_ACTION: Mapping[Aspect, Callable[[Action], Any]] = {
    Aspect.WHO: lambda it: it.who,
    Aspect.KEPT_OUT: lambda it: it.exclude,
    Aspect.COMMENT: lambda it: it.comment,
    Aspect.DOES: lambda it: (
        it.vote,
        it.kind,
        it.clock,
        {name: expression.source for name, expression in it.sets.items()},
        it.post,
        it.automatic,
        it.seats,
        it.back,
        it.resubmit,
    ),
}


def _changed(
    here: Difference,
    before: object,
    after: object,
    bare: Callable[[Any], Hashable] | None = None,
) -> Iterator[Difference]:
    if (bare(before) != bare(after)) if bare is not None else (before != after):
        yield replace(here, before=before, after=after)


def _listed(here: Difference, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Difference]:
    yield from _keyed(here, {one: one for one in before}, {one: one for one in after})


def _keyed(here: Difference, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Difference]:
    """Give what is in one list only."""
    yield from (replace(here, before=before[one]) for one in before if one not in after)
    yield from (replace(here, after=after[one]) for one in after if one not in before)
