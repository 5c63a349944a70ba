"""A new installation: what every county starts with, and the first administrators."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from adapters import shipped
from adapters.calendars import china
from adapters.calendars.notice import working_calendar
from adapters.identity.passwords import hash_password
from adapters.sql.access import Access
from adapters.sql.directory import Person, read_directory
from adapters.sql.organisation import grant, save_calendar, save_person, save_unit, set_policy
from adapters.sql.publishing import Publishing
from engine.facts import Unit
from service.assembly import Assembly
from service.telling import ZONE

CALENDAR = "cn"
AUTHOR, REVIEWER = "shenpi", "system"
"""Who wrote and who publishes what is shipped: nobody of the county."""

POLICIES_FROM = date(2000, 1, 1)
"""Shipped policy values hold from here on, until the county sets its own."""

ADMINISTRATION = ("admin", "sec_admin", "aud_admin", "wf_admin")
"""Roles of running the system. The first administrator holds the first one and hands out the others."""


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who may sign in after `shenpi init`. `must_change` when the password was made by the command."""

    username: str
    password: str
    must_change: bool


def furnish(assembly: Assembly) -> None:
    """Put the calendar, the policies and the shipped definitions into an empty database."""
    years = china.seed()
    assembly.organisation.change(
        save_calendar(working_calendar(CALENDAR, years), years),
        *(set_policy(key, POLICIES_FROM, value) for key, value in shipped.policies().items()),
    )
    publish_shipped(assembly.publishing, AUTHOR, REVIEWER)


def provide_policies(assembly: Assembly) -> list[str]:
    """Give a county the policies that came with a later release than it was founded with; says which, by key."""
    with assembly.database.read() as connection:
        known = read_directory(connection, assembly.clock.now().astimezone(ZONE).date()).policies
    new = {key: value for key, value in shipped.policies().items() if key not in known}
    if known and new:
        assembly.organisation.change(*(set_policy(key, POLICIES_FROM, value) for key, value in new.items()))
    return sorted(new) if known else []


def publish_shipped(publishing: Publishing, author: str, reviewer: str) -> None:
    """Publish the shipped definitions through the same loader and checks as an admin's edit."""
    for _, source in shipped.definitions():
        key = shipped.key_of(source)
        edition = publishing.draft(key, source, shipped.digest(source), author)
        publishing.publish(key, edition.version, reviewer)


def found_county(assembly: Assembly, unit_id: str, name: str, first: FirstAdministrator) -> None:
    """Open the county's root unit and the account of its first administrator."""
    now = assembly.clock.now()
    person = Person(first.username, first.username, first.username, unit_id, "", "", assembly.language, enabled=True)
    assembly.organisation.change(
        save_unit(Unit(unit_id, "county", name, None, f"{unit_id}/")),
        save_person(person, now),
        grant(first.username, ADMINISTRATION[0], unit_id),
    )
    set_password(assembly, first.username, first.password, now, must_change=first.must_change)


def set_password(assembly: Assembly, user_id: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Keep a password's hash for an account."""
    hashed = hash_password(password)
    Access(assembly.database).set_password(user_id, hashed, now.astimezone(UTC), must_change=must_change)
