"""What projects came to: their evaluations, and the lessons they left behind."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.documents.spreadsheet import Cell
from adapters.documents.workbook import Kind as CellKind
from adapters.sql.reads.cases import CaseLine, Filter, Scope, count_cases, list_cases
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.web.lessons import Wanted, find_lessons, lesson_cell, lesson_labels, lessons_page
from service.web.list_columns import file_asked, file_urls
from service.web.list_files import every, list_file
from service.web.listing import show_items
from service.web.lists import Address, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.views.evaluated import CONCLUDED, GRADES, Evaluated, evaluated
from service.web.views.rows import ItemRow
from workflows.guards.performance import EVALUATION

PAGE_LINES = 20
UNDER_WAY = "open"
EvaluationRow = tuple[ItemRow, Evaluated | None, datetime | None]
"""An evaluation's item, what it came to, and when."""

VIEWS = ("all", *GRADES, UNDER_WAY)


@get("/evaluations", include_in_schema=False)
async def show_evaluations(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Response[bytes]:
    """Evaluations one may see, the newest first: `?view=` a grade, or those under way."""
    address = address_of(request)
    view = address.get("view") if address.get("view") in VIEWS else "all"
    if kind := file_asked(address):
        return await look(request, front, lambda found: _evaluations_file(found, view, kind))
    context = await look(request, front, lambda found: _evaluations(found, address, view))
    return page(request, "evaluations.html", title=speech_of(request)("learned.evaluations"), **context)


def _evaluations(found: Look, address: Address, view: str) -> dict[str, Any]:
    scope = scope_of(found.caller)
    listed = list_cases(found.connection, scope, _filter(view), address.get("after") or None, PAGE_LINES)
    shown = _rows(found, listed.lines)
    return {
        "rows": shown,
        "files": file_urls(address),
        "tabs": [_tab(found, scope, address, one, view) for one in VIEWS] if shown or view != VIEWS[0] else [],
        "pager": pager(address, len(shown), next_key=listed.after),
    }


def _rows(found: Look, lines: Sequence[CaseLine]) -> list[EvaluationRow]:
    shown = []
    for line, row in zip(lines, show_items(found, lines), strict=True):
        case = found.case(line.id)
        is_over = case.state == CONCLUDED
        result = evaluated(case, found.definition_of(case), found.reader) if is_over else None
        shown.append((row, result, case.closed_at))
    return shown


def _evaluations_file(found: Look, view: str, kind: str) -> Response[bytes]:
    """Give the whole list as a file."""
    scope, t = scope_of(found.caller), found.t
    listed = every(lambda after, lines: list_cases(found.connection, scope, _filter(view), after, lines))
    labels = {key: t(f"lists.column.{key}") for key in ("code", "title", "unit", "state")}
    labels |= {key: t(f"learned.{key}") for key in ("score", "satisfied", "concluded", "problems", "suggestions")}
    kinds = {"concluded": CellKind.MOMENT}
    return list_file(found, kind, "evaluations", labels, _rows(found, listed), _evaluation_cell, kinds)


def _evaluation_cell(row: EvaluationRow, key: str) -> Cell:
    item, result, closed_at = row
    if key == "concluded":
        return closed_at
    if key in {"code", "title", "unit"}:
        return str(getattr(item, key))
    if key == "state":
        return (result.grade if result and result.grade else item.state).label
    return str(getattr(result, key)) if result is not None else ""


def _filter(view: str) -> Filter:
    if view in GRADES:
        return Filter(definition=EVALUATION, states=(CONCLUDED,), field=("grade", view))
    return Filter(definition=EVALUATION, is_closed=False if view == UNDER_WAY else None)


def _tab(found: Look, scope: Scope, address: Address, name: str, view: str) -> Tab:
    label = found.t(f"learned.view.{name}")
    url = address.with_(view=None if name == "all" else name, after=None)
    return Tab(label, url, name == view, count_cases(found.connection, scope, _filter(name)))


@get("/lessons", include_in_schema=False)
async def show_lessons(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Response[bytes]:
    """Published lessons of the county, found by their words, the categories of projects, kind and stage."""
    address = address_of(request)
    wanted, after = Wanted.read(address), address.get("after") or None
    if kind := file_asked(address):
        return await look(request, front, lambda found: _lessons_file(found, wanted, kind))
    found = await look(request, front, lambda found: find_lessons(found, wanted, after))
    title, links = speech_of(request)("learned.lessons"), pager(address, len(found.lessons), next_key=found.after)
    return page(
        request,
        "lessons.html",
        title=title,
        found=found,
        wanted=wanted,
        chosen=dict(wanted.chosen),
        files=file_urls(address),
        pager=links,
    )


def _lessons_file(found: Look, wanted: Wanted, kind: str) -> Response[bytes]:
    lessons = every(lambda after, lines: lessons_page(found, wanted, after, lines))
    return list_file(found, kind, "lessons", lesson_labels(found), lessons, lesson_cell, {})


HANDLERS: list[HTTPRouteHandler] = [show_evaluations, show_lessons]
