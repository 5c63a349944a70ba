"""Carrying out commands for a request: the one way for the interface and for the pages.

A command is waited for without holding others up. When it comes too late, a lost race is told from old news.
"""

from asyncio import wrap_future
from concurrent.futures import Future
from dataclasses import dataclass
from time import perf_counter
from typing import cast

from adapters.sql.numbering import next_code
from adapters.sql.sight import Seen
from adapters.sql.uploads import StoredFile, files_of
from engine.commands import Command, Start
from engine.definition import Definition
from engine.ports import Receipt
from engine.refusal import Conflict, KeyReused, NotFound, Refused, Unavailable
from engine.values import Json
from service.assembly import Assembly
from service.http.attachments import Files, names_files, resolved
from service.http.conditions import Idempotency
from service.http.contract import Data
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.problems import Problem
from service.http.values import as_data
from service.http.visit import note

_OUTCOMES: dict[type[BaseException], str] = {
    Refused: "refused",
    Conflict: "conflict",
    NotFound: "not_found",
    KeyReused: "key_reused",
    Unavailable: "unavailable",
}


async def start_item(
    request: AnyRequest, front: Front, definition: str, unit: str | None, data: Data, key: Idempotency | None
) -> Receipt:
    """Open an item for a unit (None: its parent's, or the caller's own); raises what the engine raises."""
    actor, values = caller_of(request).actor, as_data(data)
    note(request, definition=definition)
    opening = await in_thread(
        front.assembly.threads, lambda: _opening(front.assembly, definition, unit, actor.unit, values)
    )
    return await _carried_out(
        request,
        front,
        Start(
            case_id=front.assembly.ids.new(),
            actor=actor,
            key=key.key if key is not None else None,
            digest=key.digest if key is not None else "",
            definition=definition,
            code=opening.code,
            unit=opening.unit,
            data=opening.data,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Opening:
    """What a new item begins with; it has no files yet."""

    code: str
    unit: str
    data: dict[str, Json]


def _opening(assembly: Assembly, key: str, wanted: str | None, own: str, values: dict[str, Json]) -> _Opening:
    definition = assembly.library.get(key).definition
    unit = wanted or _unit_of_parent(assembly, definition, values) or own
    today = assembly.organisation.now().calendars[definition.calendar].local_day(assembly.clock.now())
    code = next_code(assembly.database, definition.numbering, unit, today)
    return _Opening(code, unit, resolved(definition, values, {}))


def _unit_of_parent(assembly: Assembly, definition: Definition, values: dict[str, Json]) -> str | None:
    """Give the unit of the item that a new one stands beside, if it names one."""
    code = values.get(definition.parent.field) if definition.parent is not None else None
    if not isinstance(code, str):
        return None
    with assembly.database.read() as connection:
        parent = assembly.organisation.facts(connection).case(code)
    return parent.unit if parent is not None else None


async def item_data(request: AnyRequest, front: Front, data: Data) -> dict[str, Json]:
    """Give what a caller wants to put into the item that the path names: checked, and files verified."""
    values, seen = as_data(data), seen_row(request)
    definition = front.assembly.library.get(seen.definition, seen.version).definition
    if not names_files(definition, values):
        return values
    files = await in_thread(front.assembly.threads, lambda: _files(front.assembly, seen.case_id))
    return resolved(definition, values, files)


def _files(assembly: Assembly, case_id: str) -> Files:
    with assembly.database.read() as connection:
        return {file.id: field_value(file) for file in files_of(connection, case_id)}


def field_value(file: StoredFile) -> dict[str, Json]:
    """Give a file as a field holds it."""
    return {"id": file.id, "name": file.name, "kind": file.kind, "size": file.size_bytes, "digest": file.digest}


async def carry_out(request: AnyRequest, front: Front, command: Command, task: str | None = None) -> Receipt:
    """Do a command on the item that the path names (through the task, when one is named).

    Raises Problem 409 when somebody was faster: the task is closed, or the item moved on after the request arrived;
    412 when the item had moved on before, so that the caller looked at old news. Repeating with the same key gives
    the first receipt in either case.
    """
    return await carry_out_on(request, front, command, seen_row(request), task)


async def carry_out_on(
    request: AnyRequest, front: Front, command: Command, seen: Seen, task: str | None = None
) -> Receipt:
    """Do a command on an item that the caller may see; raises as `carry_out`."""
    try:
        return await _carried_out(request, front, command)
    except (Conflict, Refused) as error:
        if task is not None and task not in seen.open_tasks:
            raise Problem(409, "lost_race") from error
        if isinstance(error, Refused):
            raise
        if command.expected_revision in {None, seen.revision}:
            raise Problem(409, "lost_race") from error
        params = {"seen": command.expected_revision or 0, "revision": error.revision}
        raise Problem(412, "stale", params=params) from error


async def _carried_out(request: AnyRequest, front: Front, command: Command) -> Receipt:
    kind, started, outcome = type(command).__name__, perf_counter(), "done"
    try:
        pending = front.assembly.runtime.submit(command)
        receipt = await wrap_future(cast("Future[Receipt]", pending))
    except BaseException as error:
        outcome = _OUTCOMES.get(type(error), "fault")
        raise
    finally:
        front.metrics.command(kind, outcome).observe(perf_counter() - started)
        note(request, command=kind, outcome=outcome)
    note(request, case=receipt.case_id, revision=receipt.revision, replayed=receipt.replayed or None)
    return receipt
