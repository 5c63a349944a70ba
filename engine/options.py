"""Every button of an item for one person: allowed, or why not; and what is still missing before it works."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import asking, drawing, signers, steering, tasking, telling, undoing, withdrawing
from engine.acting import against_person, demands, editable, guard_reasons, required, way
from engine.assignment import System
from engine.case import Case, Task
from engine.commands import Actor, Remark
from engine.definition import Action, Back
from engine.draft import Draft, Setting
from engine.facts import Facts
from engine.holding import against_administering
from engine.permission import Right, right
from engine.process import Process
from engine.refusal import Refusal, Refused
from engine.returning import choices


@dataclass(frozen=True, slots=True)
class Option:
    """One action. `refused` says why this person may not take it at all; `missing` what is to be done first.

    `choices` are the earlier steps a return may go to, where the person chooses.
    """

    action: Action
    task: str | None
    refused: tuple[Refusal, ...]
    missing: tuple[Refusal, ...]
    edit: tuple[str, ...]
    require: tuple[str, ...]
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the button is this person's."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class VerbOption:
    """One thing a person may do beside the actions, with a task or (without one) with the case; or why not."""

    verb: str
    task: str | None = None
    refused: tuple[Refusal, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the button is this person's."""
        return not self.refused


def options(process: Process, case: Case, actor: Actor, facts: Facts, now: datetime) -> tuple[Option, ...]:
    """Give every action of the present state that a person may ever take, judged for this person."""
    draft = _looking(process, case, actor, facts, now)
    if case.closed_at is not None or case.suspended_at is not None:
        return ()
    return tuple(
        _option(draft, action) for action in draft.state.actions.values() if not isinstance(action.who, System)
    )


def _option(draft: Draft, action: Action) -> Option:
    situation = draft.situation(action)
    granted = right(draft.state, action, situation, None)
    refused: tuple[Refusal, ...] = (granted,) if isinstance(granted, Refusal) else ()
    if isinstance(granted, Right):
        refused = tuple(against_person(draft.state, action, situation, granted))
    missing = () if refused else tuple(_missing(draft, action))
    task = granted.task.id if isinstance(granted, Right) and granted.task is not None else None
    return Option(
        action, task, refused, missing, editable(draft, action), required(draft, action), _choices(draft, action)
    )


def _choices(draft: Draft, action: Action) -> tuple[str, ...]:
    return choices(draft.case, action) if action.back is Back.EARLIER else ()


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


def verbs(process: Process, case: Case, actor: Actor, facts: Facts, now: datetime) -> tuple[VerbOption, ...]:
    """Give every verb beside the actions, judged for this person: of each open task, then of the case."""
    draft = _looking(process, case, actor, facts, now)
    of_tasks = [
        VerbOption(verb, task.id, tuple(against(draft, task)))
        for task in case.tasks
        for verb, against in _OF_TASK.items()
        if case.suspended_at is None
    ]
    of_case = [VerbOption(verb, None, tuple(against(draft))) for verb, against in _of_case(case).items()]
    return (*of_tasks, *of_case)


def _of_case(case: Case) -> Mapping[str, Callable[[Draft], Iterator[Refusal]]]:
    if case.closed_at is not None:
        return _OF_CLOSED
    return _OF_CASE if case.suspended_at is None else _OF_SUSPENDED


def _looking(process: Process, case: Case, actor: Actor, facts: Facts, now: datetime) -> Draft:
    """Look at a case as this person, without a wish to change it."""
    return Draft(Setting(process, Remark(case_id=case.id, actor=actor, comment=""), facts, now), case)


_OF_TASK: Mapping[str, Callable[[Draft, Task], Iterator[Refusal]]] = {
    "claim": tasking.against_claim,
    "release": tasking.against_release,
    "transfer": tasking.against_transfer,
    "assign": tasking.against_assign,
    "delegate": tasking.against_delegate,
    "answer": tasking.against_answer,
    "ask": asking.against_ask,
    "draw": drawing.against_draw,
    "redraw": drawing.against_redraw,
    "reply": asking.against_reply,
    "add_signer": signers.against_add_signer,
    "remove_signer": signers.against_remove_signer,
}

_OF_CLOSED: Mapping[str, Callable[[Draft], Iterator[Refusal]]] = {
    "undo": undoing.against_undo,
    "remark": telling.against_nothing,
    "copy": telling.against_nothing,
}

_OF_SUSPENDED: Mapping[str, Callable[[Draft], Iterator[Refusal]]] = {
    **_OF_CLOSED,
    "continue": steering.against_continue,
    "terminate": steering.against_terminate,
}

_OF_CASE: Mapping[str, Callable[[Draft], Iterator[Refusal]]] = {
    **_OF_CLOSED,
    "withdraw": withdrawing.against_withdraw,
    "revoke": withdrawing.against_revoke,
    "urge": telling.against_urge,
    "jump": against_administering,
    "suspend": against_administering,
    "terminate": steering.against_terminate,
}
