"""Forms against fields: what may be edited, what is missing, what is computed or assigned."""

from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from msgspec.structs import replace

from engine.definition import Assigned, ByRule, Definition, Field, FieldType
from engine.expression import Undecided
from engine.field_values import DECIMAL_DIGITS_MAX, DECIMAL_PLACES_MAX, Wrong, normalised, shortfalls
from engine.guards import GuardBook
from engine.refusal import Refusal, Refused
from engine.situation import Situation, Variables, is_filled
from engine.values import Json

_PLACES = Decimal(1).scaleb(-DECIMAL_PLACES_MAX)
_DECIMAL_LIMIT = Decimal(10) ** DECIMAL_DIGITS_MAX


def check_form(definition: Definition, editable: Collection[str], form: Mapping[str, Json]) -> dict[str, Json]:
    """Give the form's values as they are stored; None empties a field.

    Raises `Refused` with every reason: fields that are unknown or may not be edited here, and values that do not
    fit, each with its place such as `lines[3].cost`.
    """
    values: dict[str, Json] = {}
    reasons: list[Refusal] = []
    for name, value in form.items():
        field = definition.fields.get(name)
        if field is None:
            reasons.append(Refusal("field.unknown", where=name))
        elif name not in editable or field.computed is not None:
            reasons.append(Refusal("field.not_editable", where=name))
        else:
            try:
                values[name] = normalised(field, value, name)
            except Wrong as wrong:
                reasons.extend(wrong.reasons)
    if reasons:
        raise Refused(*reasons)
    return values


def missing(definition: Definition, required: Iterable[str], data: Mapping[str, Json]) -> tuple[Refusal, ...]:
    """Give a refusal for every required field that is empty, and for every filled one that is not complete."""
    reasons: list[Refusal] = []
    for name in dict.fromkeys(required):
        field, value = definition.fields[name], data.get(name)
        if is_filled(value):
            reasons.extend(shortfalls(field, value, name))
        else:
            reasons.append(Refusal("field.required", where=name, text=field.title))
    return tuple(reasons)


def recompute(situation: Situation) -> dict[str, Json]:
    """Give the computed fields whose value changes; one that can not be computed (yet) is empty.

    `Definition.computed` lists them in the order in which they need each other.
    """
    changed: dict[str, Json] = {}
    now = situation
    for name in situation.definition.computed:
        value = computed_value(situation.definition.fields[name], Variables(now))
        if value != now.data.get(name):
            changed[name] = value
            now = replace(now, data={**now.data, name: value})
    return changed


def completed(situation: Situation) -> Situation:
    """Look at the same with the computed fields that follow from what has been filled in."""
    changed = recompute(situation)
    return replace(situation, data={**situation.data, **changed}) if changed else situation


def assigned(situation: Situation, sets: Mapping[str, Assigned], book: GuardBook) -> dict[str, Json]:
    """Evaluate what an action assigns; raises `Refused` when a value can not be had or does not fit its field."""
    values: dict[str, Json] = {}
    reasons: list[Refusal] = []
    for name, given in sets.items():
        field = situation.definition.fields[name]
        try:
            values[name] = normalised(field, _given(field, given, situation, book), name)
        except Refused as refused:
            reasons.extend(refused.reasons)
        except Undecided as error:
            reasons.append(Refusal("field.not_assigned", name, {"cause": str(error)}, field.title))
        except Wrong as wrong:
            reasons.extend(wrong.reasons)
    if reasons:
        raise Refused(*reasons)
    return values


def _given(field: Field, given: Assigned, situation: Situation, book: GuardBook) -> Json:
    if not isinstance(given, ByRule):
        return stored(field, given.value(Variables(situation)))
    reckoning = book.reckoning(given.rule)
    if reckoning is None:
        raise Refused(Refusal("reckoning.unknown", where=given.rule))
    return reckoning.rule(situation)


def computed_value(field: Field, variables: Mapping[str, object]) -> Json:
    """Give the value of a computed field; None when it can not be computed (yet), or does not fit the field."""
    assert field.computed is not None
    try:
        return normalised(field, stored(field, field.computed.value(variables)), field.name)
    except (Undecided, Wrong):
        return None


def stored(field: Field, value: object) -> Json:
    """Turn an expression's result into case data: a fraction becomes decimal text, rounded half up."""
    if field.type is not FieldType.DECIMAL:
        return value  # type: ignore[return-value]  # the loader compiles to the field's own type
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= _DECIMAL_LIMIT:
        raise Wrong(Refusal("field.not_decimal", field.name))
    text = f"{number.quantize(_PLACES, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
