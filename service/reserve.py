"""The reserve pool for one reader: a published ranking or the whole pool, the line of a limit, and both as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from adapters.sql.anchors import digest_of
from adapters.sql.directory import CaseFacts
from adapters.sql.reads.cases import Filter, Scope
from adapters.sql.reads.ledger import heads
from adapters.sql.reads.reporting import cases_that
from adapters.sql.statements import Connection
from engine.case import Case
from engine.definition import Definition
from engine.ports import Library
from engine.refusal import NotFound
from engine.texts import Text
from service.reporting import Asked as AskedReport
from service.reporting import Finished
from service.telling import ZONE
from service.texts.catalogue import LANGUAGES
from service.web.views.reader import Reader
from workflows.funds.papers import PROJECT
from workflows.guards.policies import ceiling_of
from workflows.guards.reading import Row, number_in, text_in
from workflows.reports.declared import Report
from workflows.reports.lines import Kind, Raw
from workflows.reports.making import Heading, Made
from workflows.scoring import hundredths
from workflows.screening.reserve import (
    POOL_STATES,
    Best,
    Lined,
    OutOfOrder,
    Place,
    Standing,
    Sums,
    WhatIf,
    best_of,
    categories,
    of_call,
    of_pool,
    out_of_order,
    rankings,
    selected_cost,
    what_if,
)
from workflows.screening.townships import township_of

NUMBER = "number"
POINTS = ("index", "total", "points_a", "points_b", "points_c", "readiness", "urgency", "equity", "penalty")
"""What a project is ranked by, in points."""

PER_HEAD = ("cost_per_head", "funded_per_head")
"""What breaks a tie, in fen a head."""

FILE_CODE = "reserve"
LIMIT_FEN_MAX = 10**15
"""Highest limit: ten trillion yuan, as an amount may be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The ranking of a call by its number (empty: the whole pool), and a limit in fen (None: what the year leaves)."""

    ranking: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    """A ranking with its line. `ceiling` and `selected` are of the year, in fen; `usual_limit` is what they leave.

    `townships` gives the unit each project is of, by its code.
    """

    asked: Asked
    numbers: Sequence[str]
    year: int
    ceiling: int | None
    selected: int
    usual_limit: int
    found: WhatIf
    best: Best | None
    exceptions: Sequence[OutOfOrder]
    townships: Mapping[str, str]
    as_of: datetime
    digest: str


def read_reserve(
    connection: Connection, facts: CaseFacts, library: Library, scope: Scope, reader: Reader, asked: Asked
) -> tuple[Reserve, "Words"]:
    """Read the pool as a reader sees it, with its words; empty where the county does not run projects.

    Raises `NotFound` when there is no ranking of that number.
    """
    if PROJECT not in library.published():
        if asked.ranking:
            raise NotFound(f"ranking {asked.ranking}")
        line = what_if((), asked.limit or 0, {})
        year = reader.now.astimezone(ZONE).year
        digest = digest_of(sorted(heads(connection).items()))
        return Reserve(asked, (), year, None, 0, 0, line, None, (), {}, reader.now, digest), Words(reader, {}, {})
    definition = library.get(PROJECT).definition
    categories_of = {one.name: one.title for one in definition.fields["categories"].of}
    states = {state.name: state.title for state in definition.states.values()}
    return _read(connection, facts, definition, scope, reader.now, asked), Words(reader, states, categories_of)


def _read(
    connection: Connection, facts: CaseFacts, definition: Definition, scope: Scope, now: datetime, asked: Asked
) -> Reserve:
    on = now.astimezone(ZONE).date()
    published = {text_in(one.data, NUMBER): one for one in rankings(facts, on)}
    if asked.ranking:
        if asked.ranking not in published:
            raise NotFound(f"ranking {asked.ranking}")
        projects = cases_that(connection, scope, Filter(definition=PROJECT, field=("batch", asked.ranking)))
        places = of_call(published[asked.ranking], {one.code: one for one in projects}, definition)
    else:
        projects = cases_that(connection, scope, Filter(definition=PROJECT, states=POOL_STATES))
        places = of_pool(projects, facts, on, definition)
    townships = {one.code: township_of(one.unit, facts) for one in projects}
    competing = sum(one.cost for one in places if one.standing is Standing.COMPETES)
    ceiling, selected = ceiling_of(facts, on.year, on), selected_cost(facts, definition, on.year)
    usual = competing if ceiling is None else max(0, ceiling - selected)
    found = what_if(places, usual if asked.limit is None else asked.limit, townships)
    digest = digest_of(sorted(heads(connection).items()))
    return Reserve(
        asked=asked,
        numbers=list(published),
        year=on.year,
        ceiling=ceiling,
        selected=selected,
        usual_limit=usual,
        found=found,
        best=best_of(found),
        exceptions=out_of_order(places),
        townships=townships,
        as_of=now,
        digest=digest,
    )


def decimal_of(row: Row, name: str) -> Decimal | None:
    """Give a component in points; None where nobody scored the project."""
    value = row.get(name)
    return None if value is None else Decimal(str(value))


@dataclass(frozen=True)
class Words:
    """How a reserve reads for one person."""

    reader: Reader
    states: Mapping[str, Text]
    categories: Mapping[str, Text]

    def standing(self, one: Lined) -> str:
        """Say how a project stands to the line."""
        t = self.reader.t
        if one.running is None:
            return t(f"reserve.standing.{one.place.standing}")
        return t("reserve.above" if one.above else "reserve.fits" if one.fits else "reserve.below")

    def state(self, project: Case) -> str:
        """Name the project's step."""
        title = self.states.get(project.state)
        return project.state if title is None else self.reader.says(title)

    def category(self, name: str) -> str:
        """Name a category."""
        title = self.categories.get(name)
        return name if title is None else self.reader.says(title)

    def priority(self, row: Row) -> str:
        """Name a priority class."""
        name = text_in(row, "class")
        return self.reader.t(f"reserve.class.{name}") if name else ""

    def tie(self, name: str) -> str:
        """Say what broke a tie."""
        return self.reader.t(f"reserve.tie.{name}") if name else ""

    def published(self, project: Case) -> str:
        """Say the rank with which a project was admitted, and in which ranking."""
        rank, version = number_in(project.data, "rank"), text_in(project.data, "ranking_version")
        return self.reader.t("reserve.rank_in", rank=rank, ranking=version or "-") if rank else ""


