"""The decision in the making: a private copy of the case, and the events that changed it so far."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from engine.case import Case, Task
from engine.commands import Actor, Command
from engine.definition import Action, State
from engine.events import Event, Opened, Record
from engine.evolution import apply, opened, seal
from engine.facts import Facts
from engine.ports import Decision
from engine.process import Process
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json


class Setting(Struct, frozen=True):
    """What does not change while one command is decided."""

    process: Process
    command: Command
    facts: Facts
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.command.actor


class Draft:
    """Events are applied as they are emitted, so every later step of the decision sees the case as it will be."""

    __slots__ = ("case", "events", "setting", "skip")

    case: Case
    """The case as it is so far; there is none before `Opened`."""

    def __init__(self, setting: Setting, case: Case | None) -> None:
        """Start from a loaded case (left as it is), or from nothing."""
        self.setting = setting
        self.events: list[Event] = []
        self.skip: str | None = None
        """The action that the system takes next, because the state just entered has nobody to work in it."""
        if case is not None:
            self.case = case.copy()

    @property
    def state(self) -> State:
        """The definition of the state the case is in now."""
        return self.setting.process.definition.states[self.case.state]

    def emit(self, event: Event) -> None:
        """Take an event into the record and apply it."""
        command = self.setting.command
        if isinstance(event, Opened):
            self.case = opened(event, command.case_id, self.setting.now)
        else:
            apply(self.case, event, command.actor.id, self.setting.now)
        self.events.append(event)

    def attempt(self, work: Callable[[], None]) -> tuple[Refusal, ...]:
        """Do something that may be refused, in whole or not at all; gives the reasons against it."""
        before, events, skip = self.case.copy(), len(self.events), self.skip
        try:
            work()
        except Refused as refused:
            self.case, self.skip = before, skip
            del self.events[events:]
            return refused.reasons
        return ()

    def situation(
        self,
        action: Action | None = None,
        changes: Mapping[str, Json] | None = None,
        ballot: Mapping[str, Json] | None = None,
        comment: str = "",
        actor: Actor | None = None,
    ) -> Situation:
        """Look at the case as it would be with some fields changed."""
        setting = self.setting
        return Situation(
            definition=setting.process.definition,
            case=self.case,
            data={**self.case.data, **changes} if changes else self.case.data,
            actor=actor or setting.actor,
            facts=setting.facts,
            now=setting.now,
            action=action,
            comment=comment,
            form=ballot or {},
        )

    def task(self, task_id: str) -> Task | None:
        """Find an open task."""
        return next((task for task in self.case.tasks if task.id == task_id), None)

    def decision(self) -> Decision:
        """Close the record; without events nothing has changed."""
        case, setting = self.case, self.setting
        if not self.events:
            return Decision(case, None)
        name = type(setting.command).__name__
        record = Record(case.id, case.revision + 1, setting.now, setting.actor.id, name, tuple(self.events))
        return Decision(seal(case, record), record)
