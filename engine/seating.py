"""From an assignment to people: who gets a task (as principals), and who may act without one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.assignment import (
    ActorOf,
    Assignment,
    ByExpression,
    ByLot,
    Chosen,
    FirstOf,
    FromField,
    HeadOf,
    HeadsUpTo,
    Initiator,
    OneUser,
    PickOne,
    PostAbove,
    RoleIn,
    System,
    Together,
    Users,
)
from engine.case import Task
from engine.events import Picked
from engine.expression import Expression, Undecided
from engine.facts import Unit
from engine.picking import pick
from engine.places import group, head_above, people_of, supervisor, unit_in, upwards, user
from engine.refusal import Refusal, Refused
from engine.situation import Situation, Variables


@dataclass(frozen=True, slots=True)
class Chair:
    """One task to open: its seat name, the principal who gets it, the weight of its vote, and how they were picked."""

    seat: str
    principal: str
    weight: int = 1
    picked: Picked | None = field(default=None, compare=False)


def chairs(assignment: Assignment, situation: Situation) -> list[Chair]:
    """Give the tasks an assignment opens, each principal once a seat; none when nobody fits."""
    return list(dict.fromkeys(_chairs(assignment, situation, "")))


def named(assignment: Assignment, situation: Situation) -> tuple[str, ...]:
    """Give the principals an assignment names, in its order; nobody is no error here."""
    return tuple(dict.fromkeys(chair.principal for chair in _chairs(assignment, situation, "")))


def principals(assignment: Assignment, situation: Situation) -> frozenset[str]:
    """Give the principals an assignment names, as a set."""
    return frozenset(named(assignment, situation))


def people(assignment: Assignment, situation: Situation) -> tuple[str, ...]:
    """Give the people behind all principals of an assignment, each once."""
    every = (one for principal in named(assignment, situation) for one in people_of(principal, situation.facts))
    return tuple(dict.fromkeys(every))


def _chairs(assignment: Assignment, situation: Situation, seat: str) -> Iterator[Chair]:
    if isinstance(assignment, Together):
        for each in assignment.seats:
            if each.when is None or holds(each.when, situation):
                yield from (replace(chair, weight=each.weight) for chair in _chairs(each.who, situation, each.name))
    elif isinstance(assignment, FirstOf):
        branch = next((one for one in assignment.branches if one.when is None or holds(one.when, situation)), None)
        if branch is not None:
            yield from _chairs(branch.who, situation, seat)
    elif isinstance(assignment, PickOne):
        picked = pick(assignment.by, seat, people(assignment.among, situation), situation)
        if picked is not None:
            yield Chair(seat, user(picked.user), picked=picked)
    else:
        for principal in _NAMING[type(assignment)](assignment, situation):
            yield Chair(seat, principal)


def _initiator(_assignment: Initiator, situation: Situation) -> Iterator[str]:
    yield user(situation.case.initiator)


def _nobody(_assignment: System, _situation: Situation) -> Iterator[str]:
    yield from ()


def _one_user(assignment: OneUser, _situation: Situation) -> Iterator[str]:
    yield user(assignment.user)


def _users(assignment: Users, _situation: Situation) -> Iterator[str]:
    yield from map(user, assignment.users)


def _from_field(assignment: FromField, situation: Situation) -> Iterator[str]:
    yield from map(user, _persons(situation, assignment.field))


def _persons(situation: Situation, name: str) -> list[str]:
    value = situation.data.get(name)
    names = value if isinstance(value, list) else [value]
    return [one for one in names if isinstance(one, str) and one]


def _chosen(assignment: Chosen, situation: Situation) -> Iterator[str]:
    """Give whom somebody chose; raises `Refused` when one of them may not be chosen."""
    may_be = people(assignment.among, situation)
    for name in _persons(situation, assignment.field):
        if name not in may_be:
            raise Refused(Refusal("assignment.not_among", assignment.field, {"user": name}))
        yield user(name)


def _by_lot(_assignment: ByLot, situation: Situation) -> Iterator[str]:
    """Give those who were drawn in this state; nobody before the draw."""
    drawing = situation.case.draws.get(situation.case.state)
    if drawing is not None:
        yield from map(user, drawing.sitting)


def _actor_of(assignment: ActorOf, situation: Situation) -> Iterator[str]:
    mark = situation.case.actors.get(assignment.state)
    if mark is not None:
        yield user(mark.user)


def _head_of(assignment: HeadOf, situation: Situation) -> Iterator[str]:
    head = head_above(_unit(assignment.scope, situation), assignment.levels, situation.facts)
    if head is not None:
        yield user(head)


def _heads_up_to(assignment: HeadsUpTo, situation: Situation) -> Iterator[str]:
    for unit in upwards(_unit(assignment.scope, situation), situation.facts)[: assignment.levels + 1]:
        if unit.head is not None and situation.facts.is_enabled(unit.head):
            yield user(unit.head)


def _by_expression(assignment: ByExpression, situation: Situation) -> Iterator[str]:
    yield user(str(_value(assignment.expression, situation)))


def _role_in(assignment: RoleIn, situation: Situation) -> Iterator[str]:
    """Give the group (or its members); when nobody holds the role, the head of the unit stands in."""
    unit = _unit(assignment.scope, situation)
    if unit is None:
        return
    if situation.facts.members(assignment.role, unit.id):
        yield from _holders(assignment, unit, situation)
        return
    head = head_above(unit, 0, situation.facts)
    if head is not None:
        yield user(head)


def _post_above(assignment: PostAbove, situation: Situation) -> Iterator[str]:
    for unit in upwards(_unit(assignment.scope, situation), situation.facts):
        if situation.facts.members(assignment.role, unit.id):
            yield from _holders(assignment, unit, situation)
            return


def _holders(assignment: RoleIn | PostAbove, unit: Unit, situation: Situation) -> Iterator[str]:
    if assignment.each:
        yield from map(user, situation.facts.members(assignment.role, unit.id))
    else:
        yield group(assignment.role, unit.id)


def _unit(scope: str, situation: Situation) -> Unit | None:
    return unit_in(scope, situation.case, situation.facts)


_NAMING: Mapping[type[Any], Callable[[Any, Situation], Iterator[str]]] = {
    Initiator: _initiator,
    System: _nobody,
    OneUser: _one_user,
    Users: _users,
    RoleIn: _role_in,
    PostAbove: _post_above,
    FromField: _from_field,
    Chosen: _chosen,
    ByLot: _by_lot,
    ActorOf: _actor_of,
    HeadOf: _head_of,
    HeadsUpTo: _heads_up_to,
    ByExpression: _by_expression,
}


def stand_in(task: Task, situation: Situation) -> str:
    """Give who gets a task that is opened again: its holder, else its group, else the head above the holder.

    Raises `Refused` when there is nobody.
    """
    kind, _, holder = task.principal.partition(":")
    if kind == "g" or situation.facts.is_enabled(holder):
        return task.principal
    found = task.group or supervisor(task.principal, situation.facts)
    if found is None:
        raise Refused(Refusal("assignment.nobody", where=situation.case.state))
    return found


def holds(condition: Expression, situation: Situation) -> bool:
    """Evaluate a condition of a definition; a missing value refuses the act instead of choosing a way."""
    return _value(condition, situation) is True


def _value(expression: Expression, situation: Situation) -> object:
    try:
        return expression.value(Variables(situation))
    except Undecided as error:
        reason = Refusal("expression.undecided", where=expression.source, params={"cause": str(error)})
        raise Refused(reason) from error
