"""The queue: what waits for the reader, what they could take, what they did; and files."""

from datetime import UTC, timedelta
from functools import partial
from typing import cast

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from msgspec import Struct

from adapters.sql.directory import ZONE
from adapters.sql.reads.cases import copied_cases
from adapters.sql.reads.paging import Page
from adapters.sql.reads.queue import TaskLine, Wanted, done_tasks, lent_tasks, open_tasks
from adapters.sql.reads.sorted_queue import By, Sorting, sorted_tasks
from engine.standing import money_field
from service.http.files import send
from service.http.front import Front
from service.http.gate import AnyRequest
from service.texts import Speech
from service.web import list_columns
from service.web.fields import Choice
from service.web.list_columns import Chooser, Table, chooser, file_asked, item_labels
from service.web.list_files import every, item_cell, list_file, task_cell
from service.web.listing import kinds_of, show_items, show_tasks
from service.web.lists import Address, Column, Order, Pager, by_key, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.saved_views import QUEUE, SavedView, opening, saved_views
from service.web.views.home import DAYS_A_WEEK
from service.web.views.rows import ItemRow, TaskRow

PAGE_LINES = 50
VIEWS = ("mine", "claimable", "done", "cc", "lent")
OPEN_VIEWS = frozenset({"mine", "claimable"})
SPANS = ("any", "late", "week")
"""Narrowings of open tasks by when they are due."""

WORDS_LENGTH_MAX = 80
NAMES = ("code", "title", "state", "due", "amount", "age")
SORTED = frozenset({"due", "amount", "age"})
"""Columns that open tasks are ordered by."""


class Shown(Struct, frozen=True):
    """What the page shows of a queue."""

    rows: list[TaskRow]
    items: list[ItemRow]
    pager: Pager
    views: list[SavedView]
    kinds: list[Choice]
    chooser: Chooser


