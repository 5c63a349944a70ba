"""Pages for what notices, mails and forms say: an example, a try, another wording with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.office_log import By, Wanted, list_changes
from engine.refusal import Refusal, Refused
from service.county_texts import PAPERS, CountyText, against, county_text, county_texts, filled, word
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.printing import kinds
from service.sample_paper import sample_paper, sample_values
from service.texts import LANGUAGES, Language, Speech
from service.web.lists import Column, by_key
from service.web.pages import address_of, page, preferences_of, speech_of
from service.web.parts import Status
from service.web.reading import Look, look, wording_of

ROOT = "/admin/texts"
FINE, WRONG = 200, 422
REASON_LENGTH_MAX = 1_000
VERSIONS_SHOWN = 50
Line = tuple[CountyText, str, Status, list[str]]
"""A text, what it is called, whose wording it is, and what it says with made-up values."""


@get(ROOT, include_in_schema=False)
async def show_texts(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every text as it is now, with made-up values; `of` narrows to one kind of document."""
    t, asked = speech_of(request), address_of(request).get("of")
    kind = asked if asked in kinds() else ""

    def work(found: Look) -> list[tuple[str, list[Line]]]:
        groups: dict[str, list[Line]] = {}
        for one in county_texts(front.assembly.catalogue, found.facts.directory, kind):
            line = (one, _name(one, found.t), _status(one, found), _sample(front, one.now))
            groups.setdefault(_group(one), []).append(line)
        return list(groups.items())

    groups = await look(request, front, work)
    columns = [Column(name, t(f"county_texts.column.{name}")) for name in ("kind", "says", "status")]
    names = [(code, f"{code} {_title(code, request)}") for code in sorted(kinds())]
    return page(request, "admin/texts.html", title=t("county_texts.title"), groups=groups, columns=columns,
                column=by_key(columns), url=ROOT, kinds=names, kind=kind)  # fmt: skip


def _group(one: CountyText) -> str:
    return "papers" if one.general in PAPERS else "mail" if one.has_lines else "notices"


def _name(one: CountyText, t: Speech) -> str:
    key = one.general.removeprefix("papers.frame.").removeprefix("notices.").removeprefix("mail.")
    group = {"papers": "paper", "mail": "mail", "notices": "kind"}[_group(one)]
    return t(f"county_texts.{group}.{key}")


def _title(code: str, request: AnyRequest) -> str:
    title = kinds()[code].title
    return title.en if preferences_of(request).language == "en" else title.zh


def _status(one: CountyText, found: Look) -> Status:
    return Status(found.t("county_texts.own"), "active") if one.own else Status(found.t("county_texts.shipped"))


def _sample(front: Front, words: Mapping[Language, str]) -> list[str]:
    """Fill a wording in with made-up values, in each language."""
    catalogue = front.assembly.catalogue
    return [filled(words[language], sample_values(catalogue, language)) for language in LANGUAGES]


@get(f"{ROOT}/{{text:str}}", include_in_schema=False)
async def show_text(request: AnyRequest, text: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """A text: how it is worded, what can be filled in, and how it was worded before."""
    return await _text(request, front, text)


async def _text(
    request: AnyRequest,
    front: Front,
    key: str,
    tried: Mapping[Language, str] | None = None,
    reasons: Sequence[Refusal] = (),
    reason: str = "",
) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        one = county_text(front.assembly.catalogue, found.facts.directory, key)
        changes = list_changes(found.connection, Wanted(subject=f"policy:{key}"), limit=VERSIONS_SHOWN)
        return {
            "one": one,
            "title": _name(one, found.t),
            "state": _status(one, found),
            "versions": [(line, found.reader.person(line.actor), _latest(line.after)) for line in changes.lines],
            "may": found.front.policy.rules["POST", f"{ROOT}/{{text}}"].allows(found.caller.roles),
        }

    shown, t, say = await look(request, front, work), speech_of(request), wording_of(request, front).sentence
    one: CountyText = shown["one"]
    words, kind = tried or one.now, key.removeprefix(one.general).removeprefix(".")
    return page(
        request,
        "admin/text.html",
        status=WRONG if reasons else FINE,
        url=f"{ROOT}/{key}",
        list_url=f"{ROOT}?of={kind}" if kind else ROOT,
        caption=f"{kind} {_title(kind, request)}" if kind else t(f"county_texts.group.{_group(one)}"),
        parts=t("show.reason_separator").join(
            f"{{{name}}} {t(f'county_texts.part.{name}')}" for name in sorted(one.allowed)
        ),
        words=words,
        sample=[] if reasons else _sample(front, words),
        is_paper=one.general in PAPERS,
        is_tried=tried is not None,
        wrong=[_placed(one, say(one), t) for one in reasons],
        reason=reason,
        done="done" in request.query_params and not reasons,
        **shown,
    )


def _latest(values: Any) -> Any:  # noqa: ANN401  # the values of a policy by day
    """Give the wording that a change left in force; None where it is the shipped one."""
    return values[max(values)] if isinstance(values, dict) and values else None


def _placed(reason: Refusal, words: str, t: Speech) -> str:
    return f"{t(f'settings.language.{reason.where}')} · {words}" if reason.where in LANGUAGES else words


@post(f"{ROOT}/{{text:str}}", include_in_schema=False)
async def save_text(
    request: AnyRequest, text: FromPath[str], front: NamedDependency[Front]
) -> Response[str] | Response[bytes] | Redirect:
    """Try a wording, keep it, or go back to the shipped one; the last two with a reason."""
    form, assembly = await request.form(), front.assembly
    words: dict[Language, str] = {language: _plain(form.get(language, "")) for language in LANGUAGES}
    reason, intent = str(form.get("reason", "")).strip()[:REASON_LENGTH_MAX], form.get("intent")
    directory = await in_thread(assembly.threads, assembly.organisation.now)
    known = county_text(assembly.catalogue, directory, text)
    if intent == "shipped":
        words = dict(known.shipped)
    reasons = against(known, words)
    if intent == "print" and known.general in PAPERS and not reasons:
        language = preferences_of(request).language
        made = await in_thread(
            assembly.slow_threads, lambda: sample_paper(assembly.catalogue, directory, language, known, words)
        )
        return Response(made, media_type="application/pdf", headers={"Content-Disposition": "inline"})
    if intent in {"try", "print"} or reasons:
        return await _text(request, front, text, words, reasons, reason)
    by = By(caller_of(request).actor.id, assembly.clock.now(), reason)
    kept = None if words == known.shipped else words
    try:
        await in_thread(assembly.threads, lambda: word(assembly, by, text, kept))
    except Refused as refused:
        return await _text(request, front, text, words, refused.reasons, reason)
    return Redirect(f"{ROOT}/{text}?done=1", status_code=303)


def _plain(typed: object) -> str:
    return str(typed).replace("\r\n", "\n").strip()


HANDLERS: list[HTTPRouteHandler] = [show_texts, show_text, save_text]
