"""Figures over the items a caller may see: how many are in which phase and state, and how many are late."""

from collections.abc import Mapping

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.reads.cases import Filter, count_by_state, count_cases
from engine.definition import Definition
from service.http.answers import problems
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.http.overview_shapes import FunnelShape, PhaseCount, StateCount, Stats
from service.http.reader import rendering_for
from service.http.rendering import Rendering


@get("/api/v1/stats", responses=problems(), tags=["overview"])
async def stats(request: AnyRequest, front: NamedDependency[Front]) -> Stats:
    """Count the items that the caller may see: by definition, phase and state; open ones and late ones up to 1000."""
    scope, rendering, now = scope_of(caller_of(request)), rendering_for(request, front), front.assembly.clock.now()
    library = front.assembly.library

    def look() -> Stats:
        with front.assembly.database.read() as connection:
            counts = count_by_state(connection, scope)
            late = count_cases(connection, scope, Filter(overdue_at=now))
            unfinished = count_cases(connection, scope, Filter(is_closed=False))
        keys = sorted({key for key, _ in counts})
        funnels = [_funnel(rendering, library.get(key).definition, counts) for key in keys]
        return Stats(funnels, unfinished, late)

    return await in_thread(front.assembly.threads, look)


def _funnel(rendering: Rendering, definition: Definition, counts: Mapping[tuple[str, str], int]) -> FunnelShape:
    """Count along the phases of the newest version; states that only older versions have stand under no phase."""
    phases = [
        PhaseCount(
            phase.name,
            rendering.text(phase.title),
            [
                StateCount(state.name, rendering.text(state.title), counts.get((definition.key, state.name), 0))
                for state in definition.states.values()
                if state.phase == phase.name
            ],
        )
        for phase in definition.phases.values()
    ]
    gone = [
        StateCount(state, state, number)
        for (key, state), number in sorted(counts.items())
        if key == definition.key and state not in definition.states
    ]
    if gone:
        phases.append(PhaseCount("", "", gone))
    return FunnelShape(definition.key, rendering.text(definition.title), phases)


HANDLERS: list[HTTPRouteHandler] = [stats]
