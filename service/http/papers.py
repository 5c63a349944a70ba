"""Printed documents over HTTP: which there are of an item, each as PDF or Word."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter

from adapters.documents.paper import Paper, pdf, word
from adapters.sql.histories import load
from adapters.sql.numbering import document_numbers, number_document
from engine.refusal import NotFound
from service.http.answers import problems
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.masking import mask_for
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.printing import Printer, kinds, number_of
from service.texts import Language
from service.web.views.reader import Reader
from workflows.documents import offered

Format = Literal["pdf", "docx"]
WRITERS: dict[Format, tuple[Callable[[Paper], bytes], str]] = {
    "pdf": (pdf, "application/pdf"),
    "docx": (word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
FILE = re.compile(r"(D[0-9]{2}[ab]?)\.(pdf|docx)")
ROOT = "/api/v1/items/{item_id:str}/documents"
FileName = Annotated[str, PathParameter(pattern=FILE.pattern, description="Such as `D12.pdf` or `D12.docx`.")]


class PaperLine(msgspec.Struct):
    """A document that can be printed of an item. `files` are its addresses, by format.

    `number` is empty until it is first printed: then it gets the next one of its kind and year.
    """

    kind: str
    title: str
    number: str
    files: dict[str, str]


class PaperList(msgspec.Struct):
    """The documents that can be printed of an item as it stands."""

    documents: list[PaperLine]


def printer(front: Front, request: AnyRequest, language: Language, case_id: str) -> Printer:
    """Give what prints an item for who asks."""
    caller = caller_of(request)
    wording = Wording(front.assembly.catalogue, language)
    reader = Reader(
        wording.catalogue.speak(language), Rendering(wording, caller.directory, caller.actor), datetime.now(UTC)
    )
    with front.assembly.database.read() as connection:
        case = load(connection, case_id)
    definition = front.assembly.runtime.process_of(case).definition
    shown = mask_for(definition, caller.actor, case).case(case)
    return Printer(shown, definition, reader, front.assembly.settings.origin)


def printed(front: Front, found: Printer, name: str) -> Response[bytes]:
    """Give a document as a file; NotFound when the item has none of that name."""
    parts = FILE.fullmatch(name)
    available = {kind.code: kind for kind in offered(kinds().values(), found.case)}
    if parts is None or parts[1] not in available:
        raise NotFound(name)
    kind = available[parts[1]]
    writer, media_type = WRITERS["pdf" if parts[2] == "pdf" else "docx"]
    number_document(front.assembly.database, kind.code, found.case.id, front.assembly.clock.now())
    with front.assembly.database.read() as connection:
        paper = found.paper(connection, kind)
    plain = f"{paper.number}.{parts[2]}".replace("/", "-")
    shown = quote(f"{paper.name} {plain}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{shown}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(writer(paper), media_type=media_type, headers=headers)


@get(ROOT, responses=problems(404), tags=["documents"])
async def documents(request: AnyRequest, front: NamedDependency[Front]) -> PaperList:
    """List the printed documents (D01 to D44) that there are of an item as it stands."""
    case_id, language = seen_row(request).case_id, front.answering.wording(request).language

    def look() -> PaperList:
        found = printer(front, request, language, case_id)
        with front.assembly.database.read() as connection:
            given = document_numbers(connection, case_id)
        base = f"/api/v1/items/{case_id}/documents"
        return PaperList(
            [
                PaperLine(
                    kind.code,
                    found.reader.says(kind.title),
                    number_of(kind, given),
                    {ending: f"{base}/{kind.code}.{ending}" for ending in WRITERS},
                )
                for kind in offered(kinds().values(), found.case)
            ]
        )

    return await in_thread(front.assembly.threads, look)


@get(
    f"{ROOT}/{{name:str}}",
    media_type="application/pdf",
    responses=problems(404) | {200: ResponseSpec(bytes, description="The document.", media_type="application/pdf")},
    tags=["documents"],
)
async def document(request: AnyRequest, name: FileName, front: NamedDependency[Front]) -> Response[bytes]:
    """Print a document from live data, as PDF or Word: fields, record of opinions, who signs, a code to verify it."""
    case_id, language = seen_row(request).case_id, front.answering.wording(request).language
    return await in_thread(
        front.assembly.slow_threads, lambda: printed(front, printer(front, request, language, case_id), name)
    )


HANDLERS: list[HTTPRouteHandler] = [documents, document]
