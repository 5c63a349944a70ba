"""The demonstration county, played on a real database in a folder of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from adapters.clock import ManualClock
from adapters.sql import schema
from adapters.sql.database import Database
from adapters.sql.organisation import Organisation
from adapters.sql.reads.ledger import kept
from engine.case import Case
from engine.commands import Actor
from engine.facts import Totals
from engine.ports import Store
from engine.runtime import Runtime
from engine.values import Json
from service.assembly import Assembly, assemble
from service.demonstration import Stage, populate
from service.settings import Settings
from workflows.demo.script import Play

TODAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock on the Monday for which the stories are told."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A played demonstration; `beside` are the cases beside projects by their keys, `files` those handed in, by id."""

    assembly: Assembly
    clock: ManualClock
    play: Play
    cases: dict[str, Case]
    beside: dict[str, Case]
    files: dict[str, bytes]

    @property
    def runtime(self) -> Runtime:
        """What takes its commands."""
        return self.assembly.runtime

    @property
    def store(self) -> Store:
        """Where its cases are."""
        return self.assembly.store

    @property
    def database(self) -> Database:
        """The database it was played on."""
        return self.assembly.database

    @property
    def organisation(self) -> Organisation:
        """Its units and people."""
        return self.assembly.organisation

    def case(self, project: str) -> Case:
        """Give a project's case as it stands."""
        return self.cases[project]

    def balances(self, code: str) -> Totals:
        """Give what stands in the ledger of a project."""
        with self.database.read() as connection:
            return kept(connection, code).totals

    def actor(self, person: str) -> Actor:
        """Give a person with their principals."""
        return self.organisation.now().actor(person, self.clock.now())


@dataclass(frozen=True, slots=True)
class Told:
    """What playing tells: the script, the cases it made, and the files handed in."""

    play: Play
    cases: dict[str, Case]
    beside: dict[str, Case]
    files: dict[str, bytes]


@contextmanager
def rehearsal(folder: Path, now: datetime = TODAY, script: Play | None = None) -> Iterator[Rehearsal]:
    """Play the demonstration up to a moment. The usual one is played once in a run, and copied."""
    if (now, script) == (TODAY, None):
        kept_in, told = _usual()
        copytree(kept_in.name, folder, dirs_exist_ok=True)
    else:
        told = _told(folder, now, script)
    with _opened(folder, now) as (assembly, clock):
        yield Rehearsal(assembly, clock, told.play, told.cases, told.beside, told.files)


@cache
def _usual() -> tuple[TemporaryDirectory[str], Told]:
    folder = TemporaryDirectory(prefix="shenpi-played-")
    return folder, _told(Path(folder.name), TODAY, None)


def _told(folder: Path, now: datetime, script: Play | None) -> Told:
    schema.init(_url(folder))
    files: dict[str, bytes] = {}

    def attach(_case_id: str, name: str, content: bytes, _who: str, _at: datetime) -> Json:
        digest = sha256(content).hexdigest()
        files[f"f{digest[:20]}"] = content
        kind = name.rpartition(".")[2]
        return {"id": f"f{digest[:20]}", "name": name, "kind": kind, "size": len(content), "digest": digest}

    with _opened(folder, now) as (assembly, clock):
        player = populate(Stage(assembly, clock, attach), now, script)
        store = assembly.store
        cases = {project: store.load(case_id) for project, case_id in player.cases.items()}
        beside = {key: store.load(case_id) for key, case_id in player.beside.items()}
    return Told(player.play, cases, beside, files)


@contextmanager
def _opened(folder: Path, now: datetime) -> Iterator[tuple[Assembly, ManualClock]]:
    clock = ManualClock(now)
    assembly = assemble(Settings(database=_url(folder), files_folder=folder / "files"), clock, durable=False)
    try:
        yield assembly, clock
    finally:
        assembly.close()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'demo.db'}"
