"""The pool of a draw: who may be drawn, and who is left out, each for the first reason that fits."""

from collections.abc import Iterator

from engine.assignment import Avoid, ByLot
from engine.case import Drawing
from engine.deadlines import due
from engine.lots import commitment
from engine.places import unit_in, upwards
from engine.refusal import Refusal, Refused
from engine.seating import people
from engine.separation import is_kept_out
from engine.situation import Situation

CONFLICT = "conflict"
"""The role that declares a conflict of interest with a unit and all below it."""


def fixed_pool(lot: ByLot, situation: Situation) -> Drawing:
    """Fix a draw before it is made; raises `Refused` when there are fewer candidates than are to be drawn."""
    case = situation.case
    left_out = {name: reason for name in people(lot.among, situation) if (reason := _against(lot, name, situation))}
    candidates = tuple(sorted(set(people(lot.among, situation)) - left_out.keys()))
    if len(candidates) < lot.count:
        params = {"least": lot.count, "found": len(candidates), "left_out": len(left_out)}
        raise Refused(Refusal("draw.too_few", where=case.state, params=params))
    drawing = Drawing(case.state, case.task_count + 1, lot.count, candidates, left_out)
    seed = situation.facts.seed(drawing.name(case.id))
    return drawing.committed(commitment(case.id, drawing, seed))


def _against(lot: ByLot, name: str, situation: Situation) -> str | None:
    return next(_reasons(lot, name, situation), None)


def _reasons(lot: ByLot, name: str, situation: Situation) -> Iterator[str]:
    case, facts = situation.case, situation.facts
    unit = unit_in("item.township", case, facts) or unit_in("item.unit", case, facts)
    if not facts.is_enabled(name):
        yield "absent"
    if is_kept_out(situation.definition.states[case.state], situation, name):
        yield "kept_out"
    if Avoid.SAME_UNIT in lot.avoid and unit is not None:
        home = facts.unit(facts.unit_of(name) or "")
        if home is not None and home.path.startswith(unit.path):
            yield Avoid.SAME_UNIT.value
    if Avoid.DECLARED_CONFLICT in lot.avoid:
        above = upwards(facts.unit(case.unit), facts)
        if any(name in facts.members(CONFLICT, one.id) for one in above):
            yield Avoid.DECLARED_CONFLICT.value
    if lot.recent is not None:
        last = facts.picks(case.definition, case.state).get(name)
        calendar = facts.calendar(situation.definition.calendar)
        if last is not None and due(calendar, last, lot.recent).at > situation.now:
            yield "recent"
