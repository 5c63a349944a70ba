"""Writing a draft as text: judged while it is typed, kept by itself, undone step by step."""

from hashlib import sha256

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters.sql.publishing import Edition
from engine.refusal import Conflict, Refusal, Refused
from service.http.definitions import KEY_LINE
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.texts import Speech
from service.web.definition_pages import called, editions_of, judged, picture
from service.web.desk import AnyPage
from service.web.flow.page import VIEWS
from service.web.pages import fragment, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look, wording_of
from service.web.routes.definitions import SOURCE_BYTES_MAX
from service.web.site import CHINA
from service.web.views.definitions import ROOT, edit_url, status_of, version_url

FINE, WRONG, STALE = 200, 422, 412
STEPS = {"undo": -1, "redo": 1}


class Written(Struct, frozen=True):
    """A text as it was sent, and the digest of the one it began with."""

    source: str
    seen: str
    intent: str

    @classmethod
    def read(cls, form: FormMultiDict) -> "Written":
        """Read the editor's form; browsers send line ends of their own."""
        source = str(form.get("source", "")).replace("\r\n", "\n")
        return cls(source, str(form.get("revision", "")), str(form.get("intent", "save")))

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return sha256(self.source.encode()).hexdigest()


@get(f"{ROOT}/{{key:str}}/edit", include_in_schema=False)
async def show_editor(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """The text of the draft, its problems and its picture; where there is no draft, the newest version's page."""
    newest = await in_thread(front.assembly.threads, lambda: editions_of(front, key)[0])
    if not newest.is_open:
        return Redirect(version_url(key, newest.version), status_code=303)
    return await _editor(request, front, key)


async def _editor(
    request: AnyRequest, front: Front, key: str, kept: Written | None = None, trouble: str = "", status: int = FINE
) -> Response[str]:
    def work(found: Look) -> dict[str, object]:
        publishing = front.assembly.publishing
        edition = publishing.edition(key, editions_of(front, key)[0].version)
        source = edition.source if kept is None else kept.source
        can_undo, can_redo = publishing.ways(edition)
        return {
            "edition": edition,
            "called": called(found, key),
            "state": status_of(edition.status, found.t),
            "source": source,
            "revision": edition.digest if kept is None else kept.seen,
            "can_undo": can_undo,
            "can_redo": can_redo,
            **_verdict(found, source, key),
        }

    shown, t = await look(request, front, work), speech_of(request)
    edition = shown["edition"]
    assert isinstance(edition, Edition)
    return page(
        request,
        "admin/editor.html",
        title=t("definitions.editing", called=shown["called"], version=edition.version),
        status=status,
        trouble=trouble,
        url=edit_url(key),
        check_url=edit_url(key, "check"),
        version_url=version_url(key, edition.version),
        tabs=editor_tabs(t, key, "text"),
        **shown,
    )


def editor_tabs(t: Speech, key: str, view: str) -> list[Tab]:
    """Give the ways to look at a draft while it is written: its steps, its picture, its actions, its text."""
    url = edit_url(key, "flow")
    urls = {one: f"{url}?view={one}" for one in VIEWS} | {"text": edit_url(key)}
    return [Tab(t(f"flow.view.{name}"), address, name == view) for name, address in urls.items()]


def _verdict(found: Look, source: str, key: str) -> dict[str, object]:
    checked, flaws, notes = judged(found, source, key)
    digest = sha256(source.encode()).hexdigest()
    view = picture(found, checked.definition, digest) if checked.definition is not None else None
    return {"flaws": flaws, "notes": notes, "view": view}


@post(
    f"{ROOT}/{{key:str}}/edit/check", include_in_schema=False, request_max_body_size=SOURCE_BYTES_MAX, status_code=200
)
async def check(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Judge a text while it is typed; nothing is kept."""
    written = Written.read(await request.form())
    verdict = await look(request, front, lambda found: _verdict(found, written.source, key))
    return fragment(request, "admin/editor.html", "verdict", **verdict)


@post(f"{ROOT}/{{key:str}}/edit", include_in_schema=False, request_max_body_size=SOURCE_BYTES_MAX)
async def save(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> AnyPage | Response[bytes]:
    """Keep the text, if nobody else changed the draft since; then undo or do again where that is asked."""
    written, t = Written.read(await request.form()), speech_of(request)
    is_script = "x-autosave" in request.headers
    try:
        edition = await in_thread(front.assembly.threads, lambda: _kept(request, front, key, written))
    except Conflict:
        if is_script:
            raise
        return await _editor(request, front, key, written, t("definitions.conflict"), STALE)
    except Refused as refused:
        words = " ".join(map(wording_of(request, front).sentence, refused.reasons))
        return await _editor(request, front, key, None if written.intent in STEPS else written, words, WRONG)
    if is_script:
        return _saved(edition)
    if written.intent == "leave":
        return Redirect(version_url(key, edition.version), status_code=303)
    return Redirect(edit_url(key), status_code=303)


def _kept(request: AnyRequest, front: Front, key: str, written: Written) -> Edition:
    publishing, who = front.assembly.publishing, caller_of(request).actor.id
    newest = editions_of(front, key)[0]
    if not newest.is_open or not written.seen:
        raise Conflict(newest.version)
    named = KEY_LINE.search(written.source)
    if named is None or named[1] != key or "\x00" in written.source:
        raise Refused(Refusal("definition.other_key", params={"key": key}))
    is_kept = newest.digest == written.digest  # by the browser's script, a moment before the button was pressed
    seen = newest.digest if is_kept else written.seen
    edition = publishing.draft(key, written.source, written.digest, who, seen)
    if written.intent in STEPS:
        edition = publishing.step(key, edition.version, STEPS[written.intent], who, edition.digest)
    return edition


def _saved(edition: Edition) -> Response[bytes]:
    """Tell the browser's script when it was kept, and the digest that the next text begins with."""
    answer = {"saved_at": edition.created_at.astimezone(CHINA).strftime("%H:%M:%S"), "revision": edition.digest}
    return Response(msgspec.json.encode(answer), media_type=MediaType.JSON, status_code=FINE)


HANDLERS: list[HTTPRouteHandler] = [show_editor, check, save]
