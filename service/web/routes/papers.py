"""The printed documents of an item, and the page that proves one genuine to whoever holds the paper."""

import re

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.sql.histories import digest_at, load
from adapters.sql.numbering import document_numbers
from engine.case import Case
from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread, seen_row
from service.http.papers import FileName, printed, printer
from service.printing import TOKEN_DIGITS, kinds, number_of
from service.web.pages import page, preferences_of, speech_of
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url
from workflows.documents import offered

FINE, MALFORMED, UNKNOWN = 200, 400, 404
TOKEN = re.compile(rf"([0-9A-Za-z-]{{1,64}})\.(D[0-9]{{2}}[ab]?)\.([0-9]{{1,9}})\.([0-9a-f]{{{TOKEN_DIGITS}}})")


@get("/items/{code:str}/documents", include_in_schema=False)
async def show_papers(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The documents that can be printed of an item."""
    del code

    def work(found: Look, case: Case) -> tuple[list[dict[str, str]], str, str]:
        given = document_numbers(found.connection, case.id)
        lines = [
            {
                "title": found.reader.says(kind.title),
                "number": number_of(kind, given),
                "pdf": item_url(case.code, "documents", f"{kind.code}.pdf"),
                "word": item_url(case.code, "documents", f"{kind.code}.docx"),
            }
            for kind in offered(kinds().values(), case)
        ]
        return lines, case.code, found.title(case)

    lines, number, title = await look_at_case(request, front, work)
    heading = speech_of(request)("papers.title")
    caption = f"{number} · {title}"
    return page(request, "papers.html", title=heading, papers=lines, caption=caption, back_url=item_url(number))


@get("/items/{code:str}/documents/{name:str}", include_in_schema=False)
async def print_paper(
    request: AnyRequest, code: FromPath[str], name: FileName, front: NamedDependency[Front]
) -> Response[bytes]:
    """A document as a file."""
    del code
    case_id, language = seen_row(request).case_id, preferences_of(request).language
    return await in_thread(
        front.assembly.slow_threads, lambda: printed(front, printer(front, request, language, case_id), name)
    )


@get("/verify/{token:str}", include_in_schema=False)
async def verify(request: AnyRequest, token: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Whether a paper is genuine: its number, the hash and whether the item has gone on; nothing else of the item."""
    found = TOKEN.fullmatch(token)

    def work() -> dict[str, object] | None:
        if found is None or found[2] not in kinds():
            return None
        with front.assembly.database.read() as connection:
            digest = digest_at(connection, found[1], int(found[3]))
            if digest is None or not digest.startswith(found[4]):
                return None
            try:
                case = load(connection, found[1])
                number = number_of(kinds()[found[2]], document_numbers(connection, case.id))
            except NotFound:
                return None
        kind = kinds()[found[2]]
        return {
            "number": number,
            "kind": kind.title.en if preferences_of(request).language == "en" else kind.title.zh,
            "digest": digest,
            "is_current": case.revision == int(found[3]),
        }

    proof = await in_thread(front.assembly.threads, work)
    heading = speech_of(request)("papers.proof")
    status = FINE if proof is not None else UNKNOWN if found is not None else MALFORMED
    return page(request, "proof.html", title=heading, proof=proof, status=status)


HANDLERS: list[HTTPRouteHandler] = [show_papers, print_paper, verify]
