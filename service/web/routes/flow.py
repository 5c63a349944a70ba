"""The visual editor: every change of a form is an edit of the draft's text, made and judged by the server."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters.sql.publishing import Edition
from engine.editing import Edit, Unwritable, edited, values
from engine.refusal import Conflict, Refused
from engine.values import Json
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.texts import Speech
from service.web.definition_pages import allowed, called, editions_of
from service.web.desk import AnyPage
from service.web.fields import Field
from service.web.flow import field_moves, step_moves
from service.web.flow.controls import Misfilled
from service.web.flow.field_changes import field_edits
from service.web.flow.head_form import head_edits
from service.web.flow.page import VIEWS, chosen_of, flow_page, form_of, listed, new_titles, words_of
from service.web.flow.step_changes import edits
from service.web.form_input import Intent, read_form
from service.web.lists import Column, by_key
from service.web.pages import address_of, form_values, fragment, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.routes.drafts import STEPS, editor_tabs
from service.web.views.definitions import ROOT, edit_url, status_of, version_url

FINE, WRONG, STALE = 200, 422, 412
MATRIX_COLUMNS = ("state", "action", "who", "target", "needs", "does")
WALK_DIGITS_MAX = 4


@get(f"{ROOT}/{{key:str}}/edit/flow", include_in_schema=False)
async def show_flow(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """The draft as steps; where there is no draft, the newest version's page."""
    newest = await in_thread(front.assembly.threads, lambda: editions_of(front, key)[0])
    if not newest.is_open:
        return Redirect(version_url(key, newest.version), status_code=303)
    address = address_of(request)
    return await _flow(request, front, key, Place(address.get("view", VIEWS[0]), address.get("step")))


class Place(Struct, frozen=True):
    """Where in the editor somebody is: the view, and the step or the field whose form it shows."""

    view: str
    step: str

    @property
    def query(self) -> str:
        """The address's query."""
        return urlencode({"view": self.view, "step": self.step})


async def _flow(  # what it shows, and what went wrong
    request: AnyRequest,
    front: Front,
    key: str,
    place: Place,
    trouble: str = "",
    status: int = FINE,
    typed: Sequence[Field] = (),
) -> Response[str]:
    address, t = address_of(request), speech_of(request)
    walk = address.get("walk")
    number = int(walk) if walk.isdecimal() and walk.isascii() and len(walk) <= WALK_DIGITS_MAX else None

    def work(found: Look) -> dict[str, Any]:
        publishing = front.assembly.publishing
        edition = publishing.edition(key, editions_of(front, key)[0].version)
        shown = flow_page(found, edition, place.view, place.step, number, typed)
        can_undo, can_redo = publishing.ways(edition)
        return {
            "edition": edition,
            "state": status_of(edition.status, found.t),
            "shown": shown,
            "can_undo": can_undo,
            "can_redo": can_redo,
            "called": shown.called or called(found, key),
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
    place = Place(str(form.get("view", VIEWS[0])), str(form.get("step", "")))
    try:
        place = await look(request, front, lambda found: _changed(found, key, place, form))
    except Conflict:
        return await _flow(request, front, key, place, t("definitions.conflict_flow"), STALE)
    except Misfilled as error:
        return await _flow(request, front, key, place, str(error), WRONG, error.fields)
    except Unwritable as error:
        return await _flow(request, front, key, place, t("flow.unwritable", found=str(error)), WRONG)
    except Refused as refused:
        words = " ".join(map(wording_of(request, front).sentence, refused.reasons))
        return await _flow(request, front, key, place, words, WRONG)
    if "x-fragment" in request.headers:
        return await _flow(request, front, key, place)
    return Redirect(f"{edit_url(key, 'flow')}?{place.query}", status_code=303)


def _changed(found: Look, key: str, place: Place, form: FormMultiDict) -> Place:
    """Make the change; gives what is looked at then."""
    publishing, who = found.front.assembly.publishing, found.actor.id
    newest = editions_of(found.front, key)[0]
    edition, seen = publishing.edition(key, newest.version), str(form.get("revision", ""))
    if not edition.is_open or edition.digest != seen:
        raise Conflict(edition.version)
    intent = Intent.parse(str(form.get("intent", "save")))
    if intent.verb in STEPS:
        publishing.step(key, edition.version, STEPS[intent.verb], who, seen)
        return place
    draft = values(edition.source)
    chosen, made = _edits(found, draft, place, intent, form)
    if made:
        _keep(found, edition, edited(edition.source, made))
    return Place(place.view, chosen)


def _keep(found: Look, edition: Edition, source: str) -> None:
    digest = sha256(source.encode()).hexdigest()
    found.front.assembly.publishing.draft(edition.key, source, digest, found.actor.id, edition.digest)


def _edits(found: Look, draft: Json, place: Place, intent: Intent, form: FormMultiDict) -> tuple[str, Sequence[Edit]]:
    there, target = listed(draft, place.view), intent.field or place.step
    if intent.verb in _MOVES and not intent.item:
        if target not in there and there:
            raise Unwritable(f"{place.view}: {target}")
        return _moved(found, draft, place, intent, target)
    chosen = chosen_of(draft, place.view, place.step)
    if place.step not in {chosen, ""} or (intent.verb == "without" and target not in there):
        raise Unwritable(f"{place.view}: {place.step}")
    if intent.verb == "action":
        to = str(form.get("to", ""))
        to = to if to in there else chosen
        return chosen, step_moves.add_action(draft, chosen, new_titles(found)["action"], to)
    if intent.verb == "without":
        return target, step_moves.drop_action(target, intent.item)
    return chosen, _filled(found, draft, place.view, chosen, form)


_MOVES = {"insert": 0, "delete": 0, "up": -1, "down": 1}
"""What is done to a whole step or field; the ways of moving it, and how far."""


def _moved(found: Look, draft: Json, place: Place, intent: Intent, target: str) -> tuple[str, Sequence[Edit]]:
    names = list(listed(draft, place.view))
    is_fields = place.view == "fields"
    if intent.verb == "insert":
        new = new_titles(found)
        return field_moves.insert(draft, target, new["field"]) if is_fields else step_moves.insert(draft, target, new)
    if intent.verb == "delete":
        at = names.index(target)
        gone = field_moves.delete(draft, target) if is_fields else step_moves.delete(draft, target)
        return (names[at - 1] if at else names[-1]), gone
    by = _MOVES[intent.verb]
    return target, field_moves.move(draft, target, by) if is_fields else step_moves.move(target, by)


def _filled(found: Look, draft: Json, view: str, chosen: str, form: FormMultiDict) -> list[Edit]:
    """Read the form; a control that it did not show, since the draft had no use for it then, stays as it is."""
    words, shown = words_of(found), str(form.get("shown", "")).split(" ")
    before = [field for group in form_of(draft, view, chosen, words) for field in group.fields if field.name in shown]
    read = read_form(before, form_values(form), found.t)
    if read.problems:
        raise Misfilled(" ".join(problem.message for problem in read.problems), read.fields)
    if view == "head":
        return head_edits(draft, before, read.fields)
    write = field_edits if view == "fields" else edits
    try:
        return write(draft, chosen, before, read.fields, words)
    except Misfilled as error:
        raise Misfilled(str(error), read.fields) from error


HANDLERS: list[HTTPRouteHandler] = [show_flow, change]
