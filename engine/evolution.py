"""How a case becomes the next one: one small applier for each kind of event. Nothing else changes a case."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engine.case import CASE_FIELDS, Case, Last, Mark, Sent, Task
from engine.events import (
    NO_WORK,
    ClockPaused,
    ClockStarted,
    Closed,
    Continued,
    DataChanged,
    DrawCommitted,
    Drawn,
    Event,
    How,
    Marked,
    Migrated,
    Moved,
    Opened,
    Posted,
    Record,
    Redrawn,
    Signed,
    StepResumed,
    Suspended,
    TaskChanged,
    TaskClosed,
    TaskOpened,
    TimerArmed,
    TimerCancelled,
    TimerFired,
    Undone,
    Urged,
    Voted,
    WaysBackKept,
)


def evolve(case: Case | None, record: Record) -> Case:
    """Give the case after one more record; the given case stays as it was."""
    following = case.copy() if case is not None else None
    for event in record.events:
        if isinstance(event, Opened):
            following = opened(event, record.case_id, record.at)
        elif following is None:
            raise ValueError(f"{type(event).__name__} before {record.case_id} was opened")
        else:
            apply(following, event, record.actor, record.at)
    if following is None:
        raise ValueError(f"record {record.seq} of {record.case_id} opens no case")
    return seal(following, record)


def seal(case: Case, record: Record) -> Case:
    """Finish a record's events: the case knows its revision and who made it."""
    case.revision = record.seq
    case.last = Last(record.actor, record.at, record.command)
    return case


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


def apply(case: Case, event: Event, actor: str, at: datetime) -> None:
    """Apply one event to a case that may be changed."""
    applier = _APPLIERS.get(type(event))
    if applier is not None:
        applier(case, event, actor, at)


def opened(event: Opened, case_id: str, at: datetime) -> Case:
    """Give a case that has just been opened."""
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
        turns={event.state: 1},
    )


def _data_changed(case: Case, event: DataChanged, _actor: str, _at: datetime) -> None:
    merged = {**case.data, **event.values}
    case.data = {name: value for name, value in merged.items() if value is not None}


def _moved(case: Case, event: Moved, actor: str, at: datetime) -> None:
    """Leave one state for another. Who may withdraw is whoever sent it; the system and the verbs send nothing."""
    case.sent = None
    if event.how is How.ACTION:
        case.sent = Sent(actor, at, _task(case, event.task), case.clock, event.behalf_of, event.under)
        _decided(case, event.source, event.action, Mark(actor, at, event.behalf_of, event.under))
    elif event.action:
        _counted(case, f"{event.source}.{event.action}", Mark(actor, at))
    if case.ballots:
        case.rounds = {**case.rounds, event.source: case.ballots}
    case.path = _path(case, event)
    case.visits = {**case.visits, event.target: case.visits.get(event.target, 0) + 1}
    case.turns = {**case.turns, event.target: sum(case.visits.values())}
    case.previous_state, case.state = event.source, event.target
    case.ballots = case.signatures = case.ways_back = case.marks = ()
    case.entered_at, case.clock, case.touched = at, None, False


def _path(case: Case, event: Moved) -> tuple[str, ...]:
    """Give the chain of steps that leads to the new state: cut where it comes back, without steps nobody worked in."""
    if event.target in case.path:
        return case.path[: case.path.index(event.target)]
    worked_in = event.how is How.ACTION or case.touched
    return (*case.path, event.source) if worked_in and event.source != event.target else case.path


def _task(case: Case, task_id: str | None) -> Task | None:
    for task in case.tasks:
        if task.id == task_id:
            return task
    return None


def _posted(case: Case, _event: Posted, _actor: str, _at: datetime) -> None:
    """What has moved money is not simply taken back."""
    case.sent = None


def _decided(case: Case, state: str, action: str, mark: Mark) -> None:
    """Remember who decided in a state: the last one, and everybody who ever did."""
    key = f"{state}.{action}"
    case.actors = {**case.actors, state: mark, key: mark}
    case.times = {**case.times, key: case.times.get(key, 0) + 1}
    known = case.hands.get(state, ())
    if mark.user not in known:
        case.hands = {**case.hands, state: (*known, mark.user)}
    if mark.behalf_of is not None and mark.behalf_of not in case.hands[state]:
        case.hands = {**case.hands, state: (*case.hands[state], mark.behalf_of)}


def _counted(case: Case, key: str, mark: Mark) -> None:
    """Count an action of the system."""
    case.actors = {**case.actors, key: mark}
    case.times = {**case.times, key: case.times.get(key, 0) + 1}


def _ways_back_kept(case: Case, event: WaysBackKept, _actor: str, _at: datetime) -> None:
    case.ways_back = event.ways


def _step_resumed(case: Case, event: StepResumed, _actor: str, _at: datetime) -> None:
    case.ballots, case.path = event.ballots, event.path


def _closed(case: Case, _event: Closed, _actor: str, at: datetime) -> None:
    case.closed_at, case.suspended_at, case.clock = at, None, None


def _suspended(case: Case, _event: Suspended, _actor: str, at: datetime) -> None:
    case.suspended_at = at


def _continued(case: Case, _event: Continued, _actor: str, _at: datetime) -> None:
    case.suspended_at = None


