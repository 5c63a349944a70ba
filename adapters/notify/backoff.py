"""When a message that could not be delivered is tried again. Pure: the same message gives the same plan everywhere."""

from datetime import datetime, timedelta
from hashlib import sha256

FIRST_DELAY = timedelta(seconds=30)
"""Wait after the first failure; every further one doubles it."""

DELAY_MAX = timedelta(hours=6)
"""Longest wait between two attempts, before jitter."""

ATTEMPTS_MAX = 14
"""Attempts in all, spread over about a day and a half; then a person decides."""

JITTER_PERCENT = 20
"""How far a wait is stretched or shortened, so that many messages do not return at one instant."""


def next_attempt_at(attempts: int, failed_at: datetime, key: str) -> datetime | None:
    """Return when to try again after the ``attempts``-th attempt failed, or None when it was the last.

    ``key`` names the message; the jitter is taken from it, so that two processes agree.

    Raises:
        ValueError: ``attempts`` is not at least 1.

    """
    if attempts < 1:
        raise ValueError(f"{attempts} attempts cannot have failed: count from 1")
    if attempts >= ATTEMPTS_MAX:
        return None
    delay = min(FIRST_DELAY * (1 << attempts - 1), DELAY_MAX)
    drawn = int.from_bytes(sha256(f"{key}:{attempts}".encode()).digest()[:4])
    share = drawn / 2**32 * 2 - 1
    return failed_at + delay * (1 + share * JITTER_PERCENT / 100)
