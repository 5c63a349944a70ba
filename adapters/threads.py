"""Threads with room for so many that wait: what comes beyond is refused at once, so that nobody waits without end."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from engine.refusal import Unavailable

T = TypeVar("T")


class Threads(ThreadPoolExecutor):
    """A pool of threads. Whoever gets no place is told by `Unavailable` to come again, as is who comes too late."""

    def __init__(self, number: int, name: str, waiting_max: int) -> None:
        """Start so many, by name, as they are needed."""
        super().__init__(number, name)
        self._waiting_max = waiting_max

    def submit(self, work: Callable[..., T], /, *values: Any, **named: Any) -> Future[T]:  # noqa: ANN401  # passed on
        """Do some work when a thread is free."""
        if self._work_queue.qsize() >= self._waiting_max:
            raise Unavailable("too many wait already: try again in a moment")
        try:
            return super().submit(work, *values, **named)
        except RuntimeError as error:
            raise Unavailable("the service is being stopped: try again when it is back") from error
