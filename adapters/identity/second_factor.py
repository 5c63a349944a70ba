"""A second proof of who somebody is: six digits that change every half minute (TOTP, RFC 6238), or a code from paper.

GB/T 22239-2019 asks for two kinds of proof from level three on, one of them cryptographic. Each number counts once
(RFC 6238, 5.2), and so does each spare code. A secret is in use only when its holder has shown a number of it.
"""

import secrets
from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP_SECONDS = 30
STEPS_OFF = 1
"""How many steps a telephone's clock may be before or behind ours (RFC 6238, 5.2)."""

SECRET_BYTES = 20
"""As long as the hash, as RFC 4226 (4, R6) recommends; SHA-1 because telephones' programs know no other."""

SPARES = 10
SPARE_BYTES = 5
CODE_LENGTH_MAX = 20


class WrongCode(Exception):
    """The number or spare code is not right, not right now, or was used before."""


class InUse(Exception):
    """A secret is in use already; it goes only with a proof of it."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's secret. Until `since_at` it is only offered; `step` is the last half minute whose number was used."""

    user_id: str
    secret: bytes
    since_at: datetime | None = None
    step: int = 0


class FactorStore(Protocol):
    """Where secrets and spare codes are kept, for all processes."""

    def factor_of(self, user_id: str) -> Factor | None:
        """Give the secret of a person, in use or only offered."""
        ...

    def offer_factor(self, factor: Factor) -> bool:
        """Keep a secret in place of one that was offered; False when one is in use, which stays."""
        ...

    def take_factor(self, factor: Factor) -> bool:
        """Begin to use a secret; False unless that very one is offered and not in use. No spare codes are left."""
        ...

    def drop_factor(self, user_id: str) -> None:
        """Forget a person's secret and spare codes."""
        ...

    def use_step(self, user_id: str, step: int) -> bool:
        """Note that the number of a step is used; False when that one or a later one was before."""
        ...

    def keep_spares(self, user_id: str, digests: Collection[str]) -> None:
        """Keep the digests of spare codes in place of earlier ones."""
        ...

    def use_spare(self, user_id: str, digest: str) -> bool:
        """Forget a spare code; False when there is no such."""
        ...

    def count_spares(self, user_id: str) -> int:
        """Say how many spare codes are left."""
        ...


class SecondFactor(Struct, frozen=True):
    """Gives out secrets and checks numbers by the rules above."""

    store: FactorStore

    def is_on(self, user_id: str) -> bool:
        """Say whether a person must show a second proof."""
        factor = self.store.factor_of(user_id)
        return factor is not None and factor.since_at is not None

    def offer(self, user_id: str) -> Factor:
        """Make a secret for a person, which counts from when it is taken; one that was offered before counts no more.

        Raises:
            InUse: there is one that counts: somebody took it at this very moment.

        """
        factor = Factor(user_id, secrets.token_bytes(SECRET_BYTES))
        if not self.store.offer_factor(factor):
            raise InUse
        return factor

    def take(self, user_id: str, code: str, now: datetime) -> list[str]:
        """Begin to ask for it, because the person has shown a number of the offered secret; gives the spare codes.

        Raises:
            WrongCode: nothing is offered, or the number is not one of it.

        """
        factor = self.store.factor_of(user_id)
        step = None if factor is None or factor.since_at is not None else _step_of(factor, code, now)
        if factor is None or step is None:
            raise WrongCode
        if not self.store.take_factor(Factor(user_id, factor.secret, now, step)):
            raise WrongCode
        return self.new_spares(user_id)

    def new_spares(self, user_id: str) -> list[str]:
        """Make spare codes in place of those that are left; they are shown once."""
        made = [b32encode(secrets.token_bytes(SPARE_BYTES)).decode().lower() for _ in range(SPARES)]
        self.store.keep_spares(user_id, [_digest(user_id, one) for one in made])
        return [f"{one[:4]}-{one[4:]}" for one in made]

    def check(self, user_id: str, code: str, now: datetime) -> None:
        """Accept a number or a spare code, which is used up. Raises `WrongCode`."""
        factor = self.store.factor_of(user_id)
        if factor is None or factor.since_at is None:
            raise WrongCode
        step = _step_of(factor, code, now)
        is_new = (
            self.store.use_spare(user_id, _digest(user_id, code))
            if step is None
            else self.store.use_step(user_id, step)
        )
        if not is_new:
            raise WrongCode


def letters_of(factor: Factor) -> str:
    """Give a secret as one types it into a telephone."""
    return b32encode(factor.secret).decode()


def address_of(factor: Factor, username: str, product: str) -> str:
    """Give a secret as a telephone reads it from a picture (otpauth)."""
    return _totp(factor).get_provisioning_uri(username, product)


def number_at(factor: Factor, at: datetime) -> str:
    """Give the number of a moment, as a telephone shows it."""
    return _totp(factor).generate(int(at.timestamp())).decode()


def _totp(factor: Factor) -> "TOTP":
    from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415  # 6 MB, for those who have one
    from cryptography.hazmat.primitives.twofactor.totp import TOTP  # noqa: PLC0415  # as above

    return TOTP(factor.secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # what the standard and telephones use


def _step_of(factor: Factor, code: str, now: datetime) -> int | None:
    """Find the step near now whose number this is; all are compared, and in constant time."""
    digits = "".join(code[:CODE_LENGTH_MAX].split()).encode("utf-8", "replace")
    found, totp, current = None, _totp(factor), int(now.timestamp()) // STEP_SECONDS
    for step in range(current - STEPS_OFF, current + STEPS_OFF + 1):
        if compare_digest(totp.generate(step * STEP_SECONDS), digits):
            found = step
    return found


def _digest(user_id: str, code: str) -> str:
    """Give what is kept of a spare code: 40 random bits that may be guessed five times in a quarter of an hour."""
    letters = "".join(letter for letter in code[:CODE_LENGTH_MAX].lower() if letter.isalnum())
    return sha256(f"{user_id}:{letters}".encode()).hexdigest()
