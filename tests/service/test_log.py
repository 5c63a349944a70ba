"""The log: JSON lines that help to find a fault and give nothing away."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from service import log
from service.settings import LogLevel


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
