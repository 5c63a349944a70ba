"""Who sends a request slowly, a byte now and then, is told so or cut off; who is only far away gets through."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest

from adapters.sql import schema
from tests.service.test_cli import ROOT

SECONDS = 1.0
"""The limits of this test: head and body have so long."""

PROGRAM = f"""
import sys
from service import serving
from service.http import patience
serving.HEADER_SECONDS_MAX = patience.BODY_SECONDS_MAX = {SECONDS}
from service.cli import main
main(sys.argv[1:])
"""
HEAD = b"POST /api/v1/session HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BODY = b'{"username": "nobody", "password": "none"}'
GIVEN_UP_SECONDS_MAX = 20.0
"""Room for a busy machine; by themselves the service and its server would wait without end, or for half a minute."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A service with short limits: where it listens."""
    folder = tmp_path_factory.mktemp("slow")
    url = f"sqlite:///{folder / 'office.sqlite'}"
    schema.init(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
    command = [sys.executable, "-c", PROGRAM, "serve", "--database", url, "--port", str(port)]
    environment = {**os.environ, "SHENPI_FILES_FOLDER": str(folder / "files"), "SHENPI_HEARTBEAT": "no"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until somebody listens."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    pytest.fail("the service did not start")


@contextmanager
def line(port: int) -> Iterator[socket.socket]:
    """A line to the service."""
    with socket.create_connection(("127.0.0.1", port), timeout=GIVEN_UP_SECONDS_MAX) as one:
        yield one


def heard(one: socket.socket) -> bytes:
    """All that is said until the line is closed."""
    said = b""
    while part := one.recv(1 << 16):
        said += part
    return said


def test_a_body_that_stops_coming_is_told_so_and_its_line_closed(port: int) -> None:
    """408 with a problem document; the rest is not waited for."""
    with line(port) as one:
        one.sendall(HEAD % len(BODY) + BODY[:5])
        begun = monotonic()
        said = heard(one)
    assert SECONDS * 0.9 < monotonic() - begun < GIVEN_UP_SECONDS_MAX
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"/schema/problems/request_timeout" in said


def test_a_body_of_a_byte_now_and_then_is_not_waited_for(port: int) -> None:
    """That something comes is not enough: it must come fast enough."""
    with line(port) as one:
        one.sendall(HEAD % 10_000)
        one.settimeout(SECONDS / 10)
        begun = monotonic()
        said = b""
        while not said and monotonic() - begun < GIVEN_UP_SECONDS_MAX:
            one.sendall(b" ")
            try:
                said = one.recv(1 << 16)
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_large_body_may_take_its_time(port: int) -> None:
    """What comes fast enough has more time than a body may be silent for: it is read to its end."""
    with line(port) as one:
        one.sendall(HEAD % (len(BODY) + 6_000))
        begun = monotonic()
        for _ in range(6):
            one.sendall(b" " * 1_000)
            sleep(SECONDS / 4)
        one.sendall(BODY)
        said = one.recv(1 << 16)
    assert monotonic() - begun > SECONDS
    assert said.startswith(b"HTTP/1.1 401 ")


def test_a_head_that_does_not_end_is_cut_off(port: int) -> None:
    """A header now and then, without end: the line is closed."""
    with line(port) as one:
        begun = monotonic()
        one.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\n")
        said = heard(one)
    assert monotonic() - begun < GIVEN_UP_SECONDS_MAX
    assert b" 200 " not in said