def finished(found: Reserve, words: Words) -> Finished:
    """Put a reserve into the tables of a report, to be written as a file."""
    texts = words.reader.rendering.wording.catalogue
    title = Text(*(texts.text(language, "reserve.title") for language in LANGUAGES))
    sheets = (_order(found, words), _sums(found, words), _best(found, words), _exceptions(found, words))
    report = Report(FILE_CODE, title, (), None, word=False)
    return Finished(report, AskedReport(FILE_CODE), found.as_of, found.digest, sheets)


def _order(found: Reserve, words: Words) -> Made:
    t = words.reader.t
    kinds = {
        **dict.fromkeys(("rank", *POINTS), Kind.NUMBER),
        **dict.fromkeys((*PER_HEAD, "cost", "running"), Kind.MONEY),
    }
    named = ("rank", "project", "name", "township", "categories", "class")
    placed = ("submitted_at", "draw", "tie", "published", "state", "cost", "running", "line")
    names = (*named, *POINTS, *PER_HEAD, *placed)
    headings = tuple(Heading(name, t(f"reserve.column.{name}"), kinds.get(name, Kind.TEXT)) for name in names)
    return Made(t("reserve.order"), headings, tuple(_row(one, found, words) for one in found.found.lines), ())


def _row(one: Lined, found: Reserve, words: Words) -> tuple[Raw, ...]:
    place, row = one.place, one.place.row
    return (
        place.rank,
        place.project.code,
        text_in(place.project.data, "name"),
        words.reader.unit(found.townships[place.project.code]),
        words.reader.t("forms.list_separator").join(map(words.category, categories(place.project))),
        words.priority(row),
        *(decimal_of(row, name) for name in POINTS),
        *(number_in(row, name) if row else None for name in PER_HEAD),
        text_in(row, "submitted_at"),
        text_in(row, "draw"),
        words.tie(place.tie),
        words.published(place.project),
        words.state(place.project),
        place.cost,
        one.running,
        words.standing(one),
    )


def _sums(found: Reserve, words: Words) -> Made:
    t, line = words.reader.t, found.found
    names = ("by", "above", "above_cost", "below", "below_cost")
    kinds = {"by": Kind.TEXT, "above_cost": Kind.MONEY, "below_cost": Kind.MONEY}
    headings = tuple(Heading(name, t(f"reserve.column.{name}"), kinds.get(name, Kind.NUMBER)) for name in names)
    limit = (t("reserve.limit"), None, line.limit, None, None)
    units = (_summed(words.reader.unit(unit), sums) for unit, sums in line.by_township.items())
    kinds_of = (_summed(words.category(name), sums) for name, sums in line.by_category.items())
    rows = (limit, _summed(t("reserve.all"), line.total), *units, *kinds_of)
    return Made(t("reserve.sums"), headings, rows, ())


def _summed(name: str, sums: Sums) -> tuple[Raw, ...]:
    return (name, sums.above, sums.above_cost, sums.below, sums.below_cost)


def _best(found: Reserve, words: Words) -> Made:
    """Set the best set beside the line: both in all, then what one has and the other has not."""
    t, best = words.reader.t, found.best
    names = ("best_set", "best_count", "cost", "best_index")
    kinds = {"best_set": Kind.TEXT, "cost": Kind.MONEY}
    headings = tuple(Heading(name, t(f"reserve.column.{name}"), kinds.get(name, Kind.NUMBER)) for name in names)
    rows: list[tuple[Raw, ...]] = []
    if best is not None:
        rows = [
            (t("reserve.best_line"), best.line_count, best.line_cost, hundredths_of(best.line_index)),
            (t("reserve.best_set"), best.count, best.cost, hundredths_of(best.index)),
            *(_one_of_set(one, t("reserve.best_added")) for one in best.added),
            *(_one_of_set(one, t("reserve.best_left_out")) for one in best.left_out),
        ]
    return Made(t("reserve.best"), headings, tuple(rows), ())


def _one_of_set(place: Place, how: str) -> tuple[Raw, ...]:
    named = f"{how} {place.project.code} {text_in(place.project.data, 'name')}"
    return (named, 1, place.cost, decimal_of(place.row, "index"))


def hundredths_of(points: Fraction) -> Decimal:
    """Give a sum of indices, which have two decimals."""
    return Decimal(hundredths(points))


def _exceptions(found: Reserve, words: Words) -> Made:
    t = words.reader.t
    names = ("project", "name", "published", "admitted_on", "by_whom", "ahead", "reason")
    kinds = {"admitted_on": Kind.DAY}
    headings = tuple(Heading(name, t(f"reserve.column.{name}"), kinds.get(name, Kind.TEXT)) for name in names)
    rows = tuple(
        (
            one.project.code,
            text_in(one.project.data, "name"),
            words.published(one.project),
            day_of(one.admitted_at),
            words.reader.person(one.by),
            ", ".join(one.ahead),
            one.reason,
        )
        for one in found.exceptions
    )
    return Made(t("reserve.out_of_order"), headings, rows, ())


def day_of(at: datetime) -> date:
    """Give the local day of a moment."""
    return at.astimezone(ZONE).date()
