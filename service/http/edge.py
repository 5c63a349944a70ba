"""The outermost layer of every request: an id, security headers, one log line, one measurement."""

from time import perf_counter

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from engine.ports import Clock, Ids
from service import log
from service.http.metrics import Metrics
from service.http.patience import within_time
from service.http.visit import SCOPE_KEY, Visit, address_of
from service.web.headers import SECURITY_HEADERS

TRANSPORT_SECURITY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""Only over TLS: browsers then never use plain HTTP again for a year."""

UNROUTED = "(none)"
"""What logs and figures say of a path that no route has: never the path itself, which may hold anything."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What else somebody makes up as a method would get figures of its own, without end."""

FAULT_STATUS = 500
QUIET_PATHS = frozenset({"/health", "/ready", "/metrics"})
"""Asked every few seconds by machines; their lines are of interest only when something is wrong."""


class Edge:
    """Wraps the application; knows nothing of what is asked."""

    def __init__(self, clock: Clock, ids: Ids, metrics: Metrics, trusted: tuple[str, ...], *, is_tls: bool) -> None:
        """Prepare what is the same for all requests."""
        self._clock = clock
        self._ids = ids
        self._metrics = metrics
        self._trusted = frozenset(trusted)
        named = [*SECURITY_HEADERS.items(), ("Cache-Control", "no-store"), *([TRANSPORT_SECURITY] if is_tls else [])]
        self._headers = [(name.lower().encode(), value.encode()) for name, value in named]

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, then tell the log and the figures about it."""
        started = perf_counter()
        visit = Visit(self._ids.new(), address_of(scope, self._trusted), self._clock.now())
        scope.setdefault("state", {})[SCOPE_KEY] = visit
        extra = [*self._headers, (b"x-request-id", visit.id.encode())]

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                own = list(message["headers"])
                names = {name.lower() for name, _ in own}
                message["headers"] = own + [header for header in extra if header[0] not in names]
            await send(message)

        try:
            await app(scope, within_time(scope, receive), send_completed)
        finally:
            self._tell(visit, scope, perf_counter() - started)

    def _tell(self, visit: Visit, scope: Scope, seconds: float) -> None:
        path = str(scope.get("path_template") or UNROUTED)
        method, status = str(scope.get("method")), visit.status or FAULT_STATUS
        known = method if method in METHODS else UNROUTED
        self._metrics.request(known, path, str(status)).observe(seconds)
        is_quiet = path in QUIET_PATHS and status < FAULT_STATUS
        log.write(
            "request",
            {
                "method": known,
                "path": path,
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "request": visit.id,
                "address": visit.address,
                **visit.line,
            },
            level="debug" if is_quiet else "info",
        )
