"""Lists of items: everything one may see, what one started, what one has not sent yet, what came back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.histories import history
from adapters.sql.reads.cases import CaseLine, list_cases
from adapters.sql.reads.paging import Page
from engine.case import Case
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.http.lists import scope_of
from service.texts import Speech
from service.web.begun import begun_items, typed_tasks
from service.web.fields import Choice
from service.web.filtering import Chip, chips, filter_of
from service.web.list_columns import (
    ITEMS,
    MINE,
    RETURNED,
    Chooser,
    Table,
    chooser,
    file_asked,
    item_labels,
    noted_labels,
)
from service.web.list_files import every, item_cell, list_file
from service.web.listing import kinds_of, show_items, with_stages
from service.web.lists import PAGING, Address, Pager, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.returning import my_items, returned_items
from service.web.views.addresses import item_url
from service.web.views.remarks import last_return
from service.web.views.rows import ItemRow
from workflows.funds.papers import PROJECT

PAGE_LINES = 20
OWN = (("layout.link.mine", "/mine"), ("items_list.drafts.title", "/drafts"), ("home.returned", "/returned"))
"""The lists of what a person started: the key of the words, and the address."""

RETURNED_AMONG = 200
AnyList = Response[str] | Response[bytes]
"""A page, or the list as a file (`?file=csv`, `?file=xlsx`)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. `start` says whether the reader may start something new, `chips` what it is narrowed to."""

    rows: list[ItemRow]
    pager: Pager
    start: bool
    chooser: Chooser | None = None
    chips: Sequence[Chip] = ()
    kept: Sequence[tuple[str, str]] = ()
    kinds: Sequence[Choice] = ()


@get("/items", include_in_schema=False)
async def list_items(request: AnyRequest, front: NamedDependency[Front]) -> AnyList | Redirect:
    """All items that the reader may see, the newest first, narrowed as the address says; if it says nothing, projects.

    Many warnings and reports stand beside each project: among all items one looks in vain for the projects.
    """
    address = address_of(request)
    assembly = front.assembly
    if not address.query and PROJECT in await in_thread(assembly.threads, assembly.library.published):
        return Redirect(address.with_(definition=PROJECT), status_code=303)
    kind = file_asked(address)

    def work(found: Look) -> Listed:
        listed = _listed(found, address, _seen(found, address, address.get("after") or None, PAGE_LINES))
        return replace(
            listed,
            chips=chips(found, address),
            kept=_kept(address),
            chooser=_chooser(found, ITEMS, address),
            kinds=kinds_of(found),
        )

    if kind:
        return await look(
            request, front, lambda found: _file(found, ITEMS, address, kind, partial(_seen, found, address))
        )
    return _page(request, "layout.link.items", await look(request, front, work), address.get("words"), search=True)


def _seen(found: Look, address: Address, after: str | None, lines: int) -> Page[CaseLine]:
    return list_cases(found.connection, scope_of(found.caller), filter_of(found, address), after, lines)


def _chooser(found: Look, table: Table, address: Address) -> Chooser:
    return chooser(found.connection, found.actor.id, table, address, item_labels(found.t))


def _file(
    found: Look, table: Table, address: Address, kind: str, read: Callable[[str | None, int], Page[CaseLine]]
) -> Response[bytes]:
    shown = _chooser(found, table, address).shown
    labels = {key: label for key, label in item_labels(found.t).items() if key in shown}
    rows = show_items(found, every(read))
    return list_file(found, kind, table.name, labels, rows, partial(item_cell, found))


def _kept(address: Address) -> list[tuple[str, str]]:
    """Give the narrowings that a new search by words and kind keeps."""
    return [(name, value) for name, value in address.query if name not in {"words", "definition", *PAGING}]


@get("/mine", include_in_schema=False)
async def list_mine(request: AnyRequest, front: NamedDependency[Front]) -> AnyList:
    """What the reader started."""
    address = address_of(request)
    kind = file_asked(address)

    def work(found: Look) -> Listed:
        listed = my_items(found, address.get("after") or None, PAGE_LINES)
        shown = _listed(found, address, listed)
        return replace(shown, rows=with_stages(found, listed.lines, shown.rows), chooser=_chooser(found, MINE, address))

    if kind:
        return await look(request, front, lambda found: _file(found, MINE, address, kind, partial(my_items, found)))
    return _page(request, "layout.link.mine", await look(request, front, work))


@get("/drafts", include_in_schema=False)
async def list_drafts(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What the reader began and did not send."""

    def work(found: Look) -> dict[str, Any]:
        return {"rows": begun_items(found), "typed": typed_tasks(found), "start": bool(found.startable())}

    context, t = await look(request, front, work), speech_of(request)
    return page(request, "drafts.html", title=t("items_list.drafts.title"), tabs=_own(t, "/drafts"), **context)


