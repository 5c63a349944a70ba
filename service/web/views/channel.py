"""The channel for applications as departments see it: which calls are open, until when, what is needed, begin here."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from engine.definition import Definition
from engine.values import Json
from service.web.fields import Choice
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.naming import joined
from workflows.funds.papers import PROJECT
from workflows.guards.reading import text_in
from workflows.screening.calls import Call, all_calls

ENDLESS_FROM = date(2099, 1, 1)
"""A call that closes on this day or later has no end that anybody plans by."""


class OpenCall(Struct, frozen=True):
    """A call that can be answered today, or will be: `ahead` says which. `units` are those the reader may apply for.

    One that is `standing` is the county's rule, not an item with a number that means something.
    """

    code: str
    standing: bool
    name: str
    opens_on: date
    closes_on: date
    days_left: int
    ahead: bool
    categories: str
    themes: str
    needs: str
    guide: str
    guide_file: str
    quota: int | None
    ceiling: int | None
    units: Sequence[Choice]

    @property
    def is_endless(self) -> bool:
        """Whether there is no last day to mind."""
        return self.closes_on >= ENDLESS_FROM


def open_calls(found: Look, units: Sequence[str]) -> list[OpenCall]:
    """Give the calls that units of the reader may answer, the one that ends first at the top."""
    if not units:
        return []
    definition = found.definition(PROJECT)
    calendar = found.facts.calendar(definition.calendar)
    today = calendar.local_day(found.reader.now)
    shown: list[OpenCall] = []
    for call in all_calls(found.facts, today):
        mine = [unit for unit in units if (known := found.facts.unit(unit)) is not None and call.takes_unit(known.path)]
        is_ahead = call.opens_on > today and (call.case is None or call.case.state == "open")
        if mine and (call.is_open(today) or is_ahead):
            left = calendar.working_days(today, call.closes_on)
            shown.append(_card(found, definition, call, mine, left, ahead=is_ahead))
    return sorted(shown, key=lambda one: (one.ahead, one.closes_on, one.code))


def _card(found: Look, definition: Definition, call: Call, units: Sequence[str], left: int, *, ahead: bool) -> OpenCall:
    data = call.case.data if call.case is not None else {}
    return OpenCall(
        code=call.code,
        standing=call.case is None,
        name=text_in(data, "name"),
        opens_on=call.opens_on,
        closes_on=call.closes_on,
        days_left=left,
        ahead=ahead,
        categories=joined(found.reader, list(_categories(found, definition, call))),
        themes=text_in(data, "themes"),
        needs=text_in(data, "what_is_needed"),
        guide=text_in(data, "guide"),
        guide_file=item_url(call.case.code) if call.case is not None and data.get("guide_file") else "",
        quota=_whole(data.get("quota")),
        ceiling=_whole(data.get("ceiling")),
        units=[Choice(unit, found.reader.unit(unit)) for unit in units],
    )


def _categories(found: Look, definition: Definition, call: Call) -> Iterator[str]:
    for choice in definition.fields["categories"].of:
        if choice.name in call.categories:
            yield found.reader.says(choice.title)


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) else None
