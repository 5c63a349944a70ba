"""The description of the interface: OpenAPI 3.1, and pages that show it without asking anything of the internet."""

from importlib.metadata import PackageNotFoundError, version

from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from service.http.credentials import FORGERY_HEADER, cookie_name

_TEXT = f"""Everything the pages do can be done here.

Send `Authorization: Bearer TOKEN` with the token that `POST /api/v1/session` gives, or the cookie of a browser session
with its own token in `{FORGERY_HEADER}` (see `GET /api/v1/me`). Errors are problem documents (RFC 9457) with a list of
reasons, in Chinese or English as `Accept-Language` asks.

Whatever changes an item wants the revision that was seen in `If-Match` (428 without, 412 when it is old, 409 when
somebody was faster meanwhile) and a new `Idempotency-Key`, so that it can be repeated safely when no answer came.
"""

_TAGS = {
    "service": "Whether the service works.",
    "office": "People, roles, units, calendars, policy values.",
    "session": "Signing in and out.",
    "definitions": "The procedures that items follow.",
    "items": "Items and their history.",
    "files": "What is attached to items.",
    "documents": "Papers that the service makes of items.",
    "ops": "What went wrong behind the scenes and waits for a person.",
    "ledger": "The money: accounts, entries, what made them.",
    "overview": "Figures, and the audit trail.",
    "tasks": "Work that waits for somebody.",
}


def description() -> OpenAPIConfig:
    """Configure the description."""
    return OpenAPIConfig(
        title="Shenpi",
        version=_version(),
        description=_TEXT,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=cookie_name(is_tls=True)),
            }
        ),
        tags=[Tag(name, text) for name, text in _TAGS.items()],
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )


def _operation_id(handler: HTTPRouteHandler, _method: Method, _path: list[str | PathParameterDefinition]) -> str:
    """Name an operation after its group and its function: `tasks_claim`."""
    return f"{'_'.join(handler.resolve_tags())}_{handler.handler_name}"


def _version() -> str:
    try:
        return version("shenpi")
    except PackageNotFoundError:
        return "0"
