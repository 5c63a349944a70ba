"""From the engine's values to the shapes of the interface, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from adapters.sql.directory import Directory
from adapters.sql.reads.cases import CaseLine
from adapters.sql.reads.queue import TaskLine as TaskRowLine
from adapters.sql.uploads import StoredFile
from engine.assignment import ANYBODY, MEMBER
from engine.case import Case, Task
from engine.commands import SYSTEM, Actor
from engine.definition import Definition, State
from engine.events import Record, StepResumed, TaskClosed, Undone, Voted, WaysBackKept
from engine.options import Option, VerbOption
from engine.ports import Receipt
from engine.seeing import hidden_ballots
from engine.texts import Text
from service.http.contract import (
    ActionDone,
    EventShape,
    FileShape,
    ItemLine,
    ItemShape,
    Named,
    OptionShape,
    RecordShape,
    StateShape,
    TaskLine,
    TaskShape,
    VerbShape,
)
from service.http.masking import Mask, mask_for
from service.http.problems import Wording

_IMPLIED = {ANYBODY: "items.anybody", MEMBER: "items.member"}
"""Roles that no list of posts names: everybody of a unit, and the members of a group."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How one reader is told things."""

    wording: Wording
    directory: Directory
    reader: Actor

    def text(self, text: Text) -> str:
        """Give a definition's text in the reader's language."""
        return text.zh if self.wording.language == "zh" else text.en

    def person(self, user_id: str) -> Named:
        """Name a person."""
        if user_id == SYSTEM.id:
            return Named(user_id, self.wording.catalogue.text(self.wording.language, "items.system"))
        found = self.directory.people.get(user_id)
        return Named(user_id, found.name if found is not None else user_id)

    def unit(self, unit_id: str) -> Named:
        """Name a unit."""
        found = self.directory.units.get(unit_id)
        return Named(unit_id, found.name if found is not None else unit_id)

    def holder(self, principal: str) -> str:
        """Say in words who holds a task: a person, or a role in a unit."""
        kind, _, rest = principal.partition(":")
        if kind == "u":
            return self.person(rest).name
        role, _, unit = rest.partition("@")
        return f"{self.role(role)} · {self.unit(unit).name}"

    def role(self, role: str) -> str:
        """Name a role; its code where the texts have no name for it."""
        key = _IMPLIED.get(role, f"roles.{role}")
        known = key in self.wording.catalogue.messages[self.wording.language]
        return self.wording.catalogue.text(self.wording.language, key) if known else role

    def task(self, item_id: str, task: Task) -> TaskShape:
        """Show a task of an item."""
        return TaskShape(
            id=task.id,
            item_id=item_id,
            state=task.state,
            seat=task.seat,
            principal=task.principal,
            holder=self.holder(task.principal),
            is_mine=self._is_mine(task.principal),
            opened_at=task.opened_at,
            due_at=task.due_at,
            group=task.group,
            lender=task.lender,
            added_by=task.added_by,
            after=task.after,
            question=task.question,
        )

    def task_line(self, line: TaskRowLine, definition: Definition) -> TaskLine:
        """Show a task in a list."""
        task = TaskShape(
            id=line.id,
            item_id=line.case_id,
            state=line.state,
            seat=line.seat,
            principal=line.principal,
            holder=self.holder(line.principal),
            is_mine=self._is_mine(line.principal),
            opened_at=line.opened_at,
            due_at=line.due_at,
            group=line.group,
            lender=line.lender,
            added_by=None,
            closed_at=line.closed_at,
            outcome=line.status,
            action=line.action,
        )
        return TaskLine(
            task=task,
            copied_at=None,
            item_id=line.case_id,
            item_code=line.code,
            item_title=line.title,
            definition=line.definition,
            state_title=self.text(definition.states[line.state].title),
            phase=line.phase,
            revision=line.revision,
            unit=self.unit(line.unit),
        )

    def copy_line(self, copied_at: datetime, line: CaseLine, definition: Definition) -> TaskLine:
        """Show an item that the reader got a copy of."""
        return TaskLine(
            task=None,
            copied_at=copied_at,
            item_id=line.id,
            item_code=line.code,
            item_title=line.title,
            definition=line.definition,
            state_title=self.text(definition.states[line.state].title),
            phase=line.phase,
            revision=line.revision,
            unit=self.unit(line.unit),
        )

    def item_line(self, line: CaseLine, definition: Definition) -> ItemLine:
        """Show an item in a list."""
        return ItemLine(
            id=line.id,
            code=line.code,
            title=line.title,
            definition=line.definition,
            state=line.state,
            state_title=self.text(definition.states[line.state].title),
            phase=line.phase,
            revision=line.revision,
            unit=self.unit(line.unit),
            opened_at=line.opened_at,
            due_at=line.due_at,
            closed_at=line.closed_at,
        )

    def _is_mine(self, principal: str) -> bool:
        return principal.startswith("u:") and principal in self.reader.principals

    def tasks(self, item_id: str, tasks: Iterable[Task]) -> list[TaskShape]:
        """Show the tasks of an item."""
        return [self.task(item_id, task) for task in tasks]

    def state(self, state: State) -> StateShape:
        """Show a state."""
        return StateShape(state.name, self.text(state.title), state.phase, state.kind)

    def item(self, case: Case, definition: Definition, title: str) -> ItemShape:
        """Show an item."""
        return ItemShape(
            id=case.id,
            code=case.code,
            title=title,
            definition=case.definition,
            version=case.version,
            state=self.state(definition.states[case.state]),
            revision=case.revision,
            initiator=self.person(case.initiator),
            unit=self.unit(case.unit),
            opened_at=case.opened_at,
            entered_at=case.entered_at,
            due_at=case.clock.due_at if case.clock is not None else None,
            closed_at=case.closed_at,
            marks=list(case.marks),
            data=mask_for(definition, self.reader, case).data(case.data),
            tasks=self.tasks(case.id, case.tasks),
        )

    def done(self, receipt: Receipt) -> ActionDone:
        """Show what a command came to."""
        return ActionDone(
            id=receipt.case_id,
            code=receipt.code,
            state=receipt.state,
            revision=receipt.revision,
            tasks=self.tasks(receipt.case_id, receipt.tasks),
            replayed=receipt.replayed,
        )

    def option(self, option: Option) -> OptionShape:
        """Show a button."""
        return OptionShape(
            action=option.action.name,
            title=self.text(option.action.title),
            kind=option.action.kind,
            allowed=option.allowed,
            task=option.task,
            comment=option.action.comment,
            refused=[self.wording.reason(refusal) for refusal in option.refused],
            missing=[self.wording.reason(refusal) for refusal in option.missing],
            edit=list(option.edit),
            require=list(option.require),
            choices=list(option.choices),
        )

    def verb(self, option: VerbOption) -> VerbShape:
        """Show something to do with a task or the item."""
        refused = [self.wording.reason(refusal) for refusal in option.refused]
        return VerbShape(option.verb, option.task, option.allowed, refused)

    def file(self, stored: StoredFile) -> FileShape:
        """Show a file."""
        return FileShape(
            id=stored.id,
            item_id=stored.case_id,
            field=stored.field,
            name=stored.name,
            kind=stored.kind,
            size=stored.size_bytes,
            digest=stored.digest,
            by=self.person(stored.by),
            at=stored.at,
        )

    def record(self, record: Record, hidden: frozenset[str], mask: Mask) -> RecordShape:
        """Show what one command did; of `hidden` tasks, only that they were done."""
        return RecordShape(
            seq=record.seq,
            at=record.at,
            actor=self.person(record.actor),
            command=record.command,
            events=[EventShape(type(event).__name__, mask.facts(_facts(event, hidden))) for event in record.events],
        )


def blind_tasks(case: Case, definition: Definition, reader: Actor) -> frozenset[str]:
    """Give the tasks whose votes this reader may not know yet."""
    return frozenset(ballot.task for ballot in hidden_ballots(definition, case, reader.id))


def _facts(event: object, hidden: frozenset[str]) -> dict[str, Any]:
    if isinstance(event, Voted) and event.ballot.task in hidden:
        return {"ballot": {"task": event.ballot.task, "seat": event.ballot.seat, "voter": event.ballot.voter}}
    if isinstance(event, Undone):
        return {"revision": event.revision}
    facts: Mapping[str, Any] = msgspec.to_builtins(event)
    if isinstance(event, StepResumed):
        return {"path": facts["path"], "ballots": len(event.ballots)}
    if isinstance(event, WaysBackKept):
        return {"ways": [{"at": way.at, "to": way.to} for way in event.ways]}
    if isinstance(event, TaskClosed) and event.task in hidden:
        return {**facts, "action": ""}
    return dict(facts)
