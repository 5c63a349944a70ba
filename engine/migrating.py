"""Putting a running case on another version of its definition: what stays, what is asked again, why it may not be.

What the new version does not change for this case is left as it is: tasks with their holders, votes, the clock. Where
it says something else, tasks are opened and closed, the deadline is counted anew from the same start, and automatic
actions are tried, all in one record. A dry run is the same call, with nobody to keep what it gives.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from engine import booked
from engine.acting import change, conclude, settle
from engine.always import against_being
from engine.arranging import arranged
from engine.assignment import System
from engine.case import Ballot, Case, RunningClock, Task
from engine.commands import Migrate
from engine.deadlines import due
from engine.definition import Definition, Rung, State, StateKind
from engine.draft import Draft, Setting
from engine.entering import enter, open_task
from engine.events import DataChanged, Migrated, Notified, StepResumed, TaskChanged, TaskClosed, WaysBackKept
from engine.facts import Facts
from engine.field_values import Wrong, normalised
from engine.holding import against_administering, refuse
from engine.places import user
from engine.ports import Decision
from engine.process import Process
from engine.refusal import Conflict, Refusal, Refused
from engine.seating import Chair
from engine.signing import close
from engine.timing import arm_next, calendar_of, fires_at, stop_clock, tell_tasks
from engine.voting import close_if_certain


def migrated(old: Definition, process: Process, case: Case, command: Migrate, facts: Facts, now: datetime) -> Decision:
    """Decide `Migrate`; raises `Refused` with all reasons why the case can not go on under the new version."""
    if command.expected_revision is not None and command.expected_revision != case.revision:
        raise Conflict(case.revision, case.last.user if case.last is not None else None)
    draft = Draft(Setting(process, command, facts, now), case)
    new = process.definition
    states = {name: to for name, to in command.states.items() if name not in new.states}
    target = states.get(case.state, case.state)
    refuse((*_against(draft, command, target, states), *booked.against_moving_on(old, draft, target)))
    before = old.states[case.state]
    if target == case.state and _is_same_work(before, new.states[target]):
        _stay(draft, command, states, before)
    else:
        _enter_anew(draft, command, states, target)
    settle(draft)
    return draft.decision()


def _stay(draft: Draft, command: Migrate, states: dict[str, str], before: State) -> None:
    """Go on in the same state; what the new version says of it in the same way stays as it is."""
    case, clock = draft.case, draft.case.clock
    ways = tuple(way for way in case.ways_back if {way.at, way.to} <= draft.setting.process.definition.states.keys())
    is_timed_anew = (before.due, before.escalate) != (draft.state.due, draft.state.escalate)
    if is_timed_anew:
        clock = _clock(draft)
        stop_clock(draft, pause=False)
    _change_version(draft, command, states, clock)
    if ways:
        draft.emit(WaysBackKept(ways))
    chairs = _seat_again(draft) if before.who != draft.state.who else None
    if chairs is not None or _is_in_turn(before) != _is_in_turn(draft.state):
        _take_turns(draft, chairs)
    if is_timed_anew:
        tell_tasks(draft, "migrate")
        arm_next(draft)
    if draft.state.vote is not None and (before.vote, before.who) != (draft.state.vote, draft.state.who):
        closing = close_if_certain(draft)
        if closing is not None:
            conclude(draft, draft.state.actions[closing])


def _enter_anew(draft: Draft, command: Migrate, states: dict[str, str], target: str) -> None:
    """Begin the work of a state, another one or one that has become something else."""
    stop_clock(draft, pause=False)
    for task in draft.case.tasks:
        draft.emit(TaskClosed(task.id, "cancelled"))
    _change_version(draft, command, states, None, target)
    enter(draft)


def _change_version(
    draft: Draft, command: Migrate, states: dict[str, str], clock: RunningClock | None, target: str | None = None
) -> None:
    """Put the case on the new version with the data it can have there, unless a rule of `always:` forbids it."""
    case, known = draft.case, draft.setting.process.definition.states
    here = target or case.state
    path = dict.fromkeys(states.get(name, name) for name in case.path)
    left = tuple(name for name in path if name in known and name != here)
    draft.emit(Migrated(command.version, here, states, left, clock, command.comment, target is not None))
    _fit_data(draft)
    refuse(against_being(draft.situation()))


def _against(draft: Draft, command: Migrate, target: str, states: Mapping[str, str]) -> Iterator[Refusal]:
    """Give why the case can not be put on the new version."""
    case, new = draft.case, draft.setting.process.definition
    yield from against_administering(draft)
    if case.closed_at is not None:
        yield Refusal("item.closed", where=case.state)
    if case.suspended_at is not None:
        yield Refusal("item.suspended", where=case.state)
    if command.version == case.version:
        yield Refusal("migrate.same_version", where=case.state)
    if target not in new.states:
        yield Refusal("migrate.no_state", where=target)
        return
    yield from (Refusal("migrate.no_state", where=to) for to in sorted(set(states.values()) - set(new.states)))
    for name, value in case.data.items():
        field = new.fields.get(name)
        try:
            if field is not None and field.computed is None:
                normalised(field, value, name)
        except Wrong as wrong:
            yield from wrong.reasons


def _is_same_work(old: State, new: State) -> bool:
    """Say whether work in a state can go on under its new wording: it is still the same kind of state."""
    return old.kind is new.kind and (old.vote is None) == (new.vote is None)


def _fit_data(draft: Draft) -> None:
    """Empty the fields that the new version does not have, and compute what it computes."""
    fields = draft.setting.process.definition.fields
    gone = {name: None for name in draft.case.data if name not in fields}
    if gone:
        draft.emit(DataChanged(dict(gone)))
    change(draft, {})


def _seat_again(draft: Draft) -> list[Chair]:
    """Keep the tasks and votes of those who are still asked, close the others, and ask whoever is asked now.

    Gives the chairs in the order in which they are asked.
    """
    case, state = draft.case, draft.state
    wanted = arranged(draft) if state.kind is StateKind.WORK else []
    seated = {chair: task for chair in wanted for task in case.deciding if _sits(task, chair)}
    stand = tuple(ballot for ballot in case.ballots if any(_voted(ballot, chair) for chair in wanted))
    roots = {task.id for task in seated.values()}
    for gone in reversed([task.id for task in case.deciding if task.root not in roots]):
        close(draft, next(task for task in draft.case.tasks if task.id == gone), "cancelled")
    if stand != case.ballots:
        draft.emit(StepResumed(stand, case.path))
    for chair in wanted:
        if chair in seated:
            if seated[chair].weight != chair.weight:
                draft.emit(TaskChanged(replace(seated[chair], weight=chair.weight), "migrate"))
        elif not any(_voted(ballot, chair) for ballot in stand):
            open_task(draft, chair)
    if not (draft.case.deciding or stand or draft.skip or isinstance(state.who, System)):
        raise Refused(Refusal("assignment.nobody", where=state.name))
    return wanted


def _is_in_turn(state: State) -> bool:
    return state.vote is not None and state.vote.sequential


def _take_turns(draft: Draft, chairs: list[Chair] | None) -> None:
    """Let each wait for the one before where opinions come one after the other, and nobody where they do not.

    The order is that of the chairs, else of the tasks. Signers beside a task keep their places before and after it.
    """
    own = [task for task in draft.case.deciding if task.beside is None]
    if chairs is not None:
        own = [task for chair in chairs for task in own if _sits(task, chair)]
    before: Task | None = None
    for task in own:
        after = before.id if before is not None and _is_in_turn(draft.state) else None
        signers = [other for other in draft.case.deciding if other.root == task.root]
        inside = {other.id for other in signers}
        for other in signers:
            if other.after not in inside and other.after != after:
                draft.emit(TaskChanged(replace(other, after=after), "turn" if after is None else "wait"))
                if after is None:
                    draft.emit(Notified("task.opened", (other.principal,)))
        before = task


def _sits(task: Task, chair: Chair) -> bool:
    """Say whether an open task is the one that a chair stands for: held, claimed or lent by whom it names."""
    holders = (task.principal, task.group, user(task.lender) if task.lender is not None else None)
    return task.beside is None and task.seat == chair.seat and chair.principal in holders


def _voted(ballot: Ballot, chair: Chair) -> bool:
    people = {user(ballot.voter), user(ballot.behalf_of or ballot.voter)}
    return ballot.own_seat == chair.seat and (chair.principal.startswith("g:") or chair.principal in people)


def _clock(draft: Draft) -> RunningClock | None:
    """Give the deadline under the new wording: counted from the same start, the ladder's reminders of the past over."""
    clock, now, new = draft.case.clock, draft.setting.now, draft.state
    if new.due is None:
        return None
    started = now if clock is None else clock.started_at
    period = due(calendar_of(draft), started, new.due)
    fresh = RunningClock(started, period.at, period.provisional)
    fired = 0
    while fired < len(new.escalate) and _only_tells(new.escalate[fired]):
        if fires_at(draft, new.escalate[fired], fresh) > now:
            break
        fired += 1
    return replace(fresh, fired=fired)


def _only_tells(rung: Rung) -> bool:
    """Say whether a rung does nothing but tell: such a one is not made up for."""
    return rung.act is None and rung.hand_to is None
