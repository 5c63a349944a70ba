"""The queue: what waits for the reader, what they could take, what they did; and files."""

from datetime import UTC, datetime, timedelta

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from adapters.sql.directory import ZONE
from adapters.sql.reads.cases import copied_cases
from adapters.sql.reads.paging import Page
from adapters.sql.reads.queue import TaskLine, Wanted, done_tasks, lent_tasks, open_tasks
from service.http.files import send
from service.http.front import Front
from service.http.gate import AnyRequest
from service.texts import Speech
from service.web.listing import show_items, show_tasks
from service.web.lists import Address, Column, Pager, by_key, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.views.home import DAYS_A_WEEK
from service.web.views.rows import ItemRow, TaskRow

PAGE_LINES = 20
VIEWS = ("mine", "claimable", "done", "cc", "lent")
OPEN_VIEWS = frozenset({"mine", "claimable"})
SPANS = ("any", "late", "week")
"""Narrowings of open tasks by when they are due."""

WORDS_LENGTH_MAX = 80
NAMES = ("code", "title", "state", "due", "amount", "age")


@get("/queue", include_in_schema=False)
async def show_queue(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Tasks, the soonest due first."""
    t, address = speech_of(request), address_of(request)
    view = address.get("view", "mine")
    view = view if view in VIEWS else "mine"
    due, words = address.get("due"), address.get("words").strip()[:WORDS_LENGTH_MAX]

    def work(found: Look) -> tuple[list[TaskRow], list[ItemRow], Pager]:
        after = address.get("after") or None
        if view == "cc":
            copied = copied_cases(found.connection, found.actor.id, after, PAGE_LINES)
            lines = [line for _, line in copied.lines]
            return [], show_items(found, lines), pager(address, len(lines), next_key=copied.after)
        listed = _tasks(found, view, after, _wanted(found.reader.now, due, words))
        return show_tasks(found, listed.lines), [], pager(address, len(listed.lines), next_key=listed.after)

    (rows, items, links), columns = await look(request, front, work), _columns(t, view)
    return page(
        request,
        "queue.html",
        title=t("layout.link.queue"),
        tabs=[Tab(t(f"queue.view.{one}"), _view_url(address, one), one == view) for one in VIEWS],
        spans=[Tab(t(f"queue.span.{one}"), _span_url(address, one), one == (due or "any")) for one in SPANS],
        words=words,
        view=view,
        due=due,
        columns=columns,
        column=by_key(columns),
        rows=rows,
        items=items,
        pager=links,
        narrows=view in OPEN_VIEWS,
        done=request.query_params.get("done", ""),
    )


def _tasks(found: Look, view: str, after: str | None, wanted: Wanted) -> Page[TaskLine]:
    if view == "done":
        return done_tasks(found.connection, found.actor.id, after, PAGE_LINES)
    if view == "lent":
        return lent_tasks(found.connection, found.actor.id, after, PAGE_LINES)
    return open_tasks(found.connection, _principals(found, view), after, PAGE_LINES, wanted)


def _principals(found: Look, view: str) -> list[str]:
    if view == "mine":
        return [f"u:{found.actor.id}"]
    return [name for name in found.actor.principals if name.startswith("g:")]


def _view_url(address: Address, view: str) -> str:
    return address.with_(view=view, after=None, done=None, due=None, words=None)


def _span_url(address: Address, span: str) -> str:
    return address.with_(due=None if span == "any" else span, after=None, done=None)


def _wanted(now: datetime, due: str, words: str) -> Wanted:
    """Give what the address narrows the queue to: what is late, or due until the end of Sunday."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=DAYS_A_WEEK - today.weekday())
    return Wanted(
        due_from=now if due == "week" else None,
        due_until={"late": now, "week": monday.astimezone(UTC)}.get(due),
        words=words or None,
    )


def _columns(t: Speech, view: str) -> list[Column]:
    names = ("code", "title", "state", "done", "amount") if view == "done" else NAMES
    return [
        Column(name, t(f"queue.column.{name}"), numeric=name in {"amount", "age"}, narrow=name == "code")
        for name in names
    ]


@get("/files/{file_id:str}", include_in_schema=False)
async def give_file(file_id: FromPath[str], front: NamedDependency[Front]) -> Stream:
    """Give a file back, as an attachment."""
    return await send(front, file_id)


HANDLERS: list[HTTPRouteHandler] = [show_queue, give_file]
