"""A form as JSON Schema (2020-12): what a client may send for a state and an action, titled in both languages.

The schema describes values as they are stored: texts trimmed, nothing as null, rows without empty cells. Of such
values it says what `fields.check_form` and `fields.missing` say, except what JSON Schema has no words for: bounds of
decimals and years, files told apart by id, and that 1.0 is no whole number. `x-type` gives the field's own type; money
is in fen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definition import Action, Definition, Field, FieldType, State
from engine.field_values import (
    DAY,
    DECIMAL,
    DIGEST,
    FILE_NAME_LENGTH_MAX,
    FILE_PARTS,
    FILE_SIZE_MAX,
    ID,
    bounds,
    length_max,
)
from engine.texts import Text
from engine.values import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Json]

_CONTROL = r"\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
_INK = rf"[^\s{_CONTROL}]"
_ONE_LINE = rf"^{_INK}(?:[^{_CONTROL}]*{_INK})?$"
_MANY_LINES = rf"^{_INK}(?:(?:[^{_CONTROL}]|[\t\n])*{_INK})?$"


def form_schema(definition: Definition, state: State, action: Action | None = None) -> Schema:
    """Give the schema of a state's form, or of an action taken in it (a vote's form is its ballot's own).

    Fields that the action requires but that are edited elsewhere are no part of it.
    """
    edit, require = state.form.edit, state.form.require
    if action is not None:
        edit = action.form.edit if action.vote else (*edit, *action.form.edit)
        require = action.form.require if action.vote else (*require, *action.form.require)
    names = list(dict.fromkeys(edit))
    properties: Schema = {
        name: _required(definition.fields[name]) if name in require else _optional(definition.fields[name])
        for name in names
    }
    return {
        "$schema": DIALECT,
        **_titled(state.title if action is None else action.title),
        "type": "object",
        "properties": properties,
        "required": [name for name in names if name in require],
        "additionalProperties": False,
    }


def _required(field: Field) -> Schema:
    return {**_described(field), **_shape(field)}


def _optional(field: Field) -> Schema:
    return {**_described(field), "anyOf": [{"type": "null"}, _shape(_loosened(field))]}


def _described(field: Field) -> Schema:
    described: Schema = {**_titled(field.title), "x-type": field.type.value}
    if field.help is not None:
        described |= {"description": field.help.en, "x-help-zh": field.help.zh, "x-help-en": field.help.en}
    if field.of:
        described["x-choices"] = {choice.name: {"zh": choice.title.zh, "en": choice.title.en} for choice in field.of}
    if field.of_role is not None:
        described["x-role"] = field.of_role
    if field.sensitive is not None:
        described["x-sensitive"] = field.sensitive.value
    return described


def _titled(text: Text) -> Schema:
    return {"title": text.en, "x-title-zh": text.zh, "x-title-en": text.en}


def _shape(field: Field) -> Schema:
    """Give what a filled value looks like."""
    return _SHAPES[field.type](field)


def _loosened(field: Field) -> Field:
    """Give the field without what may still be filled in later: least lengths, and cells that every row needs."""
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY):
        return field
    columns = tuple(_loosened(replace(column, required=False)) for column in field.columns)
    return replace(field, min=None, columns=columns)


def _text(field: Field) -> Schema:
    least = field.min or 1
    pattern = _MANY_LINES if field.type is FieldType.LONG_TEXT else _ONE_LINE
    return {"type": "string", "minLength": least, "maxLength": length_max(field), "pattern": pattern}


def _number(field: Field) -> Schema:
    least, most = bounds(field)
    return {"type": "integer", "minimum": least, "maximum": most}


def _choice(field: Field) -> Schema:
    return {"enum": [choice.name for choice in field.of]}


def _file(field: Field) -> Schema:
    kind: Schema = {"enum": list(field.accept)} if field.accept else {"type": "string"}
    return {
        "type": "object",
        "properties": {
            "id": _matching(ID.pattern),
            "name": {"type": "string", "minLength": 1, "maxLength": FILE_NAME_LENGTH_MAX},
            "kind": kind,
            "size": {"type": "integer", "minimum": 0, "maximum": FILE_SIZE_MAX},
            "digest": _matching(DIGEST.pattern),
        },
        "required": [*sorted(FILE_PARTS)],
        "additionalProperties": False,
    }


def _matching(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _list_of(shape: Callable[[Field], Schema]) -> Callable[[Field], Schema]:
    """Make the shape of a list out of that of one entry."""

    def listing(field: Field) -> Schema:
        least = field.min or 1
        items = shape(field)
        return {"type": "array", "items": items, "minItems": least, "maxItems": length_max(field), "uniqueItems": True}

    return listing


def _table(field: Field) -> Schema:
    columns: Schema = {column.name: {**_described(column), **_shape(column)} for column in field.columns}
    row: Schema = {
        "type": "object",
        "properties": columns,
        "required": [column.name for column in field.columns if column.required],
        "minProperties": 1,
        "additionalProperties": False,
    }
    least = field.min or 1
    return {"type": "array", "items": row, "minItems": least, "maxItems": length_max(field)}


_ID: Schema = _matching(ID.pattern)
_SHAPES: Mapping[FieldType, Callable[[Field], Schema]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _number,
    FieldType.MONEY: _number,
    FieldType.DECIMAL: lambda _field: _matching(DECIMAL.pattern),
    FieldType.DATE: lambda _field: {**_matching(DAY.pattern), "format": "date"},
    FieldType.BOOLEAN: lambda _field: {"type": "boolean"},
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _list_of(_choice),
    FieldType.FILE: _file,
    FieldType.FILES: _list_of(_file),
    FieldType.PERSON: lambda _field: _ID,
    FieldType.PERSONS: _list_of(lambda _field: _ID),
    FieldType.UNIT: lambda _field: _ID,
    FieldType.TABLE: _table,
}
