"""A definition in words: who works in a state, how long it may take, what an action leads to, the usual way through."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from engine.assignment import (
    ANYBODY,
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
from engine.case import Case
from engine.definition import Action, ActionKind, Definition, State, StateKind
from engine.duration import Duration, Unit
from service.web.parts import Stage, StageState
from service.web.views.reader import Reader


class Step(Struct, frozen=True):
    """A state as a step of the procedure: its name, who works there, how long it may take."""

    state: str
    title: str
    phase: str
    who: str
    due: str


def who(assignment: Assignment, definition: Definition, reader: Reader) -> str:
    """Say in words whom a definition names."""
    return _NAMING[type(assignment)](assignment, definition, reader)


def duration(span: Duration, reader: Reader) -> str:
    """Say in words how long something may take."""
    names = {Unit.WORKING_DAYS: "working_days", Unit.DAYS: "days", Unit.MONTHS: "months", Unit.HOURS: "hours"}
    return reader.t(f"procedure.span.{names[span.unit]}", count=span.amount)


def step(state: State, definition: Definition, reader: Reader) -> Step:
    """Tell a state as a step."""
    phase = definition.phases.get(state.phase)
    return Step(
        state=state.name,
        title=reader.says(state.title),
        phase=reader.says(phase.title) if phase is not None else "",
        who="" if state.kind is StateKind.END else who(state.who, definition, reader),
        due=duration(state.due, reader) if state.due is not None else "",
    )


def steps(definition: Definition, reader: Reader) -> list[Step]:
    """Tell the usual way through, from the first state to the end."""
    return [step(state, definition, reader) for state in main_path(definition)]


def leads_to(action: Action, definition: Definition, reader: Reader) -> list[str]:
    """Say what an action leads to: the next step, who works there, how long it may take."""
    targets = dict.fromkeys(target.state for target in action.to)
    return [_next(step(definition.states[name], definition, reader), reader) for name in targets]


def _next(following: Step, reader: Reader) -> str:
    if not following.who:
        return reader.t("procedure.ends", state=following.title)
    if not following.due:
        return reader.t("procedure.next", state=following.title, who=following.who)
    return reader.t("procedure.next_due", state=following.title, who=following.who, due=following.due)


def main_path(definition: Definition) -> list[State]:
    """Follow the first action that carries a case forward, until there is none to a state not yet passed."""
    path = [definition.states[definition.initial]]
    passed = {definition.initial}
    while True:
        following = _following(path[-1], passed)
        if following is None:
            return path
        passed.add(following)
        path.append(definition.states[following])


def _following(state: State, passed: set[str]) -> str | None:
    for action in state.actions.values():
        if action.kind is ActionKind.FORWARD:
            for target in action.to:
                if target.state not in passed:
                    return target.state
    return None


def stages(definition: Definition, case: Case, reader: Reader) -> list[Stage]:
    """Give the strip of phases: what is behind, where the case is, what lies ahead."""
    phases = list(dict.fromkeys(state.phase for state in main_path(definition)))
    state = definition.states[case.state]
    titles = {name: reader.says(phase.title) for name, phase in definition.phases.items()}
    if state.phase not in phases:
        been = {definition.states[name].phase for name in case.visits if name in definition.states}
        behind = [Stage(titles.get(name, name), "done") for name in phases if name in been]
        return [*behind, Stage(reader.says(state.title), "stopped")]
    at = phases.index(state.phase)
    if state.kind is StateKind.END and at < len(phases) - 1:
        behind = [Stage(titles.get(name, name), "done") for name in phases[:at]]
        return [*behind, Stage(reader.says(state.title), "stopped")]
    now: StageState = "done" if state.kind is StateKind.END else "current"
    return [
        Stage(titles.get(name, name), "done" if index < at else now if index == at else "ahead")
        for index, name in enumerate(phases)
    ]


def _initiator(_who: Initiator, _definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.initiator")


def _system(_who: System, _definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.system")


def _one_user(named: OneUser, _definition: Definition, reader: Reader) -> str:
    return reader.person(named.user)


def _users(named: Users, _definition: Definition, reader: Reader) -> str:
    return reader.t("forms.list_separator").join(map(reader.person, named.users))


def _role_in(named: RoleIn | PostAbove, _definition: Definition, reader: Reader) -> str:
    if named.role == ANYBODY:
        return reader.t("procedure.who.unit")
    role = reader.role(named.role)
    return reader.t("procedure.who.each", role=role) if named.each else role


def _pick_one(named: PickOne, definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.one_of", who=who(named.among, definition, reader))


def _by_lot(named: ByLot, definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.by_lot", who=who(named.among, definition, reader))


def _from_field(named: FromField | Chosen, definition: Definition, reader: Reader) -> str:
    return reader.says(definition.fields[named.field].title)


def _actor_of(named: ActorOf, definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.actor_of", state=reader.says(definition.states[named.state].title))


def _head_of(_who: HeadOf | HeadsUpTo, _definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.head")


def _by_expression(_who: ByExpression, _definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.who.rule")


def _first_of(named: FirstOf, definition: Definition, reader: Reader) -> str:
    return reader.t("procedure.or").join(_each_once([branch.who for branch in named.branches], definition, reader))


def _together(named: Together, definition: Definition, reader: Reader) -> str:
    del definition
    return reader.t("forms.list_separator").join(reader.says(seat.title) for seat in named.seats)


def _each_once(several: Sequence[Assignment], definition: Definition, reader: Reader) -> list[str]:
    return list(dict.fromkeys(who(one, definition, reader) for one in several))


_NAMING: Mapping[type[Assignment], Callable[[Any, Definition, Reader], str]] = {
    Initiator: _initiator,
    System: _system,
    OneUser: _one_user,
    Users: _users,
    RoleIn: _role_in,
    PostAbove: _role_in,
    HeadsUpTo: _head_of,
    PickOne: _pick_one,
    ByLot: _by_lot,
    FromField: _from_field,
    Chosen: _from_field,
    ActorOf: _actor_of,
    HeadOf: _head_of,
    ByExpression: _by_expression,
    FirstOf: _first_of,
    Together: _together,
}
