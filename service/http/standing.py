"""Standing authorisations, and handing over the work of a person who leaves."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from adapters.sql.directory import Delegation
from adapters.sql.office_log import By
from service.authorising import end, give
from service.handing_over import Handed, hand_over
from service.http.answers import problems
from service.http.contract import Handing, Id, Name
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Reason
from service.http.values import as_text

ROOT = "/api/v1/me/authorisations"


class Authorising(msgspec.Struct, forbid_unknown_fields=True):
    """Let somebody act for the caller: from when until when, for one definition or all, up to an amount in fen."""

    taker: Id
    from_at: datetime
    until_at: datetime
    definition: Name | None = None
    amount_max: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None


class Authorisation(msgspec.Struct):
    """An authorisation that was not ended before its time. Its `id` stands beside every decision made under it."""

    id: str
    giver: str
    taker: str
    from_at: datetime
    until_at: datetime
    definition: str | None
    amount_max: int | None


class Authorisations(msgspec.Struct):
    """Those the caller gave, and those they were given."""

    given: list[Authorisation]
    taken: list[Authorisation]


class HandedOver(msgspec.Struct):
    """One task that went over, or stays: then `reasons` say why."""

    task: str
    item: str
    reasons: list[Reason]


class Handover(msgspec.Struct):
    """What became of every open task."""

    tasks: list[HandedOver]


@get(ROOT, responses=problems(), tags=["service"])
async def authorisations(request: AnyRequest, front: NamedDependency[Front]) -> Authorisations:
    """List the caller's authorisations, given and taken."""
    user_id = caller_of(request).actor.id
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    given = [authorisation_shape(one) for one in directory.delegations if one.giver == user_id]
    return Authorisations(given, [authorisation_shape(one) for one in directory.delegations if one.taker == user_id])


@post(ROOT, responses=problems(413, 415, 422), tags=["service"])
async def give_authorisation(
    request: AnyRequest, data: JSONBody[Authorising], front: NamedDependency[Front]
) -> Authorisation:
    """Let somebody act for the caller; never in the taker's own items, and not handed on by them."""
    assembly, giver = front.assembly, caller_of(request).actor.id
    made = Delegation(
        assembly.ids.new(), giver, data.taker, data.from_at, data.until_at, data.definition, data.amount_max
    )

    await in_thread(assembly.threads, lambda: give(assembly, made, By(giver, assembly.clock.now())))
    return authorisation_shape(made)


@delete(f"{ROOT}/{{number:str}}", responses=problems(404), tags=["service"])
async def end_authorisation(
    request: AnyRequest, number: FromPath[str], front: NamedDependency[Front]
) -> Response[None]:
    """End an authorisation that the caller gave, before its time."""
    assembly, giver = front.assembly, caller_of(request).actor.id

    by = By(giver, assembly.clock.now())
    await in_thread(assembly.threads, lambda: end(assembly, number, by, lambda one: one.giver == giver))
    return Response(None, status_code=204)


@post("/api/v1/people/{user_id:str}/handover", status_code=200, responses=problems(413, 415, 422), tags=["service"])
async def handover(
    request: AnyRequest, user_id: FromPath[str], data: JSONBody[Handing], front: NamedDependency[Front]
) -> Handover:
    """Give all open work of a person who leaves to another; what may not be theirs stays, with the reasons."""
    assembly, actor = front.assembly, caller_of(request).actor
    wording, reason = front.answering.wording(request), as_text(data.comment, "comment")
    done = await in_thread(assembly.slow_threads, lambda: hand_over(assembly, user_id, data.to, actor, reason))

    def shown(one: Handed) -> HandedOver:
        return HandedOver(one.task, one.case_id, [wording.reason(refusal) for refusal in one.refused])

    return Handover([shown(one) for one in done])


def authorisation_shape(one: Delegation) -> Authorisation:
    """Show an authorisation."""
    return Authorisation(one.id, one.giver, one.taker, one.from_at, one.until_at, one.definition, one.amount_max)


HANDLERS: list[HTTPRouteHandler] = [authorisations, give_authorisation, end_authorisation, handover]
