"""The audit trail: who did what to which item and when, with the place of each record in its chain of hashes."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from adapters.sql.histories import history
from adapters.sql.reads.audit import Deed, Question, list_deeds
from adapters.sql.reads.cases import Filter, Scope
from adapters.sql.statements import Connection
from engine.commands import Actor
from engine.events import DataChanged, Voted
from engine.evolution import fold
from engine.values import Json
from service.http.answers import problems
from service.http.callers import Caller
from service.http.contract import ID_PATTERN, NAME_PATTERN, EventShape
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import PAGE_USUAL, After, Limit, scope_of
from service.http.masking import Mask, mask_for
from service.http.overview_shapes import AuditPage, DeedShape
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.values import as_text

LOG_READER = "aud_admin"
"""Reads who did what to any item, but not what was written: that is nobody's who runs the system."""

ByWhom = Annotated[str | None, QueryParameter(pattern=ID_PATTERN, required=False, description="Only this person's.")]
OfDefinition = Annotated[str | None, QueryParameter(pattern=NAME_PATTERN, required=False)]
Since = Annotated[datetime | None, QueryParameter(name="from", required=False, description="From this moment on.")]
Until = Annotated[datetime | None, QueryParameter(required=False, description="Until this moment.")]


@get("/api/v1/audit", responses=problems(422), tags=["overview"])
async def audit(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
    request: AnyRequest,
    front: NamedDependency[Front],
    actor: ByWhom = None,
    definition: OfDefinition = None,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> AuditPage:
    """Search what was done to items, the latest first. How somebody voted is told by the item's own timeline."""
    check_moments(since, until)
    question = Question(actor, since, until, Filter(definition=definition))
    caller, rendering = caller_of(request), rendering_for(request, front)
    sees_all = LOG_READER in caller.roles
    place = as_text(after, "after") if after else None

    def look() -> AuditPage:
        with front.assembly.database.read() as connection:
            page = list_deeds(connection, audit_scope(caller), question, place, limit)
            deeds = [
                deed_shape(connection, rendering, deed, mask_of(front, caller.actor, deed), with_facts=not sees_all)
                for deed in page.lines
            ]
        return AuditPage(deeds, page.after)

    return await in_thread(front.assembly.threads, look)


def check_moments(*moments: datetime | None) -> None:
    """Refuse moments that do not say of which zone they are; raises Problem 400."""
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise Problem(400, "bad_request")


def audit_scope(caller: Caller) -> Scope:
    """Give the items whose history somebody may search: who reads the log, all; others those they see."""
    scope = scope_of(caller)
    return replace(scope, below=None) if LOG_READER in caller.roles else scope


def before(connection: Connection, deed: Deed) -> dict[str, Json]:
    """Give what the fields that a deed changed held before it."""
    fields = [name for event in deed.record.events if isinstance(event, DataChanged) for name in event.values]
    if not fields or deed.record.seq == 1:
        return {}
    earlier = fold(history(connection, deed.record.case_id)[: deed.record.seq - 1])
    return {name: earlier.data.get(name) for name in fields}


def mask_of(front: Front, reader: Actor, deed: Deed) -> Mask:
    """Give what is covered of the numbers in a deed: in a search nobody is who typed them in."""
    return mask_for(front.assembly.library.get(deed.definition, deed.version).definition, reader)


def deed_shape(connection: Connection, rendering: Rendering, deed: Deed, mask: Mask, *, with_facts: bool) -> DeedShape:
    """Show a deed, with what it changed and what was there before only to who may read that."""
    record = deed.record
    voted = frozenset(event.ballot.task for event in record.events if isinstance(event, Voted))
    shown = rendering.record(record, voted, mask)
    events = shown.events if with_facts else [EventShape(event.kind, {}) for event in shown.events]
    return DeedShape(
        item_id=record.case_id,
        item_code=deed.code,
        item_title=deed.title if with_facts else "",
        seq=record.seq,
        at=record.at,
        actor=shown.actor,
        command=record.command,
        events=events,
        before=mask.data(before(connection, deed)) if with_facts else {},
        hash=deed.hash,
    )


HANDLERS: list[HTTPRouteHandler] = [audit]
