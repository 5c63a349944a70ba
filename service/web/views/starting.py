"""What a person may start, and for which units."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.case import Case
from engine.commands import Actor
from engine.definition import Definition
from engine.facts import Facts
from engine.seating import principals
from engine.situation import Situation, imagined


def units_to_start_for(definition: Definition, facts: Facts, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Give the units a person may open a case of a definition for; the own one first."""
    if definition.starters is None:
        return (actor.unit,)
    return tuple(unit for unit in _candidates(actor) if _may_start(definition, facts, actor, unit, now))


def startable(
    definitions: Iterable[Definition], facts: Facts, actor: Actor, now: datetime
) -> Iterator[tuple[Definition, tuple[str, ...]]]:
    """Give the definitions a person may open a case of, each with the units; not those that stand beside a case."""
    for definition in definitions:
        if definition.parent is not None:
            continue
        units = units_to_start_for(definition, facts, actor, now)
        if units:
            yield definition, units


def startable_beside(
    definitions: Iterable[Definition], parent: Case, facts: Facts, actor: Actor, now: datetime
) -> Iterator[Definition]:
    """Give the definitions a person may open a case of beside this one, as it stands."""
    for definition in definitions:
        link = definition.parent
        if link is None or link.definition != parent.definition or (link.states and parent.state not in link.states):
            continue
        if definition.starters is None:
            if actor.unit == parent.unit:
                yield definition
        elif _may_start(definition, facts, actor, parent.unit, now):
            yield definition


def _candidates(actor: Actor) -> Iterable[str]:
    """The units a person belongs to or holds a role in."""
    held = sorted(principal.partition("@")[2] for principal in actor.principals if "@" in principal)
    return dict.fromkeys([actor.unit, *held])


def _may_start(definition: Definition, facts: Facts, actor: Actor, unit: str, now: datetime) -> bool:
    assert definition.starters is not None
    case = imagined(definition, now, initiator=actor.id, unit=unit)
    situation = Situation(definition, case, {}, actor, facts, now)
    return bool(principals(definition.starters, situation) & actor.principals)
