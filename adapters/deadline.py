"""A limit on the whole of what is said over a connection: clients' own limits are for each step, and steps are many."""

import socket
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Cuts the connections that it watches when all of it takes longer than so many seconds."""

    def __init__(self, seconds: float) -> None:
        """Run from when it is entered."""
        self._sockets: list[socket.socket] = []
        self._is_over = False
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begin."""
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._timer.cancel()
        for one in self._sockets:
            one.close()

    def watch(self, event: str, details: dict[str, Any]) -> None:
        """Keep a hold of a connection, which stays valid when the client wraps it for TLS; `trace` of httpcore."""
        if event == "connection.connect_tcp.complete":
            self._sockets.append(details["return_value"].get_extra_info("socket").dup())
            if self._is_over:
                self._cut()

    def _end(self) -> None:
        self._is_over = True
        self._cut()

    def _cut(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
