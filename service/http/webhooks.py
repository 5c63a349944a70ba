"""Webhooks: which other systems are told of what. Only to places that the settings allow."""

import secrets
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from adapters.notify.origins import URL_LENGTH_MAX, OriginError, Origins
from adapters.sql.office_log import By
from adapters.sql.webhooks import Webhook, add_webhook, remove_webhook, webhooks
from engine.refusal import Refusal, Refused
from service.http.answers import problems
from service.http.contract import Name
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.overview_shapes import WebhookList, WebhookMade, WebhookShape
from service.http.problems import Problem

ROOT = "/api/v1/webhooks"
SECRET_BYTES = 32
EVENTS_MAX = 50


class WebhookMaking(msgspec.Struct, forbid_unknown_fields=True):
    """Where to, and of which kinds of notices such as `item.state`; without any, of all."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=URL_LENGTH_MAX)]
    events: Annotated[list[Name], msgspec.Meta(max_length=EVENTS_MAX)] = msgspec.field(default_factory=list)


@get(ROOT, responses=problems(), tags=["service"])
async def listing(front: NamedDependency[Front]) -> WebhookList:
    """List the webhooks, without their secrets."""

    def look() -> WebhookList:
        with front.assembly.database.read() as connection:
            return WebhookList([_shape(webhook) for webhook in webhooks(connection)])

    return await in_thread(front.assembly.threads, look)


@post(ROOT, responses=problems(413, 415, 422), tags=["service"])
async def make(request: AnyRequest, data: JSONBody[WebhookMaking], front: NamedDependency[Front]) -> WebhookMade:
    """Tell another system from now on. The secret that signs is shown this once."""
    settings = front.assembly.settings
    origins = Origins(settings.webhook_origins, settings.webhook_networks)
    await in_thread(front.assembly.slow_threads, lambda: _judge(origins, data.url))
    webhook = Webhook(
        id=front.assembly.ids.new(),
        url=data.url,
        secret=secrets.token_urlsafe(SECRET_BYTES),
        events=tuple(data.events),
        enabled=True,
        created_by=caller_of(request).actor.id,
        created_at=front.assembly.clock.now(),
    )
    by = By(webhook.created_by, webhook.created_at)
    await in_thread(front.assembly.threads, lambda: add_webhook(front.assembly.database, by, webhook))
    return WebhookMade(_shape(webhook), webhook.secret)


def _judge(origins: Origins, url: str) -> None:
    """Refuse an address that nothing may be sent to; one whose name cannot be resolved now may be right."""
    try:
        origins.judged(url)
    except OriginError as error:
        raise Refused(Refusal("webhook.not_allowed", where="url", params={"cause": str(error)})) from error
    except OSError:
        return


@delete(f"{ROOT}/{{webhook_id:str}}", responses=problems(404), tags=["service"])
async def remove(request: AnyRequest, webhook_id: FromPath[str], front: NamedDependency[Front]) -> Response[None]:
    """Tell a system no more."""
    by, database = By(caller_of(request).actor.id, front.assembly.clock.now()), front.assembly.database
    removed = await in_thread(front.assembly.threads, lambda: remove_webhook(database, by, webhook_id))
    if not removed:
        raise Problem(404, "not_found")
    return Response(None, status_code=204)


def _shape(webhook: Webhook) -> WebhookShape:
    return WebhookShape(webhook.id, webhook.url, list(webhook.events), webhook.created_by, webhook.created_at)


HANDLERS: list[HTTPRouteHandler] = [listing, make, remove]
