"""The reserve pool as a leader decides on it: a ranking with every component, and the line that a budget draws in it.

Source: what-if line of the pool [D]. Nothing is decided here: the line only shows what a limit would mean. It is drawn
strictly in order, as selecting another project first needs a written reason; what would still fit below it is marked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from engine.case import Case
from engine.definition import Definition
from engine.facts import Facts
from workflows.funds.papers import PROJECT, lines_of
from workflows.funds.policy import Policy
from workflows.guards.reading import Row, number_in, text_in
from workflows.screening.batch import RANKED, again, component_row, tie_broken_by
from workflows.screening.calls import all_calls, call_case
from workflows.screening.pool import adjustments
from workflows.screening.rubric import AREA, rubric_in
from workflows.screening.selection import Choice, best_set
from workflows.screening.townships import Townships

COMPETING = frozenset({RANKED, "reserve_notice", "reserved"})
"""States of a project that the next money may go to."""

ASIDE = frozenset({"deferred", "frozen"})
POOL_STATES = tuple(sorted(COMPETING | ASIDE))
SELECTED_PHASES = frozenset({"approval", "delivery", "acceptance", "evaluation"})
ADMITTED = f"{RANKED}.admit"
_HUNDRED = 100


class Standing(StrEnum):
    """How a project of a ranking stands: it competes for money, waits aside, was selected, or came to nothing."""

    COMPETES = "competes"
    ASIDE = "aside"
    SELECTED = "selected"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Place:
    """A project in a ranking. `row` holds every component; it is empty, and there is no rank, where nobody scored it.

    `tie` names what put it behind the one before where class and index are the same.
    """

    project: Case
    rank: int | None
    row: Row
    standing: Standing
    tie: str = ""

    @property
    def cost(self) -> int:
        """What it costs, in fen."""
        return cost_of(self.project)


@dataclass(frozen=True, slots=True)
class Lined:
    """A place beside the line. `running` is the sum in fen down to it; None (and not `above`) where it does not count.

    `fits`: it is below, and what is left above the line would be enough for it.
    """

    place: Place
    running: int | None
    above: bool
    fits: bool


@dataclass(slots=True)
class Sums:
    """Number and cost of projects above and below the line."""

    above: int = 0
    above_cost: int = 0
    below: int = 0
    below_cost: int = 0

    def add(self, one: Lined) -> None:
        """Count a project."""
        if one.above:
            self.above += 1
            self.above_cost += one.place.cost
        else:
            self.below += 1
            self.below_cost += one.place.cost


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A ranking with the line that a limit (fen) draws. `by_category` counts a project under each of its categories."""

    limit: int
    lines: Sequence[Lined]
    total: Sums
    by_township: Mapping[str, Sums]
    by_category: Mapping[str, Sums]

    @property
    def left(self) -> int:
        """What is left of the limit above the line."""
        return self.limit - self.total.above_cost


@dataclass(frozen=True, slots=True)
class Best:
    """The set of scored projects whose indices add up to most within the limit, beside what the line reaches.

    `added` are of the set and below the line, `left_out` above the line and not of it. Costs are in fen, `index` and
    `line_index` sums of indices. `unscored` projects compete and have no index: those above the line keep their money.
    """

    count: int
    cost: int
    index: Fraction
    line_count: int
    line_cost: int
    line_index: Fraction
    added: Sequence[Place]
    left_out: Sequence[Place]
    unscored: int


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """A project admitted before better-ranked ones that still waited (their codes), with the written reason."""

    project: Case
    rank: int
    reason: str
    admitted_at: datetime
    by: str
    ahead: tuple[str, ...] = field(default_factory=tuple)


def cost(data: Row) -> int:
    """Give what a project costs, in fen: its budget, before one its estimate."""
    return number_in(data, "budget_total") or number_in(data, "amount")


def cost_of(project: Case) -> int:
    """Give what a project costs, in fen."""
    return cost(project.data)


def is_selected(definition: Definition, project: Case) -> bool:
    """Say whether a project was selected into a year's plan."""
    state = definition.states.get(project.state)
    return state is not None and state.phase in SELECTED_PHASES


def selected_cost(facts: Facts, definition: Definition, year: int) -> int:
    """Add up what is selected for a year, in fen."""
    return sum(cost_of(one) for one in facts.peers(PROJECT, "plan_year", year) if is_selected(definition, one))


def rankings(facts: Facts, on: date) -> list[Case]:
    """Give the calls whose ranking is published, the newest first."""
    return [one.case for one in all_calls(facts, on) if one.case is not None and lines_of(one.case.data, "ranking")]


def of_call(call: Case, projects: Mapping[str, Case], definition: Definition) -> list[Place]:
    """Give the published ranking of a call, of it the projects given (by code)."""
    seed, before, places = text_in(call.data, "seed"), None, []
    for row in lines_of(call.data, "ranking"):
        project = projects.get(text_in(row, "project"))
        if project is not None:
            tie = tie_broken_by(before, row, seed) if before is not None else ""
            places.append(Place(project, number_in(row, "rank"), row, standing(definition, project), tie))
        before = row
    return places


