"""Units around a case: where a scope lies, who is the head there, who stands above somebody."""

from engine.case import Case
from engine.facts import Facts, Unit

UNIT_DEPTH_MAX = 20
"""Deepest organisation tree that is walked."""


def user(user_id: str) -> str:
    """Give the principal of one person."""
    return f"u:{user_id}"


def group(role: str, unit_id: str) -> str:
    """Give the principal of the holders of a role in a unit."""
    return f"g:{role}@{unit_id}"


def people_of(principal: str, facts: Facts) -> tuple[str, ...]:
    """Give the people behind a principal: the person, or all who hold the role in the unit."""
    kind, _, name = principal.partition(":")
    if kind == "u":
        return (name,)
    role, _, unit = name.rpartition("@")
    return facts.members(role, unit)


def unit_in(scope: str, case: Case, facts: Facts) -> Unit | None:
    """Resolve a scope of a definition to a unit.

    It is `item.unit`, `item.KIND` (the nearest such unit at or above the case's), `initiator.unit`, `field:NAME` or
    `unit:ID`.
    """
    if scope.startswith("unit:"):
        return facts.unit(scope.removeprefix("unit:"))
    if scope.startswith("field:"):
        return facts.unit(str(case.data.get(scope.removeprefix("field:"), "")))
    if scope == "initiator.unit":
        return facts.unit(facts.unit_of(case.initiator) or "")
    unit = facts.unit(case.unit)
    kind = scope.removeprefix("item.")
    if kind == "unit":
        return unit
    return above_of_kind(kind, unit, facts)


def above_of_kind(kind: str, unit: Unit | None, facts: Facts) -> Unit | None:
    """Give the nearest unit of a kind at or above a unit."""
    return next((one for one in upwards(unit, facts) if one.kind == kind), None)


def upwards(unit: Unit | None, facts: Facts) -> list[Unit]:
    """Give a unit and the units above it."""
    found: list[Unit] = []
    while unit is not None and len(found) < UNIT_DEPTH_MAX:
        found.append(unit)
        unit = facts.unit(unit.parent) if unit.parent else None
    return found


def head_above(unit: Unit | None, levels: int, facts: Facts) -> str | None:
    """Give the head so many levels up; a unit without an enabled head passes the question to the one above."""
    above = (one.head for one in upwards(unit, facts)[levels:])
    return next((head for head in above if head is not None and facts.is_enabled(head)), None)


def supervisor(principal: str, facts: Facts) -> str | None:
    """Give the principal above another: the head of the group's or person's unit, or of the unit above."""
    kind, _, name = principal.partition(":")
    unit = facts.unit((facts.unit_of(name) if kind == "u" else name.rpartition("@")[2]) or "")
    head = head_above(unit, 0, facts)
    if head is not None and user(head) == principal and unit is not None and unit.parent:
        head = head_above(facts.unit(unit.parent), 0, facts)
    return None if head is None else user(head)
