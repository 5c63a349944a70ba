"""What happens when a case begins: reading `opening:`."""

from collections.abc import Collection, Iterable

from engine.definition import Definition, Opening
from engine.loading.actions import read_sets
from engine.loading.limits import OPENING_FIELDS_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.rules import read_guards
from engine.loading.scope import Scope


def read_opening(cursor: Cursor, states: Iterable[str], scope: Scope, computed: Collection[str]) -> Opening:
    """Read the conditions of a beginning, the fields that are assigned then, and those that are given for good."""
    parts, initial = cursor.parts((), ("require", "set", "given")), next(iter(states), "")
    given = parts["given"].items(OPENING_FIELDS_MAX, "fields", least=1) if "given" in parts else []
    return Opening(
        require=read_guards(parts["require"], initial, scope) if "require" in parts else (),
        sets=read_sets(parts["set"], scope, computed) if "set" in parts else {},
        given=tuple(item.reference(scope.fields, "field") for item in given),
    )


def check_given(cursor: Cursor, definition: Definition) -> None:
    """What is given when a case begins is changed by nobody and nothing afterwards."""
    actions = [action for state in definition.states.values() for action in state.actions.values()]
    forms = [*(state.form for state in definition.states.values()), *(action.form for action in actions)]
    changed = {name for form in forms for name in form.edit} | {name for action in actions for name in action.sets}
    changed |= definition.opening.sets.keys()
    places = cursor.at("given").items(OPENING_FIELDS_MAX, "fields")
    for place, name in zip(places, definition.opening.given, strict=True):
        field = definition.fields.get(name)
        if name in changed or (field is not None and field.computed is not None):
            place.problem("given_changed", found=quoted(name))
