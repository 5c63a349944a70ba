"""What deciders may look at besides the case: the organisation, calendars, policies and other cases."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.events import Record
from engine.values import Json


@dataclass(frozen=True, slots=True)
class Unit:
    """An office, township, county or outside body; `path` is its ids from the root, each followed by `/`."""

    id: str
    kind: str
    name: str
    parent: str | None
    path: str
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Titled:
    """A case as a list names it: its code, its title, its unit and the state it is in."""

    code: str
    title: str
    unit: str
    state: str


Totals = Mapping[str, tuple[int, int]]
"""All that was ever debited and credited, in fen, by name of balance (the ledger's words)."""


Answers = Mapping[str, Mapping[str, int]]
"""How many people gave an answer to a survey, by who was asked and by what they said."""


class Facts(Protocol):
    """What deciders may look at besides the case. Read-only; the same answers within one transaction."""

    def calendar(self, key: str) -> WorkingCalendar:
        """Give a working calendar; `NotFound` when there is none of that key."""
        ...

    def unit(self, unit_id: str) -> Unit | None:
        """Give a unit of the organisation."""
        ...

    def members(self, role: str, unit_id: str) -> tuple[str, ...]:
        """Give the enabled users who hold a role in a unit, sorted by id; everybody of the unit for `ANYBODY`."""
        ...

    def loads(self, users: Collection[str]) -> Mapping[str, int]:
        """Give how many open tasks each of some people has; who has none may be left out."""
        ...

    def picks(self, definition: str, state: str) -> Mapping[str, datetime]:
        """Give when each person was last picked (or drawn) in a state of a definition, over all its cases."""
        ...

    def seed(self, name: str) -> str:
        """Give the secret seed of a draw: always the same for a name, and not to be guessed from any other."""
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

    def titles(self, definition: str) -> tuple[Titled, ...]:
        """Give every case of a definition by its title, the first text among its summary fields, oldest first."""
        ...

    def published(self, definition: str) -> tuple[tuple[int, datetime], ...]:
        """Give the versions of a definition that were published, and when, oldest first; none when there is none."""
        ...

    def case(self, code: str) -> Case | None:
        """Give another case by its code, as it is now."""
        ...

    def holders_of(self, digest: str) -> tuple[str, ...]:
        """Give the codes of the cases whose data holds a file of these bytes (SHA-256, hex), oldest first."""
        ...

    def answers(self, case_id: str) -> Answers:
        """Give the answers that people without an account gave to the survey of a case; empty when it has none."""
        ...

    def balances(self, scope: str) -> Totals:
        """Give the balances of one ledger; empty when nothing was ever posted to it.

        What a decision that posts has read here is guarded: when somebody posts to it first, it is decided again.
        """
        ...

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Give all records of a case, in order."""
        ...


PEERS_MAX = 5_000
"""Most cases that `Facts.peers` gives."""
