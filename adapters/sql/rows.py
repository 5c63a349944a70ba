"""From a decision to the rows that keep it. Pure: which case, record, task, timer and outbox rows are written."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from msgspec import Struct

from adapters.encoding import GENESIS, case_text, json_text, link, receipt_text, record_text
from adapters.sql.ledger_rows import LedgerRows, Ledgers, ledger_rows
from adapters.sql.tables.columns import FOREVER
from engine.case import Case, Task, Timer
from engine.commands import SYSTEM, Command, Migrate, RollBack
from engine.definition import Definition, FieldType
from engine.events import (
    DataChanged,
    Migrated,
    Notified,
    Posted,
    Record,
    TaskChanged,
    TaskClosed,
    TaskOpened,
    TimerArmed,
    TimerCancelled,
    TimerFired,
    Undone,
)
from engine.facts import Facts
from engine.picking import OF_PICKS, picks_of
from engine.ports import Decision, Receipt
from engine.undoing import UNDO_SECONDS_MAX

VALUE_LENGTH_MAX = 200
"""Longest field value (JSON text, characters) that cases are found by as it is; of longer ones, the digest."""

DIGEST_PREFIX = "sha256:"
"""What such a digest begins with; no JSON text does."""

CASE_CELLS = (
    "version",
    "state",
    "phase",
    "revision",
    "unit",
    "unit_path",
    "title",
    "entered_at",
    "due_at",
    "closed_at",
    "body",
    "last_hash",
)
"""Columns of a case that a command may change."""

TASK_CELLS = (
    "seat",
    "principal",
    "group_principal",
    "lender",
    "due_at",
    "weight",
    "status",
    "closed_at",
    "closed_by",
    "action",
)
"""Columns of a task that a command may change."""

TIMER_CELLS = ("generation", "fires_at", "rung", "claimed_until")
"""Columns of a timer that a command may change."""

Cells = dict[str, Any]


class Change(Struct, frozen=True):
    """All rows of one command. `opened` and `changed` are of tasks, `armed` and `disarmed` of timers."""

    case: Cells
    record: Cells
    opened: list[Cells]
    changed: list[Cells]
    armed: list[Cells]
    disarmed: list[Cells]
    outbox: list[Cells]
    participants: list[Cells]
    fields: list[Cells]
    picks: list[Cells]
    ledger: LedgerRows


class LedgerFacts(Facts, Ledgers, Protocol):
    """Facts that remember every ledger they were asked about."""


_OPEN: Mapping[str, Any] = {"closed_at": None, "closed_by": None, "action": ""}


class TaskState(Struct):
    """A task and what became of it within one record."""

    task: Task
    is_new: bool
    closing: Mapping[str, Any]


def receipt(decision: Decision) -> Receipt:
    """Say what the caller gets."""
    case = decision.case
    return Receipt(case.id, case.code, case.state, case.revision, case.tasks)


def remembered(command: Command, given: Receipt, at: datetime) -> Cells | None:
    """Give the row that answers a repetition of the command; None when it has no key."""
    if command.key is None:
        return None
    return {
        "actor": command.actor.id,
        "key": command.key,
        "digest": command.digest,
        "receipt": receipt_text(given),
        "at": at,
    }


def change(
    before: Case | None, case: Case, record: Record, last_hash: str, definition: Definition, facts: LedgerFacts
) -> Change:
    """Derive the rows of a record. `last_hash` is that of the record before (empty before the first)."""
    unit = facts.unit(case.unit)
    payload = record_text(record)
    hash_hex = link(bytes.fromhex(last_hash) if last_hash else GENESIS, payload).hex()
    kinds = {type(event) for event in record.events}
    opened, changed = task_rows(before, record)
    armed, disarmed = ([], []) if kinds.isdisjoint(_OF_TIMERS) else timer_rows(record)
    return Change(
        case={**case_row(case, definition, unit.path if unit is not None else ""), "last_hash": hash_hex},
        record={
            "case_id": record.case_id,
            "seq": record.seq,
            "at": record.at,
            "actor": record.actor,
            "command": record.command,
            "payload": payload,
            "hash": hash_hex,
        },
        opened=opened,
        changed=changed,
        armed=armed,
        disarmed=disarmed,
        outbox=list(outbox_rows(record)) if Notified in kinds else [],
        participants=participant_rows(before, record),
        fields=[] if kinds.isdisjoint(_OF_FIELDS) else list(field_rows(case, record, definition)),
        picks=[] if kinds.isdisjoint(OF_PICKS) else pick_rows(case, record),
        ledger=ledger_rows(case, record, facts) if Posted in kinds else LedgerRows(),
    )


def case_row(case: Case, definition: Definition, unit_path: str) -> Cells:
    """Give the columns of a case, all but the hash."""
    return {
        "id": case.id,
        "code": case.code,
        "definition": case.definition,
        "version": case.version,
        "state": case.state,
        "phase": definition.states[case.state].phase,
        "revision": case.revision,
        "initiator": case.initiator,
        "unit": case.unit,
        "unit_path": unit_path,
        "title": title(case, definition),
        "opened_at": case.opened_at,
        "entered_at": case.entered_at,
        "due_at": case.clock.due_at if case.clock is not None else None,
        "closed_at": case.closed_at,
        "body": case_text(case),
    }


def title(case: Case, definition: Definition) -> str:
    """Give the name of a case in lists: the first text among its summary fields, else its code."""
    for name in definition.summary:
        value = case.data.get(name)
        if definition.fields[name].type is FieldType.TEXT and isinstance(value, str) and value:
            return value
    return case.code


_OF_TIMERS = frozenset({TimerArmed, TimerCancelled, TimerFired})
_OF_FIELDS = frozenset({DataChanged, Migrated, Undone})


def task_rows(before: Case | None, record: Record) -> tuple[list[Cells], list[Cells]]:
    """Give the tasks the record opened, and those from before that it changed or closed, as they are after it."""
    known = {
        task.id: TaskState(task, is_new=False, closing=_OPEN) for task in (before.tasks if before is not None else ())
    }
    touched: dict[str, TaskState] = {}
    for event in record.events:
        if isinstance(event, TaskOpened):
            known[event.task.id] = touched[event.task.id] = TaskState(event.task, is_new=True, closing=_OPEN)
        elif isinstance(event, TaskChanged):
            touched[event.task.id] = state = known[event.task.id]
            state.task = event.task
        elif isinstance(event, TaskClosed):
            touched[event.task] = state = known[event.task]
            state.closing = {
                "status": event.outcome,
                "closed_at": record.at,
                "closed_by": record.actor,
                "action": event.action,
            }
    rows = [(state.is_new, {**task_row(record.case_id, state.task), **state.closing}) for state in touched.values()]
    return [row for is_new, row in rows if is_new], [row for is_new, row in rows if not is_new]


def task_row(case_id: str, task: Task) -> Cells:
    """Give the columns of a task that is open, or waits for another."""
    return {
        "status": "open" if task.after is None else "waiting",
        "id": task.id,
        "case_id": case_id,
        "state": task.state,
        "seat": task.seat,
        "principal": task.principal,
        "group_principal": task.group,
        "lender": task.lender,
        "added_by": task.added_by,
        "weight": task.weight,
        "opened_at": task.opened_at,
        "due_at": task.due_at or FOREVER,
    }


def timer_rows(record: Record) -> tuple[list[Cells], list[Cells]]:
    """Give the timers that stand after the record, and those that are gone."""
    armed: dict[str, Cells] = {}
    gone: dict[str, Cells] = {}
    for event in record.events:
        if isinstance(event, TimerArmed):
            gone.pop(event.timer.name, None)
            armed[event.timer.name] = timer_row(record.case_id, event.timer) | {"claimed_until": None}
        elif isinstance(event, TimerCancelled | TimerFired):
            gone[event.timer] = {"case_id": record.case_id, "name": event.timer}
            armed.pop(event.timer, None)
    return list(armed.values()), list(gone.values())


def timer_row(case_id: str, timer: Timer) -> Cells:
    """Give the columns of an armed timer that its history knows."""
    return {
        "case_id": case_id,
        "name": timer.name,
        "generation": timer.generation,
        "fires_at": timer.fires_at,
        "rung": timer.rung,
    }


def outbox_rows(record: Record) -> Iterator[Cells]:
    """Give one message for each notice; its id is the same whenever the record is read.

    Notices of what somebody did are held back for as long as they may undo it.
    """
    held = timedelta() if record.actor == SYSTEM.id else timedelta(seconds=UNDO_SECONDS_MAX)
    for index, event in enumerate(record.events):
        if isinstance(event, Notified):
            yield {
                "id": f"{record.case_id}.{record.seq}.{index}",
                "kind": event.kind,
                "case_id": record.case_id,
                "payload": json_text(event),
                "attempts": 0,
                "next_at": record.at + held,
                "done_at": None,
                "error": None,
            }


_FROM_OUTSIDE = frozenset(kind.__name__ for kind in (Migrate, RollBack))
"""What is ordered for many cases at once: who orders it takes no part in any."""


def participant_rows(before: Case | None, record: Record) -> list[Cells]:
    """Give those who take part from now on: who acted, and who holds work by name; not who did before, as we see."""
    people = set() if record.command in _FROM_OUTSIDE else {record.actor}
    for event in record.events:
        if isinstance(event, TaskOpened | TaskChanged) and event.task.principal.startswith("u:"):
            people.add(event.task.principal.removeprefix("u:"))
    if before is not None:
        people.discard(before.initiator)
        people.difference_update([mark.user for mark in before.actors.values()])
    return [{"case_id": record.case_id, "user_id": user_id} for user_id in sorted(people)]


def field_rows(case: Case, record: Record, definition: Definition) -> Iterator[Cells]:
    """Give the summary fields whose values changed; an emptied field has the value `null`.

    What puts a case on another version, or back to what it was, writes all of them.
    """
    changed = {name for event in record.events if isinstance(event, DataChanged) for name in event.values}
    if any(isinstance(event, Migrated | Undone) for event in record.events):
        changed.update(definition.summary)
    for name in definition.summary:
        if name in changed:
            yield {
                "case_id": case.id,
                "field": name,
                "definition": case.definition,
                "value": value_key(case.data.get(name)),
            }


def pick_rows(case: Case, record: Record) -> list[Cells]:
    """Give who was picked for a task by this record."""
    picked = {(state, user) for event in record.events for state, user in picks_of(event)}
    return [
        {"definition": case.definition, "state": state, "user_id": user, "picked_at": record.at}
        for state, user in sorted(picked)
    ]


def value_key(value: object) -> str:
    """Spell a value so that equal values have equal, indexable text."""
    text = json_text(value)
    return text if len(text) <= VALUE_LENGTH_MAX else DIGEST_PREFIX + sha256(text.encode()).hexdigest()
