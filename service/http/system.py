"""Whether the service lives, whether it can work, and its figures."""

from hmac import compare_digest
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from adapters.sql.jobs import measure_backlog
from service.health import Health, check
from service.http.answers import problems
from service.http.front import Front
from service.http.gate import in_thread
from service.http.metrics import MEDIA_TYPE
from service.http.problems import Problem


class Alive(msgspec.Struct):
    """The process answers."""

    status: Literal["ok"] = "ok"


@get("/health", sync_to_thread=False, responses=problems(open_to_all=True), tags=["service"])
def health() -> Alive:
    """Tell that the process lives. Asks nothing else."""
    return Alive()


@get(
    "/ready",
    responses=problems(open_to_all=True),
    tags=["service"],
)
async def ready(front: NamedDependency[Front]) -> Response[Health]:
    """Tell whether the database is reachable and of this release, and the heartbeat alive. 503 when not."""
    found = await in_thread(front.assembly.threads, lambda: check(front.assembly.database, front.pulse))
    return Response(found, status_code=HTTP_200_OK if found.status == "ready" else HTTP_503_SERVICE_UNAVAILABLE)


@get("/metrics", media_type="text/plain", responses=problems(401, open_to_all=True), tags=["service"])
async def metrics(request: Request[Any, Any, Any], front: NamedDependency[Front]) -> Response[bytes]:
    """Give figures for Prometheus."""
    token = front.assembly.settings.metrics_token
    given = request.headers.get("authorization", "")
    if token and not compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
    found = await in_thread(front.assembly.threads, lambda: figures(front))
    return Response(found, media_type=MEDIA_TYPE)


def figures(front: Front) -> bytes:
    """Give all figures, those that are counted when asked brought up to date."""
    now = front.assembly.clock.now()
    with front.assembly.database.read() as connection:
        backlog = measure_backlog(connection, now)
    front.metrics.tasks_open.set(backlog.tasks_open)
    front.metrics.timers_late.set(backlog.timers_late)
    front.metrics.outbox_waiting.set(backlog.messages_waiting)
    front.metrics.outbox_lag.set(backlog.lag_seconds)
    if front.heartbeat is not None:
        front.metrics.beat_age.set(front.heartbeat.age_seconds())
    return front.metrics.exposition()


HANDLERS: list[HTTPRouteHandler] = [health, ready, metrics]
