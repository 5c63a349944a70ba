"""Fills an empty database with the demonstration county.

Its people, the shipped procedure, and forty projects that are led to where they stand by commands through the engine,
under a clock that the play moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters import shipped
from adapters.calendars.china import seed
from adapters.calendars.notice import working_calendar
from adapters.clock import ManualClock
from adapters.sql.database import Database
from adapters.sql.directory import Person
from adapters.sql.jobs import next_timer
from adapters.sql.organisation import Step, grant, save_calendar, save_person, save_unit, set_policy
from engine.calendar import WorkingCalendar
from engine.commands import SYSTEM, Expire
from service.assembly import Assembly
from service.demo_happenings import Happenings
from service.founding import publish_shipped
from workflows.demo.county import County
from workflows.demo.script import Play, play
from workflows.demo.walk import Attach, Player, World

CALENDAR = "cn"
LANGUAGE = "zh"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the play is given: an assembly that shares its `clock`, and what keeps the papers that are handed in."""

    assembly: Assembly
    clock: ManualClock
    attach: Attach


def populate(stage: Stage, now: datetime, script: Play | None = None) -> Player:
    """Play the demonstration (or another script) up to `now` on an empty database.

    Gives who played it: it knows the script, and the case id of every project and of every case beside one.
    """
    calendar = working_calendar(CALENDAR, seed())
    script = script or play(shipped.demo(), calendar, now)
    stage.clock.set(script.steps[0].at)
    _found(stage, script, calendar)
    publish_shipped(stage.assembly.publishing, "wf-admin", "cty-head")
    player = Player(_world(stage), script)
    player.run(now)
    return player


def _world(stage: Stage) -> World:
    assembly = stage.assembly
    snapshot = assembly.organisation.now()
    return World(
        runtime=assembly.runtime,
        clock=stage.clock,
        actor=lambda person: snapshot.actor(person, stage.clock.now()),
        load=assembly.store.load,
        due=partial(_due, assembly.database),
        new_id=assembly.ids.new,
        attach=stage.attach,
        happenings=Happenings(assembly),
    )


def _due(database: Database, until: datetime) -> tuple[datetime, Expire] | None:
    with database.read() as connection:
        timer = next_timer(connection, until)
    if timer is None:
        return None
    expire = Expire(case_id=timer.case_id, actor=SYSTEM, timer=timer.name, generation=timer.generation)
    return timer.fires_at, expire


def _found(stage: Stage, script: Play, calendar: WorkingCalendar) -> None:
    """Write the organisation, its calendar and its policies, in force since before the first step."""
    now = stage.clock.now()
    in_force = now.date().replace(month=1, day=1)
    policies = {**shipped.policies(), **script.policies}
    stage.assembly.organisation.change(
        save_calendar(calendar, seed()),
        *(save_unit(unit) for unit in script.county.units),
        *_people(script.county, now),
        *(set_policy(key, in_force, value) for key, value in policies.items()),
    )


def _people(county: County, now: datetime) -> Iterator[Step]:
    for post in county.people:
        person = Person(post.id, post.id, post.name, post.unit, "", "", LANGUAGE, enabled=True)
        yield save_person(person, now)
        yield from (grant(post.id, role, unit) for role, unit in post.roles)
