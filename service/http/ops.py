"""Operations: how the service is, and what went wrong and waits for a person, with what can be done about it."""

import shutil
from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec.structs import replace

from adapters.sql.incidents import Incident, Kind, incidents, reassigned, retry, skip
from adapters.sql.jobs import measure_backlog
from adapters.sql.office_log import By
from adapters.sql.sight import Seen, Sight, look
from adapters.sql.statements import Connection
from engine.commands import SYSTEM, Actor, Assign
from engine.permission import SYSTEM_PRINCIPAL
from engine.refusal import NotFound, Refusal, Refused
from service.assembly import Assembly
from service.health import check
from service.http.answers import problems
from service.http.commanding import carry_out_on
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.ops_shapes import Handling, IncidentAction, IncidentShape, Ops, Waiting
from service.http.values import as_text
from service.http.visit import note

ACTIONS: Mapping[Kind, tuple[IncidentAction, ...]] = {
    "lost": ("retry", "skip"),
    "failing": ("retry", "skip"),
    "timer": ("retry",),
    "task": ("reassign",),
}
"""What can be done about each kind of incident."""

EVERYTHING = Sight(SYSTEM.id, frozenset(), below=("",))
"""Sees every item: only to find the one whose task nobody can do."""


@get("/api/v1/ops", responses=problems(), tags=["ops"])
async def ops(front: NamedDependency[Front]) -> Ops:
    """Tell how the service is, and what waits for a person. Of items only their codes, never what is in them."""
    return await in_thread(front.assembly.threads, lambda: ops_of(front))


@post(
    "/api/v1/ops/incidents/{incident_id:str}/actions/{action:str}",
    status_code=200,
    responses=problems(404, 409, 413, 415, 422),
    tags=["ops"],
)
async def handle(
    request: AnyRequest,
    incident_id: FromPath[str],
    action: FromPath[str],
    data: JSONBody[Handling],
    front: NamedDependency[Front],
) -> Ops:
    """Try again, leave it undone, or give the work to somebody; with a reason, which the office's log keeps."""
    await handled(request, front, incident_id, action, data)
    return await in_thread(front.assembly.threads, lambda: ops_of(front))


async def handled(request: AnyRequest, front: Front, incident_id: str, action: str, data: Handling) -> None:
    """Do something about an incident; raises `NotFound` when it is not there (any more), `Refused` otherwise."""
    found = await in_thread(front.assembly.threads, lambda: _incident(front.assembly, incident_id))
    if action not in ACTIONS[found.kind]:
        params = {"actions": ", ".join(ACTIONS[found.kind])}
        raise Refused(Refusal("incident.not_so", where=found.id, params=params))
    note(request, incident=found.kind, action=action)
    by = By(caller_of(request).actor.id, front.assembly.clock.now(), as_text(data.reason, "reason"))
    if action == "reassign":
        await _reassign(request, front, found, data, by.reason)
    await in_thread(front.assembly.threads, lambda: _do(front.assembly, DOING[action], found, by))


DOING: Mapping[str, Callable[[Connection, Incident, By], None]] = {
    "retry": retry,
    "skip": skip,
    "reassign": reassigned,
}


def _do(assembly: Assembly, doing: Callable[[Connection, Incident, By], None], incident: Incident, by: By) -> None:
    assembly.database.write(lambda connection: doing(connection, incident, by))


async def _reassign(request: AnyRequest, front: Front, incident: Incident, data: Handling, reason: str) -> None:
    """Give the task with the right of the system, under the name of who does it."""
    if data.to is None:
        raise Refused(Refusal("input.missing", where="to"))
    task, caller = incident.id.partition(":")[2], caller_of(request).actor
    seen = await in_thread(front.assembly.threads, lambda: _seen(front.assembly, task))
    actor: Actor = replace(caller, principals=caller.principals | {SYSTEM_PRINCIPAL})
    command = Assign(case_id=seen.case_id, actor=actor, task=task, to=data.to, comment=reason)
    await carry_out_on(request, front, command, seen, task)


def _seen(assembly: Assembly, task: str) -> Seen:
    with assembly.database.read() as connection:
        seen = look(connection, EVERYTHING, "task", task)
    if seen is None:
        raise NotFound(task)
    return seen


def ops_of(front: Front) -> Ops:
    """Tell how the service is, and what waits for a person."""
    assembly, now = front.assembly, front.assembly.clock.now()
    directory = assembly.organisation.now()
    with assembly.database.read() as connection:
        found, backlog = incidents(connection, directory, now), measure_backlog(connection, now)
    folder = assembly.settings.files_folder
    place = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    waiting = Waiting(backlog.tasks_open, backlog.timers_late, backlog.messages_waiting, backlog.lag_seconds)
    return Ops(
        health=check(assembly.database, front.pulse),
        waiting=waiting,
        disk_free_bytes=shutil.disk_usage(place).free,
        incidents=[_shape(one) for one in found],
    )


def _incident(assembly: Assembly, id: str) -> Incident:
    directory = assembly.organisation.now()
    with assembly.database.read() as connection:
        known = {one.id: one for one in incidents(connection, directory, assembly.clock.now())}
    if id not in known:
        raise NotFound(id)
    return known[id]


def _shape(incident: Incident) -> IncidentShape:
    return IncidentShape(
        id=incident.id,
        kind=incident.kind,
        about=incident.about,
        item_code=incident.code,
        user=incident.user,
        reason=incident.reason,
        attempts=incident.attempts,
        since=incident.since,
        actions=list(ACTIONS[incident.kind]),
    )


HANDLERS: list[HTTPRouteHandler] = [ops, handle]
