"""A place where cases are worked on: the small office of the core's tests over a real store."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.memory.store import MemoryStore
from adapters.sql import schema
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache, Person
from adapters.sql.opening import open_database, open_store
from adapters.sql.organisation import Organisation, grant, save_calendar, save_person, save_unit
from engine.calendar import WorkingCalendar
from engine.commands import Act, Start
from engine.guards import GuardBook
from engine.ports import Receipt, Store
from engine.process import compile_process
from engine.runtime import Runtime, Shelf
from engine.values import Json
from tests.engine.small import FACTS, SMALL, START, Hands, person

DEFINITION = replace(SMALL, summary=("amount",))
"""The small procedure, with a field to find cases by."""


@dataclass
class Place:
    """A store with everything around it. `database` is None in memory."""

    store: Store
    library: Shelf
    clock: Hands
    database: Database | None = None
    url: str = ""
    runtime: Runtime = field(init=False)

    def __post_init__(self) -> None:
        """Join the ports."""
        self.runtime = Runtime(self.store, self.library, self.clock)

    def start(self, case_id: str = "case", amount: int = 5, key: str | None = None, **others: str) -> Receipt:
        """Let Ann start a case; its code is its id."""
        return self.runtime.execute(
            Start(
                case_id=case_id,
                actor=person("ann"),
                definition=DEFINITION.key,
                code=others.get("code", case_id),
                unit="town",
                data={"amount": amount},
                key=key,
                digest=others.get("digest", ""),
            )
        )

    def act(
        self,
        name: str,
        action: str,
        case_id: str = "case",
        form: Mapping[str, Json] | None = None,
        **others: str,
    ) -> Receipt:
        """Let somebody take an action."""
        return self.runtime.execute(
            Act(
                case_id=case_id,
                actor=person(name),
                action=action,
                form=form or {},
                comment=others.get("comment", ""),
                key=others.get("key"),
                digest=others.get("digest", ""),
            )
        )


def in_memory() -> Place:
    """Open the office in memory."""
    return Place(MemoryStore(FACTS), _library(), Hands())


def in_database(url: str) -> Place:
    """Open the office over a database that has its tables."""
    clock, directory = Hands(), DirectoryCache()
    database = open_database(url)
    library = _library()
    return Place(open_store(database, library, clock, directory), library, clock, database, url)


def furnish(url: str) -> None:
    """Make the tables and put the small office's people into them."""
    schema.init(url)
    database = open_database(url)
    organisation = Organisation(database, DirectoryCache(), Hands())
    organisation.change(
        *(save_unit(unit) for unit in FACTS.units.values()),
        *(save_person(account(name, unit), START) for name, unit in FACTS.homes.items()),
        *(grant(name, role, unit) for (role, unit), names in FACTS.holders.items() for name in names),
        save_calendar(WorkingCalendar("cn")),
    )
    database.close()


def account(name: str, unit: str) -> Person:
    """Give the account of one of the office's people."""
    return Person(name, name, name.title(), unit, f"{name}@example.org", "", "en", enabled=True)


def _library() -> Shelf:
    return Shelf(compile_process(DEFINITION, GuardBook()))
