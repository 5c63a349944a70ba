"""Changing a definition with a quiet mind: what differs, what becomes of running items, putting them on a version."""

from collections import Counter
from typing import Annotated, Literal, cast

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter

from adapters.sql.impacts import impacts
from adapters.sql.migrating import Migration, Migrations, Outcome, count_others
from adapters.sql.reads.paging import PAGE_MAX, next_case
from engine.comparing import compare
from engine.impact import Impact
from engine.process import Process
from service.changing import order_migration, take_back
from service.http.answers import problems
from service.http.change_shapes import (
    DifferenceShape,
    DiffShape,
    ImpactLine,
    ImpactPage,
    MigrationList,
    MigrationOrder,
    MigrationPage,
    MigrationShape,
    OutcomeShape,
    Retiring,
    RollBackOrder,
)
from service.http.contract import Named
from service.http.definition_shapes import EditionShape
from service.http.definitions import ROOT, Version, WantedVersion, edition_shape, trial
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import After
from service.http.problems import Problem
from service.http.reader import reader_for, rendering_for
from service.http.rendering import Rendering
from service.http.visit import note
from service.web.views.difference_words import sentence
from service.web.views.impact_words import impact_words
from service.web.views.reader import Reader

VERSION = f"{ROOT}/{{key:str}}/versions/{{version:int}}"
ORDERS = f"{VERSION}/migrations"
ORDER = f"{ORDERS}/{{migration_id:str}}"
STATE_PAIR = r"^[A-Za-z][A-Za-z0-9_]{0,63}:[A-Za-z][A-Za-z0-9_]{0,63}$"
STATES_MAX = 200

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="Lines of the page.")]
Moves = Annotated[
    list[Annotated[str, QueryParameter(pattern=STATE_PAIR)]] | None,
    QueryParameter(name="state", required=False, description="`old:new` for a state that is gone."),
]
OrderId = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9-]{1,64}$")]
WantedOutcome = Annotated[Literal["moved", "refused", "returned", "kept"] | None, QueryParameter(required=False)]


@get(f"{VERSION}/diff", responses=problems(404, 422), tags=["definitions"])
async def diff(
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    front: NamedDependency[Front],
    against: WantedVersion = None,
) -> DiffShape:
    """Say in words what changed in behaviour since `against` (without it: the version before)."""
    reader, publishing = reader_for(request, front), front.assembly.publishing

    def look() -> DiffShape:
        earlier = publishing.before(key, version) if against is None else against
        old, new = (trial(front, reader.rendering, key, number).definition for number in (earlier, version))
        found = [
            DifferenceShape(one.code, one.path, one.state, one.action, sentence(one, old, new, reader))
            for one in compare(old, new)
        ]
        return DiffShape(key, earlier, version, found)

    return await in_thread(front.assembly.slow_threads, look)


@get(f"{VERSION}/impact", responses=problems(404, 422), tags=["definitions"])
async def impact(  # each is a parameter of the address
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    front: NamedDependency[Front],
    moves: Moves = None,
    after: After = None,
    limit: Limit = PAGE_MAX,
) -> ImpactPage:
    """Try the version, published or not, on the running items of other versions; nothing is changed."""
    reader, assembly = reader_for(request, front), front.assembly
    states = dict(cast("tuple[str, str]", tuple(pair.split(":"))) for pair in moves or ())

    def look() -> ImpactPage:
        process = trial(front, reader.rendering, key, version)
        found = impacts(
            assembly.database, assembly.library, process, states, assembly.clock.now(), after=after or "", limit=limit
        )
        with assembly.database.read() as connection:
            total = count_others(connection, key, version)
        lines = [_impact_line(front, reader, process, one) for one in found]
        counts = Counter(line.fate.value for line in lines)
        return ImpactPage(key, version, total, dict(counts), lines, next_case(found, limit))

    return await in_thread(assembly.slow_threads, look)


@post(ORDERS, responses=problems(404, 413, 422), tags=["definitions"])
async def migrate(
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    data: JSONBody[MigrationOrder],
    front: NamedDependency[Front],
) -> MigrationShape:
    """Put running items on a published version, in batches, beside all other work. The order begins at once."""
    assembly, user_id = front.assembly, caller_of(request).actor.id
    note(request, definition=key, version=version)

    def work() -> Migration:
        return order_migration(
            assembly, user_id, key, version, states=data.states, chosen=data.items, reason=data.reason
        )

    return _order(rendering_for(request, front), await in_thread(assembly.threads, work))


@get(ORDERS, responses=problems(404), tags=["definitions"])
async def migrations(
    request: AnyRequest, key: FromPath[str], version: Version, front: NamedDependency[Front]
) -> MigrationList:
    """List the orders to put items on a version, the newest first."""
    rendering, kept = rendering_for(request, front), Migrations(front.assembly.database)
    found = await in_thread(front.assembly.threads, lambda: kept.of(key))
    return MigrationList([_order(rendering, order) for order in found if order.version == version])


