"""Reading a filled-in form together with the files that came along with it, in fields and in cells of tables."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from litestar.datastructures import FormMultiDict, UploadFile

from adapters.sql.uploads import StoredFile, files_of
from engine.case import Case
from engine.values import Json
from service.http.commanding import field_value
from service.http.files import Upload, accepted_kinds, take
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.web.definition_fields import Surroundings, form_of
from service.web.fields import FILES, Field, FileLink
from service.web.form_input import FormInput, Values, read_form
from service.web.pages import form_values, speech_of
from service.web.reading import Look


def knowing_files(found: Look, case: Case, fields: Sequence[Field]) -> list[Field]:
    """Let the cells for files name every file of the item."""
    if not any(column.kind in FILES for field in fields for column in field.columns):
        return list(fields)
    return _knowing(fields, [_link(file) for file in files_of(found.connection, case.id)])


def _knowing(fields: Iterable[Field], links: Sequence[FileLink]) -> list[Field]:
    return [
        replace(
            field,
            columns=tuple(
                replace(column, stored=(*column.stored, *links)) if column.kind in FILES else column
                for column in field.columns
            ),
        )
        for field in fields
    ]


def _link(file: StoredFile) -> FileLink:
    return FileLink(file.id, file.name, file.size_bytes, Surroundings().file_url(file.id))


async def read_filled(
    request: AnyRequest, front: Front, form: FormMultiDict, fields: Sequence[Field]
) -> tuple[FormInput, dict[str, Json]]:
    """Read a submitted form; gives it for showing again, and its data with the files that came along, kept."""
    fields, values = await _with_cells(request, front, form, fields)
    read = read_form(fields, values, speech_of(request))
    data = form_of(read)
    for field in fields:
        if field.kind in FILES and not field.read_only:
            kept = await _kept(request, front, form, field)
            if kept is not None:
                data[field.name] = kept
    return read, data


async def _with_cells(
    request: AnyRequest, front: Front, form: FormMultiDict, fields: Sequence[Field]
) -> tuple[list[Field], Values]:
    """Keep the files given in cells of tables; the ids of what was kept stand in the form's values then."""
    values, links = form_values(form), []
    columns = [(field, column) for field in fields if not field.read_only for column in field.columns]
    for table, column in columns:
        if column.kind not in FILES:
            continue
        cells = re.compile(rf"{re.escape(table.name)}-\d{{1,6}}-{re.escape(column.name)}")
        for name in filter(cells.fullmatch, values):
            kept = [await _take(request, front, one, f"{table.name}.{column.name}") for one in _given(form, name)]
            if kept:
                links += [_link(file) for file in kept]
                values[name] = [file.id for file in kept]
    return _knowing(fields, links), values


async def _kept(request: AnyRequest, front: Front, form: FormMultiDict, field: Field) -> Json:
    """Keep the files given for a field; None when it stays as it is."""
    stored: list[Json] = [
        dict(field_value(await _take(request, front, one, field.name))) for one in _given(form, field.name)
    ]
    dropped = {
        intent.split(":", 2)[2] for intent in form.getall("intent", []) if str(intent).startswith(f"drop:{field.name}:")
    }
    before = [link.key for link in field.value or () if link.key not in dropped]
    if not stored and not dropped:
        return None
    if field.kind == "file":
        return stored[-1] if stored else None
    return [{"id": key} for key in before] + stored


def _given(form: FormMultiDict, name: str) -> list[UploadFile]:
    return [one for one in form.getall(name, []) if isinstance(one, UploadFile) and one.filename]


async def _take(request: AnyRequest, front: Front, file: UploadFile, place: str) -> StoredFile:
    """Keep a file given at a place, `lines.invoice` being a column of a table; raises `Refused`."""
    seen, actor = seen_row(request), caller_of(request).actor
    accept = accepted_kinds(front.assembly.library.get(seen.definition, seen.version).definition, place)
    keep = partial(take, front.assembly, actor, seen.case_id, Upload(file=file, field=place), accept)
    return await in_thread(front.assembly.slow_threads, keep)
