"""How slow the processor is at this moment: a goal in seconds holds for the machine it was written on, left alone."""

from statistics import median
from time import process_time

QUIET_SECONDS = 0.006
"""What `_work` takes there."""

TRIES = 15


def slowness() -> float:
    """How many times longer a fixed piece of work takes now, at least 1."""
    return max(1.0, median(_timed() for _ in range(TRIES)) / QUIET_SECONDS)


def _timed() -> float:
    started = process_time()
    _work()
    return process_time() - started


def _work() -> int:
    return sum(number * number for number in range(100_000))