def _undone(case: Case, event: Undone, _actor: str, _at: datetime) -> None:
    """Take the earlier case, with the tasks and timers that still stand and the counters as they are."""
    kept = {name: getattr(case, name) for name in ("tasks", "timers", "task_count", "timer_count", "revision")}
    for name in CASE_FIELDS:
        setattr(case, name, kept[name] if name in kept else getattr(event.case, name))


def _migrated(case: Case, event: Migrated, _actor: str, at: datetime) -> None:
    """Go on under another version: what the case remembers of states that are gone is theirs who stand for them."""
    if event.target != case.state:
        case.previous_state, case.state = case.state, event.target
    if event.anew:
        case.ballots = case.signatures = case.marks = ()
        case.entered_at, case.touched = at, False
    case.version, case.path, case.clock = event.version, event.path, event.clock
    case.sent, case.ways_back = None, ()
    if event.states:
        rename(case, event.states)


def rename(case: Case, states: Mapping[str, str]) -> None:
    """Let some states stand for others in all that a case remembers of its way."""

    def named(key: str) -> str:
        state, dot, action = key.partition(".")
        return states.get(state, state) + dot + action

    case.visits, case.times = _summed(case.visits, named), _summed(case.times, named)
    turns = sorted(case.turns.items(), key=lambda item: item[1])
    case.turns = {named(state): turn for state, turn in turns}
    case.actors = {named(key): mark for key, mark in sorted(case.actors.items(), key=lambda item: item[1].at)}
    hands: dict[str, dict[str, None]] = {}
    for state, people in case.hands.items():
        hands.setdefault(named(state), {}).update(dict.fromkeys(people))
    case.hands = {state: tuple(people) for state, people in hands.items()}
    case.rounds = {named(state): ballots for state, ballots in case.rounds.items()}
    case.paused = {named(state): clock for state, clock in case.paused.items()}
    case.previous_state = None if case.previous_state is None else named(case.previous_state)


def _summed(counts: Mapping[str, int], named: Callable[[str], str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, count in counts.items():
        sums[named(key)] = sums.get(named(key), 0) + count
    return sums


def _voted(case: Case, event: Voted, actor: str, at: datetime) -> None:
    case.ballots = (*case.ballots, event.ballot)
    _decided(case, case.state, event.action, Mark(actor, at, event.ballot.behalf_of, event.ballot.under))
    case.touched = True


def _signed(case: Case, event: Signed, _actor: str, _at: datetime) -> None:
    signature = event.signature
    case.signatures = (*case.signatures, signature)
    _decided(
        case, case.state, signature.action, Mark(signature.user, signature.at, signature.behalf_of, signature.under)
    )
    case.touched = True


def _task_opened(case: Case, event: TaskOpened, _actor: str, _at: datetime) -> None:
    case.tasks = (*case.tasks, event.task)
    case.task_count += 1


def _task_closed(case: Case, event: TaskClosed, _actor: str, _at: datetime) -> None:
    case.tasks = tuple(task for task in case.tasks if task.id != event.task)


def _task_changed(case: Case, event: TaskChanged, _actor: str, _at: datetime) -> None:
    case.tasks = tuple(event.task if task.id == event.task.id else task for task in case.tasks)
    case.touched = case.touched or event.verb not in NO_WORK


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


def _draw_committed(case: Case, event: DrawCommitted, _actor: str, _at: datetime) -> None:
    case.draws = {**case.draws, event.drawing.state: event.drawing}


def _drawn(case: Case, event: Drawn, _actor: str, _at: datetime) -> None:
    fixed, reached = case.draws[event.state], len(event.users)
    drawing = replace(fixed, seed=event.seed, word=event.word, order=event.order, sitting=event.users, reached=reached)
    case.draws = {**case.draws, event.state: drawing}
    case.touched = True


def _redrawn(case: Case, event: Redrawn, _actor: str, _at: datetime) -> None:
    drawing = case.draws[event.state]
    sitting = (*(one for one in drawing.sitting if one != event.out), event.user)
    reached = drawing.reached + len(event.passed_over) + 1
    case.draws = {**case.draws, event.state: replace(drawing, sitting=sitting, reached=reached)}
    case.touched = True


def _marked(case: Case, event: Marked, _actor: str, _at: datetime) -> None:
    if event.mark not in case.marks:
        case.marks = (*case.marks, event.mark)


def _urged(case: Case, _event: Urged, _actor: str, at: datetime) -> None:
    case.urged_at = at


_APPLIERS: Mapping[type[Event], Callable[[Case, Any, str, datetime], None]] = {
    DataChanged: _data_changed,
    Moved: _moved,
    Posted: _posted,
    WaysBackKept: _ways_back_kept,
    StepResumed: _step_resumed,
    Closed: _closed,
    Suspended: _suspended,
    Continued: _continued,
    Undone: _undone,
    Migrated: _migrated,
    Voted: _voted,
    Signed: _signed,
    TaskOpened: _task_opened,
    TaskClosed: _task_closed,
    TaskChanged: _task_changed,
    ClockStarted: _clock_started,
    ClockPaused: _clock_paused,
    TimerArmed: _timer_armed,
    TimerCancelled: _timer_gone,
    TimerFired: _timer_gone,
    DrawCommitted: _draw_committed,
    Drawn: _drawn,
    Redrawn: _redrawn,
    Marked: _marked,
    Urged: _urged,
}
"""Events that only tell (notices, remarks, held actions, closed rounds) have no applier."""
