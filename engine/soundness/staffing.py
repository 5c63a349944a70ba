"""Is somebody there for every task, over the real organisation? Asked for each unit in which cases can be started."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.assignment import ANYBODY, Assignment, FirstOf, HeadOf, RoleIn, Together
from engine.calendar import WorkingCalendar
from engine.definition import Definition, InvariantKind, State, StateKind
from engine.facts import Unit
from engine.problem import Problem
from engine.soundness.flow import Flow
from engine.soundness.separation import ACTOR_OF

NAMED_MAX = 5
"""Most units, and most people, that a problem names."""

KEPT_OUT_MAX = 6
"""Most earlier decisions of which is asked whether they keep out everybody who could act."""

UNIT_DEPTH_MAX = 20


class Staff(Protocol):
    """The organisation as it is on the day: its units, and who holds a role in one."""

    @property
    def units(self) -> Mapping[str, Unit]:
        """All units by id."""
        ...

    @property
    def holders(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The enabled holders of roles, by role and unit."""
        ...

    @property
    def calendars(self) -> Mapping[str, WorkingCalendar]:
        """All working calendars by key."""
        ...


@dataclass(frozen=True, slots=True)
class Unstaffed:
    """What is missing: problems where nobody is there for any case, notes where that is so for some units only."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def staffing(definition: Definition, staff: Staff) -> Unstaffed:
    """Look at every state of work, for every unit in which cases can be started."""
    flow = Flow(definition)
    starting = [unit for unit in staff.units.values() if _may_start(definition, unit, staff)]
    problems: list[Problem] = []
    notes: list[Problem] = []
    if definition.calendar not in staff.calendars:
        known = ", ".join(sorted(staff.calendars))
        problems.append(Problem("no_calendar", "calendar", {"calendar": definition.calendar, "known": known}))
    if not starting:
        notes.append(Problem("nobody_may_start", "starters"))
    for state in definition.states.values():
        if state.kind is not StateKind.WORK or state.if_nobody is not None or not starting:
            continue
        empty = [unit for unit in starting if not _is_staffed(state, unit, staff)]
        if empty:
            found = problems if len(empty) == len(starting) else notes
            found.append(_problem(flow, state, empty, everywhere=len(empty) == len(starting)))
        notes += _kept_out(flow, state, [unit for unit in starting if unit not in empty], staff)
    return Unstaffed(tuple(problems), tuple(notes))


def _kept_out(flow: Flow, state: State, units: Iterable[Unit], staff: Staff) -> Iterator[Problem]:
    """Give the units in which all who could act may have decided before where separation of duties keeps them out."""
    found = [(unit, people) for unit in units if (people := _all_kept_out(flow.definition, state, unit, staff))]
    if found:
        named = ", ".join(dict.fromkeys(name for _, names in found for name in names[:NAMED_MAX]))
        params = {"state": state.name, "units": _shown([unit for unit, _ in found]), "people": named}
        yield Problem("may_be_kept_out", f"states.{state.name}.who", params)


def _all_kept_out(definition: Definition, state: State, unit: Unit, staff: Staff) -> list[str]:
    """Give all who could act in a state, if each of them may have taken another of the decisions that keep them out."""
    people = _people(state.who, unit, staff)
    rules = [rule for rule in definition.always if rule.kind is InvariantKind.SEPARATION]
    others = {rule.other for rule in rules if rule.subject == state.name}
    others |= {name.removeprefix(ACTOR_OF) for name in state.exclude if name.startswith(ACTOR_OF)}
    before = [_people(definition.states[name].who, unit, staff) for name in sorted(others - {state.name})]
    return people if people and _is_covered(people, before[:KEPT_OUT_MAX]) else []


def _is_covered(people: list[str], decisions: list[list[str]]) -> bool:
    """Say whether each of some people may have taken a decision of their own."""
    if not people or len(people) > len(decisions):
        return not people
    first, *rest = people
    return any(
        first in who and _is_covered(rest, [*decisions[:index], *decisions[index + 1 :]])
        for index, who in enumerate(decisions)
    )


def _people(who: Assignment, unit: Unit, staff: Staff) -> list[str]:
    """Give who holds the one role that an assignment names; nobody where it is more than that."""
    alone = list(_asked(who))
    if len(alone) != 1 or not isinstance(alone[0], RoleIn):
        return []
    place = _place(alone[0].scope, unit, staff)
    return [] if place is None else list(staff.holders.get((alone[0].role, place.id), ()))


def _problem(flow: Flow, state: State, units: Iterable[Unit], *, everywhere: bool) -> Problem:
    code = "nobody_anywhere" if everywhere else "nobody_in_units"
    params = {"state": state.name, "units": _shown(units)}
    return Problem(code, f"states.{state.name}.who", params, trace=flow.way(state.name) or ())


def _shown(units: Iterable[Unit]) -> str:
    names = [unit.name for unit in units]
    return ", ".join(names[:NAMED_MAX]) + (", …" if len(names) > NAMED_MAX else "")


def _may_start(definition: Definition, unit: Unit, staff: Staff) -> bool:
    """Say whether somebody may start a case for a unit: its people, or who holds the role that may."""
    starters = definition.starters
    if not isinstance(starters, RoleIn):
        return bool(staff.holders.get((ANYBODY, unit.id)))
    place = _place(starters.scope, unit, staff)
    return place is not None and bool(staff.holders.get((starters.role, place.id)))


def _is_staffed(state: State, unit: Unit, staff: Staff) -> bool:
    return all(_has_somebody(one, unit, staff) for one in _asked(state.who))


def _asked(who: Assignment) -> Iterator[Assignment]:
    """Give the parts of an assignment that are surely asked, alone."""
    match who:
        case Together(seats=seats):
            for seat in seats:
                if seat.when is None:
                    yield from _asked(seat.who)
        case FirstOf(branches=branches):
            if len(branches) == 1:
                yield from _asked(branches[0].who)
        case _:
            yield who


def _has_somebody(who: Assignment, unit: Unit, staff: Staff) -> bool:
    match who:
        case RoleIn(role=role, scope=scope):
            place = _place(scope, unit, staff)
            if place is None:
                return scope.startswith(("field:", "initiator."))
            return role == ANYBODY or bool(staff.holders.get((role, place.id))) or _head(place, 0, staff)
        case HeadOf(scope=scope, levels=levels):
            place = _place(scope, unit, staff)
            return scope.startswith(("field:", "initiator.")) if place is None else _head(place, levels, staff)
        case _:
            return True


def _place(scope: str, unit: Unit, staff: Staff) -> Unit | None:
    if scope.startswith("unit:"):
        return staff.units.get(scope.removeprefix("unit:"))
    kind = scope.removeprefix("item.")
    if kind == "unit":
        return unit
    here: Unit | None = unit
    for _ in range(UNIT_DEPTH_MAX):
        if here is None or here.kind == kind:
            return here
        here = staff.units.get(here.parent or "")
    return None


def _head(unit: Unit, levels: int, staff: Staff) -> bool:
    """Say whether the unit, or one above it, has a head; whoever it is stands in for a role that nobody holds."""
    here: Unit | None = unit
    for level in range(UNIT_DEPTH_MAX):
        if here is None:
            return False
        if level >= levels and here.head is not None:
            return True
        here = staff.units.get(here.parent or "")
    return False
