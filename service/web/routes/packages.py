"""The page of an acceptance's package: fifty-five items in eight volumes, and how each is known to be there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from engine.case import Case
from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest
from service.telling import ZONE
from service.web.pages import page, speech_of
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url
from workflows.acceptance_package import Standing, package
from workflows.guards.accepting import ACCEPTANCE
from workflows.progress import Course

DUE = frozenset({Standing.KNOWN, Standing.ATTACHED, Standing.LEFT_OUT, Standing.MISSING})
FULL = 100


@dataclass(frozen=True, slots=True)
class Line:
    """An item of the package: its volume, its words, where it stands."""

    volume: int
    title: str
    standing: str


@get("/items/{code:str}/package", include_in_schema=False)
async def show_package(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Every item of the package with where it stands, and how much of what is due is there."""
    del code

    def work(found: Look, case: Case) -> dict[str, Any]:
        if case.definition != ACCEPTANCE:
            raise NotFound(f"package of {case.code}")
        project = found.facts.case(str(case.data.get("project", ""))) or case
        listed = package(case.data, Course(project, found.facts, found.reader.now.astimezone(ZONE).date()))
        column = next(one for one in found.definition_of(case).fields["filed"].columns if one.name == "item")
        titles = {one.name: found.reader.says(one.title) for one in column.of}
        return {
            "code": case.code,
            "name": found.title(case),
            "lines": [Line(item.volume, titles[item.name], standing.value) for item, standing in listed],
            "share": _share([standing for _, standing in listed]),
            "back_url": item_url(case.code),
        }

    context = await look_at_case(request, front, work)
    return page(request, "item_package.html", title=speech_of(request)("package.title"), **context)


def _share(standings: Sequence[Standing]) -> int:
    """Give how much of what is due is there, in percent, rounded down."""
    due = [one for one in standings if one in DUE]
    there = sum(one is not Standing.MISSING for one in due)
    return FULL * there // len(due) if due else FULL


HANDLERS: list[HTTPRouteHandler] = [show_package]
"""Every handler of this page."""
