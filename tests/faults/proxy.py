"""A line to PostgreSQL that goes wrong: cut before what was sent arrives, in its middle or before the answer; slow."""

import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock, Thread
from time import sleep
from urllib.parse import parse_qs, urlsplit

CHUNK_BYTES = 1 << 16
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed is reset, not ended in good order


class Fault(StrEnum):
    """What happens to one message of the client."""

    LOST = "lost"
    """It does not arrive, and the line is cut."""
    TORN = "torn"
    """Half of it arrives, then the line is cut."""
    UNANSWERED = "unanswered"
    """It arrives and is worked on; then the line is cut, and the answer finds nobody."""
    OVERTAKEN = "overtaken"
    """It arrives after the client has heard that the line is cut."""
    LATE = "late"
    """It arrives after a while."""


@dataclass
class Proxy:
    """Lends a TCP port that leads to the server; `next_fault` says what happens to each message of a client."""

    target: Path
    next_fault: Callable[[], Fault | None] = lambda: None
    late_seconds: float = 0.05
    is_cut: bool = False
    """Whether nobody gets through."""
    done: Counter[Fault] = field(default_factory=Counter)
    """Faults that have happened."""
    lines: list[socket.socket] = field(default_factory=list)
    """The clients' ends of all lines that were not cut together."""
    _lock: Lock = field(default_factory=Lock)

    def cut(self) -> None:
        """Cut all lines, and let nobody through until `mend`."""
        self.is_cut = True
        with self._lock:
            for line in self.lines:
                _reset(line)
            self.lines.clear()

    def mend(self) -> None:
        """Let everybody through again."""
        self.is_cut = False

    def serve(self, listening: socket.socket) -> None:
        """Take lines until the port is closed."""
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                if self.is_cut:
                    _reset(client)
                    continue
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self.target))
                except OSError:
                    _reset(client)
                    continue
                with self._lock:
                    self.lines.append(client)
                muted = Event()
                Thread(target=self._forward, args=(client, server, muted), daemon=True).start()
                Thread(target=_answer, args=(server, client, muted), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket, muted: Event) -> None:
        """Bring what the client says to the server, or not."""
        with suppress(OSError):
            while content := client.recv(CHUNK_BYTES):
                fault = self.next_fault()
                if fault is not None:
                    with self._lock:
                        self.done[fault] += 1
                match fault:
                    case Fault.LOST:
                        break
                    case Fault.TORN:
                        server.sendall(content[: len(content) // 2])
                        break
                    case Fault.UNANSWERED:
                        muted.set()
                        server.sendall(content)
                        sleep(self.late_seconds)
                        break
                    case Fault.OVERTAKEN:
                        _reset(client)
                        server.sendall(content)
                        sleep(self.late_seconds)  # the server works on it before it finds that nobody listens
                        break
                    case Fault.LATE:
                        sleep(self.late_seconds)
                server.sendall(content)
        _reset(client)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # wakes the one that waits for an answer; to close it would not


def _answer(server: socket.socket, client: socket.socket, muted: Event) -> None:
    """Bring what the server says to the client, until told not to."""
    with suppress(OSError):
        while content := server.recv(CHUNK_BYTES):
            if not muted.is_set():
                client.sendall(content)
    _reset(client)
    server.close()


def _reset(line: socket.socket) -> None:
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@contextmanager
def proxied(url: str, host: str = "127.0.0.1") -> Iterator[tuple[Proxy, str]]:
    """Lend a line to the database of an address whose server listens at a Unix socket; gives it and its own address."""
    parts = urlsplit(url)
    folder = Path(parse_qs(parts.query)["host"][0])
    proxy = Proxy(next(folder.glob(".s.PGSQL.*[0-9]")))
    with socket.create_server((host, 0)) as listening:
        port = listening.getsockname()[1]
        Thread(target=proxy.serve, args=(listening,), daemon=True).start()
        try:
            yield proxy, f"postgresql://{parts.username}@{host}:{port}{parts.path}"
        finally:
            proxy.cut()
            listening.shutdown(socket.SHUT_RDWR)
