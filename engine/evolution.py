"""How a case becomes the next one: one small applier for each kind of event. Nothing else changes a case."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.case import Case, Mark
from engine.events import (
    ClockPaused,
    ClockStarted,
    Closed,
    DataChanged,
    Event,
    Marked,
    Moved,
    Opened,
    Record,
    TaskChanged,
    TaskClosed,
    TaskOpened,
    TimerArmed,
    TimerCancelled,
    TimerFired,
    Urged,
    Voted,
)


def evolve(case: Case | None, record: Record) -> Case:
    """Give the case after one more record; the given case stays as it was."""
    following = case.copy() if case is not None else None
    for event in record.events:
        following = apply(following, event, record.case_id, record.actor, record.at)
    if following is None:
        raise ValueError(f"record {record.seq} of {record.case_id} opens no case")
    following.revision = record.seq
    return following


def fold(records: Iterable[Record]) -> Case:
    """Rebuild a case from its whole history; `ValueError` when it is empty or has a gap."""
    case: Case | None = None
    for expected, record in enumerate(records, 1):
        if record.seq != expected:
            raise ValueError(f"record {expected} of {record.case_id} is missing")
        case = evolve(case, record)
    if case is None:
        raise ValueError("no records")
    return case


def apply(case: Case | None, event: Event, case_id: str, actor: str, at: datetime) -> Case:
    """Apply one event to a case that may be changed (or open a new one)."""
    if isinstance(event, Opened):
        return _opened(event, case_id, at)
    if case is None:
        raise ValueError(f"{type(event).__name__} before {case_id} was opened")
    applier = _APPLIERS.get(type(event))
    if applier is not None:
        applier(case, event, actor, at)
    return case


def _opened(event: Opened, case_id: str, at: datetime) -> Case:
    return Case(
        id=case_id,
        code=event.code,
        definition=event.definition,
        version=event.version,
        state=event.state,
        revision=0,
        initiator=event.initiator,
        unit=event.unit,
        opened_at=at,
        entered_at=at,
        visits={event.state: 1},
    )


def _data_changed(case: Case, event: DataChanged, _actor: str, _at: datetime) -> None:
    merged = {**case.data, **event.values}
    case.data = {name: value for name, value in merged.items() if value is not None}


def _moved(case: Case, event: Moved, actor: str, at: datetime) -> None:
    mark = Mark(actor, at, event.behalf_of)
    key = f"{event.source}.{event.action}"
    case.actors = {**case.actors, event.source: mark, key: mark}
    case.times = {**case.times, key: case.times.get(key, 0) + 1}
    case.visits = {**case.visits, event.target: case.visits.get(event.target, 0) + 1}
    if case.ballots:
        case.rounds = {**case.rounds, event.source: case.ballots}
        case.ballots = ()
    case.previous_state, case.state = event.source, event.target
    case.entered_at, case.marks, case.clock = at, (), None


def _closed(case: Case, _event: Closed, _actor: str, at: datetime) -> None:
    case.closed_at = at


def _voted(case: Case, event: Voted, actor: str, at: datetime) -> None:
    case.ballots = (*case.ballots, event.ballot)
    key = f"{case.state}.{event.action}"
    case.actors = {**case.actors, key: Mark(actor, at, event.behalf_of)}
    case.times = {**case.times, key: case.times.get(key, 0) + 1}


def _task_opened(case: Case, event: TaskOpened, _actor: str, _at: datetime) -> None:
    case.tasks = (*case.tasks, event.task)
    case.task_count += 1


def _task_closed(case: Case, event: TaskClosed, _actor: str, _at: datetime) -> None:
    case.tasks = tuple(task for task in case.tasks if task.id != event.task)


def _task_changed(case: Case, event: TaskChanged, _actor: str, _at: datetime) -> None:
    case.tasks = tuple(event.task if task.id == event.task.id else task for task in case.tasks)


def _clock_started(case: Case, event: ClockStarted, _actor: str, _at: datetime) -> None:
    case.clock = event.clock
    case.paused = {state: clock for state, clock in case.paused.items() if state != case.state}


def _clock_paused(case: Case, event: ClockPaused, _actor: str, _at: datetime) -> None:
    case.paused = {**case.paused, event.state: event.clock}
    case.clock = None


def _timer_armed(case: Case, event: TimerArmed, _actor: str, _at: datetime) -> None:
    case.timers = (*case.timers, event.timer)
    case.timer_count = max(case.timer_count, event.timer.generation)


def _timer_gone(case: Case, event: TimerCancelled | TimerFired, _actor: str, _at: datetime) -> None:
    case.timers = tuple(timer for timer in case.timers if timer.name != event.timer)
    if isinstance(event, TimerFired) and case.clock is not None:
        case.clock = replace(case.clock, fired=max(case.clock.fired, event.rung + 1))


def _marked(case: Case, event: Marked, _actor: str, _at: datetime) -> None:
    if event.mark not in case.marks:
        case.marks = (*case.marks, event.mark)


def _urged(case: Case, _event: Urged, _actor: str, at: datetime) -> None:
    case.urged_at = at


_APPLIERS: Mapping[type[Event], Callable[[Case, Any, str, datetime], None]] = {
    DataChanged: _data_changed,
    Moved: _moved,
    Closed: _closed,
    Voted: _voted,
    TaskOpened: _task_opened,
    TaskClosed: _task_closed,
    TaskChanged: _task_changed,
    ClockStarted: _clock_started,
    ClockPaused: _clock_paused,
    TimerArmed: _timer_armed,
    TimerCancelled: _timer_gone,
    TimerFired: _timer_gone,
    Marked: _marked,
    Urged: _urged,
}
"""Events that only tell (notices, remarks, held actions, closed rounds) have no applier."""
