"""What an assignment needs of a case: the fields that name its people, or where they are, and its conditions."""

from collections.abc import Iterator
from itertools import chain

from engine.assignment import (
    Assignment,
    ByLot,
    Chosen,
    FirstOf,
    FromField,
    HeadOf,
    HeadsUpTo,
    PickOne,
    PostAbove,
    RoleIn,
    Together,
)
from engine.expression import Expression

_FIELD = "field:"
"""Begins a scope that a field of the case names."""


def certain(who: Assignment) -> Iterator[Assignment]:
    """Give the parts of an assignment that are always asked: those without a condition."""
    match who:
        case Together(seats=seats):
            yield from chain.from_iterable(certain(seat.who) for seat in seats if seat.when is None)
        case FirstOf(branches=branches):
            if branches and branches[0].when is None:
                yield from certain(branches[0].who)
        case _:
            yield who


def named_by(who: Assignment) -> Iterator[str]:
    """Give the fields without which an assignment finds nobody; none where one of several parts is enough."""
    parts = [set(fields_of(one)) for one in certain(who)]
    conditional = isinstance(who, Together) and any(seat.when is not None for seat in who.seats)
    if parts and not conditional:
        yield from sorted(set.intersection(*parts))


def fields_of(who: Assignment) -> Iterator[str]:
    """Give the fields that one part of an assignment asks for its people, or for the unit where they are."""
    match who:
        case FromField(field=field):
            yield field
        case Chosen(field=field):
            yield field
        case RoleIn(scope=scope) | PostAbove(scope=scope) | HeadOf(scope=scope) | HeadsUpTo(scope=scope):
            if scope.startswith(_FIELD):
                yield scope.removeprefix(_FIELD)
        case PickOne(among=among) | ByLot(among=among):
            yield from fields_of(among)
        case _:
            return


def conditions_on(who: Assignment) -> tuple[Expression, ...]:
    """Give the conditions by which the people of an assignment are found."""
    match who:
        case FirstOf(branches=parts) | Together(seats=parts):
            return tuple(part.when for part in parts if part.when is not None)
        case _:
            return ()
