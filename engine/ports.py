"""What the engine needs of the outside, said in its own words. Adapters satisfy these protocols."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from engine.case import Case, Task
from engine.commands import Command
from engine.events import Record
from engine.facts import Facts, Unit
from engine.process import Process

__all__ = ["Clock", "Decider", "Decision", "Facts", "Ids", "Library", "Pending", "Receipt", "Store", "Unit"]


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


class Receipt(Struct, frozen=True):
    """What the caller gets when the command is durable."""

    case_id: str
    code: str
    state: str
    revision: int
    tasks: tuple[Task, ...]
    replayed: bool = False


class Decision(Struct, frozen=True):
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

    def get(self, key: str, version: int | None = None) -> Process:
        """Give a published version (the newest when none is named); `NotFound` otherwise."""
        ...

    def published(self) -> tuple[str, ...]:
        """Give the keys that new cases can be started on, sorted."""
        ...


class Store(Protocol):
    """One transaction a command: load, decide, append. The contract suite says the rest."""

    def submit(self, command: Command, decide: Decider) -> Pending:
        """Queue the command; the pending receipt comes when it is durable, or with the decider's exception.

        Raises through it: `Refused`, `Conflict`, `NotFound`, `KeyReused`, `Unavailable`.
        """
        ...

    def transact(self, command: Command, decide: Decider) -> Receipt:
        """Do the command and wait until it is durable; in the calling thread where that is quicker."""
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
