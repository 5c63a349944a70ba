"""The demonstration county: made by playing its script through the real engine, under a clock that we move."""

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import PurePath

from adapters.clock import ManualClock, SystemClock
from adapters.files import shipped
from adapters.files.local import LocalFiles
from adapters.identity.passwords import hash_password
from adapters.sql import schema
from adapters.sql.access import Access
from adapters.sql.directory import Person
from adapters.sql.organisation import grant, save_person, save_unit, set_policy
from adapters.sql.uploads import StoredFile, add_file
from engine.commands import Actor
from engine.values import Json
from service.assembly import Assembly, assemble
from service.founding import CALENDAR, POLICIES_FROM, furnish
from service.settings import Settings
from workflows.demo.county import Post
from workflows.demo.script import Play, play
from workflows.demo.walk import Player, World
from workflows.shipped import DEMO

PASSWORD = "Qinghe-2026"  # noqa: S105  # printed for everybody: the county is made up
"""Every account of the demonstration has it."""


def make(settings: Settings, now: datetime | None = None) -> Play:
    """Make the demonstration's database and files; gives the script it was made from.

    `now` is the moment the demonstration stands at (the present one when None).
    """
    schema.init(settings.database)
    present = now or SystemClock().now()
    clock = ManualClock(present)
    assembly = assemble(settings, clock, durable=False)
    try:
        furnish(assembly)
        script = play(_told(), assembly.organisation.now().calendars[CALENDAR], present)
        _settle(assembly, script, present)
        Player(_world(assembly, clock, settings), script).run(present)
    finally:
        assembly.close()
    return script


def _told() -> Mapping[str, object]:
    return {name: shipped.mapping(file) for name, file in DEMO.items()}


def _settle(assembly: Assembly, script: Play, now: datetime) -> None:
    """Open the units, the accounts with their roles, and the policies in force."""
    people = script.county.people
    assembly.organisation.change(
        *(save_unit(unit) for unit in script.county.units),
        *(save_person(_person(post), now) for post in people),
        *(grant(post.id, role, unit) for post in people for role, unit in post.roles),
        *(set_policy(key, POLICIES_FROM, value) for key, value in script.policies.items()),
    )
    access, hashed = Access(assembly.database), hash_password(PASSWORD)
    for post in people:
        access.set_password(post.id, hashed, now, must_change=False)


def _person(post: Post) -> Person:
    return Person(post.id, post.id, post.name, post.unit, f"{post.id}@demo.invalid", "", "", enabled=True)


def _world(assembly: Assembly, clock: ManualClock, settings: Settings) -> World:
    def actor(user_id: str) -> Actor:
        return assembly.organisation.now().actor(user_id, clock.now())

    return World(assembly.runtime, clock, actor, assembly.store.load, assembly.ids.new, _attaching(assembly, settings))


def _attaching(assembly: Assembly, settings: Settings) -> Callable[[str, str, bytes, str, datetime], Json]:
    storage = LocalFiles(settings.files_folder)

    def attach(case_id: str, name: str, content: bytes, who: str, at: datetime) -> Json:
        kept = storage.put(BytesIO(content))
        kind = PurePath(name).suffix.removeprefix(".")
        file = StoredFile(assembly.ids.new(), case_id, "", name, kind, kept.size_bytes, kept.digest, who, at)
        add_file(assembly.database, file)
        return {"id": file.id, "name": name, "kind": kind, "size": kept.size_bytes, "digest": kept.digest}

    return attach


def logins(script: Play) -> list[tuple[str, str]]:
    """Give name and post of the accounts worth trying first: one of every role."""
    seen: set[str] = set()
    found = []
    for post in script.county.people:
        new = {role for role, _ in post.roles} - seen
        if new:
            seen |= new
            found.append((post.id, post.name))
    return found


