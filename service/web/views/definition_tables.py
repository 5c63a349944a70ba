"""A definition as tables: every action of every state, and every field."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from engine.assignment import System
from engine.definition import (
    Action,
    ActionKind,
    Assigned,
    Comment,
    Definition,
    Field,
    FieldType,
    Form,
    Guard,
    NamedGuard,
    RuleGuard,
    State,
)
from engine.values import Json
from service.texts import Speech
from service.web.views.condition_words import in_words, value_words
from service.web.views.naming import Naming, joined, titled
from service.web.views.rulebook import Rulebook

FEN_PER_YUAN = 100


class MatrixRow(Struct, frozen=True):
    """One action of one state. `needs` says what must hold before it may be taken, `does` what else it does."""

    state: str
    state_title: str
    phase: str
    action: str
    title: str
    kind: ActionKind
    is_system: bool
    who: str
    target: str
    needs: tuple[str, ...]
    does: tuple[str, ...]


class FieldRow(Struct, frozen=True):
    """One field. `edited` and `required` are the titles of the states where it is filled, or must be."""

    name: str
    title: str
    type: str
    section: str
    limits: tuple[str, ...]
    edited: tuple[str, ...]
    required: tuple[str, ...]


def matrix(definition: Definition, naming: Naming) -> list[MatrixRow]:
    """Give every action of every state, in the order of the definition."""
    rulebook = Rulebook(definition, naming)
    return [
        _matrix_row(state, action, rulebook)
        for state in definition.states.values()
        for action in state.actions.values()
    ]


def fields(definition: Definition, naming: Naming) -> list[FieldRow]:
    """Give every field in the order of the definition."""
    sections = {name: naming.says(section.title) for section in definition.sections for name in section.fields}
    edited, required = (states_by_field(definition, naming, part) for part in ("edit", "require"))
    return [
        FieldRow(
            name=field.name,
            title=naming.says(field.title),
            type=naming.t(f"definitions.type.{field.type.value}"),
            section=sections.get(field.name, ""),
            limits=tuple(limit_words(field, naming)),
            edited=edited.get(field.name, ()),
            required=required.get(field.name, ()),
        )
        for field in definition.fields.values()
    ]


def _matrix_row(state: State, action: Action, rulebook: Rulebook) -> MatrixRow:
    naming, definition = rulebook.naming, rulebook.definition
    return MatrixRow(
        state=state.name,
        state_title=naming.says(state.title),
        phase=naming.says(definition.phases[state.phase].title),
        action=action.name,
        title=naming.says(action.title),
        kind=action.kind,
        is_system=isinstance(action.who or state.who, System),
        who=rulebook.who(state, action),
        target=rulebook.targets(action) or naming.t("definitions.votes"),
        needs=tuple(_needs(state, action, definition, naming)),
        does=tuple(deed_words(action, definition, naming)),
    )


def _needs(state: State, action: Action, definition: Definition, naming: Naming) -> Iterator[str]:
    if action.comment is Comment.REQUIRED:
        yield naming.t("definitions.needs.comment")
    names = dict.fromkeys([*state.form.require, *action.form.require])
    if names and not isinstance(action.who or state.who, System):
        shown = [naming.says(definition.fields[name].title) for name in names]
        yield naming.t("definitions.needs.fields", fields=joined(naming, shown))
    yield from (guard_words(guard, definition, naming) for guard in action.require)


def guard_words(guard: Guard, definition: Definition, naming: Naming, *, exact: bool = False) -> str:
    """Say a condition of an action; what has no words by its refusal, or (`exact`) as it is written."""
    match guard:
        case NamedGuard(name=name, arguments=arguments):
            said = titled(naming, "guards", name)
            told = [_argument(key, value, definition, naming, exact=exact) for key, value in arguments.items()]
            shown = joined(naming, told)
            return naming.t("definitions.needs.with", said=said, arguments=shown) if shown else said
        case RuleGuard(that=that, otherwise=otherwise):
            words, sentence = in_words(that.source, definition, naming), naming.says(otherwise)
            if words is None and not exact:
                return naming.t("definitions.needs.refused", otherwise=sentence)
            return naming.t("definitions.needs.rule", condition=words or that.source, otherwise=sentence)


def _argument(key: str, value: Json, definition: Definition, naming: Naming, *, exact: bool) -> str:
    """Say an argument of a condition: fields and states by their titles, others as they are written, with their key."""
    names = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    states = {name: state.title for name, state in definition.states.items()}
    titles = states | {name: field.title for name, field in definition.fields.items()}
    if not exact and all(name in titles for name in names):
        return joined(naming, [naming.says(titles[name]) for name in names])
    return f"{key}: {' '.join(names)}"


def deed_words(action: Action, definition: Definition, naming: Naming, *, exact: bool = False) -> Iterator[str]:
    """Say what else an action does; `exact` as for `guard_words`."""
    t = naming.t
    if action.note is not None:
        yield naming.says(action.note)
    yield from sets_words(action.sets, definition, naming, exact=exact)
    if action.post is not None:
        yield t("definitions.does.posts", rule=action.post)
    if action.clock.pauses:
        yield t("definitions.does.pauses")
    if action.automatic:
        yield t("definitions.does.automatic")


def sets_words(
    sets: Mapping[str, Assigned], definition: Definition, naming: Naming, *, exact: bool = False
) -> Iterator[str]:
    """Say which fields are assigned, and by what; `exact` as for `guard_words`."""
    for name, given in sets.items():
        field = naming.says(definition.fields[name].title)
        said = value_words(given.source, definition, naming) or (given.source if exact else None)
        key = "definitions.does.sets" if said is not None else "definitions.does.fills"
        yield naming.t(key, field=field, value=said)


def limit_words(field: Field, naming: Naming, *, exact: bool = False) -> Iterator[str]:
    """Say what a field takes; `exact` as for `guard_words`."""
    t = naming.t
    yield from _bounds(field, t)
    if field.of:
        yield joined(naming, [naming.says(choice.title) for choice in field.of])
    if field.accept:
        yield " ".join(field.accept)
    if field.columns:
        yield t("definitions.limits.columns", columns=joined(naming, [naming.says(one.title) for one in field.columns]))
    if field.of_role is not None:
        yield t("definitions.limits.role", role=naming.role(field.of_role))
    if field.sensitive is not None:
        yield t("definitions.limits.sensitive")
    if field.computed is not None:
        yield (
            t("definitions.limits.computed_by", source=field.computed.source)
            if exact
            else t("definitions.limits.computed")
        )


def _bounds(field: Field, t: Speech) -> Iterator[str]:
    kind = "value"
    if field.type in {FieldType.TEXT, FieldType.LONG_TEXT}:
        kind = "length"
    elif field.type in {FieldType.PERSONS, FieldType.FILES, FieldType.TABLE, FieldType.CHOICES}:
        kind = "count"
    for name, bound in (("min", field.min), ("max", field.max)):
        if bound is not None:
            shown = f"{bound / FEN_PER_YUAN:,.2f}" if field.type is FieldType.MONEY else f"{bound:,}"
            yield t(f"definitions.limits.{kind}_{name}", bound=shown)


def states_by_field(definition: Definition, naming: Naming, part: str) -> dict[str, tuple[str, ...]]:
    """Give the titles of the states whose forms `edit` or `require` each field."""
    found: dict[str, dict[str, None]] = {}
    for state in definition.states.values():
        for form in _forms(state):
            for name in getattr(form, part):
                found.setdefault(name, {})[naming.says(state.title)] = None
    return {name: tuple(titles) for name, titles in found.items()}


def _forms(state: State) -> Iterator[Form]:
    yield state.form
    yield from (action.form for action in state.actions.values())
