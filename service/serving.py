"""Running the application under its HTTP server: in this process, or in several that share PostgreSQL."""

import asyncio
import ctypes
import gc
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server as Processes
from granian.server.embed import Server

from service.http.application import Application
from service.http.live import STREAMS
from service.http.metrics import counted_together
from service.settings import Settings

BACKLOG_CONNECTIONS = 1_024
HEADER_SECONDS_MAX = 20.0
"""How long a line may be open before the whole head of its next request is there; bodies: `service.http.patience`."""

ENDING_SECONDS_MAX = 30
"""How long one of several processes may finish what is under way before it is killed."""

MALLOC = {-8: 2, -3: 1 << 20}
"""Settings of glibc's memory: at most so many heaps for all threads; blocks of so many bytes go back when freed."""


def serve(application: Application, settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until the process is told to stop; then finish what is under way.

    `ready` is called when the server has been started.
    """
    _settle()
    asyncio.run(_serve(application, settings, ready))


async def _serve(application: Application, settings: Settings, ready: Callable[[], None]) -> None:
    server = Server(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG_CONNECTIONS,
        http1_settings=_patience(),
        log_level=LogLevels.error,  # its one warning says that this way of serving is new to it
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, server)
    loop.call_soon(ready)
    await server.serve()


def _patience() -> HTTP1Settings:
    return HTTP1Settings(header_read_timeout=round(HEADER_SECONDS_MAX * 1000))


def _stop(server: Server) -> None:
    """Answer what is under way, and let nobody listen for news until then."""
    STREAMS.end()
    server.stop()  # type: ignore[no-untyped-call]  # the library says nothing of it


def serve_in_processes(
    build: Callable[[Settings], Application], settings: Settings, ready: Callable[[], None] = lambda: None
) -> None:
    """Let as many processes as the settings say build the application and answer on one port, until told to stop.

    This process only watches: one of them that ends is started again.
    """
    server = Processes(
        "shenpi",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        backlog=BACKLOG_CONNECTIONS,
        http1_settings=_patience(),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=ENDING_SECONDS_MAX,
    )
    server.on_startup(ready)
    with counted_together():
        server.serve(target_loader=partial(_build, build, settings), wrap_loader=False)


def _build(build: Callable[[Settings], Application], settings: Settings) -> Application:
    """Build in a process that was just forked; told to stop meanwhile, it ends instead of only taking note."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    application = build(settings)
    _settle()
    return application


def _settle() -> None:
    """Leave what stays as long as the process out of the search for garbage, and give back what does not.

    By itself each thread has a heap of its own that keeps what a job of the night has freed, and what a password check
    takes stays with the process from the second on (the demonstration after ten pages: 183 MiB, and 149 like this).
    """
    gc.freeze()
    with suppress(AttributeError, OSError):  # only glibc has it
        for setting, value in MALLOC.items():
            ctypes.CDLL(None).mallopt(setting, value)
