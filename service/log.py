"""The log: one JSON line for each request and each command, without secrets, bodies, cookies or query values."""

import logging
import sys
from collections.abc import Mapping
from traceback import extract_tb
from typing import TextIO

import msgspec

from service.settings import LogLevel

_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]  # "is not there": 4 MB for colours that JSON has not
import structlog  # noqa: E402  # after the line above

del sys.modules["rich"]
if _rich is not None:
    sys.modules["rich"] = _rich

QUIET = {
    **dict.fromkeys(("transitions", "httpx", "httpcore", "asyncio", "_granian", "alembic"), logging.WARNING),
    "apscheduler": logging.ERROR,
}
"""Loggers of libraries that would write data or noise, and what passes of them: warnings; of the scheduler not even
these, which only say that a sweep is still at work (`shenpi_heartbeat_age_seconds` says for how long)."""

FRAMES_MAX = 20
"""Innermost calls that a fault's line names."""

_encoder = msgspec.json.Encoder(enc_hook=repr)

Fact = str | int | float | bool | None


def configure(level: LogLevel = LogLevel.INFO, stream: TextIO | None = None) -> None:
    """Set the log up for the whole process: our lines and the libraries' warnings, as JSON on `stream`.

    Without a stream they go to what is the standard error output at that moment.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_spelled)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.WriteLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _LateHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_traceback,
                structlog.processors.JSONRenderer(serializer=_spelled),
            ],
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        )
    )
    logging.basicConfig(handlers=[handler], level=number, force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


def _spelled(line: Mapping[str, object], **_: object) -> str:
    """Give a line as JSON; what JSON does not know stands there as Python shows it."""
    return _encoder.encode(line).decode()


class _LateHandler(logging.StreamHandler[TextIO]):
    """Writes to a stream, or to the standard error output of the moment."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._given = stream

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = self._given or sys.stderr
        super().emit(record)


def write(event: str, facts: Mapping[str, Fact], *, level: str = "info") -> None:
    """Write one line; facts that are None are left out."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    getattr(structlog.get_logger(), level)(event, **known)


def write_fault(error: BaseException, facts: Mapping[str, Fact]) -> None:
    """Write what failed and where in the code; not its message, which may hold a person's data."""
    structlog.get_logger().error("fault", error=kind_of(error), places=places(error), **facts)


def kind_of(error: BaseException) -> str:
    """Give the class of an error and of what caused it, such as `Unavailable < OperationalError`."""
    chain = [type(error).__qualname__]
    while (cause := error.__cause__ or error.__context__) is not None and len(chain) < FRAMES_MAX:
        chain.append(type(cause).__qualname__)
        error = cause
    return " < ".join(chain)


def places(error: BaseException) -> list[str]:
    """Give the innermost calls of an error: `engine/case.py:12 name`, outermost first."""
    frames = extract_tb(error.__traceback__)[-FRAMES_MAX:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _without_traceback(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    found = event.pop("exc_info", None)
    if isinstance(found, tuple) and found[1] is not None:
        event.update(error=kind_of(found[1]), places=places(found[1]))
    return event