@get(ORDER, responses=problems(404), tags=["definitions"])
async def migration(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    migration_id: OrderId,
    front: NamedDependency[Front],
    outcome: WantedOutcome = None,
    after: After = None,
    limit: Limit = PAGE_MAX,
) -> MigrationPage:
    """Read an order: how far it has come, and what became of its items."""
    rendering, kept = rendering_for(request, front), Migrations(front.assembly.database)

    def look() -> MigrationPage:
        order = _found(kept, key, version, migration_id)
        page = kept.outcomes(migration_id, outcome, after or "", limit)
        return MigrationPage(_order(rendering, order), [_outcome(rendering, one) for one in page.lines], page.after)

    return await in_thread(front.assembly.threads, look)


@post(f"{ORDER}/pause", status_code=200, responses=problems(404, 409), tags=["definitions"])
async def pause(
    request: AnyRequest, key: FromPath[str], version: Version, migration_id: OrderId, front: NamedDependency[Front]
) -> MigrationShape:
    """Let an order stand still after the items that are under way."""
    kept = Migrations(front.assembly.database)
    turned = await in_thread(front.assembly.threads, lambda: kept.pause(_found(kept, key, version, migration_id)))
    return _order(rendering_for(request, front), turned)


@post(f"{ORDER}/resume", status_code=200, responses=problems(404, 409), tags=["definitions"])
async def resume(
    request: AnyRequest, key: FromPath[str], version: Version, migration_id: OrderId, front: NamedDependency[Front]
) -> MigrationShape:
    """Let a paused order go on where it stopped."""
    kept = Migrations(front.assembly.database)
    turned = await in_thread(front.assembly.threads, lambda: kept.resume(_found(kept, key, version, migration_id)))
    return _order(rendering_for(request, front), turned)


@post(f"{ORDER}/rollback", status_code=200, responses=problems(404, 409, 413), tags=["definitions"])
async def roll_back(  # each is a part of the request
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    migration_id: OrderId,
    data: JSONBody[RollBackOrder],
    front: NamedDependency[Front],
) -> MigrationShape:
    """Take an order back: items that nobody has worked on since are what they were before. Named ones at once."""
    kept = Migrations(front.assembly.database)

    def work() -> Migration:
        return take_back(front.assembly, _found(kept, key, version, migration_id), data.items)

    return _order(rendering_for(request, front), await in_thread(front.assembly.slow_threads, work))


@post(f"{VERSION}/retire", status_code=200, responses=problems(404, 409, 413), tags=["definitions"])
async def retire(
    request: AnyRequest, key: FromPath[str], version: Version, data: JSONBody[Retiring], front: NamedDependency[Front]
) -> EditionShape:
    """Take a published version out of use for new items; running ones stay on it."""
    publishing, user = front.assembly.publishing, caller_of(request).actor.id
    note(request, definition=key, version=version)
    edition = await in_thread(front.assembly.threads, lambda: publishing.retire(key, version, user, data.reason))
    return edition_shape(rendering_for(request, front), edition)


def _found(kept: Migrations, key: str, version: int, id: str) -> Migration:
    order = kept.get(key, id)
    if order.version != version:
        raise Problem(404, "not_found")
    return order


def _impact_line(front: Front, reader: Reader, process: Process, found: Impact) -> ImpactLine:
    old = front.assembly.library.get(process.definition.key, found.version).definition
    new, rendering = process.definition, reader.rendering
    target = new.states.get(found.target) or old.states[found.target]
    return ImpactLine(
        item_id=found.case_id,
        code=found.code,
        version=found.version,
        fate=found.fate,
        message=impact_words(found, old, new, reader),
        state=Named(found.state, rendering.text(old.states[found.state].title)),
        target=Named(found.target, rendering.text(target.title)),
        loses=list(found.loses),
        gains=list(found.gains),
        due_at=found.due_at,
        new_due_at=found.new_due_at,
        dropped=list(found.dropped),
        reasons=[rendering.wording.reason(reason) for reason in found.reasons],
    )


def _order(rendering: Rendering, order: Migration) -> MigrationShape:
    return MigrationShape(
        id=order.id,
        key=order.definition,
        version=order.version,
        states=dict(order.states),
        reason=order.reason,
        direction=cast("Literal['forward', 'back']", order.direction),
        status=cast("Literal['running', 'paused', 'done']", order.status),
        total=order.total,
        done=sum(order.counts.values()),
        counts=dict(order.counts),
        ordered_by=rendering.person(order.ordered_by),
        ordered_at=order.ordered_at,
        finished_at=order.finished_at,
    )


def _outcome(rendering: Rendering, found: Outcome) -> OutcomeShape:
    reasons = [rendering.wording.reason(reason) for reason in found.reasons]
    return OutcomeShape(found.case_id, found.outcome, found.fate, reasons, found.at)


HANDLERS: list[HTTPRouteHandler] = [
    diff,
    impact,
    migrate,
    migrations,
    migration,
    pause,
    resume,
    roll_back,
    retire,
]
