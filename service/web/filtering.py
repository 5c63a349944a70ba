"""Which items a list shows, from its address; each narrowing is said in words and can be taken back by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.sql.reads.cases import Filter
from engine.definition import Definition
from engine.refusal import NotFound
from service.web.lists import PAGING, Address
from service.web.portfolio import Member, Narrowing, narrowed, portfolio
from service.web.reading import Look
from service.web.views.naming import titled
from workflows.health import Health

WORDS_LENGTH_MAX = 80
YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Chip:
    """A narrowing in words, and the address of the list without it."""

    words: str
    url: str


def filter_of(found: Look, address: Address) -> Filter:
    """Read what a list of items is narrowed to; a name that there is not is no narrowing."""
    narrowing, definition = Narrowing.read(address), _definition(found, address)
    colour = address.get(COLOUR)
    wanted = Filter(
        definition=definition.key if definition is not None else None,
        states=(address.get("state"),) if address.get("state") else (),
        phase=address.get("phase") or None,
        words=address.get("words").strip()[:WORDS_LENGTH_MAX] or None,
        is_closed=YES_NO.get(address.get("closed")),
        overdue_at=found.reader.now if address.get("late") else None,
        field=(COLOUR, colour) if colour else None,
        ids=_chosen(found, address, narrowing),
    )
    return narrowed(found, narrowing, wanted)


def _definition(found: Look, address: Address) -> Definition | None:
    try:
        return found.definition(address.get("definition")) if address.get("definition") else None
    except NotFound:
        return None


def _chosen(found: Look, address: Address, narrowing: Narrowing) -> frozenset[str] | None:
    """Give the projects of a light or those that are stuck; None where neither is asked for."""
    light, stuck = address.get("light"), address.get("stuck")
    if light not in set(Health) and not stuck:
        return None

    def fits(member: Member) -> bool:
        return (not stuck or member.signs.is_stuck) and (light not in set(Health) or member.health == light)

    return frozenset(one.line.id for one in portfolio(found, narrowing).members if fits(one))


def chips(found: Look, address: Address) -> list[Chip]:
    """Say what the list is narrowed to."""
    return [Chip(words, address.with_(**dict.fromkeys((name, *PAGING)))) for name, words in _said(found, address)]


def _said(found: Look, address: Address) -> Iterator[tuple[str, str]]:
    reader, definition = found.reader, _definition(found, address)
    narrowing = Narrowing.read(address)
    if definition is not None:
        yield "definition", reader.says(definition.title)
        if (phase := definition.phases.get(address.get("phase"))) is not None:
            yield "phase", reader.says(phase.title)
        if (state := definition.states.get(address.get("state"))) is not None:
            yield "state", reader.says(state.title)
    if narrowing.unit:
        yield "unit", reader.unit(narrowing.unit)
    if narrowing.year:
        yield "year", reader.t("overview.begun", year=narrowing.year)
    for name in ("late", "stuck"):
        if address.get(name):
            yield name, reader.t(f"overview.{name}")
    for name, area in (("light", "overview.light"), ("closed", "items.closed"), (COLOUR, "overview.warning")):
        if value := address.get(name):
            yield name, titled(reader, area, value)
