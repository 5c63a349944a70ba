"""Lists of items: everything one may see, what one started, what came back."""

from dataclasses import dataclass, replace

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.histories import history
from adapters.sql.reads.cases import CaseLine, Filter, list_cases
from adapters.sql.reads.paging import Page
from engine.case import Case
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.web.listing import show_items, with_stages
from service.web.lists import Address, Pager, pager
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look
from service.web.returning import my_items, returned_items
from service.web.views.addresses import item_url
from service.web.views.remarks import last_return
from service.web.views.rows import ItemRow

PAGE_LINES = 20
RETURNED_AMONG = 200
WORDS_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. `start` says whether the reader may start something new."""

    rows: list[ItemRow]
    pager: Pager
    start: bool


@get("/items", include_in_schema=False)
async def list_items(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """All items that the reader may see, the newest first."""
    address, words = address_of(request), request.query_params.get("words", "").strip()[:WORDS_LENGTH_MAX]

    def work(found: Look) -> Listed:
        wanted, after = Filter(words=words or None), address.get("after") or None
        listed = list_cases(found.connection, scope_of(found.caller), wanted, after, PAGE_LINES)
        return _listed(found, address, listed)

    return _page(request, "layout.link.items", await look(request, front, work), words, search=True)


@get("/mine", include_in_schema=False)
async def list_mine(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What the reader started."""
    address = address_of(request)

    def work(found: Look) -> Listed:
        listed = my_items(found, address.get("after") or None, PAGE_LINES)
        shown = _listed(found, address, listed)
        return replace(shown, rows=with_stages(found, listed.lines, shown.rows))

    return _page(request, "layout.link.mine", await look(request, front, work))


@get("/returned", include_in_schema=False)
async def list_returned(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What came back to be mended."""
    address = address_of(request)

    def work(found: Look) -> Listed:
        cases = {case.id: case for _, case in returned_items(found)}
        lines = [line for line in my_items(found, limit=RETURNED_AMONG).lines if line.id in cases]
        rows = zip(lines, show_items(found, lines), strict=True)
        return Listed(
            [_to_mend(found, cases[line.id], row) for line, row in rows], pager(address, len(lines)), start=False
        )

    return _page(request, "home.returned", await look(request, front, work))


def _to_mend(found: Look, case: Case, row: ItemRow) -> ItemRow:
    """Add why an item came back, and the way to mending it."""
    returned = last_return(history(found.connection, case.id), found.definition_of(case), case.state)
    remarks = returned.remarks if returned is not None else ()
    marked = any(remark.section for remark in remarks)
    note = found.t("show.reason_separator").join(remark.words for remark in remarks)
    return replace(row, note=note, act_url=item_url(case.code, "edit", **({"only": "mend"} if marked else {})))


def _page(request: AnyRequest, title: str, listed: Listed, words: str = "", *, search: bool = False) -> Response[str]:
    heading = speech_of(request)(title)
    return page(
        request,
        "items.html",
        title=heading,
        rows=listed.rows,
        pager=listed.pager,
        start=listed.start,
        words=words,
        search=search,
    )


def _listed(found: Look, address: Address, listed: Page[CaseLine]) -> Listed:
    links = pager(address, len(listed.lines), next_key=listed.after)
    return Listed(show_items(found, listed.lines), links, start=bool(found.startable()))


HANDLERS: list[HTTPRouteHandler] = [list_items, list_mine, list_returned]
