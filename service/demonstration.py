"""Fills an empty database with the demonstration county.

Its people, the shipped procedure, and forty projects that are led to where they stand by commands through the engine,
under a clock that the play moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters import shipped
from adapters.calendars.china import seed
from adapters.calendars.notice import working_calendar
from adapters.clock import ManualClock
from adapters.sql.directory import Person
from adapters.sql.organisation import Organisation, Step, grant, save_calendar, save_person, save_unit, set_policy
from adapters.sql.publishing import Publishing
from engine.calendar import WorkingCalendar
from engine.ports import Ids, Store
from engine.runtime import Runtime
from service.founding import publish_shipped
from workflows.demo.county import County
from workflows.demo.script import Play, play
from workflows.demo.walk import Attach, Player, World

CALENDAR = "cn"
LANGUAGE = "zh"


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of an assembly that the play needs; all of them share its `clock`."""

    organisation: Organisation
    library: Publishing
    runtime: Runtime
    store: Store
    clock: ManualClock
    ids: Ids
    attach: Attach


def populate(stage: Stage, now: datetime, script: Play | None = None) -> Player:
    """Play the demonstration (or another script) up to `now` on an empty database.

    Gives who played it: it knows the script, and the case id of every project and of every case beside one.
    """
    calendar = working_calendar(CALENDAR, seed())
    script = script or play(shipped.demo(), calendar, now)
    stage.clock.set(script.steps[0].at)
    _found(stage, script, calendar)
    publish_shipped(stage.library, "wf-admin", "cty-head")
    snapshot = stage.organisation.now()
    world = World(
        runtime=stage.runtime,
        clock=stage.clock,
        actor=lambda person: snapshot.actor(person, stage.clock.now()),
        load=stage.store.load,
        new_id=stage.ids.new,
        attach=stage.attach,
    )
    player = Player(world, script)
    player.run(now)
    return player


def _found(stage: Stage, script: Play, calendar: WorkingCalendar) -> None:
    """Write the organisation, its calendar and its policies, in force since before the first step."""
    now = stage.clock.now()
    in_force = now.date().replace(month=1, day=1)
    policies = {**shipped.policies(), **script.policies}
    stage.organisation.change(
        save_calendar(calendar),
        *(save_unit(unit) for unit in script.county.units),
        *_people(script.county, now),
        *(set_policy(key, in_force, value) for key, value in policies.items()),
    )


def _people(county: County, now: datetime) -> Iterator[Step]:
    for post in county.people:
        person = Person(post.id, post.id, post.name, post.unit, "", "", LANGUAGE, enabled=True)
        yield save_person(person, now)
        yield from (grant(post.id, role, unit) for role, unit in post.roles)
