"""The Litestar application with our edge around everything it answers."""

import re
from typing import Any

from litestar import Litestar
from litestar.exceptions import ImproperlyConfiguredException
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.routes import HTTPRoute
from litestar.types import Receive, Scope, Send

from service.http.edge import Edge
from service.http.policy import Policy, Route

ALSO_UNDER_API = re.compile(r"/api/v1(/(?:health|ready|metrics|schema)(?:/.*)?)", re.ASCII)
"""What tells of the service itself is found beside the calls as well as at the root; both are the same route."""


DESCRIPTION, CALLS = "/schema", "/schema/calls"


class Application(Litestar):
    """Litestar, whose every HTTP answer passes the edge: also those that no route gives, such as 404 and 405."""

    edge: Edge

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Leave out those for Pydantic and attrs: our bodies are msgspec's, and they cost time and memory."""
        return [*plugins, MsgspecDIPlugin()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  # the server's own values
        """Answer a request, or start and stop."""
        if scope["type"] == "http":
            path = _meant(scope)
            if path != scope["path"]:
                scope = {**scope, "path": path, "raw_path": path.encode()}
            await self.edge.serve(self._answer, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)


def _meant(scope: Any) -> str:  # noqa: ANN401  # the server's own mapping
    """Give the path that is meant; the description is shown to people as pages."""
    found = ALSO_UNDER_API.fullmatch(scope["path"])
    path = found[1] if found is not None else str(scope["path"])
    is_for_people = any(b"text/html" in value for name, value in scope["headers"] if name == b"accept")
    return CALLS if is_for_people and path.rstrip("/") == DESCRIPTION else path


def check_policy(application: Litestar, policy: Policy) -> None:
    """Stop the start unless every route has a rule and every rule a route; raises PolicyError."""
    policy.check(routes_of(application))


def routes_of(application: Litestar) -> list[Route]:
    """Give method and path template of every route. OPTIONS only tells which methods there are, and is left out."""
    found: list[Route] = []
    for route in application.routes:
        if not isinstance(route, HTTPRoute):
            raise ImproperlyConfiguredException(f"{route.path} is not plain HTTP, which the policy does not cover")
        found += [(method, route.path_format) for method in route.methods if method != "OPTIONS"]
    return found
