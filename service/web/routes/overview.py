"""The overview for leaders: exceptions first, then where everything is; and when things are going to be done."""

from collections.abc import Sequence
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from adapters.sql.reads.cases import Filter
from adapters.sql.reads.overview import turnover, visits
from engine.stays import History, PastError, stays
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.texts import Speech
from service.web.charts import Bars, Lines
from service.web.fields import Choice
from service.web.lists import Column
from service.web.pages import address_of, page, speech_of
from service.web.portfolio import PROJECT, Narrowing, calendar_of, narrowed, portfolio, today, waits
from service.web.reading import Look, look
from service.web.views.home import Tile
from service.web.views.outlook import Outlook, goals, outlooks
from service.web.views.overview import (
    BOTTLENECKS_MAX,
    Bottleneck,
    Township,
    bottlenecks,
    exceptions,
    funnel,
    money_lines,
    phase_titles,
    townships,
)
from workflows.funds.curve import curve
from workflows.screening.townships import township_of

OUTLOOKS_AT_FIRST = 4
"""How many projects the overview foretells; the rest is on the page of its own."""

PREDICTIONS_TRIED = 100
"""How many of the latest predictions are judged by what came of them."""

YEARS_BACK = 5
STEP_FIGURES = ("waiting", "longest", "usual", "most", "limit")
EXPECTED = ("project", "goal", "range")


class Overview(Struct, frozen=True):
    """What the page shows."""

    tiles: Sequence[Tile]
    funnel: Bars
    townships: Sequence[Township]
    phases: Sequence[str]
    money: Lines | None
    bottlenecks: Sequence[Bottleneck]
    outlooks: Sequence[Outlook]
    past: PastError | None
    reserve_url: str
    count: int
    units: Sequence[Choice]
    years: Sequence[Choice]
    at: datetime


@get("/dashboard", include_in_schema=False)
async def show_overview(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Everything a leader has to know, on one page; `?unit=` and `?year=` narrow it."""
    if not is_run(front):
        return without_procedure(request)
    narrowing = Narrowing.read(address_of(request))
    found, t = await look(request, front, lambda found: _overview(found, narrowing)), speech_of(request)
    return page(
        request,
        "overview.html",
        title=t("overview.title"),
        overview=found,
        narrowing=narrowing,
        steps=columns(t, "step", *STEP_FIGURES, numeric=STEP_FIGURES),
        expected=columns(t, *EXPECTED),
    )


def is_run(front: Front) -> bool:
    """Say whether this county has published the procedure of projects."""
    return PROJECT in front.assembly.library.published()


def without_procedure(request: AnyRequest) -> Response[str]:
    """Say that there is nothing to look over."""
    return page(request, "overview_empty.html", title=speech_of(request)("overview.title"))


def _overview(found: Look, narrowing: Narrowing) -> Overview:
    definition, reader = found.definition(PROJECT), found.reader
    calendar, whole, waiting = calendar_of(found, definition), portfolio(found, narrowing), waits(found, narrowing)
    past = visits(found.connection, PROJECT)
    history = History(past, calendar)
    first = outlooks(waiting, history, definition, calendar, reader, OUTLOOKS_AT_FIRST)
    turns = turnover(found.connection, scope_of(found.caller), narrowed(found, narrowing, Filter(definition=PROJECT)))
    return Overview(
        tiles=exceptions(whole.troubles, narrowing, reader),
        funnel=funnel(whole.crowds, definition, narrowing, reader),
        townships=townships(whole, definition, narrowing, reader, lambda unit: township_of(unit, found.facts)),
        phases=phase_titles(whole.crowds, definition, reader),
        money=money_lines(curve(turns, today(found)), reader),
        bottlenecks=bottlenecks(waiting, stays(past, calendar), definition, narrowing, reader)[:BOTTLENECKS_MAX],
        outlooks=[one for one in first if one.first is not None],
        past=history.past_error(goals(definition), PREDICTIONS_TRIED),
        reserve_url="/reserve" if ("GET", "/reserve") in found.front.policy.rules else "",
        count=sum(one.count for one in whole.crowds),
        units=_units(found),
        years=_years(found, narrowing),
        at=reader.now,
    )


@get("/dashboard/outlook", include_in_schema=False)
async def show_outlook(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """When each project is going to be where it is on its way to, and how right such ranges were."""
    if not is_run(front):
        return without_procedure(request)
    narrowing = Narrowing.read(address_of(request))

    def work(found: Look) -> tuple[list[Outlook], PastError | None]:
        definition = found.definition(PROJECT)
        calendar = calendar_of(found, definition)
        history = History(visits(found.connection, PROJECT), calendar)
        rows = outlooks(waits(found, narrowing), history, definition, calendar, found.reader)
        return rows, history.past_error(goals(definition), PREDICTIONS_TRIED)

    (rows, past), t = await look(request, front, work), speech_of(request)
    expected = columns(t, *EXPECTED)
    return page(request, "outlook.html", title=t("overview.outlook.title"), rows=rows, past=past, expected=expected)


def columns(t: Speech, *names: str, numeric: Sequence[str] = ()) -> list[Column]:
    """Give the columns of a table."""
    return [Column(name, t(f"overview.column.{name}"), numeric=name in numeric) for name in names]


def _units(found: Look) -> list[Choice]:
    """Give the townships that the reader may narrow to: those right below what they see whole."""
    units = found.facts.directory.units.values()
    roots = {unit.id for unit in units if unit.path in found.caller.sight.below}
    return [
        Choice(unit.id, unit.name)
        for unit in sorted(units, key=lambda unit: unit.path)
        if unit.parent in roots and unit.kind == "township"
    ]


def _years(found: Look, narrowing: Narrowing) -> list[Choice]:
    this = today(found).year
    years = sorted(
        {*range(this - YEARS_BACK + 1, this + 1), *([narrowing.year] if narrowing.year else [])}, reverse=True
    )
    return [Choice(str(year), str(year)) for year in years]


HANDLERS: list[HTTPRouteHandler] = [show_overview, show_outlook]
