"""People who are chosen on a form, or found by conditions: can they be chosen by whom it says, is there somebody?"""

from collections.abc import Iterator

from engine.assignment import Assignment, Chooser, Chosen, FirstOf, Initiator, System, Together
from engine.definition import ActionKind, State
from engine.problem import Problem
from engine.soundness.flow import Flow, Step


def choosing(flow: Flow) -> Iterator[Problem]:
    """Give choices that the person who should choose can not make, or that others can make as well."""
    for state in flow.definition.states.values():
        for one in chosen_in(state.who):
            if one.by is Chooser.INITIATOR:
                yield from _by_others(flow, state, one)
            else:
                yield from _never_made(flow, state, one)


def chosen_in(who: Assignment) -> Iterator[Chosen]:
    """Give the choices that an assignment waits for, wherever they stand in it."""
    match who:
        case Together(seats=seats):
            for seat in seats:
                yield from chosen_in(seat.who)
        case FirstOf(branches=branches):
            for branch in branches:
                yield from chosen_in(branch.who)
        case Chosen():
            yield who


def _by_others(flow: Flow, state: State, one: Chosen) -> Iterator[Problem]:
    for other in flow.definition.states.values():
        acting = [(other.form.edit, other.who)]
        acting += [(action.form.edit, action.who or other.who) for action in other.actions.values() if not action.vote]
        if any(one.field in edit and not isinstance(who, Initiator) for edit, who in acting):
            params = {"field": one.field, "state": other.name}
            yield Problem("chosen_by_others", f"states.{state.name}.who", params)


def _never_made(flow: Flow, state: State, one: Chosen) -> Iterator[Problem]:
    for step in flow.steps:
        if step.target == state.name and _goes_on(step) and not _lets_choose(flow, step, one.field):
            params = {"state": state.name, "field": one.field, "action": step.name}
            way = flow.way(step.source) or ()
            trace = (*way[:-1], step.name, state.name)
            yield Problem("choice_never_made", f"states.{state.name}.who", params, trace=trace)


def _goes_on(step: Step) -> bool:
    return step.action.kind is not ActionKind.RETURN and step.action.back is None


def _lets_choose(flow: Flow, step: Step, field: str) -> bool:
    edit = (*flow.definition.states[step.source].form.edit, *step.action.form.edit)
    return field in edit and not isinstance(step.action.who, System)


def may_find_nobody(flow: Flow) -> Iterator[Problem]:
    """Give the states whose people all stand under conditions, where nothing says what happens when none holds."""
    for state in flow.definition.states.values():
        if state.if_nobody is None and _is_conditional(state.who):
            yield Problem("may_find_nobody", f"states.{state.name}.who", {"state": state.name})


def _is_conditional(who: Assignment) -> bool:
    match who:
        case Together(seats=seats):
            return all(seat.when is not None or _is_conditional(seat.who) for seat in seats)
        case FirstOf(branches=branches):
            return any(_is_conditional(branch.who) for branch in branches) or branches[-1].when is not None
        case _:
            return False
