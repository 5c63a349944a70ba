"""Calls for applications: those with a life of their own, and the standing ones that a county keeps as policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.case import Case
from engine.facts import Facts
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import day_in, lines_in, text_in, today

CALL = "application-call"
STANDING_CALLS = "calls"
CHANNELS = ("regular", "special")
PUBLISHED = frozenset({"open", "screening", "ranked", "closed"})
"""States of a call that departments have been told of."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its window (both days included), the categories it takes, the units it is for (all when empty)."""

    code: str
    opens_on: date
    closes_on: date
    categories: frozenset[str]
    units: frozenset[str] = frozenset()
    case: Case | None = None

    def is_open(self, on: date) -> bool:
        """Say whether applications are taken on that day."""
        return self.opens_on <= on <= self.closes_on and (self.case is None or self.case.state == "open")

    def takes_unit(self, path: str) -> bool:
        """Say whether a unit may answer, by its path from the root."""
        return not self.units or not self.units.isdisjoint(path.split("/"))


def call_case(facts: Facts, number: str) -> Case | None:
    """Give the published call of that number; None when it is none's, or a standing call's."""
    found = facts.peers(CALL, "number", number) if number else ()
    return next((one for one in found if one.state in PUBLISHED), None)


def all_calls(facts: Facts, on: date) -> list[Call]:
    """Give every published call, the newest first, and the standing ones whose number none of them has."""
    cases = [one for channel in CHANNELS for one in facts.peers(CALL, "channel", channel) if one.state in PUBLISHED]
    published = [call for one in cases if (call := _of_case(one)) is not None]
    published.sort(key=lambda call: (call.opens_on, call.code), reverse=True)
    taken = {call.code for call in published}
    standing = _standing(facts.policy(STANDING_CALLS, on))
    return [*published, *(call for call in standing if call.code not in taken)]


def calls(it: Situation) -> list[Call]:
    """Give every call that is known on the day of the act."""
    return all_calls(it.facts, today(it))


def _of_case(case: Case) -> Call | None:
    data = case.data
    opens_on, closes_on = day_in(data, "opens_on"), day_in(data, "closes_on")
    if opens_on is None or closes_on is None:
        return None
    units = frozenset(text_in(row, "unit") for row in lines_in(data.get("open_to")))
    return Call(text_in(data, "number"), opens_on, closes_on, _words(data, "scope"), units, case)


def _standing(table: Json) -> Iterator[Call]:
    """Read the policy `calls`: `[{code, opens_on, closes_on, categories: [...]}]`."""
    for row in lines_in(table):
        opens_on, closes_on = day_in(row, "opens_on"), day_in(row, "closes_on")
        if opens_on is not None and closes_on is not None and isinstance(row.get("categories"), list):
            yield Call(text_in(row, "code"), opens_on, closes_on, _words(row, "categories"))


def _words(row: Mapping[str, Json], name: str) -> frozenset[str]:
    found = row.get(name)
    return frozenset(str(one) for one in found) if isinstance(found, list) else frozenset()
