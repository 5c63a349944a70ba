"""A way through a definition in words: `draft.send(amount=100)` as an official reads it."""

import re
from collections.abc import Iterable

from engine.definition import Definition, Field, FieldType, State
from service.web.views.naming import Naming, joined

_STEP = re.compile(r"(?P<state>\w+)(?:\.(?P<action>\w+)(?P<refused>:refused)?)?(?:\((?P<filled>.*)\))?", re.DOTALL)
FEN_PER_YUAN = 100


def way_words(trace: Iterable[str], definition: Definition | None, naming: Naming) -> list[str]:
    """Say every step of a way."""
    return [step_words(step, definition, naming) for step in trace]


def step_words(step: str, definition: Definition | None, naming: Naming) -> str:
    """Say a step of a way: a state, an action taken in it, a deadline that runs out, the outcome of a vote."""
    found = _STEP.fullmatch(step)
    state = definition.states.get(found["state"]) if definition is not None and found is not None else None
    if definition is None or found is None or state is None:
        return step
    said = naming.says(state.title) if found["action"] is None else _taken(state, found["action"], naming)
    if found["refused"]:
        is_automatic = found["action"] in {one.name for one in state.actions.values() if one.automatic}
        key = "trace.not_by_itself" if is_automatic else "trace.refused"
        said = naming.t(key, **_names(state, found["action"], naming))
    if not found["filled"]:
        return said
    return naming.t("trace.filled", step=said, fields=_filled(found["filled"], definition, naming))


def _taken(state: State, name: str, naming: Naming) -> str:
    action, words = state.actions.get(name), _names(state, name, naming)
    if state.vote is not None and name in {state.vote.passed, state.vote.failed}:
        return naming.t("trace.passed" if name == state.vote.passed else "trace.failed", **words)
    if action is not None and action.automatic:
        return naming.t("trace.automatic", **words)
    if name in {rung.act for rung in state.escalate}:
        return naming.t("trace.due", **words)
    return naming.t("definitions.step", **words)


def _names(state: State, name: str, naming: Naming) -> dict[str, str]:
    action = state.actions.get(name)
    return {"state": naming.says(state.title), "action": name if action is None else naming.says(action.title)}


def _filled(filled: str, definition: Definition, naming: Naming) -> str:
    pairs = (part.partition("=") for part in filled.split(", "))
    return joined(naming, [_value(name, value, definition.fields.get(name), naming) for name, _, value in pairs])


def _value(name: str, value: str, field: Field | None, naming: Naming) -> str:
    title = name if field is None else naming.says(field.title)
    if not value:
        return naming.t("trace.emptied", field=title)
    if field is not None and field.type is FieldType.MONEY and value.lstrip("-").isdecimal():
        value = naming.t("format.money_yuan", amount=f"{int(value) / FEN_PER_YUAN:,.2f}")
    if field is not None and field.type is FieldType.CHOICE:
        value = next((naming.says(choice.title) for choice in field.of if choice.name == value), value)
    if field is not None and field.type is FieldType.BOOLEAN:
        value = naming.t("forms.yes" if value == "True" else "forms.no")
    return naming.t("trace.value", field=title, value=value)
