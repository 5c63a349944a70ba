"""From the fields of a definition to the fields of a page and back to case data."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from msgspec import Struct, field

from engine import definition as defined
from engine.definition import Definition, FieldType
from engine.texts import Text
from engine.values import Json
from service.texts import Language
from service.web.fields import FILES, Choice, Field, FileLink, Kind, with_rows
from service.web.form_input import FormInput

KINDS: Mapping[FieldType, Kind] = {
    FieldType.TEXT: "text",
    FieldType.LONG_TEXT: "long_text",
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.MONEY: "money",
    FieldType.DATE: "date",
    FieldType.BOOLEAN: "boolean",
    FieldType.CHOICE: "choice",
    FieldType.CHOICES: "choices",
    FieldType.FILE: "file",
    FieldType.FILES: "files",
    FieldType.PERSON: "person",
    FieldType.PERSONS: "persons",
    FieldType.UNIT: "unit",
    FieldType.TABLE: "table",
}
TEXTS = frozenset({"text", "long_text"})
YEARS = (1900, 2200)
"""Bounds within which those of an integer say that it is a year."""

PLACE = re.compile(r"(?P<name>\w+)(?:\[(?P<row>\d+)\](?:\.(?P<column>\w+))?)?")


class Surroundings(Struct, frozen=True):
    """What a definition does not know about its fields: names of people and units, addresses.

    `names` gives the words for the ids of people and units; `file_url` the address of a stored file by its id;
    `upload_url` and `search_url` the addresses for a field by its name, empty where there is none.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    file_url: Callable[[str], str] = "/files/{}".format
    upload_url: Callable[[str], str] = lambda _name: ""
    search_url: Callable[[str], str] = lambda _name: ""


def fields_of(
    definition: Definition,
    names: Iterable[str],
    data: Mapping[str, Json],
    language: Language,
    *,
    required: Iterable[str] = (),
    read_only: bool = False,
    around: Surroundings | None = None,
) -> list[Field]:
    """The named fields filled with case data; a computed field is always read-only."""
    needed, around = frozenset(required), around or Surroundings()
    empty = (
        replace(
            _field(source, language, around),
            required=source.name in needed,
            read_only=read_only or source.computed is not None,
        )
        for source in map(definition.fields.__getitem__, names)
    )
    return [_filled(one, data.get(one.name), around) for one in empty]


def form_of(form: FormInput) -> dict[str, Json]:
    """What was read, as the engine takes it: dates as text, no empty cells or rows, files only in rows."""
    return {name: _stored(value) for name, value in form.values.items()}


def with_errors(fields: Iterable[Field], errors: Mapping[str, str]) -> list[Field]:
    """The fields with messages at the places that refusals name, such as `amount` or `lines[3].cost`."""
    placed = list(fields)
    for where, message in errors.items():
        match = PLACE.fullmatch(where)
        if match is not None:
            placed = [_marked(one, match, message) if one.name == match["name"] else one for one in placed]
    return placed


def unplaced(fields: Iterable[Field], errors: Mapping[str, str]) -> list[str]:
    """The messages that name no place among the fields; they are shown in the summary alone."""
    names = {one.name for one in fields}
    matches = {where: PLACE.fullmatch(where) for where in errors}
    return [errors[where] for where, match in matches.items() if match is None or match["name"] not in names]


def _marked(one: Field, match: re.Match[str], message: str) -> Field:
    if match["row"] is None or int(match["row"]) >= len(one.rows):
        return replace(one, error=message)
    row = int(match["row"])
    cells = [
        replace(cell, error=message) if column.name == match["column"] else cell
        for column, cell in zip(one.columns, one.rows[row], strict=True)
    ]
    if match["column"] not in {column.name for column in one.columns}:
        return replace(one, error=message)
    return replace(one, rows=(*one.rows[:row], tuple(cells), *one.rows[row + 1 :]))


def _field(source: defined.Field, language: Language, around: Surroundings) -> Field:
    kind = KINDS[source.type]
    return Field(
        name=source.name,
        label=_said(source.title, language),
        kind=kind,
        required=source.required,
        hint=_said(source.help, language) if source.help else "",
        choices=tuple(Choice(choice.name, _said(choice.title, language)) for choice in source.of),
        length_max=source.max if kind in TEXTS else None,
        accept=source.accept,
        upload_url=around.upload_url(source.name) if kind in FILES else "",
        search_url=around.search_url(source.name) if kind in {"person", "persons", "unit"} else "",
        columns=tuple(_field(column, language, around) for column in source.columns),
        totalled=kind == "money",
        grouped=not _is_year(source),
    )


def _is_year(source: defined.Field) -> bool:
    return (
        source.type is FieldType.INTEGER and (source.min or 0) >= YEARS[0] and (source.max or YEARS[1] + 1) <= YEARS[1]
    )


def _said(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def _filled(empty: Field, value: Json, around: Surroundings) -> Field:
    if empty.kind == "table":
        rows = value if isinstance(value, list) else []
        table = with_rows(empty, [_row(empty.columns, row) for row in rows if isinstance(row, dict)])
        return replace(table, rows=tuple(tuple(_cell(cell, around) for cell in row) for row in table.rows))
    if empty.kind in {"person", "persons", "unit"}:
        empty = replace(empty, choices=_named(value, around))
    if empty.kind in FILES:
        return replace(empty, value=_links(value, around))
    return replace(empty, value=_shown(empty.kind, value))


def _row(columns: Sequence[Field], row: Mapping[str, Json]) -> dict[str, Any]:
    return {column.name: _shown(column.kind, row.get(column.name)) for column in columns}


def _cell(cell: Field, around: Surroundings) -> Field:
    """Name the person or unit that a cell of a table holds; of files give where they are."""
    if cell.kind in FILES:
        return replace(cell, value=_links(cell.value, around))
    return replace(cell, choices=_named(cell.value, around)) if cell.kind in {"person", "unit"} else cell


def _named(value: Json, around: Surroundings) -> tuple[Choice, ...]:
    ids = value if isinstance(value, list) else [value] if value else []
    return tuple(Choice(str(id), around.names.get(str(id), str(id))) for id in ids)


def _links(value: Any, around: Surroundings) -> tuple[FileLink, ...]:  # noqa: ANN401  # case data, rows made tuples
    stored = value if isinstance(value, list | tuple) else [value] if value else []
    return tuple(_link(file, around) for file in stored if isinstance(file, dict))


def _link(file: Mapping[str, Json], around: Surroundings) -> FileLink:
    id, size = str(file["id"]), file["size"]
    assert isinstance(size, int)
    return FileLink(id, str(file["name"]), size, around.file_url(id))


def _shown(kind: Kind, value: Json) -> Any:  # noqa: ANN401  # the type depends on the kind; see Field
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _stored(value: Any) -> Json:  # noqa: ANN401  # as above
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, FileLink):
        return {"id": value.key, "name": value.name, "size": value.size}
    if isinstance(value, tuple):
        return [_stored(one) for one in value] or None
    if isinstance(value, list):
        rows = [{name: _stored(cell) for name, cell in row.items() if cell is not None} for row in value]
        return [row for row in rows if any(cell not in (False, None) for cell in row.values())]
    stored: Json = value
    return stored
