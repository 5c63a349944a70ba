"""What the engine needs of the outside, said in its own words. Adapters satisfy these protocols."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from engine.calendar import WorkingCalendar
from engine.case import Case, Task
from engine.commands import Command
from engine.definition import Definition
from engine.events import Record
from engine.graph import Graph
from engine.values import Json


class Clock(Protocol):
    """The only source of the time of day."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """The only source of new ids."""

    def new(self) -> str:
        """Give a new id, sorted by time of making, unique over all processes."""
        ...


@dataclass(frozen=True, slots=True)
class Unit:
    """An office, township, county or outside body; `path` is its ids from the root, each followed by `/`."""

    id: str
    kind: str
    name: str
    parent: str | None
    path: str
    head: str | None = None


class Facts(Protocol):
    """What deciders may look at besides the case. Read-only; the same answers within one transaction."""

    def calendar(self, key: str) -> WorkingCalendar:
        """Give a working calendar; `NotFound` when there is none of that key."""
        ...

    def unit(self, unit_id: str) -> Unit | None:
        """Give a unit of the organisation."""
        ...

    def members(self, role: str, unit_id: str) -> tuple[str, ...]:
        """Give the enabled users who hold a role in a unit, sorted by id."""
        ...

    def is_enabled(self, user_id: str) -> bool:
        """Say whether the user exists and may work."""
        ...

    def unit_of(self, user_id: str) -> str | None:
        """Give the id of the unit a user belongs to."""
        ...

    def policy(self, key: str, on: date) -> Json:
        """Give a policy value in force on a day; `None` when the county set none."""
        ...

    def peers(self, definition: str, field: str, value: Json) -> tuple[Case, ...]:
        """Give the cases of a definition whose `summary` field has this value, oldest first, at most PEERS_MAX."""
        ...


PEERS_MAX = 500
"""Most cases that `Facts.peers` gives."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller gets when the command is durable."""

    case_id: str
    code: str
    state: str
    revision: int
    tasks: tuple[Task, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command comes to: the case afterwards and the record that made it (None when nothing changed)."""

    case: Case
    record: Record | None


Decider = Callable[[Command, Case | None, Facts], Decision]
"""Command, loaded case and facts in, decision out; raises `Refused`, `Conflict` or `NotFound`."""


class Pending(Protocol):
    """A receipt that comes when the command is durable (a `concurrent.futures.Future`)."""

    def result(self, timeout: float | None = None) -> Receipt:
        """Wait for it, at most `timeout` seconds; raises what the decider raised."""
        ...

    def add_done_callback(self, callback: Callable[[Any], object], /) -> None:
        """Call when it has come."""
        ...


class Library(Protocol):
    """Published definitions, compiled once."""

    def get(self, key: str, version: int | None = None) -> tuple[Definition, Graph]:
        """Give a published version (the newest when none is named); `NotFound` otherwise."""
        ...


class Store(Protocol):
    """One transaction a command: load, decide, append. The contract suite says the rest."""

    def submit(self, command: Command, decide: Decider) -> Pending:
        """Queue the command; the pending receipt comes when it is durable, or with the decider's exception.

        Raises through it: `Refused`, `Conflict`, `NotFound`, `KeyReused`, `Unavailable`.
        """
        ...

    def load(self, case_id: str) -> Case:
        """Read a case as last committed; `NotFound` otherwise."""
        ...

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Read a case's records in order."""
        ...

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        ...
