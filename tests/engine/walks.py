"""Random walks through a small definition, and the ways that the proof shows walked step by step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from engine.case import Case
from engine.commands import SYSTEM, Act, Command, Delegate, Expire, Save, Start
from engine.definition import StateKind
from engine.soundness.samples import OTHER
from engine.soundness.spots import Trace
from engine.values import Json
from tests.engine.everything import ANN, FORMS, Player

_STEP = re.compile(r"(?P<state>\w+)(?:\.(?P<action>\w+)(?::refused)?)?(?:\((?P<filled>.*)\))?")


def walk(player: Player, random: Random, steps: int) -> Iterator[Case]:
    """Open a case and let people and timers try things at random; gives the case after each that was not refused."""
    case = player.after(None, random.choice(list(player.starts())))
    for _ in range(steps):
        if case is None:
            return
        yield case
        commands = list(player.commands(case))
        if not commands:
            return
        kind = random.choice(sorted({type(command).__name__ for command in commands}))
        command = random.choice([command for command in commands if type(command).__name__ == kind])
        case = player.after(case, command) or case


def is_stuck(player: Player, case: Case) -> bool:
    """Say whether an open case stays where it is for ever, whatever is saved there and whichever rung falls due."""
    if player.process.definition.states[case.state].kind is StateKind.END:
        return False
    seen, waiting = [_still(case)], [case]
    while waiting:
        here = waiting.pop()
        for command in player.commands(here):
            after = player.after(here, command)
            if after is not None and after.visits != case.visits:
                return False
            if after is not None and _still(after) not in seen:
                seen.append(_still(after))
                waiting.append(after)
    return True


def _still(case: Case) -> object:
    """Give what may change of a case that stays in its state."""
    return dict(case.data), case.touched, sorted((timer.name, timer.rung) for timer in case.timers)


@dataclass(frozen=True)
class Stage:
    """One step of a shown way."""

    state: str
    action: str | None = None
    form: dict[str, Json] = field(default_factory=dict)


def walked(player: Player, trace: Trace) -> Iterator[Case]:
    """Go the way of a trace in the engine, with and without tasks handled on it; gives the cases at its end."""
    first, *rest = [_stage(name) for name in trace]
    begins: list[tuple[dict[str, Json], list[Stage]]] = [({}, [first, *rest])]
    if first.action is None and first.form and rest:
        begins.append(({name: value for name, value in first.form.items() if value is not None}, rest))
    key = player.process.definition.key
    for data, stages in begins:
        case = player.after(None, Start(case_id="c", actor=ANN, definition=key, code="1", unit="town", data=data))
        if case is not None:
            yield from _on(player, case, stages)


def _stage(name: str) -> Stage:
    found = _STEP.fullmatch(name)
    assert found is not None, name
    pairs = (part.partition("=") for part in (found["filled"] or "").split(", ") if part)
    return Stage(found["state"], found["action"], {key: _value(key, value) for key, _, value in pairs})


def _value(name: str, said: str) -> Json:
    """Read a value of a trace; whatever fills the field will do where only that matters."""
    if said == OTHER:
        return FORMS[name][-1]
    return int(said) if said.isdecimal() else said or None


def _on(player: Player, case: Case, stages: list[Stage]) -> Iterator[Case]:
    """Take the steps that are left; what the system does by itself has been done already."""
    here, *rest = stages
    state = player.process.definition.states[here.state]
    if not rest and not here.form:
        if here.state in case.visits:
            yield case
    elif here.action is not None and state.actions[here.action].automatic:
        yield from _on(player, case, rest)
    elif case.state == here.state:
        left = _left_in_form(player, case, here)
        for begin in (left, *_handled(player, left)) if left is not None else ():
            for command in _commands(player, begin, here, rest[0].state if rest else None):
                after = player.after(begin, command)
                if after is not None:
                    yield from _on(player, after, rest or [Stage(here.state)])


def _left_in_form(player: Player, case: Case, here: Stage) -> Case | None:
    """Save what is in the form when the system acts; None when that is refused."""
    action = None if here.action is None else player.process.definition.states[here.state].actions[here.action]
    if action is None or action.who is None or not here.form:
        return case
    return player.after(case, Save(case_id="c", actor=ANN, data=here.form))


def _handled(player: Player, case: Case) -> Iterator[Case]:
    for command in player.commands(case):
        after = player.after(case, command) if isinstance(command, Delegate) else None
        if after is not None:
            yield after


def _commands(player: Player, case: Case, here: Stage, to: str | None) -> Iterator[Command]:
    """Give the commands that a step stands for; what is left in the form when a rung falls due was given before."""
    state = player.process.definition.states[here.state]
    if here.action is None:
        yield Save(case_id="c", actor=ANN, data=here.form)
    elif state.actions[here.action].who is None:
        action = state.actions[here.action]
        asked = [
            name for name in (*state.form.require, *action.form.require) if name in FORMS and name not in case.data
        ]
        form = {**{name: FORMS[name][-1] for name in asked}, **here.form}
        yield Act(case_id="c", actor=ANN, action=here.action, form=form, to=to if action.back is not None else None)
    else:
        for timer in case.timers:
            if state.escalate[timer.rung].act == here.action:
                yield Expire(case_id="c", actor=SYSTEM, timer=timer.name, generation=timer.generation)
