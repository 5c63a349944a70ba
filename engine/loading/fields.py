"""The data of a case: reading `fields:`, `sections:` and `form:`."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from engine.decision_table import DecisionTable
from engine.definition import Choice, Field, FieldType, Form, Section
from engine.expression import Expression
from engine.field_values import (
    CELL_LENGTH_MAX,
    LENGTH_USUAL,
    LIST_LENGTH_MAX,
    LONG_TEXT_LENGTH_MAX,
    ROWS_MAX,
    TEXT_LENGTH_MAX,
)
from engine.loading.amounts import read_yuan
from engine.loading.limits import (
    ACCEPTED_KINDS_MAX,
    CHOICES_MAX,
    COLUMNS_MAX,
    FIELDS_MAX,
    NAME_LENGTH_MAX,
    SECTIONS_MAX,
)
from engine.loading.reading import NO_TEXT, Cursor, quoted
from engine.loading.scope import Scope
from engine.loading.tables import read_table
from engine.sensitive import Sensitive
from engine.situation import RESERVED_NAMES, value_type

SHARED_KEYS = ("help", "min", "max", "of", "accept", "sensitive")
FIELD_KEYS = ("computed", "table", "of_role", "columns")
COLUMN_KEYS = ("required",)
FORM_KEYS = ("edit", "require", "show")

_COUNTED = {
    FieldType.TEXT: TEXT_LENGTH_MAX,
    FieldType.LONG_TEXT: LONG_TEXT_LENGTH_MAX,
    FieldType.CHOICES: CHOICES_MAX,
    FieldType.FILES: LIST_LENGTH_MAX,
    FieldType.PERSONS: LIST_LENGTH_MAX,
    FieldType.TABLE: ROWS_MAX,
}
"""Types whose `min` and `max` count characters or entries, with the most that may be asked for."""

_BOUNDED = {*_COUNTED, FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY}
_CHOOSING = {FieldType.CHOICE, FieldType.CHOICES}
MEANS: Mapping[str, Collection[FieldType]] = {
    "min": _BOUNDED,
    "max": _BOUNDED,
    "of": _CHOOSING,
    "accept": {FieldType.FILE, FieldType.FILES},
    "of_role": {FieldType.PERSON, FieldType.PERSONS},
    "columns": {FieldType.TABLE},
    "sensitive": {FieldType.TEXT},
    "computed": set(FieldType) - {FieldType.FILE, FieldType.FILES},
    "table": set(FieldType) - {FieldType.FILE, FieldType.FILES, FieldType.TABLE},
}
"""Which types a key is for; a key that is not here is for all."""

NEEDS: Mapping[FieldType, str] = {FieldType.CHOICE: "of", FieldType.CHOICES: "of", FieldType.TABLE: "columns"}
"""What a type can not do without."""


def declared_types(cursor: Cursor) -> dict[str, FieldType]:
    """Give the types of the fields that can be told, without judging anything yet."""
    known = set(FieldType)
    fields = {name: cursor.at(name) for name in cursor.key_names()}
    types = {name: entry.at("type").word_or_nothing() for name, entry in fields.items() if entry.has("type")}
    return {name: FieldType(word) for name, word in types.items() if word in known}


def read_fields(cursor: Cursor, scope: Scope) -> dict[str, Field]:
    """Read the fields; a computed one is compiled over all others."""
    fields = {}
    for name, entry in cursor.entries(FIELDS_MAX, "fields").items():
        if name in RESERVED_NAMES:
            entry.problem("reserved_name", found=quoted(name))
        fields[name] = _field(name, entry, scope, is_column=False)
    return fields


def computing_order(fields: Mapping[str, Field], cursor: Cursor) -> tuple[str, ...]:
    """Order the computed fields so that each comes after those it needs; a cycle is a problem."""
    needs = {
        name: {other for other in fields if field.computed and f"item.{other}" in field.computed.names}
        for name, field in fields.items()
        if field.computed
    }
    try:
        order = tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        first = cursor.at(error.args[1][0])
        first.at("table" if first.has("table") else "computed").problem("computed_cycle", found=circle)
        return ()
    return tuple(name for name in order if name in needs)


def _field(name: str, cursor: Cursor, scope: Scope, *, is_column: bool) -> Field:
    own = COLUMN_KEYS if is_column else FIELD_KEYS
    parts = cursor.parts(("type", "title"), (*SHARED_KEYS, *own))
    kind = parts["type"].one_of(FieldType) if "type" in parts else FieldType.TEXT
    if is_column and kind in (FieldType.TABLE, FieldType.LONG_TEXT):
        parts["type"].problem("not_a_column", type=kind)
    if "type" in parts and parts["type"].word_or_nothing() != kind:
        return Field(name, kind, NO_TEXT)
    for key in list(parts):
        if kind not in MEANS.get(key, FieldType):
            parts.pop(key).problem("not_for_type", found=quoted(key), type=kind)
    if kind in NEEDS and NEEDS[kind] not in parts:
        cursor.problem("missing_key", key=NEEDS[kind])
    least, most = _bounds(parts, kind, is_column=is_column)
    return Field(
        name,
        kind,
        parts["title"].both() if "title" in parts else NO_TEXT,
        help=parts["help"].both() if "help" in parts else None,
        min=least,
        max=most,
        of=_choices(parts["of"]) if "of" in parts else (),
        accept=_kinds(parts["accept"]) if "accept" in parts else (),
        columns=_columns(parts["columns"], scope) if "columns" in parts else (),
        required=parts["required"].flag() if "required" in parts else False,
        computed=_computed(parts, kind, scope),
        of_role=scope.role(parts["of_role"]) if "of_role" in parts else None,
        sensitive=parts["sensitive"].one_of(Sensitive) if "sensitive" in parts else None,
    )


def _computed(parts: Mapping[str, Cursor], kind: FieldType, scope: Scope) -> Expression | DecisionTable | None:
    """Read by what a field is computed: an expression or a decision table."""
    if "table" in parts:
        if "computed" in parts:
            parts["computed"].problem("computed_twice")
        return read_table(parts["table"], kind, scope)
    return scope.expression(parts["computed"], value_type(kind)) if "computed" in parts else None


def _bounds(parts: Mapping[str, Cursor], kind: FieldType, *, is_column: bool) -> tuple[int | None, int | None]:
    """Read `min` and `max`: characters, entries, or a number (yuan as text for money)."""
    found: dict[str, int] = {}
    for key in ("min", "max"):
        if key in parts:
            if kind is FieldType.MONEY:
                found[key] = read_yuan(parts[key])
            elif kind in _COUNTED:
                most = CELL_LENGTH_MAX if is_column and kind is FieldType.TEXT else _COUNTED[kind]
                found[key] = parts[key].integer(0 if key == "min" else 1, most)
            else:
                found[key] = parts[key].integer()
    largest = found.get("max", LENGTH_USUAL.get(kind))
    if "min" in found and largest is not None and found["min"] > largest:
        parts["min"].problem("minimum_above_maximum", found=found["min"], most=largest)
    return found.get("min"), found.get("max")


def _choices(cursor: Cursor) -> tuple[Choice, ...]:
    entries = cursor.entries(CHOICES_MAX, "choices", least=1)
    return tuple(Choice(name, entry.both()) for name, entry in entries.items())


def _kinds(cursor: Cursor) -> tuple[str, ...]:
    kinds = []
    for item in cursor.items(ACCEPTED_KINDS_MAX, "extensions", least=1):
        kind = item.text(NAME_LENGTH_MAX)
        if kind and not (kind.isascii() and kind.isalnum() and kind == kind.lower()):
            item.problem("malformed", found=quoted(kind), wanted="extension")
        kinds.append(kind)
    return tuple(kinds)


def _columns(cursor: Cursor, scope: Scope) -> tuple[Field, ...]:
    entries = cursor.entries(COLUMNS_MAX, "columns", least=1)
    return tuple(_field(name, entry, scope, is_column=True) for name, entry in entries.items())


def read_sections(cursor: Cursor, scope: Scope) -> tuple[Section, ...]:
    """Read the pages of the form; a field stands on one page at most."""
    sections = []
    place: dict[str, str] = {}
    for name, entry in cursor.entries(SECTIONS_MAX, "sections").items():
        parts = entry.parts(("title", "fields"))
        fields = parts["fields"].references(scope.fields, "field", FIELDS_MAX) if "fields" in parts else ()
        for field in fields:
            if field in place:
                entry.problem("field_twice", found=quoted(field), first=quoted(place[field]))
            place[field] = name
        sections.append(Section(name, parts["title"].both() if "title" in parts else NO_TEXT, fields))
    return tuple(sections)


def read_form(cursor: Cursor, scope: Scope, computed: Collection[str]) -> Form:
    """Read what a person fills and sees."""
    parts = cursor.parts(optional=FORM_KEYS)
    lists = {key: part.references(scope.fields, "field", FIELDS_MAX) for key, part in parts.items()}
    for name in lists.get("edit", ()):
        if name in computed:
            parts["edit"].problem("not_editable", found=quoted(name))
    return replace(Form(), **lists)
