"""Taking a case back: by whoever sent it, while nobody has worked on it, and by its initiator, to the beginning."""

from collections.abc import Iterator

from engine import booked
from engine.acting import settle
from engine.case import Sent, Task
from engine.commands import Revoke, Withdraw
from engine.definition import Verb
from engine.draft import Draft
from engine.entering import come_back, enter
from engine.events import How, Moved
from engine.evolution import fold
from engine.holding import against_verb, refuse
from engine.moving import leave
from engine.refusal import Refusal
from engine.returning import held


def withdraw(draft: Draft, command: Withdraw) -> None:
    """Go back to the step before, to the tasks that were open there and the clock that ran."""
    refuse(against_withdraw(draft))
    case = draft.case
    sent, back = case.sent, case.path[-1]
    assert sent is not None
    leave(draft, Moved("", case.state, back, command.comment, how=How.WITHDRAWAL))
    clock = sent.clock if back not in case.paused else None
    tasks = () if sent.task is None else tuple(_open_before(draft, sent, sent.task))
    come_back(draft, tasks, clock)
    settle(draft)


def _open_before(draft: Draft, sent: Sent, task: Task) -> Iterator[Task]:
    """Give the tasks that were open beside the one a case was sent from, which is its holder's again."""
    history = draft.setting.facts.history(draft.case.id)[: draft.case.revision]
    moved = next(
        record
        for record in reversed(history)
        if record.at == sent.at and any(isinstance(event, Moved) for event in record.events)
    )
    for one in fold(history[: moved.seq - 1]).deciding:
        yield held(task, sent.user, sent.behalf_of, sent.under) if one.id == task.id else one


def against_withdraw(draft: Draft) -> Iterator[Refusal]:
    """Give why the actor may not take back what is here: not sent by them, or somebody has worked on it."""
    case = draft.case
    yield from against_verb(draft, Verb.WITHDRAW)
    if case.sent is None or case.sent.user != draft.setting.actor.id:
        yield Refusal("withdraw.not_sender", where=case.state)
    elif not case.path or case.path[-1] != case.previous_state:
        yield Refusal("withdraw.not_forward", where=case.state)
    if case.touched:
        yield Refusal("withdraw.handled", where=case.state)


def revoke(draft: Draft, command: Revoke) -> None:
    """Pull the case back to its initial state; opinions given on the way stay in the record."""
    refuse(against_revoke(draft))
    initial = draft.setting.process.definition.initial
    leave(draft, Moved("", draft.case.state, initial, command.comment, how=How.REVOCATION))
    enter(draft)
    settle(draft)


def against_revoke(draft: Draft) -> Iterator[Refusal]:
    """Give why the actor may not pull the case back: only its initiator may, where the definition says so."""
    case = draft.case
    yield from against_verb(draft, Verb.REVOKE)
    if case.initiator != draft.setting.actor.id:
        yield Refusal("permission.not_initiator", where=case.state)
    if case.state == draft.setting.process.definition.initial:
        yield Refusal("revoke.at_beginning", where=case.state)
    elif case.state not in booked.reached(draft.setting.process.definition, draft.setting.process.definition.initial):
        yield Refusal("revoke.posts", where=case.state)
