"""Starting an item and filling it in: nothing typed is lost, what is saved is part of the item's history."""

from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.drafts import drop_draft, save_draft
from engine.case import Case
from engine.commands import Save
from engine.definition import Definition
from engine.refusal import Refused
from service.http.commanding import carry_out, item_data, start_item
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.problems import Problem
from service.web.definition_fields import form_of
from service.web.desk import AGAIN, TOO_LATE, AnyPage, edit_fields, placed, read_filled, seen_revision
from service.web.fields import Choice, Field
from service.web.fields import problems as problems_of
from service.web.form_input import read_form
from service.web.pages import form_values, page, speech_of
from service.web.reading import Look, look, look_at_case
from service.web.refusing import told
from service.web.views.addresses import item_url
from service.web.views.item import grouped


@get("/apply", include_in_schema=False)
async def show_apply(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What one may start, and what it takes."""

    def work(found: Look) -> list[dict[str, object]]:
        return [_startable(found, definition, units) for definition, units in found.startable()]

    startable = await look(request, front, work)
    return page(request, "apply.html", title=speech_of(request)("layout.link.apply"), startable=startable)


def _startable(found: Look, definition: Definition, units: Sequence[str]) -> dict[str, object]:
    initial, reader = definition.states[definition.initial], found.reader
    needed = [reader.says(definition.fields[name].title) for name in initial.form.require]
    return {
        "key": definition.key,
        "title": reader.says(definition.title),
        "needs": ([reader.says(initial.needs)] if initial.needs is not None else []) + needed,
        "steps": len(definition.states),
        "units": [Choice(unit, reader.unit(unit)) for unit in units],
    }


@post("/apply", include_in_schema=False)
async def start(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """Start an item and go on to filling it in."""
    form = await request.form()
    definition, unit = str(form.get("definition", "")), str(form.get("unit", "")) or None
    if not definition:
        return Redirect("/apply", status_code=303)
    receipt = await start_item(request, front, definition, unit, {}, None)
    return Redirect(item_url(receipt.code, "edit"), status_code=303)


@get("/items/{code:str}/edit", include_in_schema=False)
async def show_edit(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Fill in what the state asks for."""
    del code
    return await _edit(request, front)


async def _edit(
    request: AnyRequest,
    front: Front,
    fields: Sequence[Field] | None = None,
    lines: Sequence[str] = (),
    trouble: tuple[str, str] | None = None,
) -> Response[str]:
    def work(found: Look, case: Case) -> dict[str, object]:
        shown = list(fields) if fields is not None else edit_fields(found, case)
        return {
            "title": found.title(case) or found.t("items.fill_in"),
            "code": case.code,
            "revision": case.revision,
            "sections": grouped(found.definition_of(case), shown, found.reader),
            "problems": problems_of(shown) if fields is not None else [],
            "url": item_url(case.code, "edit"),
            "draft_url": item_url(case.code, "draft"),
            "back_url": item_url(case.code),
        }

    context = await look_at_case(request, front, work)
    title = str(context.pop("title"))
    wrong = bool(context["problems"] or lines or trouble)
    note = trouble or ((speech_of(request)("items.not_saved"), " ".join(lines)) if lines else None)
    return page(
        request,
        "item_edit.html",
        title=title,
        status=422 if wrong else 200,
        trouble=note,
        saved="saved" in request.query_params and not wrong,
        **context,
    )


@post("/items/{code:str}/edit", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def save_edit(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Save what was filled in, as a change in the item's history."""
    form, code = await request.form(), code.replace("~", "/")
    fields = await look_at_case(request, front, edit_fields)
    read = read_form(fields, form_values(form), speech_of(request))
    try:
        read, data = await read_filled(request, front, form, fields)
        if read.problems or (read.intent.verb in AGAIN and read.intent.verb not in {"drop", "upload"}):
            return await _edit(request, front, read.fields)
        await carry_out(
            request,
            front,
            Save(
                case_id=seen_row(request).case_id,
                actor=caller_of(request).actor,
                expected_revision=seen_revision(form),
                data=await item_data(request, front, data),
            ),
        )
    except Refused as refused:
        reasons, shown = refused.reasons, read.fields
        marked, lines = await look_at_case(request, front, lambda found, _: placed(shown, reasons, found))
        return await _edit(request, front, marked, lines)
    except Problem as problem:
        if problem.status not in TOO_LATE:
            raise
        return await _edit(request, front, read.fields, (), told(front, request, problem))
    await _forget_draft(request, front)
    checking = read.intent.verb == "check"
    return Redirect(item_url(code) if checking else item_url(code, "edit", saved="1"), status_code=303)


@post("/items/{code:str}/draft", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def keep_draft(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[bytes]:
    """Keep what is being typed, outside of the item's history."""
    del code
    form, now = await request.form(), front.assembly.clock.now()
    fields = await look_at_case(request, front, edit_fields)
    data = form_of(read_form(fields, form_values(form), speech_of(request)))
    case_id, user_id, database = seen_row(request).case_id, caller_of(request).actor.id, front.assembly.database
    await in_thread(front.assembly.threads, lambda: save_draft(database, case_id, user_id, data, now))
    zone = front.assembly.organisation.now().calendars["cn"].zone
    answer = {"saved_at": now.astimezone(zone).strftime("%H:%M"), "revision": seen_row(request).revision}
    return Response(msgspec.json.encode(answer), media_type=MediaType.JSON, status_code=200)


async def _forget_draft(request: AnyRequest, front: Front) -> None:
    case_id, user_id, database = seen_row(request).case_id, caller_of(request).actor.id, front.assembly.database
    await in_thread(front.assembly.threads, lambda: drop_draft(database, case_id, user_id))


HANDLERS: list[HTTPRouteHandler] = [show_apply, start, show_edit, save_edit, keep_draft]
