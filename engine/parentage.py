"""Cases beside other cases: whether one may be started for the case it names."""

from collections.abc import Iterator

from engine.case import Case
from engine.definition import Definition
from engine.facts import Facts
from engine.refusal import Refusal


def startable_fields(definition: Definition) -> tuple[str, ...]:
    """Give the fields that a case is started with: of its first form, given for good, the one that names its parent."""
    edit = (*definition.states[definition.initial].form.edit, *definition.opening.given)
    return edit if definition.parent is None else (*edit, definition.parent.field)


def against_parent(definition: Definition, case: Case, facts: Facts) -> Iterator[Refusal]:
    """Give why a new case may not stand beside the one it names: there is none, not there, not now, elsewhere."""
    if definition.parent is None:
        return
    code = case.data.get(definition.parent.field)
    other = facts.case(str(code)) if code else None
    if other is None or other.definition != definition.parent.definition:
        yield Refusal("parent.unknown", where=str(code or "-"))
        return
    if definition.parent.states and other.state not in definition.parent.states:
        yield Refusal("parent.not_now", where=other.code, params={"state": other.state})
    if other.unit != case.unit:
        yield Refusal("parent.elsewhere", where=other.code)
