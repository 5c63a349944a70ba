"""Reporting duties: what the reader owes, late first; it prints as a list to tick off."""

from collections.abc import Iterator

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.reads.queue import TaskLine, open_tasks
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.listing import show_tasks
from service.web.pages import page, speech_of
from service.web.portfolio import PROJECT, today
from service.web.reading import Look, look
from service.web.views.addresses import item_url
from service.web.views.duties import Duty, Span, of_milestones, of_month, of_task, spans
from workflows.progress import DUE_USUAL, DUE_WORKING_DAYS, REPORTING, Course

TASKS_MAX = 100
"""Tasks that are looked at, soonest due first."""


@get("/duties", include_in_schema=False)
async def show_duties(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Everything the reader has to hand in, by when it is due."""
    found = await look(request, front, _spans)
    return page(request, "duties.html", title=speech_of(request)("layout.link.duties"), spans=found)


def _spans(found: Look) -> list[Span]:
    lines = open_tasks(found.connection, found.actor.principals, limit=TASKS_MAX).lines
    owed = [line for line in lines if _asks_for_papers(found, line)]
    running = {line.case_id: line for line in lines if line.definition == PROJECT and line.state in REPORTING}
    duties = [of_task(row) for row in show_tasks(found, owed)]
    return spans([*duties, *(duty for line in running.values() for duty in _planned(found, line))], today(found))


def _asks_for_papers(found: Look, line: TaskLine) -> bool:
    """Say whether a task is done by filling something in; what is planned of running projects is told by itself."""
    state = found.definition(line.definition, line.version).states.get(line.state)
    return state is not None and bool(state.form.edit) and not (line.definition == PROJECT and line.state in REPORTING)


def _planned(found: Look, line: TaskLine) -> Iterator[Duty]:
    course = Course(found.case(line.case_id), found.facts, today(found))
    grace, url = found.facts.policy(DUE_WORKING_DAYS, course.today), item_url(line.code)
    yield of_month(course, line.title, url, grace if isinstance(grace, int) else DUE_USUAL, found.reader)
    yield from of_milestones(course, line.title, url, found.reader)


HANDLERS: list[HTTPRouteHandler] = [show_duties]
