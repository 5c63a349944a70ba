"""Identifiers that sort by time: 128 bits as 26 lower-case letters and digits.

48 bits of milliseconds since 1970, then 80 random bits (the idea of UUID version 7 and ULID). Two
identifiers of one source never repeat and always rise, also within one millisecond and when the clock goes
back: then the last identifier grows by a random step, so that the next one cannot be guessed.
"""

import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

ID_LENGTH = 26
"""Characters of an identifier."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o and u, which are misread
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)
_RANDOM_BITS = 80
_STEP_BITS = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class TimeOrderedIds:
    """A source of identifiers that rise for as long as it lives; safe to share between threads.

    ``now`` tells the time (``clock.now``); ``chance`` returns that many random bits.
    """

    __slots__ = ("_chance", "_last", "_lock", "_now")

    def __init__(self, now: Callable[[], datetime], chance: Callable[[int], int] = secrets.randbits) -> None:
        self._now = now
        self._chance = chance
        self._last = 0
        self._lock = Lock()

    def new(self) -> str:
        """Return the next identifier."""
        milliseconds = (self._now() - _EPOCH) // _MILLISECOND
        with self._lock:
            if milliseconds > self._last >> _RANDOM_BITS:
                self._last = milliseconds << _RANDOM_BITS | self._chance(_RANDOM_BITS)
            else:
                self._last += 1 + self._chance(_STEP_BITS)
            number = self._last
        return _spelled(number)


def first_id(at: datetime) -> str:
    """Return what no identifier made at that moment or later is below."""
    return _spelled((at - _EPOCH) // _MILLISECOND << _RANDOM_BITS)


def _spelled(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def seeded_ids(seed: int, now: Callable[[], datetime]) -> TimeOrderedIds:
    """Return a source that gives the same identifiers for the same seed and times (tests, demo; guessable)."""
    return TimeOrderedIds(now, random.Random(seed).getrandbits)  # noqa: S311  # repeatable is what is wanted


def created_at(id: str) -> datetime:
    """Return the moment in an identifier, to the millisecond; it tells when the identifier was made.

    Raises:
        ValueError: the text is not an identifier of this kind.

    """
    if len(id) != ID_LENGTH or not set(id) <= set(_ALPHABET):
        raise ValueError(f"{id[:40]!r} is not an identifier: {ID_LENGTH} lower-case letters and digits")
    number = 0
    for letter in id:
        number = number << 5 | _ALPHABET.index(letter)
    return _EPOCH + (number >> _RANDOM_BITS) * _MILLISECOND
