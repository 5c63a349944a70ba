"""How many requests a person or an address may make: a bucket that fills again with time, in each process."""

from collections import OrderedDict

SECONDS_FULL = 60.0
"""A bucket that was emptied is full again after so long."""

BUCKETS_MAX = 10_000
"""Most callers remembered; the one not seen for longest is forgotten."""


class Rates:
    """Buckets of one size. A bucket's level is how many requests were made and not yet forgotten."""

    def __init__(self, size: int) -> None:
        """Allow `size` requests at once, and as many in each minute."""
        self._size = size
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, seconds: float) -> float:
        """Count a request at a moment of a monotonic clock; gives the seconds to wait, 0 when it is allowed."""
        level, at = self._levels.pop(caller, (0.0, seconds))
        level = max(0.0, level - (seconds - at) * self._size / SECONDS_FULL)
        wait = max(0.0, (level + 1 - self._size) * SECONDS_FULL / self._size)
        self._levels[caller] = (level if wait else level + 1, seconds)
        if len(self._levels) > BUCKETS_MAX:
            self._levels.popitem(last=False)
        return wait
