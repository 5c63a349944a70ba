"""What a person is told inside the product: their notices, newest first, and which of them they have read."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from adapters.sql.drafts import prefer, preferences
from adapters.sql.notices import Notice, count_unread, list_notices, mark_read
from adapters.sql.reads.cases import CaseLine, lines_of
from service.http.answers import problems
from service.http.contract import ID_PATTERN
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import PAGE_USUAL, After, Limit
from service.http.overview_shapes import NoticePage, NoticeShape, NoticesRead
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.values import as_text
from service.jobs.outbox import MAIL, MailChoice, mail_choice
from service.phrases import LENGTH_MAX, PHRASES_MAX, keep_phrases, own_phrases
from service.telling import About, Teller

ROOT = "/api/v1/me/notices"


class Reading(msgspec.Struct, forbid_unknown_fields=True):
    """The newest notice that was read; it and all older ones count as read."""

    until: Annotated[str, msgspec.Meta(pattern=ID_PATTERN)]


@get(ROOT, responses=problems(), tags=["session"])
async def notices(
    request: AnyRequest, front: NamedDependency[Front], after: After = None, limit: Limit = PAGE_USUAL
) -> NoticePage:
    """List one's own notices, the newest first, in words."""
    user_id, rendering = caller_of(request).actor.id, rendering_for(request, front)
    place = as_text(after, "after") if after else None

    def look() -> NoticePage:
        with front.assembly.database.read() as connection:
            page = list_notices(connection, user_id, place, limit)
            unread = count_unread(connection, user_id)
            cases = lines_of(connection, {notice.case_id for notice in page.lines if notice.case_id})
        return NoticePage([_shape(front, rendering, notice, cases) for notice in page.lines], page.after, unread)

    return await in_thread(front.assembly.threads, look)


def _shape(front: Front, rendering: Rendering, notice: Notice, cases: Mapping[str, CaseLine]) -> NoticeShape:
    line = cases.get(notice.case_id or "")
    about = About(line.code, line.title, line.definition, line.version) if line is not None else None
    teller = Teller(front.assembly.catalogue, front.assembly.library, front.assembly.settings.origin)
    text = teller.sentence(rendering.wording.language, rendering.directory, notice.kind, notice.params, about)
    return NoticeShape(notice.id, notice.kind, text, notice.case_id, notice.at, notice.read_at)


@post(f"{ROOT}/read", status_code=200, responses=problems(415), tags=["session"])
async def read_notices(request: AnyRequest, data: JSONBody[Reading], front: NamedDependency[Front]) -> NoticesRead:
    """Mark one's notices up to one as read."""
    user_id, now = caller_of(request).actor.id, front.assembly.clock.now()
    number = await in_thread(
        front.assembly.threads, lambda: mark_read(front.assembly.database, user_id, data.until, now)
    )
    return NoticesRead(number)


class Mailing(msgspec.Struct, forbid_unknown_fields=True):
    """Which mails one wants: `each` notice and the morning's digest, the `digest` only, or `never` any."""

    mail: MailChoice


@get("/api/v1/me/preferences", responses=problems(), tags=["session"])
async def preferred(request: AnyRequest, front: NamedDependency[Front]) -> Mailing:
    """Tell which mails one gets. Notices inside the product are always there."""
    user_id = caller_of(request).actor.id

    def look() -> Mailing:
        with front.assembly.database.read() as connection:
            return Mailing(mail_choice(preferences(connection, user_id)))

    return await in_thread(front.assembly.threads, look)


@put("/api/v1/me/preferences", responses=problems(415), tags=["session"])
async def choose(request: AnyRequest, data: JSONBody[Mailing], front: NamedDependency[Front]) -> Mailing:
    """Choose which mails one gets."""
    database, user_id = front.assembly.database, caller_of(request).actor.id
    await in_thread(front.assembly.threads, lambda: prefer(database, user_id, MAIL, data.mail))
    return data


class Phrases(msgspec.Struct, forbid_unknown_fields=True):
    """One's own phrases for opinions, in their order; without any, the usual ones are offered."""

    phrases: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=LENGTH_MAX)]], msgspec.Meta(max_length=PHRASES_MAX)
    ]


@get("/api/v1/me/phrases", responses=problems(), tags=["session"])
async def phrases(request: AnyRequest, front: NamedDependency[Front]) -> Phrases:
    """Give one's own phrases for opinions."""
    user_id = caller_of(request).actor.id

    def look() -> Phrases:
        with front.assembly.database.read() as connection:
            return Phrases(own_phrases(connection, user_id))

    return await in_thread(front.assembly.threads, look)


@put("/api/v1/me/phrases", responses=problems(415), tags=["session"])
async def change_phrases(request: AnyRequest, data: JSONBody[Phrases], front: NamedDependency[Front]) -> Phrases:
    """Keep phrases in the place of those before; answers with what is kept, each once and on one line."""
    database, user_id = front.assembly.database, caller_of(request).actor.id
    return Phrases(await in_thread(front.assembly.threads, lambda: keep_phrases(database, user_id, data.phrases)))


HANDLERS: list[HTTPRouteHandler] = [notices, read_notices, preferred, choose, phrases, change_phrases]
