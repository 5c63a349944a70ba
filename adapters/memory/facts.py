"""Facts held in memory: an organisation, calendars and policies given as plain values."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import islice

from adapters.memory.cases import CaseShelf
from adapters.memory.ledger import MemoryLedger
from engine.assignment import ANYBODY
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.events import Record
from engine.facts import PEERS_MAX, Answers, Titled, Totals, Unit
from engine.picking import picks_of
from engine.refusal import NotFound
from engine.values import Json, digests_in


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """`holders` maps (role, unit) to user ids; `homes` maps users to their unit (users not in it are not enabled).

    `titled_by` is the field that cases are called by.
    """

    units: Mapping[str, Unit] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=lambda: {"cn": WorkingCalendar("cn")})
    policies: Mapping[str, Json] = field(default_factory=dict)
    cases: CaseShelf = field(default_factory=CaseShelf)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    histories: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    surveys: Mapping[str, Answers] = field(default_factory=dict)
    editions: Mapping[str, Sequence[tuple[int, datetime]]] = field(default_factory=dict)
    titled_by: str = "name"

    def calendar(self, key: str) -> WorkingCalendar:
        """Give a calendar; without others, `cn` is a plain working week."""
        if key not in self.calendars:
            raise NotFound(f"calendar {key}")
        return self.calendars[key]

    def unit(self, unit_id: str) -> Unit | None:
        """Give a unit of the organisation."""
        return self.units.get(unit_id)

    def members(self, role: str, unit_id: str) -> tuple[str, ...]:
        """Give the holders of a role in a unit."""
        if role == ANYBODY:
            return tuple(sorted(name for name, home in self.homes.items() if home == unit_id))
        return tuple(sorted(self.holders.get((role, unit_id), ())))

    def loads(self, users: Collection[str]) -> dict[str, int]:
        """Count the open tasks of some people."""
        held = (task.principal for case in self.cases.by_id.values() for task in case.tasks if task.after is None)
        return Counter(name for principal in held if (name := principal.removeprefix("u:")) in users)

    def picks(self, definition: str, state: str) -> dict[str, datetime]:
        """Give when people were last picked in a state."""
        found: dict[str, datetime] = {}
        for case in self.cases.of(definition):
            for record in self.histories.get(case.id, ()):
                for event in record.events:
                    names = [user for at, user in picks_of(event) if at == state]
                    found |= {name: max(found.get(name, record.at), record.at) for name in names}
        return found

    def seed(self, name: str) -> str:
        """Give the seed of a draw; in memory nothing is a secret."""
        return sha256(f"memory {name}".encode()).hexdigest()

    def is_enabled(self, user_id: str) -> bool:
        """Say whether the user is known."""
        return user_id in self.homes

    def unit_of(self, user_id: str) -> str | None:
        """Give the unit a user belongs to."""
        return self.homes.get(user_id)

    def policy(self, key: str, on: date) -> Json:
        """Give a policy value; the same on all days."""
        del on
        return self.policies.get(key)

    def peers(self, definition: str, field: str, value: Json) -> tuple[Case, ...]:
        """Give the cases with this value."""
        found = (one for one in self.cases.of(definition) if one.data.get(field) == value)
        return tuple(islice(found, PEERS_MAX))

    def titles(self, definition: str) -> tuple[Titled, ...]:
        """Give the titles of all cases of a definition."""
        every = self.cases.of(definition)
        return tuple(
            Titled(one.code, str(one.data.get(self.titled_by) or one.code), one.unit, one.state) for one in every
        )

    def published(self, definition: str) -> tuple[tuple[int, datetime], ...]:
        """Give the published versions of a definition."""
        return tuple(self.editions.get(definition, ()))

    def case(self, code: str) -> Case | None:
        """Give a case by its code."""
        return self.cases.by_code(code)

    def holders_of(self, digest: str) -> tuple[str, ...]:
        """Give the cases that hold a file of these bytes."""
        return tuple(case.code for case in self.cases.by_id.values() if digest in digests_in(case.data))

    def answers(self, case_id: str) -> Answers:
        """Give the answers to the survey of a case."""
        return self.surveys.get(case_id, {})

    def balances(self, scope: str) -> Totals:
        """Give the balances of one ledger."""
        return self.ledger.of(scope).totals

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Give the records of a case; a store in memory hands in its own."""
        return tuple(self.histories.get(case_id, ()))
