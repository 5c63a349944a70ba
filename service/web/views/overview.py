"""The overview as its page shows it: what needs somebody, where projects are, how townships stand, money, bottlenecks.

Every number leads to its list; the words are the reader's.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct

from adapters.sql.reads.overview import Crowd
from engine.definition import Definition
from engine.stays import Stay
from service.web.charts import Bar, Bars, Lines, Series, round_top
from service.web.formats import Formats
from service.web.parts import Status, Tone
from service.web.portfolio import PROJECT, WARNING, Narrowing, Portfolio, Troubles, Wait
from service.web.site import CHINA
from service.web.views.home import Tile
from service.web.views.procedure import duration
from service.web.views.reader import Reader
from service.web.views.stage_strip import exit_phases
from workflows.funds.curve import LINES, Curve
from workflows.health import Health, worst

TONES: Mapping[Health, Tone] = {Health.RED: "bad", Health.AMBER: "warn", Health.GREEN: "good"}
GRID_LINES = 4
BOTTLENECKS_MAX = 8
"""Most steps that the page shows; the whole list is on the next."""

COLOURS = ("red", "orange")
"""Colours of warnings that a leader is told of."""


class Cell(Struct, frozen=True):
    """How many projects of a township are in a phase, with the worst light."""

    count: int
    status: Status | None
    url: str


class Township(Struct, frozen=True):
    """A township on the map: its worst light, how many of each, and each phase's count."""

    name: str
    status: Status
    counts: Sequence[tuple[Status, int, str]]
    cells: Sequence[Cell]
    url: str
    count: int


class Bottleneck(Struct, frozen=True):
    """A step where projects wait, in working days: how many, the longest, how long it takes usually, and may take."""

    title: str
    url: str
    waiting: int
    longest: int
    usual: str
    most: str
    basis: int
    limit: str


def list_url(path: str, narrowing: Narrowing, **query: str) -> str:
    """Give the address of a list, narrowed as the reader looks."""
    return f"{path}?{urlencode({**query, **narrowing.query})}"


def projects_url(narrowing: Narrowing, **query: str) -> str:
    """Give the address of a list of open projects."""
    return list_url("/items", narrowing, definition=PROJECT, closed="no", **query)


def exceptions(found: Troubles, narrowing: Narrowing, reader: Reader) -> list[Tile]:
    """Give what needs somebody, the worst first; what is none is not shown, but for what is late."""
    t = reader.t
    tiles = [
        Tile(t("overview.late"), found.late, projects_url(narrowing, late="1"), found.late > 0, found.is_cut),
        Tile(t("overview.red"), found.red, projects_url(narrowing, light="red"), found.red > 0, found.is_cut),
        Tile(t("overview.stuck"), found.stuck, projects_url(narrowing, stuck="1"), found.stuck > 0, found.is_cut),
    ]
    for colour in COLOURS:
        count = found.warnings.get(colour, 0)
        url = list_url("/items", narrowing, definition=WARNING, closed="no", colour=colour)
        tiles += [Tile(t(f"overview.warning.{colour}"), count, url, is_urgent=True)] if count else []
    if found.held:
        formats = Formats(t, CHINA)
        words = t("overview.held", amount=formats.rounded(found.held_amount))
        tiles.append(Tile(words, found.held, list_url("/disbursements", narrowing, state="held"), is_urgent=True))
    return tiles


def funnel(crowds: Sequence[Crowd], definition: Definition, narrowing: Narrowing, reader: Reader) -> Bars:
    """Count the open projects along the phases, with the money they are about."""
    formats, t = Formats(reader.t, CHINA), reader.t
    counts, sums = Counter[str](), Counter[str]()
    for one in crowds:
        counts[one.phase] += one.count
        sums[one.phase] += one.amount
    exits = exit_phases(definition)
    bars = [
        Bar(
            reader.says(phase.title),
            counts[name],
            t("overview.phase_words", count=counts[name], amount=formats.rounded(sums[name])),
            projects_url(narrowing, phase=name),
        )
        for name, phase in definition.phases.items()
        if name not in exits or counts[name]
    ]
    return Bars("funnel", t("overview.funnel"), t("overview.phase"), t("overview.projects"), bars)


