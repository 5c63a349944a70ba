"""What projects came to: their evaluations, and the lessons they left behind."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.reads.cases import Filter, Scope, count_cases, list_cases
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.web.lessons import Wanted, find_lessons
from service.web.listing import show_items
from service.web.lists import Address, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.views.evaluated import CONCLUDED, GRADES, evaluated
from workflows.guards.performance import EVALUATION

PAGE_LINES = 20
UNDER_WAY = "open"
VIEWS = ("all", *GRADES, UNDER_WAY)


@get("/evaluations", include_in_schema=False)
async def show_evaluations(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Evaluations one may see, the newest first: `?view=` a grade, or those under way."""
    address = address_of(request)
    view = address.get("view") if address.get("view") in VIEWS else "all"
    context = await look(request, front, lambda found: _evaluations(found, address, view))
    return page(request, "evaluations.html", title=speech_of(request)("learned.evaluations"), **context)


def _evaluations(found: Look, address: Address, view: str) -> dict[str, Any]:
    scope = scope_of(found.caller)
    listed = list_cases(found.connection, scope, _filter(view), address.get("after") or None, PAGE_LINES)
    shown = []
    for line, row in zip(listed.lines, show_items(found, listed.lines), strict=True):
        case = found.case(line.id)
        is_over = case.state == CONCLUDED
        result = evaluated(case, found.definition_of(case), found.reader) if is_over else None
        shown.append((row, result, case.closed_at))
    return {
        "rows": shown,
        "tabs": [_tab(found, scope, address, one, view) for one in VIEWS] if shown or view != VIEWS[0] else [],
        "pager": pager(address, len(shown), next_key=listed.after),
    }


def _filter(view: str) -> Filter:
    if view in GRADES:
        return Filter(definition=EVALUATION, states=(CONCLUDED,), field=("grade", view))
    return Filter(definition=EVALUATION, is_closed=False if view == UNDER_WAY else None)


def _tab(found: Look, scope: Scope, address: Address, name: str, view: str) -> Tab:
    label = found.t(f"learned.view.{name}")
    url = address.with_(view=None if name == "all" else name, after=None)
    return Tab(label, url, name == view, count_cases(found.connection, scope, _filter(name)))


@get("/lessons", include_in_schema=False)
async def show_lessons(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Published lessons of the county, found by their words, the categories of projects, kind and stage."""
    wanted = Wanted.read(address_of(request))
    found = await look(request, front, lambda found: find_lessons(found, wanted))
    title = speech_of(request)("learned.lessons")
    return page(request, "lessons.html", title=title, found=found, wanted=wanted, chosen=dict(wanted.chosen))


HANDLERS: list[HTTPRouteHandler] = [show_evaluations, show_lessons]