def of_pool(projects: Iterable[Case], facts: Facts, on: date, definition: Definition) -> list[Place]:
    """Rank projects of all calls by the same rules as on this day; those that no expert scored (urgent) come last.

    Ties are drawn with the number of the newest adjustment of the pool, as that adjustment does itself.
    """
    known = {one.code: one for one in projects}
    townships, policy = Townships(facts, on), Policy(facts.policy, on, AREA)
    seed = next((one.code for one in reversed(adjustments(facts, on))), "")
    rows: dict[str, Row] = {}
    for one in known.values():
        rubric = rubric_in(call_case(facts, text_in(one.data, "batch")), policy)
        row = component_row(one, rubric, townships, seed, on)
        if row is not None:
            rows[one.code] = row
    order = again(rows.values(), seed)
    places = []
    for rank, code in enumerate(order, 1):
        tie = tie_broken_by(rows[order[rank - 2]], rows[code], seed) if rank > 1 else ""
        places.append(Place(known[code], rank, rows[code], standing(definition, known[code]), tie))
    rest = (one for code, one in sorted(known.items()) if code not in rows)
    return [*places, *(Place(one, None, {}, standing(definition, one)) for one in rest)]


def standing(definition: Definition, project: Case) -> Standing:
    """Say how a project stands."""
    if project.state in COMPETING:
        return Standing.COMPETES
    if project.state in ASIDE:
        return Standing.ASIDE
    return Standing.SELECTED if is_selected(definition, project) else Standing.OUT


def what_if(places: Sequence[Place], limit: int, township_of: Mapping[str, str]) -> WhatIf:
    """Draw the line: down the order as far as the limit (fen) reaches, and nothing after the first that goes over it.

    `township_of` gives the unit by which a project (its code) is added up.
    """
    lines = list(_lined(places, limit))
    total, by_township, by_category = Sums(), dict[str, Sums](), dict[str, Sums]()
    for one in lines:
        if one.running is None:
            continue
        total.add(one)
        by_township.setdefault(township_of.get(one.place.project.code, ""), Sums()).add(one)
        for name in categories(one.place.project):
            by_category.setdefault(name, Sums()).add(one)
    return WhatIf(limit, lines, total, dict(sorted(by_township.items())), dict(sorted(by_category.items())))


def best_of(found: WhatIf) -> Best | None:
    """Find the best set within the limit, exactly; None where that would take too long. It decides nothing."""
    competing = [one for one in found.lines if one.running is not None]
    scored = [one for one in competing if one.place.row]
    above = [one.place for one in scored if one.above]
    kept = sum(one.place.cost for one in competing if one.above and not one.place.row)
    choices = [Choice(one.place.project.code, one.place.cost, round(index_of(one.place) * _HUNDRED)) for one in scored]
    codes = best_set(choices, found.limit - kept)
    if codes is None:
        return None
    chosen = [one.place for one in scored if one.place.project.code in codes]
    return Best(
        count=len(chosen),
        cost=sum(one.cost for one in chosen),
        index=sum(map(index_of, chosen), Fraction(0)),
        line_count=len(above),
        line_cost=sum(one.cost for one in above),
        line_index=sum(map(index_of, above), Fraction(0)),
        added=[one for one in chosen if one not in above],
        left_out=[one for one in above if one not in chosen],
        unscored=len(competing) - len(scored),
    )


def index_of(place: Place) -> Fraction:
    """Give the index of a scored project."""
    return Fraction(text_in(place.row, "index"))


def categories(project: Case) -> tuple[str, ...]:
    """Give the categories of a project."""
    kept = project.data.get("categories")
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def _lined(places: Sequence[Place], limit: int) -> Iterator[Lined]:
    reached = 0
    for place in places:
        if place.standing is Standing.COMPETES:
            if reached + place.cost > limit:
                break
            reached += place.cost
    running, is_below = 0, False
    for place in places:
        if place.standing is not Standing.COMPETES:
            yield Lined(place, None, above=False, fits=False)
            continue
        running += place.cost
        is_below = is_below or running > limit
        yield Lined(place, running, above=not is_below, fits=is_below and place.cost <= limit - reached)


def out_of_order(places: Sequence[Place]) -> list[OutOfOrder]:
    """Give the projects that were admitted out of order, with a written reason, in the order of their admission."""
    admitted = {one.project.code: mark.at for one in places if (mark := one.project.actors.get(ADMITTED)) is not None}
    found = []
    for one in places:
        mark, reason = one.project.actors.get(ADMITTED), text_in(one.project.data, "out_of_order_reason").strip()
        if mark is None or not reason:
            continue
        rank, version = number_in(one.project.data, "rank"), text_in(one.project.data, "ranking_version")
        ahead = tuple(
            other.project.code
            for other in places
            if version
            and text_in(other.project.data, "ranking_version") == version
            and 0 < number_in(other.project.data, "rank") < rank
            and admitted.get(other.project.code, mark.at) >= mark.at
        )
        found.append(OutOfOrder(one.project, rank, reason, mark.at, mark.user, ahead))
    return sorted(found, key=lambda one: one.admitted_at)
