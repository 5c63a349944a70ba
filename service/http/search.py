"""Search over everything a person may see: items, the text of documents, people."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from adapters.documents.text import plain
from adapters.sql.directory import Directory
from adapters.sql.document_texts import find_documents
from adapters.sql.reads.cases import WORDS_LENGTH_MAX, Filter, list_cases
from service.http.answers import problems
from service.http.contract import FileShape, ItemLine, Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.values import as_text

FOUND_USUAL, FOUND_MAX = 10, 50

Words = Annotated[
    str,
    QueryParameter(name="q", min_length=1, max_length=WORDS_LENGTH_MAX, description="What to look for."),
]
Many = Annotated[int, QueryParameter(name="limit", ge=1, le=FOUND_MAX, description="Most of each sort.")]


class DocumentFound(msgspec.Struct):
    """A file whose name or text holds the words. `excerpt` is what stands around them; empty: it is the name."""

    file: FileShape
    item_code: str
    item_title: str
    excerpt: str


class PersonFound(msgspec.Struct):
    """Somebody who may work, and the office they belong to."""

    id: str
    name: str
    unit: Named


class Found(msgspec.Struct):
    """What was found: items and documents the newest first, people by name."""

    items: list[ItemLine]
    documents: list[DocumentFound]
    people: list[PersonFound]


@get("/api/v1/search", responses=problems(422), tags=["overview"])
async def search(request: AnyRequest, words: Words, front: NamedDependency[Front], limit: Many = FOUND_USUAL) -> Found:
    """Find items by title or code, documents by name or text, people by name. Items and files only of what one sees."""
    sought = plain(as_text(words, "q"))
    if not sought:
        raise Problem(400, "bad_request")
    caller, rendering = caller_of(request), rendering_for(request, front)
    scope, library = scope_of(caller), front.assembly.library

    people = find_people(caller.directory, sought, limit)

    def look() -> Found:
        with front.assembly.database.read() as connection:
            lines = list_cases(connection, scope, Filter(words=sought), None, limit).lines
            hits = find_documents(connection, scope, sought, limit)
        return Found(
            [rendering.item_line(one, library.get(one.definition, one.version).definition) for one in lines],
            [DocumentFound(rendering.file(hit.file), hit.code, hit.title, hit.excerpt) for hit in hits],
            [PersonFound(id, name, rendering.unit(unit)) for id, name, unit in people],
        )

    return await in_thread(front.assembly.threads, look)


def find_people(directory: Directory, words: str, limit: int) -> list[tuple[str, str, str]]:
    """Give people who may work by part of their name: id, name, unit."""
    folded = words.casefold()
    found = (
        (person.name, person.id, person.unit)
        for person in directory.people.values()
        if person.enabled and (folded in person.name.casefold() or folded in person.username.casefold())
    )
    return [(id, name, unit) for name, id, unit in sorted(found)[:limit]]


HANDLERS: list[HTTPRouteHandler] = [search]