def light(health: Health, reader: Reader) -> Status:
    """Give a light in words."""
    return Status(reader.t(f"overview.light.{health}"), TONES[health])


def townships(
    found: Portfolio, definition: Definition, narrowing: Narrowing, reader: Reader, township: Callable[[str], str]
) -> list[Township]:
    """Give each township with projects, in the order of their names; `township` gives that of a unit."""
    lights: dict[str, dict[str, Counter[Health]]] = {}
    for crowd in found.crowds:
        here = lights.setdefault(township(crowd.unit), {}).setdefault(crowd.phase, Counter())
        here[Health.GREEN] += crowd.count
    for one in found.members:
        here = lights[one.township][one.line.phase]
        here[one.health] += 1
        here[Health.GREEN] -= 1
    phases = [phase for phase in definition.phases if any(phase in cells for cells in lights.values())]
    return [
        _township(unit, cells, phases, Narrowing(unit, narrowing.year), reader)
        for unit, cells in sorted(lights.items())
    ]


def phase_titles(crowds: Sequence[Crowd], definition: Definition, reader: Reader) -> list[str]:
    """Name the phases that the cells of the townships stand for."""
    here = {one.phase for one in crowds}
    return [reader.says(phase.title) for name, phase in definition.phases.items() if name in here]


def _township(
    unit: str, lights: Mapping[str, Counter[Health]], phases: Sequence[str], narrowing: Narrowing, reader: Reader
) -> Township:
    whole = sum(lights.values(), Counter[Health]())
    overall = worst(whole)
    assert overall is not None
    cells = []
    for phase in phases:
        here = +lights.get(phase, Counter[Health]())
        found = worst(here)
        status = light(found, reader) if found is not None else None
        cells.append(Cell(here.total(), status, projects_url(narrowing, phase=phase)))
    counts = [
        (light(one, reader), whole[one], projects_url(narrowing, light=one.value)) for one in Health if whole[one]
    ]
    return Township(reader.unit(unit), light(overall, reader), counts, cells, projects_url(narrowing), whole.total())


def money_lines(found: Curve, reader: Reader) -> Lines | None:
    """Draw the money over months; None while no money moved."""
    if not found.months:
        return None
    t, formats = reader.t, Formats(reader.t, CHINA)
    top = round_top(amount for amounts in found.lines.values() for amount in amounts)
    series = [
        Series(
            t(f"overview.money.{name}"),
            found.lines[name],
            [formats.rounded(amount) for amount in found.lines[name]],
        )
        for name in LINES
    ]
    tops = [formats.rounded(top * step // GRID_LINES) for step in range(GRID_LINES + 1)] if top else []
    return Lines("money", t("overview.curve"), t("overview.month"), found.months, series, top, tops)


def bottlenecks(
    waits: Sequence[Wait], past: Mapping[str, Stay], definition: Definition, narrowing: Narrowing, reader: Reader
) -> list[Bottleneck]:
    """Give the steps where somebody works or waits, those first where the most working days are lost together."""
    waited: dict[str, list[float]] = {}
    for one in waits:
        if one.state in definition.states:
            waited.setdefault(one.state, []).append(one.days)
    order = sorted(waited, key=lambda state: (-sum(waited[state]), state))
    return [_bottleneck(state, waited[state], past.get(state), definition, narrowing, reader) for state in order]


def _bottleneck(
    name: str, days: Sequence[float], past: Stay | None, definition: Definition, narrowing: Narrowing, reader: Reader
) -> Bottleneck:
    state, t = definition.states[name], reader.t
    return Bottleneck(
        title=reader.says(state.title),
        url=projects_url(narrowing, state=name),
        waiting=len(days),
        longest=round(max(days)),
        usual=t("overview.days", count=round(past.middle)) if past is not None else "",
        most=t("overview.days", count=round(past.most)) if past is not None else "",
        basis=past.count if past is not None else 0,
        limit=duration(state.due, reader) if state.due is not None else "",
    )
