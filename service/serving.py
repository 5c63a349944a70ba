"""Running the application under its HTTP server, in this process."""

import asyncio
import signal
from collections.abc import Callable

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from service.http.application import Application
from service.settings import Settings

BACKLOG_CONNECTIONS = 1_024


def serve(application: Application, settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until the process is told to stop; then finish what is under way.

    `ready` is called when the server has been started.
    """
    asyncio.run(_serve(application, settings, ready))


async def _serve(application: Application, settings: Settings, ready: Callable[[], None]) -> None:
    server = Server(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG_CONNECTIONS,
        log_level=LogLevels.warning,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    loop.call_soon(ready)
    await server.serve()
