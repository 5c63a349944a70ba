"""Entering a state: its clock starts, its tasks open, its people are told; a final state closes the case."""

from engine.case import Task
from engine.definition import StateKind
from engine.draft import Draft
from engine.events import Closed, Notified, TaskOpened
from engine.seating import Chair, chairs
from engine.timing import start_clock


def enter(draft: Draft) -> None:
    """Do what belongs to the state the case is in now. Raises `Refused` when nobody can be found for its work."""
    state = draft.state
    if state.kind is StateKind.END:
        draft.emit(Closed())
        _tell_initiator(draft)
        return
    start_clock(draft)
    if state.kind is StateKind.REST:
        _tell_initiator(draft)
        return
    seats = chairs(state.who, draft.situation())
    if state.vote is not None and state.vote.sequential:
        seats = seats[:1]
    for chair in seats:
        open_task(draft, chair)
    if seats:
        draft.emit(Notified("task.opened", tuple(dict.fromkeys(chair.principal for chair in seats))))


def open_task(draft: Draft, chair: Chair, added_by: str | None = None) -> Task:
    """Open one task in the present state; its number is never used again."""
    case = draft.case
    task = Task(
        id=f"{case.id}-{case.task_count + 1}",
        state=case.state,
        seat=chair.seat,
        principal=chair.principal,
        opened_at=draft.setting.now,
        due_at=case.clock.due_at if case.clock is not None else None,
        added_by=added_by,
        weight=chair.weight,
    )
    draft.emit(TaskOpened(task))
    return task


def _tell_initiator(draft: Draft) -> None:
    draft.emit(Notified("item.state", (f"u:{draft.case.initiator}",), {"state": draft.case.state}))
