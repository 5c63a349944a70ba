"""A new installation: what every county starts with, and the first administrators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from adapters import shipped
from adapters.calendars import china
from adapters.calendars.notice import working_calendar
from adapters.identity.passwords import hash_password
from adapters.sql.access import Access
from adapters.sql.directory import Person, read_directory
from adapters.sql.organisation import grant, save_calendar, save_person, save_unit, set_policy
from adapters.sql.publishing import Headline, Publishing
from engine.facts import Unit
from service.assembly import Assembly
from service.telling import ZONE

CALENDAR = "cn"
AUTHOR, REVIEWER = "shenpi", "system"
"""Who wrote and who publishes what is shipped: nobody of the county."""

POLICIES_FROM = date(2000, 1, 1)
"""Shipped policy values hold from here on, until the county sets its own."""


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who may sign in after `shenpi init`. `must_change` when the password was made by the command."""

    role: str
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


class Brought(StrEnum):
    """What became of a procedure as this release ships it."""

    PUBLISHED = "published"
    DRAFTED = "drafted"
    WAITS = "waits"


def provide_definitions(publishing: Publishing) -> Iterator[tuple[str, int, Brought]]:
    """Bring a county the procedures of a later release: key, version and what became of each that it does not have.

    One that is new begins at once. Of one that the county has, the new text becomes a draft, which people of the county
    compare, change and publish as their own; while another draft of it is open, it waits for the next time.
    """
    known: dict[str, list[Headline]] = {}
    for headline in publishing.headlines():
        known.setdefault(headline.key, []).append(headline)
    for _, source in shipped.definitions():
        key, digest = shipped.key_of(source), shipped.digest(source)
        there = known.get(key, [])
        if any(one.digest == digest for one in there):
            continue
        open_one = next((one for one in there if one.is_open), None)
        if open_one is not None:
            yield key, open_one.version, Brought.WAITS
            continue
        edition = publishing.draft(key, source, digest, AUTHOR)
        if not there:
            publishing.publish(key, edition.version, REVIEWER)
        yield key, edition.version, Brought.DRAFTED if there else Brought.PUBLISHED


def publish_shipped(publishing: Publishing, author: str, reviewer: str) -> None:
    """Publish the shipped definitions through the same loader and checks as an admin's edit."""
    for _, source in shipped.definitions():
        key = shipped.key_of(source)
        edition = publishing.draft(key, source, shipped.digest(source), author)
        publishing.publish(key, edition.version, reviewer)


def found_county(assembly: Assembly, unit_id: str, name: str, first: Sequence[FirstAdministrator]) -> None:
    """Open the county's root unit and the accounts of its administrators.

    There are three from the first day (GB/T 22239-2019): who opens accounts gives no roles, and who gives
    roles opens no accounts, so that one of them alone could never let anybody work.
    """
    now = assembly.clock.now()
    assembly.organisation.change(save_unit(Unit(unit_id, "county", name, None, f"{unit_id}/")))
    for one in first:
        person = Person(one.username, one.username, one.username, unit_id, "", "", assembly.language, enabled=True)
        assembly.organisation.change(save_person(person, now), grant(one.username, one.role, unit_id))
        set_password(assembly, one.username, one.password, now, must_change=one.must_change)


def set_password(assembly: Assembly, user_id: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Keep a password's hash for an account."""
    hashed = hash_password(password)
    Access(assembly.database).set_password(user_id, hashed, now.astimezone(UTC), must_change=must_change)
