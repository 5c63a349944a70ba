"""The definitions there are, the page of a version, and beginning a draft."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters import shipped
from adapters.exchange.chart import Unreadable
from adapters.exchange.languages import source_of
from adapters.exchange.markup import BYTES_MAX
from adapters.exchange.telling import sentence
from adapters.sql.office_log import By
from adapters.sql.publishing import Edition, Headline
from adapters.sql.reviewing import Outcome, turn_back
from engine.editing import Put, edited
from engine.refusal import Refused
from engine.texts import Text
from service.http.definitions import KEY_LINE
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.visit import note
from service.texts import LANGUAGES, Speech
from service.web.definition_pages import allowed, called, compared, differences, editions_of, judged, version_page
from service.web.desk import AnyPage
from service.web.flow.differing import free
from service.web.lists import Column, by_key
from service.web.pages import address_of, page, preferences_of, speech_of
from service.web.reading import Look, look, wording_of
from service.web.refusing import told
from service.web.views.definitions import ROOT, definition_rows, edit_url, impact, version_rows, version_url
from service.web.views.text_changes import changes
from workflows.shipped import BLANK

SOURCE_BYTES_MAX = 1 << 19
"""Largest form that brings a definition; the loader says more exactly what is too long."""

TITLE_LENGTH_MAX = 80
"""Most characters of a new procedure's name."""

FINE, WRONG = 200, 422


