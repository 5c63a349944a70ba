"""Why, and what then: whose a task is and since when, who could decide it, how its day was counted, what comes next.

Pure: everything is read from the case, its history and its definition. What comes next is found by deciding, and
keeping nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from engine.assignment import Assignment, Together
from engine.case import Case, Task
from engine.commands import Act, Actor
from engine.deadlines import due
from engine.decision import decide
from engine.definition import Definition, State
from engine.duration import Duration
from engine.events import Picked, Record, Replaced, TaskChanged, TaskOpened
from engine.facts import Facts
from engine.places import people_of
from engine.process import Process
from engine.refusal import Conflict, Refusal, Refused
from engine.separation import separation
from engine.situation import Situation


@dataclass(frozen=True, slots=True)
class Hand:
    """How a task came to its holder in one step: a `verb`, by whom, with which words."""

    verb: str
    by: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a task is whose it is: the procedure's words, who was picked or stands in, every hand it went through."""

    assigned: Assignment | None
    picked: Picked | None = None
    replaced: Replaced | None = None
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody behind a task, and what keeps them from deciding it."""

    user: str
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class DueAccount:
    """How a deadline was counted: from when, over which days; `moved` when a pause has moved it since."""

    started_at: datetime
    due_at: datetime
    period: Duration
    counted: tuple[date, ...]
    provisional: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an action would come to now: where the case goes, who gets it, by when; or why it is refused."""

    state: str
    holders: tuple[str, ...]
    due_at: datetime | None
    closed: bool
    refused: tuple[Refusal, ...] = ()


def why(definition: Definition, task: Task, history: Sequence[Record]) -> Why:
    """Say why a task is whose it is, from the case's history."""
    opening = next((record for record in history if any(_opens(event, task) for event in record.events)), None)
    events = () if opening is None else opening.events
    first = next((event.task for event in events if isinstance(event, TaskOpened) and event.task.id == task.id), task)
    hands = [
        Hand(event.verb, record.actor, record.at, event.comment)
        for record in history
        for event in record.events
        if isinstance(event, TaskChanged) and event.task.id == task.id
    ]
    return Why(
        None if task.beside is not None or task.question else _assigned(definition.states[task.state], task.seat),
        next((one for one in events if isinstance(one, Picked) and f"u:{one.user}" == first.principal), None),
        next((one for one in events if isinstance(one, Replaced) and first.principal in one.by), None),
        tuple(hands),
    )


def _opens(event: object, task: Task) -> bool:
    return isinstance(event, TaskOpened) and event.task.id == task.id


def _assigned(state: State, seat: str) -> Assignment:
    seats = state.who.seats if isinstance(state.who, Together) else ()
    return next((one.who for one in seats if one.name == seat), state.who)


def could(process: Process, case: Case, task: Task, facts: Facts, now: datetime) -> tuple[Candidate, ...]:
    """Give everybody behind a task, each with what keeps them from deciding it."""
    state = process.definition.states[case.state]
    found = []
    for user in people_of(task.group or task.principal, facts):
        actor = Actor(user, user, "", frozenset())
        situation = Situation(process.definition, case, case.data, actor, facts, now)
        reasons = list(separation(state, None, situation, None))
        if not facts.is_enabled(user):
            reasons.append(Refusal("user.not_enabled", user))
        if task.group is not None and task.principal != f"u:{user}":
            reasons.append(Refusal("task.claimed_by_other", task.id, {"holder": task.principal.removeprefix("u:")}))
        found.append(Candidate(user, tuple(reasons)))
    return tuple(found)


def due_account(process: Process, case: Case, facts: Facts) -> DueAccount | None:
    """Say how the running deadline was counted; None when none runs."""
    clock, period = case.clock, process.definition.states[case.state].due
    if clock is None or period is None:
        return None
    counted = due(facts.calendar(process.definition.calendar), clock.started_at, period)
    moved = counted.at != clock.due_at
    return DueAccount(clock.started_at, clock.due_at, period, counted.counted, clock.provisional, moved)


def foresee(process: Process, case: Case, command: Act, facts: Facts, now: datetime) -> Foreseen:
    """Say what an action would come to now, with what is filled in so far. A blind vote's outcome is not told."""
    state = process.definition.states[case.state]
    action = state.actions.get(command.action)
    if state.vote is not None and state.vote.blind and action is not None and action.vote is not None:
        return Foreseen(case.state, (), None, closed=False)
    try:
        after = decide(process, case, replace(command, expected_revision=None), facts, now).case
    except Refused as refused:
        return Foreseen(case.state, (), None, closed=False, refused=refused.reasons)
    except Conflict:
        return Foreseen(case.state, (), None, closed=False)
    holders = tuple(dict.fromkeys(task.principal for task in after.deciding if task.after is None))
    due_at = None if after.clock is None else after.clock.due_at
    return Foreseen(after.state, holders, due_at, closed=after.closed_at is not None)
