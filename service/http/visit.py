"""One request from arrival to answer: its id, where it comes from, and the facts that its log line will tell."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from litestar.connection import ASGIConnection

from service.log import Fact

AnyConnection = ASGIConnection[Any, Any, Any, Any]
SCOPE_KEY = "visit"


@dataclass(slots=True)
class Visit:
    """A request. `line` gathers what the canonical log line says besides method, path, status and time."""

    id: str
    address: str
    arrived_at: datetime
    status: int = 0
    line: dict[str, Fact] = field(default_factory=dict)


def visit_of(connection: AnyConnection) -> Visit:
    """Give the visit that the edge began for this request."""
    visit = connection.scope["state"][SCOPE_KEY]
    assert isinstance(visit, Visit)
    return visit


def note(connection: AnyConnection, **facts: Fact) -> None:
    """Add facts to the request's log line: `case=…, action=…, revision=…`."""
    visit: Visit = connection.scope["state"][SCOPE_KEY]
    visit.line.update(facts)


def address_of(scope: Any, trusted: frozenset[str]) -> str:  # noqa: ANN401  # the server's own mapping
    """Tell where a request comes from: the nearest address that is not one of our own proxies.

    `X-Forwarded-For` is believed only as far as trusted proxies wrote it, from the right.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    if address not in trusted:
        return address
    forwarded = (value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in ",".join(forwarded).split(",")]
    for hop in reversed(hops):
        if not _is_address(hop):
            break
        address = hop
        if hop not in trusted:
            break
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
