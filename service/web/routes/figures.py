"""The county's figures for leaders: what was reached, how steps succeed, year beside year, money, risks, the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.report_files import Writer
from service.reporting import Asked, Desk, Finished
from service.web.lists import Address
from service.web.pages import address_of, page, speech_of
from service.web.portfolio import Narrowing
from service.web.reading import Look, look
from service.web.routes.overview import is_run, without_procedure
from service.web.routes.reports import WEIGHTS, filters_of, links_of, reader_of
from service.web.views.figures import DRAWN, Picture, Sheet, headlines

ROOT = "/dashboard/figures"
FILTERS = ("year", "township")


@dataclass(frozen=True, slots=True)
class Section:
    """A report of figures on the page: its charts, and where the whole of it is."""

    code: str
    title: str
    pictures: Sequence[Picture]
    links: dict[str, Any]


@get(ROOT, include_in_schema=False)
async def show_figures(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """All figures of what the reader sees, made from one reading; `?year=` and `?township=` narrow them."""
    if not is_run(front):
        return without_procedure(request)
    address, caller, reader, t = address_of(request), caller_of(request), reader_of(request, front), speech_of(request)
    asked = Asked("", None, Narrowing.read(address).year, address.get("township") or None)

    def work() -> list[Finished]:
        with front.assembly.database.snapshot() as connection:
            desk = Desk(connection, front.assembly.library, reader, scope_of(caller))
            return desk.make_all(DRAWN, asked)

    done = await in_thread(front.assembly.slow_threads, work)
    sheets = {
        (one.report.code, number): Sheet(Writer(one, reader), made, number)
        for one in done
        for number, made in enumerate(one.sheets, 1)
    }
    return page(
        request,
        "figures.html",
        title=t("figures.title"),
        tiles=headlines(sheets, reader),
        sections=[_section(one, sheets, reader.says(one.report.title), address) for one in done],
        as_of=reader.now,
        weighs=front.policy.rules["GET", WEIGHTS].allows(caller.roles),
        filters=await look(request, front, lambda found: _filters(found, address)),
    )


def _section(done: Finished, sheets: dict[tuple[str, int], Sheet], title: str, address: Address) -> Section:
    code = done.report.code
    pictures = [
        sheets[code, drawn.sheet].picture(drawn, f"{code.lower()}-{number}")
        for number, drawn in enumerate(DRAWN[code], 1)
    ]
    links = links_of(sheets[code, 1].writer.reader, done.report, address)
    return Section(code, title, [one for one in pictures if one is not None], links)


def _filters(found: Look, address: Address) -> dict[str, Any]:
    return filters_of(found, address, FILTERS)


HANDLERS: list[HTTPRouteHandler] = [show_figures]
