"""What `shenpi demo` serves: a fresh file with the demonstration county in it, and how to sign in."""

from datetime import datetime
from io import BytesIO
from pathlib import PurePath

from adapters.clock import ManualClock, SystemClock
from adapters.identity.passwords import hash_password
from adapters.sql import schema
from adapters.sql.access import Access
from adapters.sql.uploads import StoredFile, add_file
from engine.values import Json
from service.assembly import Assembly, assemble
from service.demonstration import Stage, populate
from service.settings import Settings
from workflows.demo.script import Play
from workflows.demo.walk import Attach

PASSWORD = "Qinghe-2026"  # noqa: S105  # printed for everybody: the county is made up
"""Every account of the demonstration has it."""


def make(settings: Settings, now: datetime | None = None) -> tuple[Play, frozenset[str]]:
    """Make the demonstration's database and files, as of now or a given moment.

    Gives the script it was made from, and the ids of people who have a task that is theirs alone.
    """
    schema.init(settings.database)
    now = now or SystemClock().now()
    clock = ManualClock(now)
    assembly = assemble(settings, clock, durable=False)
    try:
        player = populate(Stage(assembly, clock, _attaching(assembly)), now)
        _open_accounts(assembly, player.play, now)
        cases = map(assembly.store.load, (*player.cases.values(), *player.beside.values()))
        own = (task.principal.partition(":") for case in cases for task in case.tasks)
        return player.play, frozenset(id for kind, _, id in own if kind == "u")
    finally:
        assembly.close()


def _attaching(assembly: Assembly) -> Attach:
    def attach(case_id: str, name: str, content: bytes, who: str, at: datetime) -> Json:
        kept = assembly.files.put(BytesIO(content))
        kind = PurePath(name).suffix.removeprefix(".")
        file = StoredFile(assembly.ids.new(), case_id, "", name, kind, kept.size_bytes, kept.digest, who, at)
        add_file(assembly.database, file)
        return {"id": file.id, "name": name, "kind": kind, "size": kept.size_bytes, "digest": kept.digest}

    return attach


def _open_accounts(assembly: Assembly, script: Play, now: datetime) -> None:
    access, hashed = Access(assembly.database), hash_password(PASSWORD)
    for post in script.county.people:
        access.set_password(post.id, hashed, now, must_change=False)


def logins(script: Play, busy: frozenset[str]) -> list[tuple[str, str]]:
    """Give account and post of the people worth trying first: one of every role, of the experts one who has work."""
    seen: set[str] = set()
    found = []
    experts = {one.id for one in script.county.experts}
    for post in sorted(script.county.people, key=lambda post: post.id in experts and post.id not in busy):
        new = {role for role, _ in post.roles} - seen
        if new:
            seen |= new
            found.append((post.id, post.name))
    return found
