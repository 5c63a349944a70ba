"""Passwords: the rules of a profile, and hashing that takes its time.

Hashing uses Argon2id with 19 MiB and two passes (OWASP's second recommended setting): some 30 ms and little
memory, so that a burst of sign-ins does not exhaust a small server. At most `AT_ONCE_MAX` run at a time.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore

from msgspec import Struct
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.identity.frequent_passwords import is_frequent
from engine.refusal import Refusal

LENGTH_MAX = 128
"""Longest password in characters; longer ones are refused before any work is done on them."""

DISTINCT_MIN = 5
"""A password of fewer different characters is guessed at once, however long it is."""

RUN_MAX = 4
"""Most characters in a row that may follow each other, such as `2345` or `dcba`."""

AT_ONCE_MAX = 2
MEMORY_KIB = 19 * 1024
PASSES = 2

_hasher = PasswordHash([Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)])
_turns = BoundedSemaphore(AT_ONCE_MAX)


class Profile(Struct, frozen=True):
    """Rules for a password. `classes_min` counts lower case, upper case, digits and other characters.

    With `second_proof` whoever signs in by password must also set up a second factor.
    """

    name: str
    length_min: int
    classes_min: int
    age_max: timedelta | None
    second_proof: bool = False


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("mlps2", length_min=10, classes_min=3, age_max=timedelta(days=90)),
        Profile("mlps3", length_min=12, classes_min=3, age_max=timedelta(days=90), second_proof=True),
        Profile("asvs", length_min=15, classes_min=1, age_max=None),
    )
}
"""GB/T 22239-2019 asks for complexity and periodic change, from level 3 on for a second proof; ASVS 5.0 (6.2) for
length and none of them."""


def check_password(password: str, username: str, profile: Profile) -> list[Refusal]:
    """Give every rule of the profile that a new password breaks."""
    return list(_broken_rules(unicodedata.normalize("NFKC", password), username, profile))


def _broken_rules(password: str, username: str, profile: Profile) -> Iterator[Refusal]:
    if len(password) < profile.length_min:
        yield _refusal("too_short", min=profile.length_min)
    if len(password) > LENGTH_MAX:
        yield _refusal("too_long", max=LENGTH_MAX)
        return
    if _classes(password) < profile.classes_min:
        yield _refusal("too_few_kinds", min=profile.classes_min)
    if len(set(password)) < DISTINCT_MIN:
        yield _refusal("too_uniform", min=DISTINCT_MIN)
    if _longest_run(password) > RUN_MAX:
        yield _refusal("in_sequence", max=RUN_MAX)
    if username and username.casefold() in password.casefold():
        yield _refusal("holds_username")
    if is_frequent(password):
        yield _refusal("frequent")


def _refusal(rule: str, **params: int) -> Refusal:
    return Refusal(f"password.{rule}", where="password", params=params)


def _classes(password: str) -> int:
    return len(
        {
            "lower" if letter.islower() else "upper" if letter.isupper() else "digit" if letter.isdigit() else "other"
            for letter in password
        }
    )


def _longest_run(password: str) -> int:
    longest, run, step = 1, 1, 0
    for first, second in pairwise(password):
        difference = ord(second) - ord(first)
        run = run + 1 if difference == step and abs(step) == 1 else 2 if abs(difference) == 1 else 1
        step = difference
        longest = max(longest, run)
    return longest


def hash_password(password: str) -> str:
    """Hash a password for keeping. Slow on purpose: call it in a thread."""
    with _turns:
        return _hasher.hash(unicodedata.normalize("NFKC", password))


@cache
def _nobodys() -> str:
    return hash_password("nobody has this password")


def verify_password(password: str, kept: str | None) -> bool:
    """Say whether a password fits its kept hash; without a hash it takes as long and says no."""
    if len(password) > LENGTH_MAX:
        return False
    against = kept or _nobodys()
    with _turns:
        fits = _hasher.verify(unicodedata.normalize("NFKC", password), against)
    return fits and kept is not None
