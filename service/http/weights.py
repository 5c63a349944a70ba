"""Weights for the next call over HTTP: what results propose, with the numbers behind it, and taking that over."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from adapters.sql.office_log import By
from service.http.answers import problems
from service.http.contract import COMMENT_LENGTH_MAX, Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.http.reports import reader_for
from service.http.values import as_text
from service.next_weights import Proposal, adopt, read_proposal
from service.web.views.reader import Reader
from workflows.guards.reading import text_in

ROOT = "/api/v1/weights"


class WeightLine(msgspec.Struct):
    """A criterion. `correlation` is Kendall's tau-a of its points and the results of its dimension, -1 to 1.

    `agreeing` and `opposing` count the pairs of the `projects` compared; `reason` says the change in words.
    """

    criterion: Named
    weight: int
    proposed: int
    projects: int
    agreeing: int
    opposing: int
    correlation: float
    is_clear: bool
    reason: str


class ComparedProject(msgspec.Struct):
    """A project that the proposal rests on. `reached` is in percent by dimension (`a`, `b`, `c`), where known."""

    code: str
    name: str
    reached: dict[str, float]
    score: str | None
    grade: str


class WeightProposal(msgspec.Struct):
    """What is proposed for calls begun from `not_before` on; nothing is to change where `is_change` is false."""

    as_of: datetime
    is_change: bool
    not_before: date
    criteria: list[WeightLine]
    projects: list[ComparedProject]


class Adoption(msgspec.Struct, forbid_unknown_fields=True, rename={"from_on": "from"}):
    """Taking over the proposal one saw: its weights by criterion, from which day on, and the decision it rests on."""

    weights: dict[str, int]
    from_on: date
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_LENGTH_MAX)]


@get(ROOT, responses=problems(), tags=["overview"])
async def show_weights(request: AnyRequest, front: NamedDependency[Front]) -> WeightProposal:
    """Read the weights that results propose for the next call, and what they rest on. Nothing is decided here."""
    reader = reader_for(request, front)
    return _shape(await proposed(request, front, reader), reader)


@post(f"{ROOT}/adoption", status_code=200, responses=problems(413, 415, 422), tags=["overview"])
async def adopt_weights(request: AnyRequest, data: JSONBody[Adoption], front: NamedDependency[Front]) -> WeightProposal:
    """Let the proposed weights hold for calls that are begun from a day on; gives what is proposed after it."""
    reader, assembly = reader_for(request, front), front.assembly
    by = By(caller_of(request).actor.id, assembly.clock.now(), as_text(data.reason, "reason"))
    found = await proposed(request, front, reader)
    await in_thread(assembly.slow_threads, lambda: adopt(assembly, by, found, data.weights, data.from_on))
    return _shape(await proposed(request, front, reader_for(request, front)), reader)


async def proposed(request: AnyRequest, front: Front, reader: Reader) -> Proposal:
    """Read the proposal as the caller sees it."""
    assembly, scope = front.assembly, scope_of(caller_of(request))

    def work() -> Proposal:
        with assembly.database.snapshot() as connection:
            return read_proposal(assembly, connection, scope, reader)

    return await in_thread(assembly.slow_threads, work)


def _shape(found: Proposal, reader: Reader) -> WeightProposal:
    return WeightProposal(
        found.as_of,
        found.is_change,
        found.not_before,
        [
            WeightLine(
                Named(one.criterion, reader.t(f"county.criterion.{one.criterion}")),
                one.weight,
                one.proposed,
                one.evidence.projects,
                one.evidence.agreeing,
                one.evidence.opposing,
                round(float(one.evidence.correlation), 4),
                one.evidence.is_clear,
                reader.t(f"weights.reason.{one.reason}"),
            )
            for one in found.lines
        ],
        [
            ComparedProject(
                one.project.code,
                text_in(one.project.data, "name"),
                {name: round(float(share) * 100, 1) for name, share in one.reached.items()},
                None if one.score is None else str(one.score),
                one.grade,
            )
            for one in found.rests_on
        ],
    )


HANDLERS: list[HTTPRouteHandler] = [show_weights, adopt_weights]
