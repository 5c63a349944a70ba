"""A field of the procedure as a form: what it is, what it takes, where it is filled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.documents.file_kind import EXTENSIONS
from engine.definition import FieldType
from engine.loading.fields import MEANS
from engine.loading.limits import TEXT_LENGTH_MAX
from engine.sensitive import Sensitive
from engine.values import Json
from service.texts import LANGUAGES
from service.web.fields import FEN_PER_YUAN, Choice, Field, Kind, with_rows
from service.web.flow.controls import Group, choice, titles
from service.web.flow.differing import in_languages
from service.web.flow.raw import Keyed, at, fields, keyed, names, section_of, states, text, title
from service.web.flow.words import Words

_CELLS = ("text", "integer", "decimal", "money", "date", "boolean", "person", "unit")
"""What a new column may be; one of another type is made in the text."""

PARTS = ("edit", "require")


def field_groups(draft: Json, name: str, words: Words) -> list[Group]:
    """Give the form of a field."""
    field, t = fields(draft)[name], words.t
    return [
        Group(t("flow.group.field"), list(_naming(draft, name, field, words)), is_open=True),
        Group(t("flow.group.takes"), list(_takes(field, words)), is_open=True),
        Group(t("flow.group.filled"), list(_places(draft, name, words)), is_open=True),
    ]


def _naming(draft: Json, name: str, field: Keyed, words: Words) -> Iterator[Field]:
    yield from titles("title", field, words)
    yield choice("type", text(field.get("type")), _types(FieldType, words), words)
    yield from titles("help", field, words, "help", required=False)
    sections = words.titled(at(draft, "sections"))
    if sections:
        yield choice("section", section_of(draft, name), sections, words, required=False)


def _types(kinds: "Sequence[str] | type[FieldType]", words: Words) -> list[Choice]:
    return [Choice(str(kind), words.t(f"definitions.type.{kind!s}")) for kind in kinds]


def _takes(field: Keyed, words: Words) -> Iterator[Field]:
    kind = text(field.get("type"))
    for key, make in _TAKES.items():
        if kind in MEANS[key]:
            yield from make(key, kind, field, words)


def _bound(key: str, kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    written = field.get(key)
    label = words.t(f"flow.bound.{_measure(kind)}_{key}")
    value = _fen(written) if kind == FieldType.MONEY else written
    control: Kind = "money" if kind == FieldType.MONEY else "integer"
    yield Field(key, label, control, value if isinstance(value, int) else None, required=False)


def _measure(kind: str) -> str:
    if kind in {FieldType.TEXT, FieldType.LONG_TEXT}:
        return "length"
    return "value" if kind in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY} else "count"


def _fen(written: Json) -> int | None:
    try:
        return int(Decimal(text(written)) * FEN_PER_YUAN)
    except (InvalidOperation, ValueError):
        return None


def _choices(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    rows = [{**in_languages(keyed(one)), "name": name} for name, one in keyed(field.get(key)).items()]
    yield _rows(key, rows, _worded(words), words)


def _columns(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    rows = [
        {
            **in_languages(keyed(at(one, "title"))),
            "type": at(one, "type"),
            "required": at(one, "required") is True,
            "name": name,
        }
        for name, one in keyed(field.get(key)).items()
    ]
    there = {str(row["type"]) for row in rows} & set(FieldType)
    kinds = _types([*_CELLS, *sorted(there - set(_CELLS))], words)
    *said, code = _worded(words)
    own = [
        Field("type", words.t("flow.field.type"), "choice", choices=kinds, required=False),
        Field("required", words.t("flow.field.required"), "boolean", required=False),
    ]
    yield _rows(key, rows, [*said, *own, code], words)


def _worded(words: Words) -> list[Field]:
    """Give the columns of rows that have words and a name of their own."""
    said = [Field(one, words.t(f"flow.row.{one}"), length_max=TEXT_LENGTH_MAX) for one in LANGUAGES]
    return [*said, Field("name", words.t("flow.row.name"), required=False)]


def rows_field(name: str, content: Json, words: Words, part: str = "") -> Field:
    """Ask for things that have words and a name of their own; the words stand in a part of each, or are all of it."""
    rows = [
        {**in_languages(keyed(at(one, part) if part else one)), "name": code} for code, one in keyed(content).items()
    ]
    return _rows(name, rows, _worded(words), words)


def _rows(key: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[Field], words: Words) -> Field:
    table = Field(
        key,
        words.t(f"flow.field.{key}"),
        "table",
        columns=columns,
        required=False,
        ordered=True,
        hint=words.t("flow.row.hint"),
    )
    return with_rows(table, rows)


def _accept(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    written = names(field.get(key))
    choices = [Choice(one, one) for one in dict.fromkeys([*EXTENSIONS, *written])]
    yield Field(key, words.t(f"flow.field.{key}"), "choices", tuple(written), choices=choices, required=False)


def _role(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    roles = [Choice(code, label) for code, label in words.roles.items()]
    yield choice(key, text(field.get(key)), roles, words, required=False)


def _sensitive(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    yield choice(key, text(field.get(key)), words.some("sensitive", Sensitive), words, required=False)


def _computed(key: str, _kind: str, field: Keyed, words: Words) -> Iterator[Field]:
    is_table = "table" in field
    value = words.t("flow.by_table") if is_table else text(field.get(key)) or None
    yield Field(
        key,
        words.t(f"flow.field.{key}"),
        value=value,
        required=False,
        read_only=is_table,
        hint=words.t("flow.computed_hint"),
        length_max=TEXT_LENGTH_MAX,
    )


def _places(draft: Json, name: str, words: Words) -> Iterator[Field]:
    asked = {one: state for one, state in states(draft).items() if at(state, "kind") != "end"}
    offered = [Choice(one, title(state, words.language, one)) for one, state in asked.items()]
    for part in PARTS:
        value = tuple(one for one, state in asked.items() if name in names(at(state, "form", part)))
        yield Field(f"in_{part}", words.t(f"flow.field.in_{part}"), "choices", value, choices=offered, required=False)


_TAKES: Mapping[str, Callable[[str, str, Keyed, Words], Iterator[Field]]] = {
    "min": _bound,
    "max": _bound,
    "of": _choices,
    "columns": _columns,
    "accept": _accept,
    "of_role": _role,
    "sensitive": _sensitive,
    "computed": _computed,
}
