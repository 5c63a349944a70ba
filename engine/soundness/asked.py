"""What the steps of a definition ask of a case: their conditions and guards, and the fields that have to be filled."""

import re
from collections.abc import Iterable, Iterator

from engine.assignment import System
from engine.definition import (
    Action,
    ActionKind,
    Assigned,
    Definition,
    InvariantKind,
    NamedGuard,
    RuleGuard,
    State,
    StateKind,
)
from engine.expression import Expression
from engine.soundness.people import conditions_on, named_by
from engine.soundness.samples import CONSTANT

FIELD = re.compile(r"\bitem\.(\w+)")
ASKED = re.compile(r"""["'](\w+)["'] in item\.filled""")
COUNTED = re.compile(r"""\b(times|visits)\[["']([\w.]+)["']\]""")

GUARDS_OF_FIELDS = {"fields_filled": "fields", "table_complete": "field"}
GUARDS_OF_COUNTS = {
    "times_below": ("times", "action"),
    "times_at_least": ("times", "action"),
    "visits_below": ("visits", "state"),
}


def assigned_constants(definition: Definition) -> Iterator[tuple[str, str]]:
    """Give the fields to which actions assign constants, with comparisons with these."""
    for name, given in _assigned(definition):
        if isinstance(given, Expression) and CONSTANT.fullmatch(given.source):
            yield name, f"item.{name} == {given.source}"


def assigned_values(definition: Definition) -> Iterator[tuple[str, str]]:
    """Give the fields to which actions assign what is no constant, with the expression, or the rule's name."""
    for name, given in _assigned(definition):
        if not isinstance(given, Expression):
            yield name, given.rule
        elif not CONSTANT.fullmatch(given.source):
            yield name, given.source


def _assigned(definition: Definition) -> Iterator[tuple[str, Assigned]]:
    yield from definition.opening.sets.items()
    for state in definition.states.values():
        for action in state.actions.values():
            yield from action.sets.items()


def names_in(condition: Expression) -> Iterator[str]:
    """Give the fields and counts that a condition asks for."""
    source = condition.source
    yield from FIELD.findall(ASKED.sub("", source))
    yield from ASKED.findall(source)
    yield from (":".join(found) for found in COUNTED.findall(source))


def asked_by(guard: NamedGuard) -> Iterator[str]:
    """Give the fields and counts that a guard of the engine asks for."""
    if guard.name in GUARDS_OF_FIELDS:
        names = guard.arguments[GUARDS_OF_FIELDS[guard.name]]
        yield from (str(name) for name in (names if isinstance(names, list) else [names]))
    elif guard.name in GUARDS_OF_COUNTS:
        kind, argument = GUARDS_OF_COUNTS[guard.name]
        yield f"{kind}:{guard.arguments[argument]}"


def conditions_of(action: Action) -> Iterator[Expression]:
    """Give the conditions of an action, and of the ways it may take."""
    yield from (guard.that for guard in action.require if isinstance(guard, RuleGuard))
    yield from (target.when for target in action.to if target.when is not None)


def conditions(definition: Definition) -> Iterator[Expression]:
    """Give all conditions."""
    yield from (guard.that for guard in definition.opening.require if isinstance(guard, RuleGuard))
    for state in definition.states.values():
        for action in state.actions.values():
            yield from conditions_of(action)
        yield from conditions_on(state.who)
    yield from (rule.that for rule in definition.always if rule.kind is InvariantKind.DATA and rule.that is not None)


def guards(definition: Definition) -> Iterator[NamedGuard]:
    """Give all named guards."""
    yield from (guard for guard in definition.opening.require if isinstance(guard, NamedGuard))
    for state in definition.states.values():
        for action in state.actions.values():
            yield from (guard for guard in action.require if isinstance(guard, NamedGuard))


def asked(definition: Definition, conditions: Iterable[Expression]) -> Iterator[str]:
    """Give the fields that are asked whether they are filled."""
    for condition in conditions:
        yield from ASKED.findall(condition.source)
    for guard in guards(definition):
        if guard.name in GUARDS_OF_FIELDS:
            yield from asked_by(guard)
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
