"""The page of a project's progress: plan, reports and money beside each other."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.sql.reads.ledger import journal, kept
from engine.case import Case
from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest
from service.telling import ZONE
from service.web.pages import page, speech_of
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url
from service.web.views.earned import figures, months_of, stones
from workflows.earned_value import curve, earned_value
from workflows.funds.books import Books
from workflows.funds.papers import PROJECT
from workflows.guards.reading import number_in
from workflows.progress import Course


@get("/items/{code:str}/progress", include_in_schema=False)
async def show_progress(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The milestones of a project against its first baseline, its earned value, and the months as a curve."""
    del code

    def work(found: Look, case: Case) -> dict[str, Any]:
        if case.definition != PROJECT:
            raise NotFound(f"progress of {case.code}")
        course = Course(case, found.facts, found.reader.now.astimezone(ZONE).date())
        books = Books(kept(found.connection, case.code).totals)
        typed = number_in(case.data, "budget_total") if course.is_entered else 0
        points = curve(course, [row.entry for row in journal(found.connection, case.code)], typed)
        return {
            "code": case.code,
            "name": found.title(case),
            "figures": figures(course, earned_value(course, books, typed)),
            "stones": stones(course),
            "points": points,
            "curve": months_of(points, found.reader),
            "back_url": item_url(case.code),
        }

    context = await look_at_case(request, front, work)
    return page(request, "item_progress.html", title=speech_of(request)("earned.title"), **context)


HANDLERS: list[HTTPRouteHandler] = [show_progress]
"""Every handler of this page."""
