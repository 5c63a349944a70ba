"""The demonstration county behind the real application, on the day its stories are told for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from adapters.clock import ManualClock
from adapters.identity.sessions import SessionKind
from adapters.sql.histories import load
from adapters.sql.reads.cases import Filter, Scope, list_cases
from adapters.sql.uploads import files_of
from engine.case import Case
from service import demo
from service.app import build
from service.assembly import Assembly
from service.http.application import Application
from service.http.credentials import cookie_name
from service.settings import Settings
from tests.browser import served

TODAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock on the Monday for which the stories are told."""


@dataclass(frozen=True, slots=True)
class Service:
    """The application over a county, and its address while it is served."""

    app: Application
    url: str

    @property
    def assembly(self) -> Assembly:
        """What the application is made of."""
        assembly = self.app.state["assembly"]
        assert isinstance(assembly, Assembly)
        return assembly

    def cookie_of(self, person: str) -> tuple[str, str]:
        """Sign somebody in; gives name and value of the session's cookie."""
        opened = self.assembly.signing_in.sessions.open(person, SessionKind.COOKIE, self.assembly.clock.now())
        return cookie_name(is_tls=False), opened.token

    def task_of(self, code: str) -> str:
        """Give an open task of an item."""
        return min(task.id for task in self.case(code).tasks)

    def case(self, code: str) -> Case:
        """Give an item by its code, which cases beside it name too; else the first that has these words."""
        with self.assembly.database.read() as connection:
            listed = list_cases(connection, EVERYWHERE, Filter(words=code)).lines
            found = next((line for line in listed if line.code == code), listed[0])
            return load(connection, found.id)

    def person_of(self, code: str) -> str:
        """Give whose own task `task_of` gives: an expert is known only when the lot is drawn."""
        first = min(self.case(code).tasks, key=lambda task: task.id)
        kind, _, person = first.principal.partition(":")
        assert kind == "u", first.principal
        return person

    def file_of(self, code: str) -> str:
        """Give the first file of an item."""
        with self.assembly.database.read() as connection:
            return files_of(connection, self.case(code).id)[0].id


EVERYWHERE = Scope(frozenset(), below=None)


def settings_of(folder: Path) -> Settings:
    """Give the settings of a service whose data is in a folder."""
    return Settings(
        database=f"sqlite:///{folder / 'county.sqlite'}", files_folder=folder / "files", heartbeat=False, port=0
    )


def furnish(folder: Path) -> None:
    """Put the county into a folder: it is made once in a run, and copied."""
    copytree(_furnished().name, folder, dirs_exist_ok=True)


@cache
def _furnished() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="shenpi-county-")
    demo.make(settings_of(Path(folder.name)), TODAY)
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """Serve a furnished county."""
    app = build(settings_of(folder), ManualClock(TODAY), is_demo=True)
    with served(app) as url:
        yield Service(app, url)
