"""News for an open page: a stream that says when one's queue or notices changed, by whomever in whatever process.

Each stream reads the database every few seconds; there is nothing to subscribe to, so it works with any number of
processes. It ends after a while, or when the session does, and the browser asks again.
"""

from asyncio import sleep
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.response import Stream

from adapters.sql.notices import count_unread, list_notices
from adapters.sql.reads.queue import count_open, open_tasks
from engine.refusal import Unavailable
from service.http.answers import problems
from service.http.callers import Caller
from service.http.credentials import Credential, credential_of
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem

MEDIA_TYPE = "text/event-stream"
LOOK_SECONDS = 2.0
"""How often a stream looks."""

SIGN_SECONDS = 15.0
"""How often it shows that it lives, so that no proxy takes it for dead."""

LENGTH_SECONDS, LENGTH_SECONDS_MAX = 20, 300
STREAMS_MAX, STREAMS_EACH_MAX = 500, 6
"""Most streams of a process, and of one person: a browser opens six connections to a place."""

SEEN_TASKS = 20
MARK_LENGTH = 16
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Seconds = Annotated[
    int, QueryParameter(ge=0, le=LENGTH_SECONDS_MAX, description="How long to stay; 0 tells how things are and ends.")
]


class Streams:
    """Counts the open streams of a process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: Counter[str] = Counter()
        self.is_ending = False

    def enter(self, user_id: str) -> None:
        """Open one; raises Problem 429 when there are too many."""
        if self._open.total() >= STREAMS_MAX or self._open[user_id] >= STREAMS_EACH_MAX:
            raise Problem(429, "too_many_requests", params={"seconds": LENGTH_SECONDS}, headers=_LATER)
        self._open[user_id] += 1

    def end(self) -> None:
        """Let all come to their end within moments: the service stops."""
        self.is_ending = True

    def leave(self, user_id: str) -> None:
        """Close one."""
        self._open -= Counter([user_id])


_LATER = {"Retry-After": str(LENGTH_SECONDS)}
STREAMS = Streams()
"""Those of this process."""


class Queue(msgspec.Struct, frozen=True):
    """The event `queue`: how many tasks one has, and how many one could take; counted up to 1000."""

    mine: int
    claimable: int


class Notices(msgspec.Struct, frozen=True):
    """The event `notices`: how many are unread, and the newest."""

    unread: int
    newest: str | None


@dataclass(frozen=True, slots=True)
class News:
    """How things are for a person. `tasks` are the first of the queue: a change of them is news, too."""

    queue: Queue
    tasks: tuple[str, ...]
    notices: Notices


@get(
    "/api/v1/me/events",
    media_type=MEDIA_TYPE,
    responses=problems()
    | {200: ResponseSpec(bytes, description="Events `queue` and `notices`, as they change.", media_type=MEDIA_TYPE)},
    tags=["session"],
)
async def events(request: AnyRequest, front: NamedDependency[Front], seconds: Seconds = LENGTH_SECONDS) -> Stream:
    """Hear of changes of one's queue and notices as server-sent events, first how they are. No use of the session."""
    credential, user_id = credential_of(request, is_tls=front.assembly.settings.is_tls), caller_of(request).actor.id
    assert credential is not None
    STREAMS.enter(user_id)
    return Stream(_stream(front, credential, user_id, seconds), media_type=MEDIA_TYPE, headers=HEADERS)


async def _stream(front: Front, credential: Credential, user_id: str, seconds: int) -> AsyncIterator[bytes]:
    try:
        until, told, sign_at = monotonic() + seconds, None, monotonic() + SIGN_SECONDS
        while (news := await in_thread(front.assembly.threads, lambda: _news(front, credential))) is not None:
            changed = b"".join(_changes(told, news))
            if changed or monotonic() >= sign_at:
                yield changed or b":\n\n"
                sign_at = monotonic() + SIGN_SECONDS
            told = news
            if STREAMS.is_ending or monotonic() >= until:
                return
            await sleep(LOOK_SECONDS)
    except Unavailable:
        return  # the page asks again
    finally:
        STREAMS.leave(user_id)


def _changes(told: News | None, news: News) -> list[bytes]:
    found = []
    if told is None or (told.queue, told.tasks) != (news.queue, news.tasks):
        found.append(_spelt("queue", news.queue, *news.tasks))
    if told is None or told.notices != news.notices:
        found.append(_spelt("notices", news.notices))
    return found


def _spelt(name: str, facts: Queue | Notices, *beside: str) -> bytes:
    """Spell an event. Its id is how things are: two with the same one tell the same."""
    data = msgspec.json.encode(facts)
    mark = sha256("\n".join(beside).encode() + data).hexdigest()[:MARK_LENGTH]
    return b"event: %s\ndata: %s\nid: %s\n\n" % (name.encode(), data, mark.encode())


def _news(front: Front, credential: Credential) -> News | None:
    """Look how things are; None when nobody is signed in any more."""
    caller = front.callers.find(credential, front.assembly.clock.now(), is_use=False)
    return None if caller is None else _look(front, caller)


def _look(front: Front, caller: Caller) -> News:
    principals = caller.actor.principals
    mine = [name for name in principals if name.startswith("u:")]
    groups = [name for name in principals if name.startswith("g:")]
    with front.assembly.database.read() as connection:
        first = open_tasks(connection, principals, limit=SEEN_TASKS).lines
        newest = list_notices(connection, caller.actor.id, None, 1).lines
        return News(
            Queue(count_open(connection, mine), count_open(connection, groups)),
            tuple(f"{line.id} {line.principal}" for line in first),
            Notices(count_unread(connection, caller.actor.id), newest[0].id if newest else None),
        )


HANDLERS: list[HTTPRouteHandler] = [events]
