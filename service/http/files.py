"""Files of items: taken through the gate for uploads, kept by digest, given back as attachments only."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Annotated
from urllib.parse import quote

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, MultipartBody
from litestar.response import Stream

from adapters.documents.upload import FILE_BYTES_MAX, CheckedFile, check_upload
from adapters.sql.histories import load
from adapters.sql.uploads import StoredFile, add_file, files_of, find_file
from engine.commands import Actor
from engine.definition import Definition, Field, FieldType
from engine.refusal import NotFound, Refusal, Refused
from service.assembly import Assembly
from service.http.answers import problems
from service.http.contract import FILES_MAX, FileList, FileShape
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.reader import rendering_for
from service.http.visit import note

BODY_BYTES_MAX = FILE_BYTES_MAX + (64 << 10)
"""The largest file and the wrapping of its parts."""

PIECE_BYTES = 1 << 16
MEDIA_TYPE = "application/octet-stream"
"""What every file is given back as, so that no browser shows or runs it."""

UPLOAD = problems(404, 413, 415, 422, 507)


@dataclass
class Upload:
    """A file, and the field of the form that it is for, whose kinds it must be of."""

    file: UploadFile
    field: Annotated[str, msgspec.Meta(max_length=130)] = ""


@post("/api/v1/items/{item_id:str}/files", responses=UPLOAD, request_max_body_size=BODY_BYTES_MAX, tags=["files"])
async def upload(request: AnyRequest, data: MultipartBody[Upload], front: NamedDependency[Front]) -> FileShape:
    """Attach a file to an item. It counts once a field names it; only who has work on the item may attach."""
    caller, seen = caller_of(request), seen_row(request)
    definition = front.assembly.library.get(seen.definition, seen.version).definition
    accept = accepted_kinds(definition, data.field)
    stored = await in_thread(
        front.assembly.slow_threads,
        lambda: take(front.assembly, caller.actor, seen.case_id, data, accept),
    )
    note(request, size=stored.size_bytes, kind=stored.kind)
    return rendering_for(request, front).file(stored)


def accepted_kinds(definition: Definition, place: str) -> tuple[str, ...] | None:
    """Give the kinds that a field takes, `lines.invoice` being a column of a table; None where any may come."""
    if not place:
        return None
    name, _, column = place.partition(".")
    field: Field | None = definition.fields.get(name)
    if field is not None and column:
        field = next((one for one in field.columns if one.name == column), None)
    if field is None or field.type not in {FieldType.FILE, FieldType.FILES}:
        raise Refused(Refusal("field.unknown", where=place))
    return field.accept or None


def take(assembly: Assembly, actor: Actor, case_id: str, data: Upload, accept: tuple[str, ...] | None) -> StoredFile:
    """Check the file, keep its bytes, then record it: what is recorded is always there."""
    _may_attach(assembly, actor, case_id)
    checked = check_upload(data.file.file, data.file.filename, accept)
    if isinstance(checked, Refusal):
        raise Refused(checked)
    kept = assembly.files.put(data.file.file)
    stored = _recorded(assembly, actor, case_id, data.field, checked, kept.digest)
    add_file(assembly.database, stored)
    return stored


def _recorded(
    assembly: Assembly, actor: Actor, case_id: str, field: str, checked: CheckedFile, digest: str
) -> StoredFile:
    return StoredFile(
        id=assembly.ids.new(),
        case_id=case_id,
        field=field,
        name=checked.name,
        kind=checked.kind.value,
        size_bytes=checked.size_bytes,
        digest=digest,
        by=actor.id,
        at=assembly.clock.now(),
    )


def _may_attach(assembly: Assembly, actor: Actor, case_id: str) -> None:
    """Refuse people who have nothing to do with the item now, and items that have too many files."""
    with assembly.database.read() as connection:
        case = load(connection, case_id)
        options = assembly.runtime.options(case, actor, assembly.organisation.facts(connection))
        if not any(option.allowed for option in options):
            raise Refused(Refusal("permission.not_yours", where=case.state))
        if len(files_of(connection, case_id)) >= FILES_MAX:
            raise Refused(Refusal("file.too_many", params={"most": FILES_MAX}))


@get("/api/v1/items/{item_id:str}/files", responses=problems(404), tags=["files"])
async def listing(request: AnyRequest, front: NamedDependency[Front]) -> FileList:
    """List the files of an item."""
    case_id, rendering = seen_row(request).case_id, rendering_for(request, front)

    def look() -> FileList:
        with front.assembly.database.read() as connection:
            return FileList([rendering.file(stored) for stored in files_of(connection, case_id)])

    return await in_thread(front.assembly.threads, look)


@get(
    "/api/v1/files/{file_id:str}",
    media_type=MEDIA_TYPE,
    responses=problems(404) | {200: ResponseSpec(bytes, description="The file.", media_type=MEDIA_TYPE)},
    tags=["files"],
)
async def download(file_id: FromPath[str], front: NamedDependency[Front]) -> Stream:
    """Give a file back, always as an attachment that no browser runs."""
    return await send(front, file_id)


async def send(front: Front, file_id: str) -> Stream:
    """Find a file and stream it; NotFound when there is none."""

    def find() -> tuple[StoredFile, IO[bytes]]:
        with front.assembly.database.read() as connection:
            stored = find_file(connection, file_id)
        if stored is None:
            raise NotFound(file_id)
        return stored, front.assembly.files.open(stored.digest)

    stored, content = await in_thread(front.assembly.threads, find)
    return Stream(_pieces(content), media_type=MEDIA_TYPE, headers=attachment_headers(stored))


def attachment_headers(stored: StoredFile) -> dict[str, str]:
    """Tell the browser to save the file, under its own name, and not to look into it."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in PurePath(stored.name).stem)
    return {
        "Content-Disposition": (
            f"attachment; filename=\"{plain[:60]}.{stored.kind}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
        ),
        "Content-Length": str(stored.size_bytes),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": f'"{stored.digest}"',
    }


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while piece := content.read(PIECE_BYTES):
            yield piece


HANDLERS: list[HTTPRouteHandler] = [upload, listing, download]
