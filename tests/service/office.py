"""A small county with a person for every role, and a procedure that uses what the interface offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from adapters.identity.passwords import hash_password
from adapters.shipped import role_codes
from adapters.sql import schema
from adapters.sql.access import Access
from adapters.sql.directory import Delegation, DirectoryCache, Person
from adapters.sql.opening import open_database
from adapters.sql.organisation import (
    Organisation,
    Step,
    authorise,
    grant,
    save_calendar,
    save_person,
    save_unit,
)
from adapters.sql.publishing import Publishing
from engine.calendar import WorkingCalendar
from engine.facts import Unit
from service.rules import GUARDS

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday morning, ten o'clock in Shanghai."""

PASSWORD = "Qinghe-2026!"
DEFINITION = Path(__file__).with_name("well.yaml")
COUNTY, TOWN, OTHER_TOWN, BUREAU, OUTSIDE = "qh", "xinghe", "liuyan", "data", "expert-pool"
IN_PATHS = {"text": "notices.task.opened", "unit_id": TOWN, "role": "none", "calendar": "cn"}
"""What paths may name of the office itself, for calls that change nothing."""

UNITS = (
    Unit(COUNTY, "county", "青禾县", None, "qh/"),
    Unit(TOWN, "township", "星禾镇", COUNTY, "qh/xinghe/", head="leader"),
    Unit(OTHER_TOWN, "township", "柳烟镇", COUNTY, "qh/liuyan/"),
    Unit(BUREAU, "department", "数据局", COUNTY, "qh/data/"),
    Unit(OUTSIDE, "external", "专家库", None, "expert-pool/"),
)


@dataclass
class Hands:
    """A clock that is moved by hand."""

    at: datetime = START

    def now(self) -> datetime:
        """Tell the time."""
        return self.at

    def advance(self, **span: float) -> None:
        """Let time pass: `hours=1`."""
        self.at += timedelta(**span)


@dataclass(frozen=True)
class Someone:
    """A person of the office."""

    id: str
    unit: str
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role and the unit it is held in."""


PEOPLE = (
    Someone("ann", TOWN, {"applicant": TOWN}),
    Someone("amy", TOWN, {"applicant": TOWN}),
    Someone("leader", TOWN, {"twp_leader": TOWN}),
    Someone("bob", OTHER_TOWN, {"applicant": OTHER_TOWN}),
    Someone("rita", BUREAU, {"cty_review": COUNTY}),
    Someone("rob", BUREAU, {"cty_review": COUNTY}),
    Someone("eva", OUTSIDE, {"expert": OUTSIDE}),
    Someone("eli", OUTSIDE, {"expert": OUTSIDE}),
    Someone("zoe", OUTSIDE, {"expert": OUTSIDE}),
    Someone("stan", OTHER_TOWN, {"twp_mayor": OTHER_TOWN}),
    Someone("audrey", BUREAU, {"audit": COUNTY}),
    Someone("adam", BUREAU, {"admin": COUNTY}),
    Someone("sepp", BUREAU, {"sec_admin": COUNTY}),
    Someone("auden", BUREAU, {"aud_admin": COUNTY}),
    Someone("wilma", BUREAU, {"wf_admin": COUNTY}),
    Someone("walt", BUREAU, {"wf_admin": COUNTY}),
    Someone("heidi", BUREAU, {"cty_head": COUNTY}),
)


@cache
def hashed() -> str:
    """The kept form of everybody's password; made once, because it takes its time."""
    return hash_password(PASSWORD)


def furnish(url: str) -> None:
    """Make the tables and put the office into them."""
    schema.init(url)
    database = open_database(url)
    organisation = Organisation(database, DirectoryCache(), Hands())
    organisation.change(
        *(save_unit(unit) for unit in UNITS),
        *(step for person in PEOPLE for step in settle(person)),
        save_calendar(WorkingCalendar("cn")),
    )
    publish(Publishing(database, GUARDS, Hands(), role_codes()))
    for person in PEOPLE:
        Access(database).set_password(person.id, hashed(), START, must_change=False)
    database.close()


def settle(person: Someone) -> list[Step]:
    """Give a person an account and the roles."""
    account = Person(person.id, person.id, person.id.title(), person.unit, f"{person.id}@example.org", "", "zh", True)
    return [save_person(account, START), *(grant(person.id, role, unit) for role, unit in person.roles.items())]


def lend(giver: str, taker: str, number: str = "") -> Step:
    """Let one person stand for another, for as long as any test lasts."""
    span = timedelta(days=365)
    return authorise(
        Delegation(number or f"{giver}-{taker}", giver, taker, START - span, START + span, None, None), START
    )


def publish(publishing: Publishing) -> None:
    """Publish the test procedure, with a second person."""
    source = DEFINITION.read_text("utf-8")
    edition = publishing.draft("well", source, sha256(source.encode()).hexdigest(), "wilma")
    publishing.publish(edition.key, edition.version, "walt")
