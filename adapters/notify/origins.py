"""Where a webhook may go: exact origins an administrator listed, and addresses that are not inside our own walls.

The list alone is not enough: a listed name may one day point at the database or at the cloud's metadata service. So
the name is resolved once, every address it has is judged, and the connection goes to the judged address (ASVS
1.3.6).
"""

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

URL_LENGTH_MAX = 2_000
"""Longest address that is taken."""

PORTS = {"http": 80, "https": 443}
"""The ports an address means when it names none."""

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], list[str]]

_URL = re.compile(r"(https?)://((?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(/[!-~]*)?")
_HIDING = ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "2002::/16", "2001::/32", "fec0::/10", "::ffff:0:0:0/96")
_HIDING_NETWORKS = [IPv6Network(network) for network in _HIDING]


class OriginError(ValueError):
    """An address a webhook must not go to; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A judged address: the parts of the URL, and the numbers its host stood for when it was judged."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]

    @property
    def origin(self) -> str:
        """The scheme, host and port, the port always named."""
        return f"{self.scheme}://{self.host}:{self.port}"


class Origins:
    """The origins that are allowed, and the networks of ours that they may lie in.

    ``allowed`` are origins such as ``https://hooks.example.gov.cn``; ``inside`` are networks such as ``10.20.0.0/16``
    that hooks may reach although they are private. Nothing else private, local or special is reached.
    """

    def __init__(self, allowed: Iterable[str], inside: Iterable[str] = (), resolve: Resolver | None = None) -> None:
        """Raise OriginError when an origin is none, and ValueError when a network is none."""
        self._allowed = frozenset(_origin(origin) for origin in allowed)
        self._inside = [ip_network(network) for network in inside]
        self._resolve = resolve or system_resolver

    def judged(self, url: str) -> Place:
        """Return where a URL leads, resolved once.

        Raises:
            OriginError: not an absolute http(s) URL in plain form, not listed, or an address that is not allowed.
            OSError: the name cannot be resolved now.

        """
        scheme, host, port, path = _parts(url)
        if (scheme, host, port) not in self._allowed:
            raise OriginError(f"{scheme}://{host}:{port} is not on the list of allowed origins")
        addresses = tuple(ip_address(text) for text in self._resolve(host.strip("[]"), port))
        if not addresses:
            raise OSError(f"{host} has no address")
        for address in addresses:
            if not self._may_reach(address):
                raise OriginError(f"{host} stands for {address}, which is not a public address")
        return Place(scheme, host, port, path, addresses)

    def _may_reach(self, address: Address) -> bool:
        plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        return is_public(plain) or any(plain in network for network in self._inside)


def is_public(address: Address) -> bool:
    """Say whether an address is an ordinary one of the public network, not one that hides another inside it."""
    if isinstance(address, IPv6Address) and any(address in network for network in _HIDING_NETWORKS):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses this machine finds for a name.

    Raises:
        OSError: the name is unknown or the name server is away.

    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def _origin(text: str) -> tuple[str, str, int]:
    scheme, host, port, path = _parts(text)
    if path != "/":
        raise OriginError(f"{text!r} is not an origin: leave out what follows the host and port")
    return scheme, host, port


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of a URL written plainly: lower case, no user, no escapes in the host."""
    if len(url) > URL_LENGTH_MAX:
        raise OriginError(f"the address has {len(url)} characters; at most {URL_LENGTH_MAX} are possible")
    found = _URL.fullmatch(url)
    if found is None or "\\" in url or "#" in url or urlsplit(url).hostname != found[2].strip("[]"):
        raise OriginError(f"{url[:200]!r} is not a plain address such as https://hooks.example.gov.cn/path")
    port = int(found[3]) if found[3] else PORTS[found[1]]
    if not 0 < port < 65_536:  # noqa: PLR2004  # the ports there are
        raise OriginError(f"{url[:200]!r} names the port {port}, which does not exist")
    return found[1], found[2], port, found[4] or "/"