@get("/queue", include_in_schema=False)
async def show_queue(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Response[bytes] | Redirect:
    """Tasks, the soonest due first; without a query as the person's first view has them; all of them as a file."""
    t, address = speech_of(request), address_of(request)
    view = address.get("view", "mine")
    view = view if view in VIEWS else "mine"
    order = Order.read(address, SORTED if view in OPEN_VIEWS else (), "due")
    kind = file_asked(address)
    if kind:
        return await look(request, front, lambda found: _file(found, address, view, order, kind))
    shown = await look(request, front, lambda found: _shown(found, address, view, order))
    first = opening(shown.views, address)
    if first is not None:
        return Redirect(first.url, status_code=303)
    due, seen = address.get("due"), shown.chooser.shown
    columns = [one for one in _columns(t, view, order) if one.key in seen]
    return page(
        request,
        "queue.html",
        title=t("layout.link.queue"),
        tabs=[Tab(t(f"queue.view.{one}"), _view_url(address, one), one == view) for one in VIEWS],
        spans=[Tab(t(f"queue.span.{one}"), _span_url(address, one), one == (due or "any")) for one in SPANS],
        words=address.get("words"),
        kind=address.get("kind"),
        sort=address.get("sort"),
        view=view,
        due=due,
        columns=columns,
        column=by_key(columns),
        shown=shown,
        shelf=QUEUE,
        here=QUEUE.query_of(address),
        narrows=view in OPEN_VIEWS,
        done=request.query_params.get("done", ""),
    )


def _shown(found: Look, address: Address, view: str, order: Order) -> Shown:
    after, views = address.get("after") or None, saved_views(found.connection, found.actor.id, QUEUE)
    offered = chooser(found.connection, found.actor.id, _table(view), address, _labels(found.t, view))
    if view == "cc":
        copied = copied_cases(found.connection, found.actor.id, after, PAGE_LINES)
        lines = [line for _, line in copied.lines]
        links = pager(address, len(lines), next_key=copied.after)
        return Shown([], show_items(found, lines), links, views, [], offered)
    listed = _tasks(found, view, after, _wanted(found, address), order)
    links = pager(address, len(listed.lines), next_key=listed.after)
    return Shown(show_tasks(found, listed.lines), [], links, views, kinds_of(found), offered)


def _table(view: str) -> Table:
    return list_columns.ITEMS if view == "cc" else list_columns.QUEUE


def _labels(t: Speech, view: str) -> dict[str, str]:
    """Name what may be shown or hidden: the columns of the table, and the unit that stands below a title."""
    if view == "cc":
        return item_labels(t)
    names = [name for one in _names(view) for name in ((one, "unit") if one == "title" else (one,))]
    return {name: t(f"queue.column.{name}") for name in names}


def _file(found: Look, address: Address, view: str, order: Order, kind: str) -> Response[bytes]:
    """Give the whole list as a file, in the columns that the reader looks at."""
    shown = _shown(found, address, view, order).chooser.shown
    labels = {key: label for key, label in _labels(found.t, view).items() if key in shown}
    if view == "cc":
        copied = every(lambda after, lines: copied_cases(found.connection, found.actor.id, after, lines))
        items = show_items(found, [line for _, line in copied])
        return list_file(found, kind, "items", labels, items, partial(item_cell, found))
    wanted = _wanted(found, address)
    tasks = every(lambda after, lines: _tasks(found, view, after, wanted, order, lines))
    return list_file(found, kind, "queue", labels, show_tasks(found, tasks), task_cell)


def _tasks(
    found: Look, view: str, after: str | None, wanted: Wanted, order: Order, lines: int = PAGE_LINES
) -> Page[TaskLine]:
    if view == "done":
        return done_tasks(found.connection, found.actor.id, after, lines)
    if view == "lent":
        return lent_tasks(found.connection, found.actor.id, after, lines)
    principals = _principals(found, view)
    if order.key == "due" and not order.descending:
        return open_tasks(found.connection, principals, after, lines, wanted)
    return sorted_tasks(found.connection, principals, _sorting(found, order), after, lines, wanted)


def _sorting(found: Look, order: Order) -> Sorting:
    return Sorting(
        cast("By", order.key), order.descending, lambda key, version: money_field(found.definition(key, version))
    )


def _principals(found: Look, view: str) -> list[str]:
    if view == "mine":
        return [f"u:{found.actor.id}"]
    return [name for name in found.actor.principals if name.startswith("g:")]


def _view_url(address: Address, view: str) -> str:
    return address.with_(view=view, **dict.fromkeys(("after", "done", *QUEUE.narrowings)))


def _span_url(address: Address, span: str) -> str:
    return address.with_(due=None if span == "any" else span, after=None, done=None)


def _wanted(found: Look, address: Address) -> Wanted:
    """Give what the address narrows the queue to: what is late, or due until the end of Sunday; a procedure; words."""
    now, due = found.reader.now, address.get("due")
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=DAYS_A_WEEK - today.weekday())
    return Wanted(
        due_from=now if due == "week" else None,
        due_until={"late": now, "week": monday.astimezone(UTC)}.get(due),
        words=address.get("words").strip()[:WORDS_LENGTH_MAX] or None,
        definition=address.get("kind") or None,
    )


def _columns(t: Speech, view: str, order: Order) -> list[Column]:
    return [_column(t, name, order, is_sorted=name in SORTED and view in OPEN_VIEWS) for name in _names(view)]


def _names(view: str) -> tuple[str, ...]:
    return ("code", "title", "state", "done", "amount") if view == "done" else NAMES


def _column(t: Speech, name: str, order: Order, *, is_sorted: bool) -> Column:
    label, numeric, narrow = t(f"queue.column.{name}"), name in {"amount", "age"}, name == "code"
    if is_sorted:
        return order.column(name, label, numeric=numeric, narrow=narrow)
    return Column(name, label, numeric=numeric, narrow=narrow)


@get("/files/{file_id:str}", include_in_schema=False)
async def give_file(file_id: FromPath[str], front: NamedDependency[Front]) -> Stream:
    """Give a file back, as an attachment."""
    return await send(front, file_id)


HANDLERS: list[HTTPRouteHandler] = [show_queue, give_file]
