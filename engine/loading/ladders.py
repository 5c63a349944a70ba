"""Escalation: reading `ladders:`, the rungs of `escalate:`, and durations."""

from collections.abc import Mapping
from itertools import pairwise

from engine.assignment import Assignment, RoleIn, System, Together
from engine.definition import Audience, Rung
from engine.duration import DUE, DurationError, Moment, parse_moment
from engine.loading.durations import read_duration
from engine.loading.limits import LADDERS_MAX, NAME_LENGTH_MAX, RUNGS_MAX
from engine.loading.people import read_role, read_who
from engine.loading.reading import Cursor, is_name, listed, quoted
from engine.loading.scope import Scope

EFFECTS = ("remind", "copy", "hand_to", "act", "mark")


def read_ladders(cursor: Cursor, scope: Scope) -> dict[str, tuple[Rung, ...]]:
    """Read the ladders that states refer to by name."""
    return {name: read_rungs(entry, scope) for name, entry in cursor.entries(LADDERS_MAX, "ladders").items()}


def read_ladder(cursor: Cursor, ladders: Mapping[str, tuple[Rung, ...]], scope: Scope) -> tuple[Rung, ...]:
    """Read `escalate:`: the name of a ladder, or its rungs."""
    return read_rungs(cursor, scope) if cursor.is_listing() else ladders.get(cursor.reference(ladders, "ladder"), ())


def read_rungs(cursor: Cursor, scope: Scope) -> tuple[Rung, ...]:
    """Read the rungs of a ladder, in order of time."""
    items = cursor.items(RUNGS_MAX, "rungs", least=1)
    rungs = tuple(_rung(item, scope) for item in items)
    for item, (earlier, later) in zip(items[1:], pairwise(rungs), strict=True):
        if _is_later(earlier.at, later.at):
            item.problem("rung_order", found=str(later.at), other=str(earlier.at))
    return rungs


def _rung(cursor: Cursor, scope: Scope) -> Rung:
    parts = cursor.parts(("at",), (*EFFECTS, "retry"))
    if not set(parts) & set(EFFECTS):
        cursor.problem("empty_rung", allowed=listed(EFFECTS))
    if "retry" in parts and "act" not in parts:
        parts["retry"].problem("retry_without_act")
    return Rung(
        _moment(parts["at"]) if "at" in parts else DUE,
        remind=_audience(parts["remind"], scope) if "remind" in parts else None,
        copy=_audience(parts["copy"], scope) if "copy" in parts else None,
        hand_to=_heir(parts["hand_to"], scope) if "hand_to" in parts else None,
        act=_name(parts["act"]) if "act" in parts else None,
        retry=read_duration(parts["retry"]) if "retry" in parts else None,
        mark=_name(parts["mark"]) if "mark" in parts else None,
    )


def _moment(cursor: Cursor) -> Moment:
    text = cursor.written()
    try:
        return parse_moment(text) if text else DUE
    except DurationError:
        cursor.problem("malformed", found=quoted(text), wanted="moment")
        return DUE


def _audience(cursor: Cursor, scope: Scope) -> Audience | RoleIn:
    if cursor.is_keyed():
        parts = cursor.parts(("role", "in"), ("each",))
        return read_role(parts, scope) if len(parts) > 1 else Audience.ASSIGNEE
    return cursor.one_of(Audience)


def _heir(cursor: Cursor, scope: Scope) -> Assignment:
    heir = read_who(cursor, scope)
    if isinstance(heir, Together | System):
        cursor.problem("one_heir")
    return heir


def _name(cursor: Cursor) -> str:
    name = cursor.text(NAME_LENGTH_MAX)
    if name and not is_name(name):
        cursor.problem("bad_name", found=quoted(name), wanted="name")
    return name


def _is_later(one: Moment, other: Moment) -> bool:
    """Say whether a moment surely comes after another: shares of the time first, then `due`, then what lies beyond."""
    if (place := _stage(one)) != (next_place := _stage(other)):
        return place > next_place
    if one.offset is None or other.offset is None:
        return one.offset is other.offset and one.percent > other.percent
    return one.offset.unit is other.offset.unit and one.offset.amount > other.offset.amount


def _stage(moment: Moment) -> int:
    if moment.offset is None:
        return 1 if moment == DUE else 0
    return 2 if moment.offset.amount > 0 else 0