@get("/returned", include_in_schema=False)
async def list_returned(request: AnyRequest, front: NamedDependency[Front]) -> AnyList:
    """What came back to be mended."""
    address = address_of(request)
    kind = file_asked(address)

    def work(found: Look) -> Listed:
        rows = _returned(found)
        labels = noted_labels(found.t)
        columns = chooser(found.connection, found.actor.id, RETURNED, address, labels)
        return Listed(rows, pager(address, len(rows)), start=False, chooser=columns)

    def written(found: Look) -> Response[bytes]:
        shown = chooser(found.connection, found.actor.id, RETURNED, address, noted_labels(found.t)).shown
        labels = {key: label for key, label in noted_labels(found.t).items() if key in shown}
        return list_file(found, kind, RETURNED.name, labels, _returned(found), partial(item_cell, found))

    if kind:
        return await look(request, front, written)
    return _page(request, "home.returned", await look(request, front, work))


def _returned(found: Look) -> list[ItemRow]:
    cases = {case.id: case for _, case in returned_items(found)}
    lines = [line for line in my_items(found, limit=RETURNED_AMONG).lines if line.id in cases]
    rows = zip(lines, show_items(found, lines), strict=True)
    return [_to_mend(found, cases[line.id], row) for line, row in rows]


def _to_mend(found: Look, case: Case, row: ItemRow) -> ItemRow:
    """Add why an item came back, and the way to mending it."""
    returned = last_return(history(found.connection, case.id), found.definition_of(case), case.state)
    remarks = returned.remarks if returned is not None else ()
    marked = {remark.section for remark in remarks if remark.section}
    note = found.t("show.reason_separator").join(remark.words for remark in remarks)
    query = {"section": next(iter(marked))} if len(marked) == 1 else {"only": "mend"} if marked else {}
    return replace(row, note=note, act_url=item_url(case.code, "edit", **query))


def _own(t: Speech, here: str) -> list[Tab]:
    return [Tab(t(key), url, current=url == here) for key, url in OWN if any(here == each for _, each in OWN)]


def _page(request: AnyRequest, title: str, listed: Listed, words: str = "", *, search: bool = False) -> Response[str]:
    t = speech_of(request)
    heading = t(title)
    return page(
        request,
        "items.html",
        title=heading,
        rows=listed.rows,
        pager=listed.pager,
        start=listed.start,
        chips=listed.chips,
        chooser=listed.chooser,
        kept=listed.kept,
        words=words,
        kinds=listed.kinds,
        kind=address_of(request).get("definition"),
        search=search,
        tabs=_own(t, request.url.path),
    )


def _listed(found: Look, address: Address, listed: Page[CaseLine]) -> Listed:
    links = pager(address, len(listed.lines), next_key=listed.after)
    return Listed(show_items(found, listed.lines), links, start=bool(found.startable()))


HANDLERS: list[HTTPRouteHandler] = [list_items, list_mine, list_drafts, list_returned]
