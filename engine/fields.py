"""Forms against fields: what may be edited, what is missing, what is computed."""

from collections.abc import Collection, Iterable, Mapping

from engine.definition import Definition
from engine.refusal import Refusal, Refused
from engine.situation import Situation, Variables, is_filled
from engine.values import Json


def check_form(definition: Definition, editable: Collection[str], form: Mapping[str, Json]) -> dict[str, Json]:
    """Give the form's values; raises `Refused` for every field that is unknown or may not be edited here."""
    reasons = [
        Refusal("field.not_editable" if name in definition.fields else "field.unknown", where=name)
        for name in form
        if name not in editable or name not in definition.fields
    ]
    if reasons:
        raise Refused(*reasons)
    return dict(form)


def missing(definition: Definition, required: Iterable[str], data: Mapping[str, Json]) -> tuple[Refusal, ...]:
    """Give a refusal for every required field that is empty."""
    return tuple(
        Refusal("field.required", where=name, text=definition.fields[name].title)
        for name in required
        if not is_filled(data.get(name))
    )


def recompute(situation: Situation) -> dict[str, Json]:
    """Give the computed fields whose value changes."""
    fields = situation.definition.fields.values()
    values = {
        field.name: field.computed.value(Variables(situation))
        for field in fields
        if field.computed is not None and field.computed.names <= set(Variables(situation))
    }
    return {name: value for name, value in values.items() if situation.data.get(name) != value}  # type: ignore[misc]  # compiled to the field's type
