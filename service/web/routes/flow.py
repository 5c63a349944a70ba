"""The visual editor: every change of a step is an edit of the draft's text, made and judged by the server."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.publishing import Edition
from engine.editing import Edit, Unwritable, edited, values
from engine.refusal import Conflict, Refused
from engine.values import Json
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.texts import Speech
from service.web.definition_pages import allowed, called, editions_of
from service.web.desk import AnyPage
from service.web.flow.changes import edits
from service.web.flow.fields import groups
from service.web.flow.page import flow_page, new_titles, words_of
from service.web.flow.raw import states
from service.web.flow.steps import add_action, delete, drop_action, insert, move
from service.web.form_input import Intent, read_form
from service.web.lists import Column, by_key
from service.web.pages import address_of, form_values, fragment, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.routes.drafts import STEPS, editor_tabs
from service.web.views.definitions import ROOT, edit_url, status_of, version_url

FINE, WRONG, STALE = 200, 422, 409
MATRIX_COLUMNS = ("state", "action", "who", "target", "needs", "does")
WALK_DIGITS_MAX = 4


@get(f"{ROOT}/{{key:str}}/edit/flow", include_in_schema=False)
async def show_flow(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """The draft as steps; where there is no draft, the newest version's page."""
    newest = await in_thread(front.assembly.threads, lambda: editions_of(front, key)[0])
    if not newest.is_open:
        return Redirect(version_url(key, newest.version), status_code=303)
    return await _flow(request, front, key, address_of(request).get("step"))


async def _flow(
    request: AnyRequest, front: Front, key: str, step: str, trouble: str = "", status: int = FINE
) -> Response[str]:
    address, t = address_of(request), speech_of(request)
    walk = address.get("walk")
    number = int(walk) if walk.isdecimal() and walk.isascii() and len(walk) <= WALK_DIGITS_MAX else None

    def work(found: Look) -> dict[str, Any]:
        publishing = front.assembly.publishing
        edition = publishing.edition(key, editions_of(front, key)[0].version)
        shown = flow_page(found, edition, address.get("view", "outline"), step, number)
        can_undo, can_redo = publishing.ways(edition)
        return {
            "edition": edition,
            "state": status_of(edition.status, found.t),
            "shown": shown,
            "can_undo": can_undo,
            "can_redo": can_redo,
            "called": called(found, key),
            "may_send": edition.status == "draft" and allowed(found, "send"),
        }

    context = await look(request, front, work)
    url, columns = edit_url(key, "flow"), [Column(name, t(f"definitions.column.{name}")) for name in MATRIX_COLUMNS]
    view, title = context["shown"].view, _heading(t, context)
    count = len(context["shown"].flaws)
    context |= {
        "url": url,
        "text_url": edit_url(key),
        "version_url": version_url(key, context["edition"].version),
        "tabs": editor_tabs(t, key, view),
        "columns": columns,
        "column": by_key(columns),
        "trouble": trouble,
        "heading": title,
    }
    if "x-fragment" in request.headers:
        answer = fragment(request, "admin/flow.html", "flow", **context)
        answer.status_code = status
        return answer
    return page(request, "admin/flow.html", title=f"({count}) {title}" if count else title, status=status, **context)


def _heading(t: Speech, context: dict[str, Any]) -> str:
    return t("definitions.editing", called=context["called"], version=context["edition"].version)


@post(f"{ROOT}/{{key:str}}/edit/flow", include_in_schema=False)
async def change(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Change a step, the order of steps, or go back; the answer is the editor as it is then."""
    form, t = await request.form(), speech_of(request)
    step = str(form.get("step", ""))
    try:
        step = await look(request, front, lambda found: _changed(found, key, step, form))
    except Conflict:
        return await _flow(request, front, key, step, t("definitions.conflict_flow"), STALE)
    except Unwritable as error:
        return await _flow(request, front, key, step, t("flow.unwritable", found=str(error)), WRONG)
    except Refused as refused:
        words = " ".join(map(wording_of(request, front).sentence, refused.reasons))
        return await _flow(request, front, key, step, words, WRONG)
    if "x-fragment" in request.headers:
        return await _flow(request, front, key, step)
    return Redirect(f"{edit_url(key, 'flow')}?step={step}", status_code=303)


def _changed(found: Look, key: str, step: str, form: FormMultiDict) -> str:
    """Make the change; gives the step that is looked at then."""
    publishing, who = found.front.assembly.publishing, found.actor.id
    newest = editions_of(found.front, key)[0]
    edition, seen = publishing.edition(key, newest.version), str(form.get("revision", ""))
    if not edition.is_open or edition.digest != seen:
        raise Conflict(edition.version)
    intent = Intent.parse(str(form.get("intent", "save")))
    if intent.verb in STEPS:
        publishing.step(key, edition.version, STEPS[intent.verb], who, seen)
        return step
    draft = values(edition.source)
    step, made = _edits(found, draft, step, intent, form)
    if made:
        _keep(found, edition, edited(edition.source, made))
    return step


def _keep(found: Look, edition: Edition, source: str) -> None:
    digest = sha256(source.encode()).hexdigest()
    found.front.assembly.publishing.draft(edition.key, source, digest, found.actor.id, edition.digest)


def _edits(found: Look, draft: Json, step: str, intent: Intent, form: FormMultiDict) -> tuple[str, Sequence[Edit]]:
    there = states(draft)
    target = intent.field or step
    if target not in there:
        raise Unwritable(f"states: {target}")
    if intent.verb == "insert":
        return insert(draft, target, new_titles(found))
    if intent.verb in {"up", "down"}:
        return target, move(target, -1 if intent.verb == "up" else 1)
    if intent.verb == "delete":
        names = list(there)
        at = names.index(target)
        return (names[at - 1] if at else names[-1]), delete(draft, target)
    if intent.verb == "action":
        to = str(form.get("to", ""))
        return step, add_action(draft, step, new_titles(found)["action"], to if to in there else target)
    if intent.verb == "without":
        return target, drop_action(target, intent.item)
    return step, _filled(found, draft, step, form)


def _filled(found: Look, draft: Json, step: str, form: FormMultiDict) -> list[Edit]:
    before = [field for group in groups(draft, step, words_of(found)) for field in group.fields]
    read = read_form(before, form_values(form), found.t)
    if read.problems:
        raise Unwritable(" ".join(problem.message for problem in read.problems))
    return edits(draft, step, before, read.fields)


HANDLERS: list[HTTPRouteHandler] = [show_flow, change]
