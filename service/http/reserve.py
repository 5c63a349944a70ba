"""The reserve pool over HTTP: a published ranking or the whole pool with every component, and the line of a limit."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from service.http.answers import problems
from service.http.contract import Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.http.reports import reader_for
from service.reserve import (
    LIMIT_FEN_MAX,
    PER_HEAD,
    POINTS,
    Asked,
    Reserve,
    Words,
    day_of,
    hundredths_of,
    read_reserve,
)
from service.web.views.reader import Reader
from workflows.guards.reading import number_in, text_in
from workflows.screening.reserve import Best, Lined, OutOfOrder, Sums, categories

NUMBER_LENGTH_MAX = 20

OfRanking = Annotated[
    str,
    QueryParameter(
        max_length=NUMBER_LENGTH_MAX,
        required=False,
        description="The number of a call whose ranking is published; the whole pool if not named.",
    ),
]
OfLimit = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=LIMIT_FEN_MAX,
        required=False,
        description="Fen at which the line is drawn; usually what the year leaves.",
    ),
]


class ReserveSums(msgspec.Struct):
    """How many projects are above and below the line, and what they cost in fen."""

    above: int
    above_cost: int
    below: int
    below_cost: int


class ReserveGroup(msgspec.Struct):
    """The sums of a township, or of a category (a project counts under each of its categories)."""

    group: Named
    sums: ReserveSums


class ReserveLine(msgspec.Struct):
    """A project in the order. `running` is the sum in fen down to it; null where it does not compete for money.

    `points` and `per_head` (fen) are empty, and `rank` null, where no expert scored it; `tie` names what broke a tie
    with the line before. `fits`: below the line, but what is left above would be enough. `line` says it in words.
    """

    rank: int | None
    code: str
    name: str
    township: Named
    categories: list[str]
    state: str
    standing: Literal["competes", "aside", "selected", "out"]
    priority_class: str
    points: dict[str, str]
    per_head: dict[str, int]
    submitted_at: str
    draw: str
    tie: str
    published_rank: int | None
    published_ranking: str
    cost: int
    running: int | None
    above: bool
    fits: bool
    line: str


class ReserveBest(msgspec.Struct):
    """The set of scored projects whose indices add up to most within the limit, exactly, beside what the line reaches.

    `added` are codes below the line that it has, `left_out` codes above the line that it has not. It decides nothing.
    """

    count: int
    cost: int
    index: str
    line_count: int
    line_cost: int
    line_index: str
    added: list[str]
    left_out: list[str]
    unscored: int


class OutOfOrderShape(msgspec.Struct):
    """A project that was admitted out of order; `ahead` are better-ranked ones that waited when it was."""

    code: str
    name: str
    rank: int
    admitted_on: date
    by: Named
    reason: str
    ahead: list[str]


class ReserveShape(msgspec.Struct):
    """A ranking with its line. `ceiling` (null: none set) and `selected` are of the `year`; all amounts are in fen.

    `best` is null where it would take too long to find.
    """

    ranking: str
    rankings: list[str]
    as_of: datetime
    year: int
    ceiling: int | None
    selected: int
    limit: int
    left: int
    total: ReserveSums
    by_township: list[ReserveGroup]
    by_category: list[ReserveGroup]
    lines: list[ReserveLine]
    best: ReserveBest | None
    out_of_order: list[OutOfOrderShape]
    ledger_digest: str


@get("/api/v1/reserve", responses=problems(404), tags=["overview"])
async def show_reserve(
    request: AnyRequest, front: NamedDependency[Front], ranking: OfRanking = "", limit: OfLimit = None
) -> ReserveShape:
    """Read the reserve pool as the caller sees it: every component, and what a budget limit would mean."""
    caller, reader, asked = caller_of(request), reader_for(request, front), Asked(ranking, limit)

    def look() -> ReserveShape:
        with front.assembly.database.snapshot() as connection:
            facts, library = front.assembly.organisation.facts(connection), front.assembly.library
            return _shape(*read_reserve(connection, facts, library, scope_of(caller), reader, asked))

    return await in_thread(front.assembly.slow_threads, look)


def _shape(found: Reserve, words: Words) -> ReserveShape:
    line, reader = found.found, words.reader
    return ReserveShape(
        ranking=found.asked.ranking,
        rankings=list(found.numbers),
        as_of=found.as_of,
        year=found.year,
        ceiling=found.ceiling,
        selected=found.selected,
        limit=line.limit,
        left=line.left,
        total=_sums(line.total),
        by_township=[
            ReserveGroup(Named(unit, reader.unit(unit)), _sums(sums)) for unit, sums in line.by_township.items()
        ],
        by_category=[
            ReserveGroup(Named(name, words.category(name)), _sums(sums)) for name, sums in line.by_category.items()
        ],
        lines=[_line(one, found, words) for one in line.lines],
        best=None if found.best is None else _best(found.best),
        out_of_order=[_exception(one, reader) for one in found.exceptions],
        ledger_digest=found.digest,
    )


def _best(best: Best) -> ReserveBest:
    return ReserveBest(
        count=best.count,
        cost=best.cost,
        index=str(hundredths_of(best.index)),
        line_count=best.line_count,
        line_cost=best.line_cost,
        line_index=str(hundredths_of(best.line_index)),
        added=[one.project.code for one in best.added],
        left_out=[one.project.code for one in best.left_out],
        unscored=best.unscored,
    )


def _sums(sums: Sums) -> ReserveSums:
    return ReserveSums(sums.above, sums.above_cost, sums.below, sums.below_cost)


def _line(one: Lined, found: Reserve, words: Words) -> ReserveLine:
    place, row, data = one.place, one.place.row, one.place.project.data
    unit = found.townships[place.project.code]
    return ReserveLine(
        rank=place.rank,
        code=place.project.code,
        name=text_in(data, "name"),
        township=Named(unit, words.reader.unit(unit)),
        categories=list(categories(place.project)),
        state=place.project.state,
        standing=place.standing.value,
        priority_class=text_in(row, "class"),
        points={name: str(row[name]) for name in POINTS if name in row},
        per_head={name: number_in(row, name) for name in PER_HEAD if name in row},
        submitted_at=text_in(row, "submitted_at"),
        draw=text_in(row, "draw"),
        tie=place.tie,
        published_rank=number_in(data, "rank") or None,
        published_ranking=text_in(data, "ranking_version"),
        cost=place.cost,
        running=one.running,
        above=one.above,
        fits=one.fits,
        line=words.standing(one),
    )


def _exception(one: OutOfOrder, reader: Reader) -> OutOfOrderShape:
    name = text_in(one.project.data, "name")
    by = Named(one.by, reader.person(one.by))
    return OutOfOrderShape(one.project.code, name, one.rank, day_of(one.admitted_at), by, one.reason, list(one.ahead))


HANDLERS: list[HTTPRouteHandler] = [show_reserve]