@get(ROOT, include_in_schema=False)
async def show_definitions(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every procedure with its version in use, its draft, and the items that run."""
    return await _list(request, front)


async def _list(request: AnyRequest, front: Front, problem: str = "", status: int = FINE) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        publishing = front.assembly.publishing
        headlines = publishing.headlines()
        rows = definition_rows(headlines, _titles(found, headlines), publishing.running(), found.reader)
        return {"rows": rows, "may_draft": allowed(found, "draft")}

    shown, t = await look(request, front, work), speech_of(request)
    columns = [
        Column("title", t("definitions.column.title")),
        Column("live", t("definitions.column.live")),
        Column("draft", t("definitions.column.draft")),
        Column("running", t("definitions.column.running")),
    ]
    title = t("definitions.title")
    template = "admin/definitions.html"
    return page(request, template, title=title, status=status, column=by_key(columns), columns=columns,
                problem=problem, **shown)  # fmt: skip


def _titles(found: Look, headlines: tuple[Headline, ...]) -> dict[str, Text]:
    """Give the titles of procedures: of the version in use, else of the newest text."""
    publishing, titles = found.front.assembly.publishing, {}
    for key in {one.key for one in headlines}:
        live = [one for one in headlines if one.key == key and not one.is_open]
        if live:
            titles[key] = found.definition(key, live[0].version).title
            continue
        newest = max(one.version for one in headlines if one.key == key)
        definition = publishing.check(publishing.edition(key, newest).source, key).definition
        if definition is not None:
            titles[key] = definition.title
    return titles


@get(f"{ROOT}/{{key:str}}/{{version:int}}", include_in_schema=False)
async def show_version(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """A version: the procedure in words, as a picture, as tables, as it is written."""
    return await _version(request, front, key, version)


async def _version(
    request: AnyRequest, front: Front, key: str, version: int, refused: tuple[str, list[str]] | None = None
) -> Response[str]:
    address = address_of(request)
    view, against = address.get("view", "words"), address.get("against")

    def work(found: Look) -> dict[str, Any]:
        edition = front.assembly.publishing.edition(key, version)
        running = front.assembly.publishing.running()
        others = version_rows(editions_of(front, key), running, found.reader)
        return {"shown": version_page(found, edition, view, against), "versions": others}

    shown, t = await look(request, front, work), speech_of(request)
    title = getattr(shown["shown"], "title", key)
    names = ("state", "action", "who", "target", "needs", "does")
    columns = [Column(name, t(f"definitions.column.{name}")) for name in names]
    field_columns = [
        Column(name, t(f"definitions.column.{name}")) for name in ("field", "type", "limits", "edited", "required")
    ]
    return page(
        request,
        "admin/version.html",
        title=f"{title} · {t('definitions.version', version=version)}",
        status=FINE if refused is None else WRONG,
        refused=refused,
        done=address.get("done"),
        column=by_key([*columns, *field_columns]),
        columns=columns,
        field_columns=field_columns,
        list_url=ROOT,
        edit_url=edit_url(key),
        **shown,
    )


class NotBegun(ValueError):
    """No draft can begin with what was sent; the message says why, in the reader's language."""


@post(ROOT, include_in_schema=False, request_max_body_size=BYTES_MAX)
async def begin(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Begin a draft: from a file, or with the smallest procedure there is."""
    form, t = await request.form(), speech_of(request)
    file = form.get("file")
    sent = file if isinstance(file, UploadFile) and file.filename else None
    try:
        source = _blank(front, t, form) if sent is None else await _uploaded(request, front, sent)
        key = _key_of(front, t, source, "bad_key" if sent is None else "no_key")
    except NotBegun as error:
        return await _list(request, front, str(error), WRONG)
    await in_thread(front.assembly.threads, lambda: _draft(request, front, key, source))
    return Redirect(edit_url(key, "flow") if sent is None else edit_url(key), status_code=303)


def _key_of(front: Front, t: Speech, source: str, refusal: str) -> str:
    """Give the code of a text that nobody is drafting yet."""
    named = KEY_LINE.search(source)
    if named is None or "\x00" in source:
        raise NotBegun(t(f"definitions.{refusal}"))
    if any(one.key == named[1] and one.is_open for one in front.assembly.publishing.headlines()):
        raise NotBegun(t("definitions.draft_there", key=named[1]))
    return named[1]


async def _uploaded(request: AnyRequest, front: Front, file: UploadFile) -> str:
    language, content = preferences_of(request).language, await file.read()
    try:
        return await in_thread(
            front.assembly.slow_threads, lambda: source_of(content, PurePath(file.filename).suffix, language)
        )
    except Unreadable as error:
        raise NotBegun(sentence("flaw", error.flaw.code, error.flaw.found, language)) from error


def _blank(front: Front, t: Speech, form: FormMultiDict) -> str:
    """Give the smallest procedure there is, with the name that was given; a code is made where none is."""
    there = {one.key for one in front.assembly.publishing.headlines()}
    key = str(form.get("key", "")).strip() or free(there, "procedure-{number}")
    if key in there:
        raise NotBegun(t("definitions.key_there", key=key))
    source = shipped.source(BLANK).replace("KEY", key, 1)
    if KEY_LINE.match(source) is None:
        raise NotBegun(t("definitions.bad_key"))
    typed = {one: str(form.get(f"name_{one}", "")).strip()[:TITLE_LENGTH_MAX] for one in LANGUAGES}
    names = {one: "".join(filter(str.isprintable, name)) for one, name in typed.items()}
    return edited(source, [Put(("title", one), name) for one, name in names.items() if name])


@post(f"{ROOT}/{{key:str}}/{{version:int}}/draft", include_in_schema=False)
async def begin_from(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Begin a draft with the text of a version; one that is open already is gone on with, not written over."""
    edition = await _seen(request, front, key, version)
    if edition is None:
        return await _stale(request, front, key, version)
    if not editions_of(front, key)[0].is_open:
        await in_thread(front.assembly.threads, lambda: _draft(request, front, key, edition.source))
    return Redirect(edit_url(key, "flow"), status_code=303)


@post(f"{ROOT}/{{key:str}}/{{version:int}}/send", include_in_schema=False)
async def send(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Ask for a draft to be reviewed."""
    who, publishing = caller_of(request).actor.id, front.assembly.publishing
    source = await in_thread(front.assembly.threads, lambda: publishing.edition(key, version).source)
    checked, lines, _ = await look(request, front, lambda found: judged(found, source, key))
    if not checked.is_sound:
        title = speech_of(request)("problems.unsound.title")
        return await _version(request, front, key, version, (title, [line.text for line in lines]))
    return await _turned(
        request, front, key, version, "sent", lambda edition: publishing.send(key, version, who, edition.digest)
    )


@get(f"{ROOT}/{{key:str}}/{{version:int}}/publish", include_in_schema=False)
async def ask_to_publish(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """Show the reviewer what publishing means: problems, what changed, which items stay where."""

    def work(found: Look) -> dict[str, Any]:
        publishing, editions = front.assembly.publishing, editions_of(front, key)
        edition = publishing.edition(key, version)
        before = compared(editions, version)
        old = publishing.edition(key, before).source if before is not None else ""
        checked, problems, notes = judged(found, edition.source, key)
        return {
            "edition": edition,
            "called": called(found, key),
            "author": found.reader.person(edition.author),
            "is_own": found.actor.id in publishing.editors(key, version),
            "is_sound": checked.is_sound,
            "problems_found": problems,
            "notes": notes,
            "compared_with": before,
            "differences": differences(found, edition, before),
            "changes": changes(old, edition.source),
            "may_try": allowed(found, "impact", "GET"),
            "impact": impact(editions, publishing.running()),
        }

    shown, t = await look(request, front, work), speech_of(request)
    title = t("definitions.publish.title", called=shown.pop("called"), version=version)
    return page(request, "admin/publish.html", title=title, back_url=version_url(key, version), **shown)


@post(f"{ROOT}/{{key:str}}/{{version:int}}/publish", include_in_schema=False)
async def publish(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Publish the text that was read."""
    who, publishing = caller_of(request).actor.id, front.assembly.publishing
    note(request, definition=key, version=version)
    return await _turned(request, front, key, version, "published", lambda _: publishing.publish(key, version, who))


@post(f"{ROOT}/{{key:str}}/{{version:int}}/retire", include_in_schema=False)
async def retire(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Take a version out of use for new items; a reason is needed."""
    reason = str((await request.form()).get("reason", "")).strip()
    if not reason:
        t = speech_of(request)
        return await _version(request, front, key, version, (t("problems.refused.title"), [t("definitions.reason")]))
    who, publishing = caller_of(request).actor.id, front.assembly.publishing
    return await _turned(
        request, front, key, version, "retired", lambda _: publishing.retire(key, version, who, reason)
    )


@post(f"{ROOT}/{{key:str}}/{{version:int}}/return", include_in_schema=False)
async def turn_down(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Send a version that waits for its reviewer back to be mended, or turn it down; a reason is needed."""
    form = await request.form()
    reason, outcome = str(form.get("reason", "")).strip(), str(form.get("outcome", ""))
    by = By(caller_of(request).actor.id, front.assembly.clock.now(), reason)
    kind: Outcome = "rejected" if outcome == "rejected" else "draft"
    publishing, database = front.assembly.publishing, front.assembly.database
    done = "rejected" if kind == "rejected" else "returned"
    return await _turned(
        request, front, key, version, done, lambda edition: turn_back(publishing, database, edition, by, kind)
    )


async def _turned(
    request: AnyRequest, front: Front, key: str, version: int, done: str, turn: Callable[[Edition], object]
) -> AnyPage:
    """Turn a version that is still as the form had it, and show it again: how it is now, or why it was not done."""
    edition = await _seen(request, front, key, version)
    if edition is None:
        return await _stale(request, front, key, version)
    try:
        await in_thread(front.assembly.slow_threads, lambda: turn(edition))
    except Refused as refused:
        return await _refused(request, front, key, version, refused)
    return Redirect(f"{version_url(key, version)}?done={done}", status_code=303)


def _draft(request: AnyRequest, front: Front, key: str, source: str) -> Edition:
    digest = sha256(source.encode()).hexdigest()
    return front.assembly.publishing.draft(key, source, digest, caller_of(request).actor.id)


async def _seen(request: AnyRequest, front: Front, key: str, version: int) -> Edition | None:
    """Give the version if it is still as the form that was sent had it."""
    edition = await in_thread(front.assembly.threads, lambda: front.assembly.publishing.edition(key, version))
    form = await request.form()
    return edition if form.get("digest") == edition.digest else None


async def _stale(request: AnyRequest, front: Front, key: str, version: int) -> Response[str]:
    t = speech_of(request)
    return await _version(
        request, front, key, version, (t("problems.stale_text.title"), [t("problems.stale_text.detail")])
    )


async def _refused(request: AnyRequest, front: Front, key: str, version: int, refused: Refused) -> Response[str]:
    title, _ = told(front, request, front.answering.problem(refused))
    reasons = [wording_of(request, front).sentence(reason) for reason in refused.reasons]
    return await _version(request, front, key, version, (title, reasons))


HANDLERS: list[HTTPRouteHandler] = [
    show_definitions,
    begin,
    show_version,
    begin_from,
    send,
    ask_to_publish,
    publish,
    retire,
    turn_down,
]
