"""Webhooks: a signed POST to an allowed origin.

Headers: ``Shenpi-Key`` (the same in every attempt: who gets two, drops one), ``Shenpi-Event``, ``Shenpi-Timestamp``
(seconds since 1970) and ``Shenpi-Signature``: ``v1=`` and the hexadecimal HMAC-SHA256 of timestamp, a dot and the
body, with the secret both sides share. Receivers compare it in constant time and refuse old timestamps.
"""

import hmac
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from adapters.deadline import Deadline
from adapters.notify.delivery import Delivery
from adapters.notify.origins import PORTS, Address, OriginError, Origins, Place

BODY_BYTES_MAX = 256 << 10
"""Largest body that is sent."""

ANSWER_SECONDS_MAX = 10.0
"""Longest time of one attempt, from connecting to the answer's status."""

SECRET_BYTES_MIN = 16
"""Shortest secret that signs."""

KEY_HEADER, EVENT_HEADER = "Shenpi-Key", "Shenpi-Event"
TIMESTAMP_HEADER, SIGNATURE_HEADER = "Shenpi-Timestamp", "Shenpi-Signature"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_LATER = {408, 421, 425, 429}
_ADDRESSES_TRIED_MAX = 3


@dataclass(frozen=True, slots=True)
class Hook:
    """A message to another program: where, what happened, the JSON body, and the secret that signs it."""

    key: str
    url: str
    event: str
    body: bytes
    secret: bytes = field(repr=False)


class HookError(ValueError):
    """A hook that can never be sent as it is; the message says why."""


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header."""
    return "v1=" + hmac.new(secret, b"%d." % timestamp + body, sha256).hexdigest()


class WebhookSender:
    """Sends one hook at a time, each over its own connection to an address that was judged first."""

    def __init__(
        self,
        origins: Origins,
        now: Callable[[], datetime],
        context: ssl.SSLContext | None = None,
        answer_seconds_max: float = ANSWER_SECONDS_MAX,
    ) -> None:
        self._origins = origins
        self._now = now
        self._context = context or ssl.create_default_context()
        self._answer_seconds_max = answer_seconds_max

    def send(self, hook: Hook) -> Delivery:
        """Post a hook and say what became of it; it may arrive twice, with the same key."""
        try:
            _check(hook)
            place = self._origins.judged(hook.url)
        except (HookError, OriginError) as error:
            return Delivery.refused(str(error))
        except OSError as error:
            return Delivery.retry(f"{hook.url}: {error}")
        return self._answered(hook, place)

    def _answered(self, hook: Hook, place: Place) -> Delivery:
        """Try the addresses of a place until one takes the connection."""
        import httpx  # noqa: PLC0415  # most offices have no webhooks, and it takes 5 MB

        problem = ""
        for address in place.addresses[:_ADDRESSES_TRIED_MAX]:
            try:
                return _judged_status(self._posted(hook, place, address))
            except httpx.ConnectError as error:
                problem = f"{address}: {error}"
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                return Delivery.retry(f"{address}: {type(error).__name__} {error}")
        return Delivery.retry(problem)

    def _posted(self, hook: Hook, place: Place, address: Address) -> int:
        """Post to one address under the host's own name and return the status; the answer's body is not read."""
        import httpx  # noqa: PLC0415  # as above

        number = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004  # IP version 6
        timeout = httpx.Timeout(self._answer_seconds_max)
        with (
            Deadline(self._answer_seconds_max) as deadline,
            httpx.Client(verify=self._context, timeout=timeout, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST",
                f"{place.scheme}://{number}:{place.port}{place.path}",
                content=hook.body,
                headers=self._headers(hook, place),
                extensions={"sni_hostname": place.host.strip("[]"), "trace": deadline.watch},
            ) as answer,
        ):
            return answer.status_code

    def _headers(self, hook: Hook, place: Place) -> dict[str, str]:
        timestamp = int(self._now().timestamp())
        return {
            "Host": place.host if place.port == PORTS[place.scheme] else f"{place.host}:{place.port}",
            "Content-Type": "application/json",
            "User-Agent": "Shenpi",
            KEY_HEADER: hook.key,
            EVENT_HEADER: hook.event,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: signature(hook.secret, timestamp, hook.body),
        }


def _check(hook: Hook) -> None:
    if len(hook.body) > BODY_BYTES_MAX:
        raise HookError(f"the body has {len(hook.body)} bytes; at most {BODY_BYTES_MAX} are possible")
    if len(hook.secret) < SECRET_BYTES_MIN:
        raise HookError(f"the secret is shorter than {SECRET_BYTES_MIN} bytes")
    for name in (hook.key, hook.event):
        if not _NAME.fullmatch(name):
            raise HookError(f"{name[:100]!r} cannot stand in a header: letters, digits, dot, dash, underscore")


def _judged_status(status: int) -> Delivery:
    if status // 100 == 2:  # noqa: PLR2004  # the statuses of success
        return Delivery.delivered()
    if status // 100 == 5 or status in _LATER:  # noqa: PLR2004  # the statuses of a server in trouble
        return Delivery.retry(f"status {status}")
    if status // 100 == 3:  # noqa: PLR2004  # the statuses that lead elsewhere
        return Delivery.refused(f"status {status}: it leads elsewhere, and hooks follow no redirects")
    return Delivery.refused(f"status {status}")
