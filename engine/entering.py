"""Entering a state: its clock starts, its tasks open, its people are told; a final state closes the case."""

from collections.abc import Container, Sequence
from datetime import datetime
from itertools import count

from msgspec.structs import replace

from engine.arranging import arranged
from engine.assignment import ByLot
from engine.case import Case, RunningClock, Task
from engine.definition import StateKind
from engine.draft import Draft
from engine.events import Closed, DrawCommitted, Notified, TaskOpened
from engine.pooling import fixed_pool
from engine.refusal import Refusal, Refused
from engine.seating import Chair, named, stand_in
from engine.timing import counted_anew, go_on_with, start_clock


def enter(draft: Draft, seats: tuple[str, ...] = ()) -> None:
    """Do what belongs to the state the case is in now; with `seats`, only those are asked.

    Raises `Refused` when nobody can be found for its work.
    """
    state = draft.state
    if state.kind is StateKind.END:
        draft.emit(Closed())
        _tell_initiator(draft)
        return
    start_clock(draft)
    if state.kind is StateKind.REST:
        _tell_initiator(draft)
        return
    _seat(draft, seats)


def come_back(draft: Draft, tasks: Sequence[Task], clock: RunningClock | None = None) -> None:
    """Go on in the state the case is in again, with its tasks as they were and, when given, the clock that ran."""
    if clock is None:
        start_clock(draft)
    else:
        go_on_with(draft, counted_anew(draft, clock, draft.setting.now), range(clock.fired))
    opened = open_again(draft, tasks)
    if opened:
        _tell(draft, opened)
    else:
        _seat(draft, ())


def open_again(draft: Draft, tasks: Sequence[Task]) -> list[Task]:
    """Open tasks as they were, under new numbers; what belongs to somebody who left goes to whoever stands in."""
    situation, now, due_at = draft.situation(), draft.setting.now, _due_at(draft)
    opened = [
        replace(task, principal=stand_in(task, situation), opened_at=now, due_at=due_at)
        for task in renumbered(draft.case, tasks)
    ]
    for task in opened:
        draft.emit(TaskOpened(task))
    return opened


def renumbered(case: Case, tasks: Sequence[Task], keep: Container[str] = ()) -> list[Task]:
    """Give closed tasks new numbers, also where one waits for another; those to `keep` stay what they are.

    What belonged together still does: the first number stays the root.
    """
    new = count(case.task_count + 1)
    numbers = {task.id: task.id if task.id in keep else f"{case.id}-{next(new)}" for task in tasks}
    return [
        replace(
            task,
            id=numbers[task.id],
            beside=task.beside if task.id in keep else task.root,
            after=numbers.get(task.after or ""),
        )
        for task in tasks
    ]


def open_task(
    draft: Draft, chair: Chair, beside: Task | None = None, after: str | None = None, *, draws: bool = False
) -> Task:
    """Open one task in the present state; its number is never used again."""
    case = draft.case
    if chair.picked is not None:
        draft.emit(chair.picked)
    task = Task(
        id=f"{case.id}-{case.task_count + 1}",
        state=case.state,
        seat=chair.seat,
        principal=chair.principal,
        opened_at=draft.setting.now,
        due_at=_due_at(draft),
        added_by=draft.setting.actor.id if beside is not None else None,
        beside=beside.root if beside is not None else None,
        after=after,
        weight=chair.weight,
        draws=draws,
    )
    draft.emit(TaskOpened(task))
    return task


def open_question(draft: Draft, about: Task, principal: str, question: str) -> Task:
    """Open a task that is to be answered, beside the one it is about."""
    case = draft.case
    task = Task(
        id=f"{case.id}-{case.task_count + 1}",
        state=case.state,
        seat=about.seat,
        principal=principal,
        opened_at=draft.setting.now,
        added_by=draft.setting.actor.id,
        question=question,
    )
    draft.emit(TaskOpened(task))
    return task


def _seat(draft: Draft, seats: tuple[str, ...]) -> None:
    """Open the tasks of the state; where opinions come one after the other, each waits for the one before."""
    state = draft.state
    if isinstance(state.who, ByLot) and not (state.name in draft.case.draws and draft.case.draws[state.name].sitting):
        _ask_for_draw(draft, state.who)
        return
    found = [chair for chair in arranged(draft) if not seats or chair.seat in seats]
    missing = set(seats) - {chair.seat for chair in found}
    if missing and draft.skip is None:
        raise Refused(*(Refusal("return.no_such_seat", where=seat) for seat in sorted(missing)))
    in_turn = state.vote is not None and state.vote.sequential
    opened: list[Task] = []
    for chair in found:
        opened.append(open_task(draft, chair, after=opened[-1].id if in_turn and opened else None))
    _tell(draft, opened)


def seat_drawn(draft: Draft) -> None:
    """Open the tasks of those who have just been drawn."""
    _seat(draft, ())


def _ask_for_draw(draft: Draft, lot: ByLot) -> None:
    """Fix the pool, unless it was fixed before, and open the task of making the draw."""
    if draft.case.state not in draft.case.draws:
        draft.emit(DrawCommitted(fixed_pool(lot, draft.situation())))
    by = named(lot.by, draft.situation())
    if not by:
        raise Refused(Refusal("assignment.nobody", where=draft.case.state))
    _tell(draft, [open_task(draft, Chair("", principal), draws=True) for principal in by])


def _tell(draft: Draft, opened: list[Task]) -> None:
    ready = tuple(dict.fromkeys(task.principal for task in opened if task.after is None))
    if ready:
        draft.emit(Notified("task.opened", ready))


def _due_at(draft: Draft) -> datetime | None:
    clock = draft.case.clock
    return None if clock is None else clock.due_at


def _tell_initiator(draft: Draft) -> None:
    draft.emit(Notified("item.state", (f"u:{draft.case.initiator}",), {"state": draft.case.state}))
