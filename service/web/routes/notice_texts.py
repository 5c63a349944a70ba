"""Pages for the sentences of notices: what each says, a try with made-up values, another wording with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.office_log import By, Wanted, list_changes
from engine.refusal import NotFound, Refusal, Refused
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.notice_texts import AREA, LENGTH_MAX, NoticeText, against, filled, notice_texts, word
from service.texts import LANGUAGES, Language
from service.web.desk import AnyPage
from service.web.lists import Column, by_key
from service.web.pages import page, site_of, speech_of
from service.web.parts import Status
from service.web.reading import Look, look, wording_of

ROOT = "/admin/notices"
FINE, WRONG = 200, 422
REASON_LENGTH_MAX = 1_000
VERSIONS_SHOWN = 50


@get(ROOT, include_in_schema=False)
async def show_notices(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every sentence as it is now, with made-up values."""
    t = speech_of(request)

    def work(found: Look) -> list[tuple[NoticeText, Status, list[str]]]:
        texts = notice_texts(front.assembly.catalogue, found.facts.directory)
        return [(one, _status(one, found), _sample(request, one.now)) for one in texts.values()]

    rows = await look(request, front, work)
    columns = [Column(name, t(f"notice_texts.column.{name}")) for name in ("kind", "says", "status")]
    return page(request, "admin/notices.html", title=t("notice_texts.title"), rows=rows, columns=columns,
                column=by_key(columns), url=ROOT)  # fmt: skip


def _status(one: NoticeText, found: Look) -> Status:
    return Status(found.t("notice_texts.own"), "active") if one.own else Status(found.t("notice_texts.shipped"))


def _sample(request: AnyRequest, words: Mapping[Language, str]) -> list[str]:
    """Fill a wording in with made-up values, in each language."""
    site = site_of(request)
    parts = ("title", "by", "state", "due")
    return [
        filled(words[language], {name: site.speech(language)(f"notice_texts.sample.{name}") for name in parts})
        for language in LANGUAGES
    ]


@get(f"{ROOT}/{{notice:str}}", include_in_schema=False)
async def show_notice(request: AnyRequest, notice: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """A sentence: how it is worded, what can be filled in, and how it was worded before."""
    return await _notice(request, front, notice)


async def _notice(
    request: AnyRequest,
    front: Front,
    kind: str,
    tried: Mapping[Language, str] | None = None,
    reasons: Sequence[Refusal] = (),
    reason: str = "",
) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        one = _known(front, kind, found)
        changes = list_changes(found.connection, Wanted(subject=f"policy:{AREA}{kind}"), limit=VERSIONS_SHOWN)
        return {
            "one": one,
            "state": _status(one, found),
            "versions": [(line, found.reader.person(line.actor), _latest(line.after)) for line in changes.lines],
            "may": found.front.policy.rules["POST", f"{ROOT}/{{notice}}"].allows(found.caller.roles),
        }

    shown, t, say = await look(request, front, work), speech_of(request), wording_of(request, front).sentence
    words = tried or shown["one"].now
    return page(
        request,
        "admin/notice.html",
        title=t(f"notice_texts.kind.{kind}"),
        status=WRONG if reasons else FINE,
        url=f"{ROOT}/{kind}",
        list_url=ROOT,
        parts=t("show.reason_separator").join(
            f"{{{name}}} {t(f'notice_texts.part.{name}')}" for name in sorted(shown["one"].allowed)
        ),
        words=words,
        sample=[] if reasons else _sample(request, words),
        is_tried=tried is not None,
        wrong=[_placed(one, say(one), t) for one in reasons],
        reason=reason,
        length_max=LENGTH_MAX,
        done="done" in request.query_params and not reasons,
        **shown,
    )


def _known(front: Front, kind: str, found: Look) -> NoticeText:
    texts = notice_texts(front.assembly.catalogue, found.facts.directory)
    if kind not in texts:
        raise NotFound(f"notice {kind}")
    return texts[kind]


def _latest(values: Any) -> Any:  # noqa: ANN401  # the values of a policy by day
    """Give the wording that a change left in force; None where it is the shipped one."""
    return values[max(values)] if isinstance(values, dict) and values else None


def _placed(reason: Refusal, words: str, t: Any) -> str:  # noqa: ANN401  # the text lookup
    return f"{t(f'settings.language.{reason.where}')} · {words}" if reason.where in LANGUAGES else words


@post(f"{ROOT}/{{notice:str}}", include_in_schema=False)
async def save_notice(request: AnyRequest, notice: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Try a wording, keep it, or go back to the shipped one; the last two with a reason."""
    form, assembly = await request.form(), front.assembly
    words: dict[Language, str] = {language: str(form.get(language, "")).strip() for language in LANGUAGES}
    reason, intent = str(form.get("reason", "")).strip()[:REASON_LENGTH_MAX], form.get("intent")
    known = await look(request, front, lambda found: _known(front, notice, found))
    if intent == "shipped":
        words = dict(known.shipped)
    reasons = against(known, words)
    if intent == "try" or reasons:
        return await _notice(request, front, notice, words, reasons, reason)
    by = By(caller_of(request).actor.id, assembly.clock.now(), reason)
    kept = None if words == known.shipped else words
    try:
        await in_thread(assembly.threads, lambda: word(assembly, by, notice, kept))
    except Refused as refused:
        return await _notice(request, front, notice, words, refused.reasons, reason)
    return Redirect(f"{ROOT}/{notice}?done=1", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_notices, show_notice, save_notice]
