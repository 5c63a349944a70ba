"""Looking at the files of items: as a page of their own, and each page as a picture."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.documents.preview import Picture, UnreadableError
from adapters.sql.uploads import StoredFile, find_file
from engine.case import Case
from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.web.documents import earlier_version, shown
from service.web.pages import page
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url

PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""A stored file never changes, so its pictures do not either; only the reader's own browser may keep them."""


@get("/files/{file_id:str}/view", include_in_schema=False)
async def view_file(request: AnyRequest, file_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """A document on a page of its own, with what changed since its last version."""

    def work(found: Look, case: Case) -> tuple[StoredFile, StoredFile | None, str, str]:
        stored = _found(found, file_id)
        return stored, earlier_version(found.connection, stored), case.code, found.title(case)

    stored, earlier, code, title = await look_at_case(request, front, work)
    document = await in_thread(front.assembly.slow_threads, lambda: shown(front.assembly, stored, earlier))
    return page(
        request,
        "document.html",
        title=stored.name,
        document=document,
        caption=f"{code} · {title}",
        back_url=item_url(code),
    )


def _found(found: Look, file_id: str) -> StoredFile:
    stored = find_file(found.connection, file_id)
    if stored is None:
        raise NotFound(file_id)
    return stored


@get("/files/{file_id:str}/pages/{number:int}", include_in_schema=False)
async def show_page(file_id: FromPath[str], number: FromPath[int], front: NamedDependency[Front]) -> Response[bytes]:
    """A page of a document as a picture."""

    def work() -> Picture:
        with front.assembly.database.read() as connection:
            stored = find_file(connection, file_id)
        if stored is None:
            raise NotFound(file_id)
        try:
            return front.assembly.previews.page(stored.digest, stored.kind, number)
        except UnreadableError as error:
            raise NotFound(f"{file_id} page {number}") from error

    drawn = await in_thread(front.assembly.slow_threads, work)
    return Response(drawn.content, media_type=drawn.media_type, headers=dict(PICTURE_HEADERS))


HANDLERS: list[HTTPRouteHandler] = [view_file, show_page]
