"""Taking back one's own last act, within seconds and before anything else happened. History keeps both.

The earlier case is the fold of the history without its last record; what differs is put back by events.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from engine.case import Case, Timer
from engine.commands import Draw, Expire, Migrate, Redraw, RollBack, Start, Undo
from engine.draft import Draft
from engine.entering import renumbered
from engine.events import Posted, Record, TaskChanged, TaskClosed, TaskOpened, TimerArmed, TimerCancelled, Undone
from engine.evolution import fold
from engine.holding import against_administering, refuse
from engine.refusal import Refusal

UNDO_SECONDS_MAX = 10
"""How long one's own act may be taken back. Notices of it are worth holding back as long."""

_NEVER_UNDONE = frozenset(one.__name__ for one in (Start, Undo, Expire, Draw, Redraw))


def undo(draft: Draft, _command: Undo) -> None:
    """Put the case back to what it was before the actor's last act."""
    refuse(against_undo(draft))
    _restore(draft)


def roll_back(draft: Draft, _command: RollBack) -> None:
    """Put a case that was migrated back on its version, as it was."""
    refuse(against_roll_back(draft))
    _restore(draft)


def against_roll_back(draft: Draft) -> Iterator[Refusal]:
    """Give why a migration can not be taken back: it was none, the case has moved on since, or it moved money.

    Entries that a migration made (it may end a case, and an end may post) are not reversed with it: a voucher is put
    right by a red entry or a further one under somebody's name who may keep the books (Basic accounting standards of
    the Ministry of Finance, article 51), its period may be closed, and money that has left the account does not come
    back by a change of versions. Whoever administers procedures has none of these powers, so the case stays.
    """
    yield from against_administering(draft)
    last = draft.case.last
    if last is None or last.command != Migrate.__name__:
        yield Refusal("migrate.worked_on", where=draft.case.state)
    elif _posts(draft):
        yield Refusal("migrate.posted", where=draft.case.state)


def _restore(draft: Draft) -> None:
    """Take the last record back."""
    before = fold(_history(draft)[:-1])
    _clear_away(draft, before)
    _put_back(draft, before)
    draft.emit(Undone(draft.case.revision, replace(before, tasks=(), timers=())))


def against_undo(draft: Draft) -> Iterator[Refusal]:
    """Give why the last act can not be taken back by the actor now."""
    last, setting = draft.case.last, draft.setting
    if last is None or last.user != setting.actor.id or last.command in _NEVER_UNDONE:
        yield Refusal("undo.not_last", where=draft.case.state)
    elif setting.now - last.at > timedelta(seconds=UNDO_SECONDS_MAX):
        yield Refusal("undo.too_late", where=draft.case.state, params={"seconds": UNDO_SECONDS_MAX})
    elif _posts(draft):
        yield Refusal("undo.posted", where=draft.case.state)


def _posts(draft: Draft) -> bool:
    """Say whether the last record moved money in the ledger."""
    return any(isinstance(event, Posted) for event in _history(draft)[-1].events)


def _history(draft: Draft) -> tuple[Record, ...]:
    """Give the records that made the case as it was loaded."""
    return draft.setting.facts.history(draft.case.id)[: draft.case.revision]


def _clear_away(draft: Draft, before: Case) -> None:
    """Close the tasks and cancel the timers that the undone act made."""
    known = {task.id for task in before.tasks}
    for task in draft.case.tasks:
        if task.id not in known:
            draft.emit(TaskClosed(task.id, "undone"))
    for timer in draft.case.timers:
        if timer not in before.timers:
            draft.emit(TimerCancelled(timer.name))


def _put_back(draft: Draft, before: Case) -> None:
    """Open the tasks that the undone act closed, give back those it changed, and arm the timers it cancelled."""
    standing = {task.id: task for task in draft.case.tasks}
    for earlier, task in zip(before.tasks, renumbered(draft.case, before.tasks, keep=standing), strict=True):
        if earlier.id not in standing:
            draft.emit(TaskOpened(task))
        elif standing[earlier.id] != task:
            draft.emit(TaskChanged(task, "undo"))
    for timer in before.timers:
        if timer not in draft.case.timers:
            generation = draft.case.timer_count + 1
            draft.emit(TimerArmed(Timer(timer.name, generation, timer.fires_at, timer.rung)))
