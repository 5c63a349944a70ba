"""Every button of an item for one person: allowed, or why not; and what is still missing before it works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.acting import demands, editable, guard_reasons, required, way
from engine.assignment import System
from engine.case import Case, Task
from engine.commands import Actor, Remark
from engine.definition import Action
from engine.draft import Draft, Setting
from engine.facts import Facts
from engine.permission import Right, right, separation
from engine.process import Process
from engine.refusal import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Option:
    """One action. `refused` says why this person may not take it at all; `missing` what is to be done first."""

    action: Action
    task: str | None
    refused: tuple[Refusal, ...]
    missing: tuple[Refusal, ...]
    edit: tuple[str, ...]
    require: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether the button is this person's."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class VerbOption:
    """One task verb that this person may use on one task."""

    verb: str
    task: str


def options(process: Process, case: Case, actor: Actor, facts: Facts, now: datetime) -> tuple[Option, ...]:
    """Give every action of the present state that a person may ever take, judged for this person."""
    setting = Setting(process, Remark(case_id=case.id, actor=actor, comment=""), facts, now)
    draft = Draft(setting, case)
    return tuple(
        _option(draft, action) for action in draft.state.actions.values() if not isinstance(action.who, System)
    )


def _option(draft: Draft, action: Action) -> Option:
    situation = draft.situation(action)
    granted = right(draft.state, action, situation, None)
    refused: tuple[Refusal, ...] = (granted,) if isinstance(granted, Refusal) else ()
    if isinstance(granted, Right):
        refused = tuple(separation(draft.state, action, situation, granted.behalf_of))
    missing = () if refused else tuple(_missing(draft, action))
    task = granted.task.id if isinstance(granted, Right) and granted.task is not None else None
    return Option(action, task, refused, missing, editable(draft, action), required(draft, action))


def _missing(draft: Draft, action: Action) -> Iterator[Refusal]:
    situation = draft.situation(action)
    reasons = list(demands(draft, action, situation))
    try:
        if action.vote is None:
            way(draft, action, situation, reasons)
        else:
            reasons += guard_reasons(draft, action.require, situation)
    except Refused as refused:
        reasons += refused.reasons
    yield from reasons


def verbs(process: Process, case: Case, actor: Actor) -> tuple[VerbOption, ...]:
    """Give the task verbs this person may use now."""
    voting = process.definition.states[case.state].vote is not None
    return tuple(VerbOption(verb, task.id) for task in case.tasks for verb in _verbs(task, actor, voting=voting))


def _verbs(task: Task, actor: Actor, *, voting: bool) -> Iterator[str]:
    own = f"u:{actor.id}"
    if task.principal.startswith("g:") and task.principal in actor.principals:
        yield "claim"
    if task.lender == actor.id or (task.principal == own and task.group is not None and task.lender is None):
        yield "release"
    if task.principal == own:
        yield from ("answer",) if task.lender else ("transfer", "delegate")
        if voting and task.lender is None:
            yield "add_signer"
    if task.added_by == actor.id:
        yield "remove_signer"
