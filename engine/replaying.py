"""A log of activities run through the real engine, without effects: does the definition allow what happened?

Activities are matched with actions by name or by title in either language. The replay acts as the system, so
that who may act is not asked (logs hide their people); guards, forms and the graph are asked in full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.commands import SYSTEM, Act, Start
from engine.decision import decide
from engine.definition import Action, State, StateKind
from engine.facts import Facts
from engine.process import Process
from engine.refusal import Conflict, Refusal, Refused


@dataclass(frozen=True, slots=True)
class Step:
    """One activity of a logged case."""

    activity: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad_step` is the number of the first step (from 0) that is not allowed.

    It is the number of steps when all were allowed but the case was left where it may not end; None when accepted.
    """

    accepted: bool
    steps: int
    first_bad_step: int | None
    reason: str = ""


def replay(process: Process, steps: Iterable[Step], facts: Facts, unit: str, *, by_name: bool = True) -> Verdict:
    """Judge one logged case. `unit` is any unit known to the facts; the case belongs to it.

    An activity is an action's title or, with `by_name`, its name.
    """
    taken = list(steps)
    if not taken:
        return Verdict(accepted=False, steps=0, first_bad_step=0, reason="log.empty")
    case = _start(process, taken[0].at, facts, unit)
    for number, step in enumerate(taken):
        try:
            case = _take(process, case, step, facts, by_name=by_name)
        except (Refused, Conflict) as refused:
            return Verdict(accepted=False, steps=len(taken), first_bad_step=number, reason=str(refused))
    if process.definition.states[case.state].kind is StateKind.WORK:
        return Verdict(accepted=False, steps=len(taken), first_bad_step=len(taken), reason="log.unfinished")
    return Verdict(accepted=True, steps=len(taken), first_bad_step=None)


def _start(process: Process, at: datetime, facts: Facts, unit: str) -> Case:
    command = Start(case_id="replay", actor=SYSTEM, definition=process.definition.key, code="replay", unit=unit)
    return decide(process, None, command, facts, at).case


def _take(process: Process, case: Case, step: Step, facts: Facts, *, by_name: bool) -> Case:
    state = process.definition.states[case.state]
    action = _matching(state, step.activity, by_name=by_name)
    if action is None:
        raise Refused(Refusal("action.unknown", where=step.activity, params={"state": state.name}))
    voter = case.tasks[0].id if action.vote is not None and case.tasks else None
    command = Act(case_id=case.id, actor=SYSTEM, action=action.name, task=voter)
    return decide(process, case, command, facts, step.at).case


def _matching(state: State, activity: str, *, by_name: bool) -> Action | None:
    titled = (one for one in state.actions.values() if activity in (one.title.en, one.title.zh))
    return next(titled, None) or (state.actions.get(activity) if by_name else None)
