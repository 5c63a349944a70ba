"""A county that has done nothing yet: its people, its procedures, its policies; and the story it is to play."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser

from adapters import shipped
from adapters.calendars.china import seed
from adapters.calendars.notice import working_calendar
from adapters.clock import ManualClock
from adapters.identity.passwords import hash_password
from adapters.sql import schema
from adapters.sql.access import Access
from adapters.sql.histories import load
from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Case
from service.app import build
from service.assembly import Assembly, assemble
from service.demo import PASSWORD
from service.demonstration import Stage, populate
from service.jobs.timers import sweep_timers
from service.settings import PasswordProfile, Settings
from tests.acceptance.hands import Office
from tests.browser import served
from tests.service.web.county import EVERYWHERE, TODAY
from workflows.demo.script import Play, play

LONG_MINUTES, LONG_HOURS = 60 * 24 * 900, 24 * 900
"""Sessions that outlast the story, so that everybody signs in once."""


@dataclass(frozen=True, slots=True)
class Theatre:
    """The running service with its clock, and everybody's browsers."""

    assembly: Assembly
    clock: ManualClock
    office: Office

    def pass_time(self, at: datetime, code: str = "") -> None:
        """Let time pass until a moment; an item's deadlines on the way fall at their own moments."""
        while code:
            due = [timer.fires_at for timer in self.case(code).timers if timer.fires_at <= at]
            if not due:
                break
            self.clock.set(max(self.clock.now(), min(due)))
            assert sweep_timers(self.assembly), f"{code}: nobody fired what was due at {min(due)}"
        self.clock.set(at)

    def case(self, code: str) -> Case:
        """Give an item as it is."""
        with self.assembly.database.read() as connection:
            return load(connection, list_cases(connection, EVERYWHERE, Filter(words=code)).lines[0].id)


def story() -> Play:
    """Give the demonstration's script."""
    return play(shipped.demo(), working_calendar("cn", seed()), TODAY)


@contextmanager
def theatre(browser: Browser, folder: Path, script: Play, *, javascript: bool = True) -> Iterator[Theatre]:
    """Open the county on the morning of the story's first step."""
    settings = Settings(
        database=f"sqlite:///{folder / 'county.sqlite'}",
        files_folder=folder / "files",
        heartbeat=False,
        port=0,
        session_idle_minutes=LONG_MINUTES,
        session_hours_max=LONG_HOURS,
        password_profile=PasswordProfile.ASVS,
    )
    clock = ManualClock(script.steps[0].at)
    _furnish(settings, clock, script)
    clock.set(script.steps[0].at)
    app = build(settings, clock, is_demo=True)
    assembly: Assembly = app.state["assembly"]
    with ExitStack() as leaving, served(app) as url:
        yield Theatre(assembly, clock, Office(browser, url, folder, leaving, javascript))


def _furnish(settings: Settings, clock: ManualClock, script: Play) -> None:
    schema.init(settings.database)
    assembly = assemble(settings, clock, durable=False)
    try:
        first = replace(script, steps=script.steps[:1])
        populate(Stage(assembly, clock, attach=lambda *_: None), script.steps[0].at, first)
        hashed = hash_password(PASSWORD)
        for post in script.county.people:
            Access(assembly.database).set_password(post.id, hashed, clock.now(), must_change=False)
    finally:
        assembly.close()
