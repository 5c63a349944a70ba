"""Standing authorisations: by which one somebody may act for another, within its limits and never in their own case."""

from collections.abc import Mapping

from engine.case import Task
from engine.commands import Actor, Standing
from engine.definition import Definition, FieldType
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json


def amount_of(definition: Definition, data: Mapping[str, Json]) -> int | None:
    """Give what a case is about in fen; None where it says nothing of money."""
    name = money_field(definition)
    value = data.get(name) if name is not None else None
    return value if isinstance(value, int) else None


def money_field(definition: Definition) -> str | None:
    """Name the field that says what a case is about in money: the first of its summary fields that is money."""
    return next((name for name in definition.summary if definition.fields[name].type is FieldType.MONEY), None)


def authority(principal: str, situation: Situation) -> Standing | Refusal | None:
    """Give the authorisation by which the actor stands behind a principal; None when it is their own.

    A refusal says why none of those they were given will do.
    """
    given = situation.actor.standing_for.get(principal)
    return None if given is None else _first(given, situation)


def kept_authority(task: Task, situation: Situation) -> Standing | Refusal | None:
    """Give the authorisation under which the actor took a group's task, as long as it still holds."""
    if task.under is None:
        return None
    every = (one for given in situation.actor.standing_for.values() for one in given if one.id == task.under)
    kept = tuple(dict.fromkeys(every))
    return _first(kept, situation) if kept else Refusal("delegation.over", task.id, {"number": task.under})


def may_work(task: Task, situation: Situation) -> bool:
    """Say whether a task is the actor's, themself or within an authorisation."""
    if task.principal not in situation.actor.principals:
        return False
    return not any(
        isinstance(found, Refusal) for found in (authority(task.principal, situation), kept_authority(task, situation))
    )


def own(actor: Actor) -> frozenset[str]:
    """Give the principals that are the actor's own: what is never done for another is asked of these."""
    return actor.principals - actor.standing_for.keys()


def _first(given: tuple[Standing, ...], situation: Situation) -> Standing | Refusal:
    obstacles = [(one, _obstacle(one, situation)) for one in given]
    held = next((one for one, obstacle in obstacles if obstacle is None), None)
    if held is not None:
        return held
    obstacle = obstacles[0][1]
    assert obstacle is not None
    return obstacle


def _obstacle(standing: Standing, situation: Situation) -> Refusal | None:
    """Give what keeps an authorisation from reaching a case: whose it is, its kind, its amount."""
    case, named = situation.case, {"number": standing.id}
    if case.initiator == situation.actor.id:
        return Refusal("delegation.own_case", case.code, named)
    if standing.definition not in (None, case.definition):
        return Refusal("delegation.other_kind", case.definition, named)
    if standing.amount_max is not None:
        amount = amount_of(situation.definition, situation.data)
        if amount is None or amount > standing.amount_max:
            return Refusal("delegation.above_amount", case.code, {**named, "most": standing.amount_max})
    return None
