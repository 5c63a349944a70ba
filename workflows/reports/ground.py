"""What reports are made from: cases and books as of a moment, and the words of one reader. Ports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from engine.case import Case
from engine.definition import Definition, Field
from engine.texts import Text
from engine.values import Json
from workflows.funds.books import Books


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters: a year, and a way to money (the key of its procedure). Townships are the ground's matter."""

    year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A case (its id) was in a step until it left it for another; `action` is the last that somebody took there.

    While it is there, `left` is None, and `to` empty.
    """

    case: str
    version: int
    state: str
    entered: datetime
    left: datetime | None
    to: str
    action: str


class Ground(Protocol):
    """What there is as of a moment, of what the reader may see."""

    @property
    def today(self) -> date:
        """Give the local day of the moment."""
        ...

    def day(self, at: datetime) -> date:
        """Give the local day of any moment."""
        ...

    def knows(self, key: str) -> bool:
        """Say whether there is a procedure."""
        ...

    def cases(self, key: str) -> Sequence[Case]:
        """Give the cases of a procedure, as they were."""
        ...

    def definition(self, key: str, version: int | None = None) -> Definition:
        """Give a procedure."""
        ...

    def books(self, project: str) -> Books:
        """Give the balances of a project's ledger, as they were."""
        ...

    def township(self, unit: str) -> str:
        """Give the township (or body) that a unit belongs to."""
        ...

    def moves(self, key: str) -> Iterable[Move]:
        """Give the stays of a procedure's cases in their steps, case by case in order, as they were."""
        ...

    def working_days(self, key: str, start: datetime, end: datetime) -> Fraction:
        """Count working days by the calendar of a procedure."""
        ...

    def policy(self, key: str) -> Json:
        """Give what the county set, as in force on the day of the moment; None when it set nothing."""
        ...

    def facts(self, name: str) -> Iterable[Mapping[str, str | int]]:
        """Give lines that only the service can find out."""
        ...


class Words(Protocol):
    """How one reader is told values."""

    def says(self, text: Text) -> str:
        """Give a text in the reader's language."""
        ...

    def said(self, field: Field, value: Json) -> str:
        """Put a field's value into words."""
        ...

    def person(self, user_id: str) -> str:
        """Name a person."""
        ...

    def unit(self, unit_id: str) -> str:
        """Name a unit."""
        ...
