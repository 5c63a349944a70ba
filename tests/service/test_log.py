"""The log: JSON lines that help to find a fault and give nothing away."""

import io
import json
import logging
from asyncio import run
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog

from service import log
from service.settings import LogLevel
from tests.service.conftest import Desk

Message = dict[str, Any]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """The log written to memory; afterwards it is as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    written = io.StringIO()
    log.configure(LogLevel.INFO, written)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """What was written, each line read as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object(stream: io.StringIO) -> None:
    """Also when a fact tries to begin a line of its own; facts that are None are left out."""
    log.write("request", {"case": 'x"\n{"event":"forged"}', "user": None, "status": 200})
    (line,) = lines(stream)
    assert line["event"] == "request"
    assert "user" not in line
    assert str(line["timestamp"]).endswith("Z")


def test_a_fault_tells_where_but_not_what(stream: io.StringIO) -> None:
    """The message of an error may hold a password; its class and its places do not."""
    try:
        try:
            int("canary-4711")
        except ValueError as error:
            raise LookupError("canary-4711") from error
    except LookupError as error:
        log.write_fault(error, {"request": "r1"})
    (line,) = lines(stream)
    assert line["error"] == "LookupError < ValueError"
    assert "test_log.py" in str(line["places"])
    assert "canary-4711" not in stream.getvalue()


def test_libraries_are_quiet(stream: io.StringIO) -> None:
    """Their news would name addresses and transitions; their warnings come as JSON, without messages of errors."""
    for name in ("httpx", "transitions.core", "apscheduler.scheduler"):
        logging.getLogger(name).info("GET https://mail.example/?token=canary-4711")
    assert stream.getvalue() == ""
    try:
        int("canary-4711")
    except ValueError:
        logging.getLogger("apscheduler").exception("job failed")
    (line,) = lines(stream)
    assert (line["logger"], line["error"]) == ("apscheduler", "ValueError")
    assert "canary-4711" not in stream.getvalue()


def test_debug_lines_need_the_debug_level(stream: io.StringIO) -> None:
    """Health checks every second do not fill the disk."""
    log.write("request", {"path": "/health"}, level="debug")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_whoever_hangs_up_is_no_fault_of_ours(desk: Desk, stream: io.StringIO, kind: str) -> None:
    """A body that breaks off leaves one line, and none that somebody is woken for."""
    came: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    went: list[Message] = []

    async def receive() -> Message:
        return came.pop(0) if came else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        went.append(message)

    path = "/api/v1/session" if kind.endswith("json") else "/login"
    headers = [(b"host", b"testserver.local"), (b"content-type", kind.encode())]
    scope: Message = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST",
    }
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers}
    scope |= {"client": ("127.0.0.1", 1), "server": ("testserver.local", 80)}
    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have its loop in this one
        thread.submit(run, desk.client.app(scope, receive, send)).result()
    (line,) = lines(stream)
    assert (line["event"], line["status"], line["path"]) == ("request", 400, path)
