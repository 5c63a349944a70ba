"""The review of a version over HTTP: its author sends it, somebody else sends it back or turns it down."""

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from adapters.sql.office_log import By
from adapters.sql.publishing import Edition
from adapters.sql.reviewing import Outcome, turn_back
from service.http.answers import problems
from service.http.change_shapes import Retiring
from service.http.changes import VERSION
from service.http.definition_shapes import EditionShape
from service.http.definitions import Version, edition_shape, flaw_reasons
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.visit import note


@post(f"{VERSION}/send", status_code=200, responses=problems(404, 409, 412, 422), tags=["definitions"])
async def send(
    request: AnyRequest, key: FromPath[str], version: Version, front: NamedDependency[Front]
) -> EditionShape:
    """Send a sound draft to be published by somebody else. `If-Match: "DIGEST"` sends only the text that was read."""
    publishing, user = front.assembly.publishing, caller_of(request).actor.id
    rendering = rendering_for(request, front)
    before = await _read(request, front, key, version)
    checked = await in_thread(front.assembly.slow_threads, lambda: publishing.check(before.source, key))
    if not checked.is_sound:
        raise Problem(422, "unsound", reasons=flaw_reasons(rendering, checked.problems))
    sent = await in_thread(front.assembly.slow_threads, lambda: publishing.send(key, version, user, before.digest))
    return edition_shape(rendering, sent)


@post(f"{VERSION}/return", status_code=200, responses=problems(404, 409, 412, 413, 422), tags=["definitions"])
async def send_back(
    request: AnyRequest, key: FromPath[str], version: Version, data: JSONBody[Retiring], front: NamedDependency[Front]
) -> EditionShape:
    """Send a version that waits for its reviewer back to be mended, with a reason. Not by who had a hand in it."""
    return await _turned(request, front, key, version, data.reason, "draft")


@post(f"{VERSION}/reject", status_code=200, responses=problems(404, 409, 412, 413, 422), tags=["definitions"])
async def reject(
    request: AnyRequest, key: FromPath[str], version: Version, data: JSONBody[Retiring], front: NamedDependency[Front]
) -> EditionShape:
    """Turn a version that waits for its reviewer down for good, with a reason. Not by who had a hand in it."""
    return await _turned(request, front, key, version, data.reason, "rejected")


async def _turned(
    request: AnyRequest, front: Front, key: str, version: int, reason: str, outcome: Outcome
) -> EditionShape:
    publishing, database = front.assembly.publishing, front.assembly.database
    before = await _read(request, front, key, version)
    by = By(caller_of(request).actor.id, front.assembly.clock.now(), reason)

    def work() -> Edition:
        turn_back(publishing, database, before, by, outcome)
        return publishing.edition(key, version)

    return edition_shape(rendering_for(request, front), await in_thread(front.assembly.slow_threads, work))


async def _read(request: AnyRequest, front: Front, key: str, version: int) -> Edition:
    """Give the version; raises `Problem` (412) when it is another text than the one that was read."""
    note(request, definition=key, version=version)
    found = await in_thread(front.assembly.threads, lambda: front.assembly.publishing.edition(key, version))
    seen = request.headers.get("if-match", "").strip().strip('"')
    if seen and seen != found.digest:
        raise Problem(412, "stale_text")
    return found


HANDLERS: list[HTTPRouteHandler] = [send, send_back, reject]
