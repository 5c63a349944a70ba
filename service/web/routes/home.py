"""The start page and the notices."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from msgspec import Struct

from adapters.sql.notices import Notice, count_unread, list_notices, mark_read
from adapters.sql.reads.cases import lines_of
from adapters.sql.reads.paging import Page
from adapters.sql.reads.queue import count_open, open_tasks
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.telling import About, Teller, abouts
from service.web.listing import show_items, show_tasks
from service.web.lists import Address, Pager, pager
from service.web.looking_after import sections_of
from service.web.pages import address_of, page, speech_of
from service.web.portfolio import EVERYTHING, troubles
from service.web.reading import Look, look
from service.web.returning import my_items, returned_items
from service.web.views.addresses import item_url
from service.web.views.home import FIRST, Tile, due_this_week, tiles
from service.web.views.notices import NoticeRow, notice_row
from service.web.views.overview import exceptions
from service.web.views.rows import ItemRow, TaskRow

LOOKED_AT = 50
"""Tasks the start page looks at, soonest due first, for what is late and due this week."""

NOTICES, NOTICES_AT_HOME = 20, 5


class Home(Struct, frozen=True):
    """What the start page shows."""

    tiles: list[Tile]
    tasks: list[TaskRow]
    items: list[ItemRow]
    notices: list[NoticeRow]
    may_start: bool
    exceptions: Sequence[Tile]
    sections: Sequence[tuple[str, str]]


@get("/", include_in_schema=False)
async def show_home(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What to do now."""
    home = await look(request, front, _home)
    return page(request, "home.html", title=speech_of(request)("home.title"), home=home)


def _home(found: Look) -> Home:
    own, groups = f"u:{found.actor.id}", [name for name in found.actor.principals if name.startswith("g:")]
    rows = show_tasks(found, open_tasks(found.connection, [own], limit=LOOKED_AT).lines)
    unread = [notice for notice in list_notices(found.connection, found.actor.id).lines if notice.read_at is None]
    calendar = next(iter(found.facts.directory.calendars.values()))
    return Home(
        tiles=tiles(
            found.reader,
            rows,
            count=count_open(found.connection, [own]),
            claimable=count_open(found.connection, groups),
            returned=len(returned_items(found)),
            week=len(due_this_week(rows, found.reader, calendar)),
        ),
        tasks=show_tasks(found, open_tasks(found.connection, [own, *groups], limit=FIRST).lines),
        items=show_items(found, my_items(found, limit=FIRST, is_closed=False).lines),
        notices=_rows(found, unread[:NOTICES_AT_HOME]),
        may_start=bool(found.startable()),
        exceptions=_exceptions(found),
        sections=sections_of(found),
    )


def _exceptions(found: Look) -> list[Tile]:
    """Give those who look over many projects what needs them."""
    if not found.front.policy.rules["GET", "/dashboard"].allows(found.caller.roles):
        return []
    return exceptions(troubles(found, EVERYTHING), EVERYTHING, found.reader)


@get("/notifications", include_in_schema=False)
async def show_notices(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """All notices, the latest first."""
    address = address_of(request)
    rows, unread, links = await look(request, front, lambda found: _notices(found, address))
    title = speech_of(request)("inbox.title")
    return page(request, "notifications.html", title=title, rows=rows, unread=unread, pager=links)


def _notices(found: Look, address: Address) -> tuple[list[NoticeRow], int, Pager]:
    listed: Page[Notice] = list_notices(found.connection, found.actor.id, address.get("after") or None, NOTICES)
    rows = _rows(found, listed.lines)
    return rows, count_unread(found.connection, found.actor.id), pager(address, len(rows), next_key=listed.after)


def _rows(found: Look, notices: Sequence[Notice]) -> list[NoticeRow]:
    cases = lines_of(found.connection, {notice.case_id for notice in notices if notice.case_id})
    told = abouts(found.connection, cases.values())
    return [_row(found, notice, told.get(notice.case_id or "")) for notice in notices]


def _row(found: Look, notice: Notice, about: About | None) -> NoticeRow:
    assembly = found.front.assembly
    teller = Teller(assembly.catalogue, assembly.library, assembly.settings.origin)
    text = teller.sentence(found.reader.language, found.facts.directory, notice.kind, notice.params, about)
    if about is None:
        return notice_row(notice, text, str(notice.params.get("code", "")), str(notice.params.get("url", "")))
    return notice_row(notice, text, about.code, item_url(about.code))


@post("/notifications", include_in_schema=False)
async def read_notices(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """Mark everything up to the newest notice that was shown as read."""
    until = str((await request.form()).get("until", ""))
    now, user_id = front.assembly.clock.now(), caller_of(request).actor.id
    database = front.assembly.database
    await in_thread(front.assembly.threads, lambda: mark_read(database, user_id, until, now))
    return Redirect("/notifications", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_home, show_notices, read_notices]
