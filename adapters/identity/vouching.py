"""Signing in on another service's page, which then vouches for who somebody is; which account that is stays ours.

What does it, `openid.py`, brings its libraries along and is loaded only where such a service is set.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class IssuerAway(Exception):
    """The sign-in service does not answer, or not as its standard asks of it; signing in by password still works."""


class NotProven(Exception):
    """What came back does not prove who somebody is; the text says why, for the log."""


class Errand(Struct, frozen=True):
    """What a browser keeps while its reader is at the issuer: to tell the answer from a forged one, and the way on."""

    state: str
    nonce: str
    verifier: str
    way: str = "/"


class Registration(Struct, frozen=True):
    """How we are known to the issuer. `claim` names the account; `back` is where the issuer sends people."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    back: str


class Issuer(Protocol):
    """The other service. Both methods wait for the network."""

    def leave(self, way: str, now: datetime) -> tuple[str, Errand]:
        """Give the address to send the browser to, and what it must bring back. Raises `IssuerAway`."""
        ...

    def come_back(self, errand: Errand, answer: Mapping[str, str], now: datetime) -> str:
        """Give the name that the issuer vouches for; `answer` is the query with which it sent the browser back.

        Raises:
            NotProven: it is not an answer to this errand, or it proves nobody.
            IssuerAway: it could not be proven now.

        """
        ...
