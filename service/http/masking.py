"""Sensitive numbers: who sees which of an item's whole, and which by their last places. The one place that decides it.

Everything that shows an item's values asks here: pages, the interface, histories, printed papers, what auditors take
along. The rule stands in `policy.yaml` under `numbers`. Whoever types something in sees it whole, so that no covered
number is ever sent back in the place of what it stands for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.case import Case
from engine.commands import Actor
from engine.definition import Definition, Field, State
from engine.sensitive import Sensitive, covered
from engine.values import Json
from service.http.policy import load_policy

GROUP = "g:"
"""How a principal begins that is a role in a unit: `g:fin_pay@C`."""


@dataclass(frozen=True, slots=True)
class Mask:
    """The places of an item that are covered for one reader: `bank_account`, or `payees.bank_account` in a table."""

    places: frozenset[str] = frozenset()

    def data(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """Give values of fields as the reader may see them."""
        return {name: self._value(name, value) for name, value in values.items()}

    def case(self, case: Case) -> Case:
        """Give a case as the reader may see it."""
        if not self.places:
            return case
        shown = case.copy()
        shown.data = self.data(case.data)
        return shown

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Give what an event tells, as plain values, as the reader may see it."""
        shown = dict(facts)
        if "values" in shown:
            shown["values"] = self.data(shown["values"])
        if "form" in (ballot := shown.get("ballot", {})):
            shown["ballot"] = {**ballot, "form": self.data(ballot["form"])}
        return shown

    def whole(self, values: Mapping[str, Json]) -> dict[str, list[str]]:
        """Give the numbers that are covered, by their place; those that are filled in."""
        found: dict[str, list[str]] = {}
        for place in sorted(self.places):
            if numbers := list(_at(place, values)):
                found[place] = numbers
        return found

    def _value(self, name: str, value: Json) -> Json:
        if name in self.places and isinstance(value, str):
            return covered(value)
        if isinstance(value, list) and any(place.startswith(f"{name}.") for place in self.places):
            return [self._row(name, row) if isinstance(row, dict) else row for row in value]
        return value

    def _row(self, name: str, row: Mapping[str, Json]) -> dict[str, Json]:
        return {
            cell: covered(value) if f"{name}.{cell}" in self.places and isinstance(value, str) else value
            for cell, value in row.items()
        }


def _at(place: str, values: Mapping[str, Json]) -> Iterator[str]:
    name, _, cell = place.partition(".")
    value = values.get(name)
    cells = [row.get(cell) for row in value if isinstance(row, dict)] if isinstance(value, list) else [value]
    yield from (one for one in cells if isinstance(one, str) and one)


def sensitive_places(definition: Definition) -> dict[str, Sensitive]:
    """Give the places of a definition that hold such a number: those it marks itself, and those the policy names."""
    named = load_policy().places.get(definition.key, {})
    marked = {place: field.sensitive for place, field in _fields(definition.fields) if field.sensitive is not None}
    return {**{place: kind for place, kind in named.items() if _is_there(place, definition)}, **marked}


def _fields(fields: Mapping[str, Field]) -> Iterator[tuple[str, Field]]:
    for name, field in fields.items():
        yield name, field
        yield from ((f"{name}.{column.name}", column) for column in field.columns)


def _is_there(place: str, definition: Definition) -> bool:
    name, _, cell = place.partition(".")
    field = definition.fields.get(name)
    return field is not None and (not cell or any(column.name == cell for column in field.columns))


def sees_whole(kind: Sensitive, reader: Actor) -> bool:
    """Say whether somebody needs numbers of a kind by their post."""
    return (
        not load_policy()
        .whole_for[kind]
        .isdisjoint(principal.removeprefix(GROUP).partition("@")[0] for principal in reader.principals)
    )


def mask_for(definition: Definition, reader: Actor, case: Case | None = None) -> Mask:
    """Give what of an item's numbers is covered for a reader; without the case, what is covered by their post."""
    places = sensitive_places(definition)
    hidden = {place for place, kind in places.items() if not sees_whole(kind, reader)}
    if not hidden or case is None:
        return Mask(frozenset(hidden))
    if case.initiator == reader.id:
        return Mask()
    typed = {name for state in _filled_in(definition, reader, case) for name in _typed_in(state)}
    return Mask(frozenset(place for place in hidden if place.partition(".")[0] not in typed))


def _filled_in(definition: Definition, reader: Actor, case: Case) -> Iterator[State]:
    """Give the steps whose forms the reader fills in now, or was the last to work on."""
    names = {state for state, mark in case.actors.items() if mark.user == reader.id}
    names |= {task.state for task in case.tasks if task.principal in reader.principals}
    yield from (definition.states[name] for name in names if name in definition.states)


def _typed_in(state: State) -> Iterator[str]:
    yield from state.form.edit
    for action in state.actions.values():
        yield from action.form.edit
