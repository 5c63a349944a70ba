"""How long a body may take to come: who sends a byte now and then holds up nothing for long."""

from asyncio import get_running_loop, timeout_at

from litestar.exceptions import HTTPException
from litestar.types import HTTPReceiveMessage, Receive, Scope

BODY_SECONDS_MAX = 20.0
"""A body has so long to come …"""

BODY_BYTES_PER_SECOND_MIN = 500
"""… and a second more for so many bytes of it that came; both as Apache's mod_reqtimeout has them by itself."""

WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class TooSlow(HTTPException):
    """The body did not come in time; the line is closed, since the rest of it may still come."""

    status_code = 408

    def __init__(self) -> None:
        """Say to whoever answers that the line is to be closed."""
        super().__init__("the body did not come in time", headers={"Connection": "close"})


def within_time(scope: Scope, receive: Receive) -> Receive:
    """Receive as before, but raise `TooSlow` when the body does not come in time. After it there is no limit."""
    if scope.get("method") in WITHOUT_BODY:
        return receive
    loop = get_running_loop()
    until: float | None = loop.time() + BODY_SECONDS_MAX

    async def receive_in_time() -> HTTPReceiveMessage:
        nonlocal until
        try:
            async with timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] != "http.request" or not message["more_body"]:
            until = None
        elif until is not None:
            until += len(message["body"]) / BODY_BYTES_PER_SECOND_MIN
        return message  # type: ignore[return-value]  # Litestar's type is that of websockets besides

    return receive_in_time
