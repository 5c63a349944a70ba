"""The one entry: a command and a case in, a decision out. Pure; the same input gives the same decision.

decide(process, case, command, facts, now) -> Decision      raises Refused with all reasons, or Conflict
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import asking, drawing, signers, steering, tasking, telling, undoing, withdrawing
from engine.acting import act, begin, change, settle
from engine.always import against_data
from engine.case import Case
from engine.commands import (
    Act,
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Command,
    Continue,
    Copy,
    Delegate,
    Draw,
    Expire,
    Jump,
    Recount,
    Redraw,
    Release,
    Remark,
    RemoveSigner,
    Reply,
    Revoke,
    RollBack,
    Save,
    Start,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Urge,
    Withdraw,
)
from engine.definition import StateKind
from engine.draft import Draft, Setting
from engine.entering import enter
from engine.events import Opened
from engine.expiring import expire
from engine.facts import Facts
from engine.fields import check_form
from engine.holding import refuse
from engine.parentage import against_parent, startable_fields
from engine.permission import SYSTEM_PRINCIPAL
from engine.ports import Decision
from engine.process import Process
from engine.recounting import recount
from engine.refusal import Conflict, NotFound, Refusal, Refused
from engine.seating import principals
from engine.standing import may_work, own


def decide(process: Process, case: Case | None, command: Command, facts: Facts, now: datetime) -> Decision:
    """Decide a command on a case as it was loaded (None: it does not exist)."""
    draft = Draft(Setting(process, command, facts, now), case)
    if isinstance(command, Start):
        _start(draft, command, case)
        return draft.decision()
    if case is None:
        raise NotFound(command.case_id)
    if command.expected_revision is not None and command.expected_revision != case.revision:
        raise Conflict(case.revision, case.last.user if case.last is not None else None)
    if case.closed_at is not None and not isinstance(command, _OF_CLOSED):
        raise Refused(Refusal("item.closed", where=case.state))
    if case.suspended_at is not None and not isinstance(command, _OF_SUSPENDED):
        raise Refused(Refusal("item.suspended", where=case.state))
    _DECIDERS[type(command)](draft, command)
    return draft.decision()


def _start(draft: Draft, command: Start, case: Case | None) -> None:
    """Open a case in the initial state, with the fields its form lets the initiator fill."""
    if case is not None:
        raise Conflict(case.revision, case.initiator)
    definition = draft.setting.process.definition
    if draft.setting.facts.unit(command.unit) is None:
        raise Refused(Refusal("unit.unknown", where=command.unit))
    data = check_form(definition, startable_fields(definition), command.data)
    opened = Opened(
        command.code, definition.key, definition.version, definition.initial, command.actor.id, command.unit
    )
    draft.emit(opened)
    _may_start(draft)
    change(draft, data)
    reasons = against_parent(definition, draft.case, draft.setting.facts)
    refuse((*reasons, *against_data(draft.situation())))
    begin(draft)
    enter(draft)
    settle(draft)


def _may_start(draft: Draft) -> None:
    """Only those the definition names may open a case; without such a line, members of the unit."""
    actor, starters = draft.setting.actor, draft.setting.process.definition.starters
    if starters is None:
        allowed = actor.unit == draft.case.unit
    else:
        allowed = bool(principals(starters, draft.situation()) & own(actor))
    if not allowed and SYSTEM_PRINCIPAL not in actor.principals:
        raise Refused(Refusal("permission.may_not_start", where=draft.case.unit))


def _save(draft: Draft, command: Save) -> None:
    """Change fields of the state's form without taking an action; for whoever has the work."""
    actor, state = draft.setting.actor, draft.state
    if state.kind is StateKind.WORK:
        situation = draft.situation()
        free = (task for task in draft.case.deciding if task.lender is None and task.after is None)
        allowed = any(may_work(task, situation) for task in free)
    else:
        allowed = bool(principals(state.who, draft.situation()) & actor.principals)
    if not allowed and actor.id != "system":
        raise Refused(Refusal("permission.not_yours", where=state.name))
    change(draft, check_form(draft.setting.process.definition, state.form.edit, command.data))
    settle(draft)


_OF_CLOSED = (Remark, Copy, Undo, Expire, RollBack)
"""What a closed case still takes: also that a new version has closed it can be taken back."""

_OF_SUSPENDED = (*_OF_CLOSED, Continue, Terminate)
"""What a suspended case still takes."""

_DECIDERS: Mapping[type[Command], Callable[[Draft, Any], None]] = {
    Act: act,
    Save: _save,
    Claim: tasking.claim,
    Release: tasking.release,
    Transfer: tasking.transfer,
    Assign: tasking.assign,
    Delegate: tasking.delegate,
    Answer: tasking.answer,
    AddSigner: signers.add_signer,
    RemoveSigner: signers.remove_signer,
    Ask: asking.ask,
    Draw: drawing.draw,
    Redraw: drawing.redraw,
    Reply: asking.reply,
    Withdraw: withdrawing.withdraw,
    Revoke: withdrawing.revoke,
    Jump: steering.jump,
    Suspend: steering.suspend,
    Continue: steering.proceed,
    Terminate: steering.terminate,
    Undo: undoing.undo,
    RollBack: undoing.roll_back,
    Recount: recount,
    Urge: telling.urge,
    Remark: telling.remark,
    Copy: telling.copy,
    Expire: expire,
}
