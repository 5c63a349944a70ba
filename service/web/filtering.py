"""Which items a list shows, from its address; each narrowing is said in words and can be taken back by itself."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from adapters.sql.reads.cases import Filter
from engine.definition import Definition
from engine.refusal import NotFound
from service.http.lists import scope_of
from service.http.reports import may_have
from service.reporting import Asked, Desk, catalogue
from service.web.lists import PAGING, Address
from service.web.portfolio import Narrowing, green, members, narrowed
from service.web.reading import Look
from service.web.views.overview import COLOURS
from workflows.health import Health

WORDS_LENGTH_MAX = 80
FIGURE = re.compile(r"(R-\d{2})\.(\d)\.(\w{1,40})")
"""A number of a report: its code, the sheet (from 1), the column."""

YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
LIGHTS = frozenset(Health)
COLOUR = "colour"


class Chip(Struct, frozen=True):
    """A narrowing in words, and the address of the list without it."""

    words: str
    url: str


def filter_of(found: Look, address: Address) -> Filter:
    """Read what a list of items is narrowed to; a name that there is not is no narrowing."""
    narrowing, definition = Narrowing.read(address), _definition(found, address)
    wanted = Filter(
        definition=definition.key if definition is not None else None,
        states=(address.get("state"),) if definition is not None and address.get("state") in definition.states else (),
        phase=address.get("phase") if definition is not None and address.get("phase") in definition.phases else None,
        words=address.get("words").strip()[:WORDS_LENGTH_MAX] or None,
        is_closed=YES_NO.get(address.get("closed")),
        overdue_at=found.reader.now if address.get("late") else None,
        field=(COLOUR, address.get(COLOUR)) if address.get(COLOUR) in COLOURS else None,
        ids=_chosen(found, address, narrowing),
    )
    return narrowed(found, narrowing, wanted)


def _definition(found: Look, address: Address) -> Definition | None:
    try:
        return found.definition(address.get("definition")) if address.get("definition") else None
    except NotFound:
        return None


def _chosen(found: Look, address: Address, narrowing: Narrowing) -> frozenset[str] | None:
    """Give the items behind a figure, those of a light, or those that are stuck; None where none is asked for."""
    if (named := FIGURE.fullmatch(address.get("figure"))) is not None:
        return _behind(found, address, *named.groups())
    light, stuck = address.get("light"), bool(address.get("stuck"))
    if light not in LIGHTS and not stuck:
        return None
    if light == Health.GREEN:
        return frozenset() if stuck else green(found, narrowing)
    return frozenset(
        one.line.id
        for one in members(found, narrowing)
        if (not stuck or one.signs.is_stuck) and (light not in LIGHTS or one.health == light)
    )


def _behind(found: Look, address: Address, code: str, sheet: str, column: str) -> frozenset[str]:
    """Give the items behind a number of a report, made anew; nothing when the reader may not have it."""
    report = catalogue().reports.get(code)
    if report is None or not may_have(found.front, found.caller, report):
        return frozenset()
    desk = Desk(found.connection, found.front.assembly.library, found.reader, scope_of(found.caller))
    year = address.get("of")
    asked = Asked(code, None, int(year) if year.isascii() and year.isdecimal() else None, address.get("within") or None)
    sheets = desk.make(asked).sheets
    at = int(sheet) - 1
    return sheets[at].behind(address.get("line"), column) if 0 <= at < len(sheets) else frozenset()


def chips(found: Look, address: Address) -> list[Chip]:
    """Say what the list is narrowed to."""
    return [Chip(words, address.with_(**dict.fromkeys((name, *PAGING)))) for name, words in _said(found, address)]


def _said(found: Look, address: Address) -> Iterator[tuple[str, str]]:
    reader, narrowing = found.reader, Narrowing.read(address)
    yield from _of_definition(found, address)
    if narrowing.unit:
        yield "unit", reader.unit(narrowing.unit)
    if narrowing.year:
        yield "year", reader.t("overview.begun", year=narrowing.year)
    for name in ("late", "stuck"):
        if address.get(name):
            yield name, reader.t(f"overview.{name}")
    if (light := address.get("light")) in LIGHTS:
        yield "light", reader.t(f"overview.light.{light}")
    if (named := FIGURE.fullmatch(address.get("figure"))) is not None and named[1] in catalogue().reports:
        title = catalogue().titles.get(f"figure.{named[3]}")
        words = reader.says(title) if title is not None else named[3]
        yield (
            "figure",
            reader.t("figures.behind", report=reader.says(catalogue().reports[named[1]].title), column=words),
        )
    if (closed := address.get("closed")) in YES_NO:
        yield "closed", reader.t(f"items.closed.{closed}")
    if (colour := address.get(COLOUR)) in COLOURS:
        yield COLOUR, reader.t(f"overview.warning.{colour}")


def _of_definition(found: Look, address: Address) -> Iterator[tuple[str, str]]:
    """Say which procedure, phase and state; phases and states have names only within one."""
    definition, says = _definition(found, address), found.reader.says
    if definition is None:
        return
    yield "definition", says(definition.title)
    if (phase := definition.phases.get(address.get("phase"))) is not None:
        yield "phase", says(phase.title)
    if (state := definition.states.get(address.get("state"))) is not None:
        yield "state", says(state.title)
