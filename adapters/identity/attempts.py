"""How often one may guess a password, or knock elsewhere: per account and address, in the database, for all processes.

Each guess is booked before the password is looked at, so that many guesses at the same moment are not more than
allowed. A right password gives the booking back. Names that nobody has are counted alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Literal, Protocol, get_args

from msgspec import Struct

NETWORK_BITS = 64
"""Of an IPv6 address, what is given to one place; the other half anybody there makes up anew for each try."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often a subject guessed since `first_at`; until `locked_until` it may not guess again."""

    count: int
    first_at: datetime
    locked_until: datetime | None = None


Proof = Literal["account", "code"]
"""What is guessed: the password of an account, or its second proof, which a right password must not set back."""

PROOFS: tuple[Proof, ...] = get_args(Proof)

Counting = Callable[[Guesses | None], Guesses | None]
"""What becomes of a subject's guesses; None: nothing is known of it."""


class AttemptStore(Protocol):
    """Where guesses are counted."""

    def count_attempts(self, subject: str, counting: Counting) -> Guesses | None:
        """Apply the counting to a subject's guesses while nobody else does; give what they were before."""
        ...

    def find_attempts(self, subject: str) -> Guesses | None:
        """Give a subject's guesses."""
        ...

    def sweep_attempts(self, first_before: datetime, now: datetime) -> int:
        """Forget guesses that began before and are not locked any more; say how many."""
        ...


class Attempts(Struct, frozen=True):
    """The rules of guessing: so many per account and per address; the last of them locks for the window."""

    store: AttemptStore
    account_max: int
    address_max: int
    window: timedelta

    def book(self, username: str, address: str, now: datetime, proof: Proof = "account") -> bool:
        """Book a guess; False when the account or the address must wait."""
        return self._book(_address(address), self.address_max, now) and (
            self._book(_account(username, proof), self.account_max, now)
        )

    def succeed(self, username: str, address: str, proof: Proof = "account") -> None:
        """The guess was right: that proof of the account starts afresh, the address gets its booking back."""
        self.store.count_attempts(_account(username, proof), lambda _: None)
        self.store.count_attempts(_address(address), _one_less)

    def locked_until(self, username: str, now: datetime) -> datetime | None:
        """Say until when an account must wait with its password or its second proof; None when it need not."""
        known = (self.store.find_attempts(_account(username, proof)) for proof in PROOFS)
        ends = [one.locked_until for one in known if one and one.locked_until and self._is_locked(one, now)]
        return max(ends, default=None)

    def unlock(self, username: str) -> None:
        """Let an account guess again before its time."""
        for proof in PROOFS:
            self.store.count_attempts(_account(username, proof), lambda _: None)

    def sweep(self, now: datetime) -> int:
        """Forget what no longer counts."""
        return self.store.sweep_attempts(now - self.window, now)

    def knock(self, place: str, address: str, now: datetime) -> timedelta:
        """Book a try at something else than a password, such as a survey's token; gives how long to wait, if at all."""
        limit = self.address_max
        before = self.store.count_attempts(
            f"{place} {_address(address)}", lambda known: self._one_more(known, limit, now)
        )
        if before is None or before.locked_until is None or not self._is_locked(before, now):
            return timedelta(0)
        return before.locked_until - now

    def _book(self, subject: str, limit: int, now: datetime) -> bool:
        before = self.store.count_attempts(subject, lambda known: self._one_more(known, limit, now))
        return before is None or not self._is_locked(before, now)

    def _one_more(self, known: Guesses | None, limit: int, now: datetime) -> Guesses | None:
        if known is not None and self._is_locked(known, now):
            return known
        is_fresh = known is None or known.locked_until is not None or abs(now - known.first_at) >= self.window
        count = 1 if known is None or is_fresh else known.count + 1
        first_at = now if known is None or is_fresh else known.first_at
        return Guesses(count, first_at, now + self.window if count >= limit else None)

    def _is_locked(self, known: Guesses, now: datetime) -> bool:
        """Say whether a lock holds; one that ends after more than two windows was set by a clock that was wrong."""
        return known.locked_until is not None and now < known.locked_until <= now + 2 * self.window


def _one_less(known: Guesses | None) -> Guesses | None:
    if known is None or known.count <= 1:
        return None
    return replace(known, count=known.count - 1, locked_until=None)


def _account(username: str, proof: Proof) -> str:
    """Names are kept as digests: people type passwords into the wrong field."""
    return f"{proof}:" + sha256(username.strip().casefold().encode("utf-8", "replace")).hexdigest()


def _address(address: str) -> str:
    return f"address:{whose(address)}"


def whose(address: str) -> str:
    """Give what a caller can not change of an address: an IPv4 address, of IPv6 the network that one is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return address
    return str(known.ipv4_mapped or ip_network((known, NETWORK_BITS), strict=False))
