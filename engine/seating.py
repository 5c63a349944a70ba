"""From an assignment to people: who gets a task (as principals), and who may act without one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.assignment import (
    ActorOf,
    Assignment,
    ByExpression,
    FirstOf,
    FromField,
    HeadOf,
    Initiator,
    OneUser,
    RoleIn,
    System,
    Together,
)
from engine.case import Case, Task
from engine.expression import Expression, Undecided
from engine.facts import Facts, Unit
from engine.refusal import Refusal, Refused
from engine.situation import Situation, Variables

UNIT_DEPTH_MAX = 20
"""Deepest organisation tree that is walked."""


@dataclass(frozen=True, slots=True)
class Chair:
    """One task to open: its seat name, the principal who gets it, and the weight of its vote."""

    seat: str
    principal: str
    weight: int = 1


def user(user_id: str) -> str:
    """Give the principal of one person."""
    return f"u:{user_id}"


def group(role: str, unit_id: str) -> str:
    """Give the principal of the holders of a role in a unit."""
    return f"g:{role}@{unit_id}"


def chairs(assignment: Assignment, situation: Situation) -> list[Chair]:
    """Give the tasks an assignment opens, each principal once a seat.

    Raises `Refused` when nobody fits: a step is never skipped in silence.
    """
    found = list(dict.fromkeys(_chairs(assignment, situation, "")))
    if not found and not isinstance(assignment, System):
        raise Refused(Refusal("assignment.nobody", where=situation.case.state))
    return found


def named(assignment: Assignment, situation: Situation) -> tuple[str, ...]:
    """Give the principals an assignment names, in its order; nobody is no error here."""
    return tuple(dict.fromkeys(chair.principal for chair in _chairs(assignment, situation, "")))


def principals(assignment: Assignment, situation: Situation) -> frozenset[str]:
    """Give the principals an assignment names, as a set."""
    return frozenset(named(assignment, situation))


def _chairs(assignment: Assignment, situation: Situation, seat: str) -> Iterator[Chair]:
    if isinstance(assignment, Together):
        for each in assignment.seats:
            if each.when is None or holds(each.when, situation):
                yield from (replace(chair, weight=each.weight) for chair in _chairs(each.who, situation, each.name))
    elif isinstance(assignment, FirstOf):
        branch = next((one for one in assignment.branches if one.when is None or holds(one.when, situation)), None)
        if branch is not None:
            yield from _chairs(branch.who, situation, seat)
    else:
        for principal in _principals(assignment, situation):
            yield Chair(seat, principal)


def _principals(assignment: Assignment, situation: Situation) -> Iterator[str]:
    case = situation.case
    match assignment:
        case Initiator():
            yield user(case.initiator)
        case OneUser(user=name):
            yield user(name)
        case RoleIn():
            yield from _holders(assignment, situation)
        case FromField(field=name):
            yield from _persons(situation, name)
        case ActorOf(state=state):
            if state in case.actors:
                yield user(case.actors[state].user)
        case HeadOf(scope=scope, levels=levels):
            head = _head(situation.facts, unit_in(scope, case, situation.facts), levels)
            if head is not None:
                yield user(head)
        case ByExpression(expression=expression):
            yield user(str(_value(expression, situation)))
        case _:
            return


def _persons(situation: Situation, field: str) -> Iterator[str]:
    value = situation.data.get(field)
    names = value if isinstance(value, list) else [value]
    return (user(name) for name in names if isinstance(name, str) and name)


def _holders(assignment: RoleIn, situation: Situation) -> Iterator[str]:
    """Give the group (or its members); when nobody holds the role, the head of the unit stands in."""
    facts = situation.facts
    unit = unit_in(assignment.scope, situation.case, facts)
    if unit is None:
        return
    members = facts.members(assignment.role, unit.id)
    if not members:
        head = _head(facts, unit, 0)
        if head is not None:
            yield user(head)
    elif assignment.each:
        yield from (user(member) for member in members)
    else:
        yield group(assignment.role, unit.id)


def unit_in(scope: str, case: Case, facts: Facts) -> Unit | None:
    """Resolve `item.unit`, `item.KIND` (the nearest such unit at or above the case's) or `unit:ID`."""
    if scope.startswith("unit:"):
        return facts.unit(scope.removeprefix("unit:"))
    unit = facts.unit(case.unit)
    kind = scope.removeprefix("item.")
    if kind == "unit":
        return unit
    for _ in range(UNIT_DEPTH_MAX):
        if unit is None or unit.kind == kind:
            return unit
        unit = facts.unit(unit.parent) if unit.parent else None
    return None


def _head(facts: Facts, unit: Unit | None, levels: int) -> str | None:
    """Give the head so many levels up; a unit without an enabled head passes the question to the one above."""
    for level in range(UNIT_DEPTH_MAX):
        if unit is None:
            return None
        if level >= levels and unit.head is not None and facts.is_enabled(unit.head):
            return unit.head
        unit = facts.unit(unit.parent) if unit.parent else None
    return None


def supervisor(principal: str, facts: Facts) -> str | None:
    """Give the principal above another: the head of the group's or person's unit, or of the unit above."""
    kind, _, name = principal.partition(":")
    unit = facts.unit((facts.unit_of(name) if kind == "u" else name.rpartition("@")[2]) or "")
    head = _head(facts, unit, 0)
    if head is not None and user(head) == principal and unit is not None and unit.parent:
        head = _head(facts, facts.unit(unit.parent), 0)
    return None if head is None else user(head)


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
