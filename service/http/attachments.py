"""Files in the data of an item: a caller names a file by its id, and what is stored is what we verified of it."""

from collections.abc import Iterator, Mapping

from engine.definition import Definition, Field, FieldType
from engine.refusal import Refusal, Refused
from engine.values import Json

_FILES = frozenset({FieldType.FILE, FieldType.FILES})
Files = Mapping[str, dict[str, Json]]
"""The verified files of an item by id, each as a field holds it: id, name, kind, size, digest."""


def resolved(definition: Definition, data: Mapping[str, Json], files: Files) -> dict[str, Json]:
    """Put the verified file in the place of each named one; raises `Refused` for any that is not the item's."""
    reasons: list[Refusal] = []
    values = {name: _value(definition.fields.get(name), value, name, files, reasons) for name, value in data.items()}
    if reasons:
        raise Refused(*reasons)
    return values


def names_files(definition: Definition, data: Mapping[str, Json]) -> bool:
    """Say whether any of these fields may hold a file, so that the item's files are needed."""
    return any(kind in _FILES for name in data for kind in _kinds(definition.fields.get(name)))


def _kinds(field: Field | None) -> Iterator[FieldType]:
    if field is not None:
        yield field.type
        yield from (column.type for column in field.columns)


def _value(field: Field | None, value: Json, where: str, files: Files, reasons: list[Refusal]) -> Json:
    if field is None or value is None:
        return value
    if field.type is FieldType.FILE:
        return _file(value, where, files, reasons)
    if field.type is FieldType.FILES and isinstance(value, list):
        return [_file(one, f"{where}[{index}]", files, reasons) for index, one in enumerate(value)]
    if field.type is FieldType.TABLE and isinstance(value, list):
        columns = {column.name: column for column in field.columns}
        return [_row(columns, row, f"{where}[{index}]", files, reasons) for index, row in enumerate(value)]
    return value


def _row(columns: Mapping[str, Field], row: Json, where: str, files: Files, reasons: list[Refusal]) -> Json:
    if not isinstance(row, dict):
        return row
    return {name: _value(columns.get(name), cell, f"{where}.{name}", files, reasons) for name, cell in row.items()}


def _file(value: Json, where: str, files: Files, reasons: list[Refusal]) -> Json:
    id = value.get("id") if isinstance(value, dict) else value
    found = files.get(id) if isinstance(id, str) else None
    if found is None:
        reasons.append(Refusal("file.unknown", where=where))
        return None
    return dict(found)
