"""One search over items, the text of documents, and people; the palette asks it too."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from adapters.documents.text import plain
from adapters.sql.document_texts import find_documents
from adapters.sql.reads.cases import WORDS_LENGTH_MAX, Filter, list_cases
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.http.search import find_people
from service.web.listing import show_items
from service.web.pages import fragment, page, speech_of
from service.web.reading import Look, look
from service.web.views.addresses import file_url, item_url
from service.web.views.rows import ItemRow

FOUND_MAX, IN_PALETTE = 20, 6
PALETTE = "x-palette"
"""The header by which the palette asks for the results alone."""


class DocumentLine(Struct, frozen=True):
    """A file that was found; `excerpt` stands around the words, empty where the name holds them."""

    name: str
    url: str
    code: str
    title: str
    item_url: str
    excerpt: str


class Found(Struct, frozen=True):
    """Everything that was found."""

    items: Sequence[ItemRow] = ()
    documents: Sequence[DocumentLine] = ()
    people: Sequence[tuple[str, str]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.items or self.documents or self.people)


@get("/search", include_in_schema=False)
async def search(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Search; the palette gets the results alone."""
    words = plain(request.query_params.get("q", "").strip()[:WORDS_LENGTH_MAX])
    is_palette = PALETTE in request.headers
    found = await look(request, front, lambda looking: _found(looking, words, IN_PALETTE if is_palette else FOUND_MAX))
    if is_palette:
        return fragment(request, "search.html", "found", found=found, words=words)
    return page(request, "search.html", title=speech_of(request)("search.title"), found=found, words=words)


def _found(looking: Look, words: str, limit: int) -> Found:
    if not words:
        return Found()
    scope, reader = scope_of(looking.caller), looking.reader
    lines = list_cases(looking.connection, scope, Filter(words=words), None, limit).lines
    hits = find_documents(looking.connection, scope, words, limit)
    people = find_people(looking.caller.directory, words, limit)
    return Found(
        show_items(looking, lines),
        [
            DocumentLine(
                hit.file.name, f"{file_url(hit.file.id)}/view", hit.code, hit.title, item_url(hit.code), hit.excerpt
            )
            for hit in hits
        ],
        [(name, reader.unit(unit)) for _, name, unit in people],
    )


HANDLERS: list[HTTPRouteHandler] = [search]
