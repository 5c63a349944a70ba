"""What the cases of a definition stand beside: reading `parent:`."""

from engine.definition import Definition, FieldType, Parent
from engine.loading.limits import NAME_LENGTH_MAX, PARENT_STATES_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope


def read_parent(cursor: Cursor, scope: Scope) -> Parent:
    """Read the other definition, the field with the code of its case, and the states in which it takes children.

    The other definition is another file: whether it has those states is looked at where both are known.
    """
    parts = cursor.parts(("definition", "field"), ("in",))
    items = parts["in"].items(PARENT_STATES_MAX, "states", least=1) if "in" in parts else []
    return Parent(
        parts["definition"].key() if "definition" in parts else "",
        parts["field"].reference(scope.fields, "field") if "field" in parts else "",
        tuple(item.text(NAME_LENGTH_MAX) for item in items),
    )


def check_parent(cursor: Cursor, definition: Definition) -> None:
    """The field is a text that children are found by, and that nobody changes afterwards."""
    parent = definition.parent
    field = definition.fields.get(parent.field) if parent is not None else None
    if parent is None or field is None:
        return
    place = cursor.at("field")
    if field.type is not FieldType.TEXT:
        place.problem("parent_field", found=quoted(field.name), type=FieldType.TEXT)
    if field.name not in definition.summary:
        place.problem("parent_not_found_by", found=quoted(field.name))
    actions = (action for state in definition.states.values() for action in state.actions.values())
    forms = [*(state.form for state in definition.states.values()), *(action.form for action in actions)]
    if field.computed is not None or any(field.name in form.edit for form in forms):
        place.problem("parent_editable", found=quoted(field.name))
