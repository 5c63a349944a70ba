"""The composition root: settings in, a running application out."""

from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

from litestar import Litestar, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from engine.ports import Clock
from service import log
from service.assembly import Assembly, assemble
from service.http import (
    audit,
    batch,
    changes,
    definition_reviews,
    definitions,
    evidence,
    explaining,
    files,
    imports,
    items,
    ledger,
    lists,
    live,
    notices,
    numbers,
    office,
    ops,
    overview,
    papers,
    rehearsals,
    reports,
    reserve,
    search,
    signing,
    standing,
    steering,
    system,
    tasks,
    trails,
    webhooks,
    weights,
)
from service.http.answering import Answering, AnyRequest
from service.http.application import Application, check_policy
from service.http.callers import Callers
from service.http.description import description
from service.http.edge import Edge
from service.http.front import Front
from service.http.gate import Gate
from service.http.metrics import Metrics
from service.http.policy import load_policy
from service.http.rates import Rates
from service.http.values import Asking
from service.http.visit import AnyConnection
from service.jobs.heartbeat import Heartbeat
from service.settings import Settings
from service.web.refusing import refuse, wants_page
from service.web.wiring import web_handlers, web_of

API: tuple[ModuleType, ...] = (
    system,
    signing,
    standing,
    items,
    explaining,
    steering,
    tasks,
    lists,
    batch,
    files,
    definitions,
    imports,
    papers,
    reports,
    reserve,
    weights,
    changes,
    definition_reviews,
    rehearsals,
    overview,
    audit,
    notices,
    numbers,
    office,
    webhooks,
    ops,
    ledger,
    trails,
    search,
    live,
    evidence,
)
"""The modules of the interface; each has its HANDLERS."""

BODY_BYTES_MAX = 1 << 20
"""Largest request body where a route does not say otherwise."""


COMPRESSED_BYTES_MIN = 1 << 10
NEVER_COMPRESSED = ["^/api/", "^/assets/", "^/files/", "^/live", "^/metrics", "^/schema"]
"""Pages are compressed on their way; files are as they are stored, and programs ask for little at a time."""


def build(
    settings: Settings, clock: Clock | None = None, *, is_demo: bool = False, into: Application | None = None
) -> Application:
    """Make the application; `clock` is for tests and rehearsals, `is_demo` lets pages say that all is made up.

    `into` is an application that has ended, to be filled anew: its routes are half of what a start takes.

    Raises:
        Unusable: the database is missing, away, of another version or owned by another process.
        PolicyError: a route has no rule in the policy, or a rule no route.
        AssetsNotFetched: the browser files are not there.

    """
    log.configure(settings.log_level)
    assembly = assemble(settings, clock)
    try:
        return _filled(into or _routed(), assembly, is_demo=is_demo)
    except BaseException:
        assembly.close()
        raise


def _routed() -> Application:
    """Make an application with every route and nothing behind them: what it serves is all in its state."""
    return Application(
        route_handlers=[*(handler for module in API for handler in module.HANDLERS), *web_handlers()],
        guards=[_admit],
        request_class=Asking,
        exception_handlers={Exception: _answer_error},
        dependencies={"front": Provide(_front_of, sync_to_thread=False)},
        lifespan=[_running],
        openapi_config=description(),
        request_max_body_size=BODY_BYTES_MAX,
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=COMPRESSED_BYTES_MIN, gzip_compress_level=5, exclude=NEVER_COMPRESSED
        ),
        logging_config=None,
    )


def _filled(application: Application, assembly: Assembly, *, is_demo: bool) -> Application:
    front, settings = _front(assembly), assembly.settings
    application.state = State(
        {"assembly": assembly, "front": front, "gate": _gate(front), "web": web_of(assembly.catalogue, demo=is_demo)}
    )
    application.edge = Edge(
        assembly.clock, assembly.ids, front.metrics, settings.trusted_proxies, is_tls=settings.is_tls
    )
    check_policy(application, front.policy)
    return application


def _front_of(request: AnyRequest) -> Front:
    front = request.app.state["front"]
    assert isinstance(front, Front)
    return front


async def _admit(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    await connection.app.state["gate"].admit(connection, handler)


def _answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer errors with a page to people, with a problem document to programs."""
    front = _front_of(request)
    return refuse(request, front, error) if wants_page(request) else front.answering.handle(request, error)


def _front(assembly: Assembly) -> Front:
    policy = load_policy()
    callers = Callers(assembly.signing_in, assembly.organisation.now, policy.oversight)
    answering = Answering(assembly.catalogue, assembly.language, assembly.settings.login_window_minutes)
    metrics = Metrics()
    heartbeat = Heartbeat(assembly, metrics.count_swept) if assembly.settings.heartbeat else None
    return Front(assembly, policy, callers, metrics, answering, heartbeat)


def _gate(front: Front) -> Gate:
    assembly, settings = front.assembly, front.assembly.settings
    return Gate(
        policy=front.policy,
        callers=front.callers,
        clock=assembly.clock,
        settings=settings,
        database=assembly.database,
        threads=assembly.threads,
        persons=Rates(settings.requests_per_minute_max),
        addresses=Rates(settings.anonymous_requests_per_minute_max),
    )


@asynccontextmanager
async def _running(application: Litestar) -> AsyncIterator[None]:
    front: Front = application.state["front"]
    if front.heartbeat is not None:
        front.heartbeat.start()
    try:
        yield
    finally:
        if front.heartbeat is not None:
            await to_thread(front.heartbeat.stop)
        front.assembly.close()
