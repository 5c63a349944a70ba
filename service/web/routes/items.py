"""The page of an item: where it stands, its history and its process; deciding on it."""

from dataclasses import replace
from functools import partial

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.reads.queue import open_tasks
from engine.case import Case
from engine.commands import Act
from engine.definition import ActionKind
from engine.refusal import KeyReused, NotFound, Refused
from engine.values import Json
from service.http.commanding import carry_out, item_data
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, code_in, seen_row
from service.http.problems import Problem
from service.web.acting import CHECK, FINE, WRONG, Trouble, item_view, said, view_of
from service.web.desk import (
    AGAIN,
    TOO_LATE,
    AnyPage,
    Tried,
    digest_of,
    placed,
    process,
    seen_revision,
    show,
)
from service.web.form_input import read_form
from service.web.handed_in import read_filled
from service.web.pages import form_values, page, speech_of
from service.web.preparing import forget_typed, typed
from service.web.reading import Look, look_at_case
from service.web.refusing import told
from service.web.returning import is_for_initiator
from service.web.views.addresses import item_url, task_url
from service.web.views.item import ActionForm
from service.web.views.remarks import REMARKS_MAX, joined_with


@get("/items/{code:str}", include_in_schema=False)
async def show_item(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The page of an item."""
    del code
    return await item_view(request, front)


@get("/items/{code:str}/check", include_in_schema=False)
async def show_check(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Everything that was filled in, with what is missing and the way to mend it, before it is sent on."""
    del code
    return await item_view(request, front, CHECK)


@get("/items/{code:str}/process", include_in_schema=False)
async def show_process(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The procedure as a picture, with where the item is."""
    view = await look_at_case(request, front, process)
    url = item_url(code_in(code))
    title = speech_of(request)("items.see_process")
    return page(request, "item_process.html", title=title, view=view, code=code, back_url=url)


@post("/items/{code:str}/act/{action:str}", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def act(
    request: AnyRequest, code: FromPath[str], action: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Take an action; then the reader's next task opens by itself."""
    form, code = await request.form(), code_in(code)
    view = view_of(form)
    shown, _ = await look_at_case(request, front, show)
    option = next((one for one in (*shown.actions, *shown.others) if one.name == action), None)
    if option is None:
        raise NotFound(action)
    read = read_form(option.fields, form_values(form), speech_of(request))
    tried = Tried(action, read.fields, str(form.get("_comment", "")), [])
    try:
        read, data = await read_filled(request, front, form, option.fields)
        if read.intent.verb in AGAIN or read.problems:
            tried = replace(tried, fields=read.fields, problems=[problem.message for problem in read.problems])
            return await item_view(request, front, view, tried, status=WRONG if read.problems else FINE)
        await carry_out(request, front, await _command(request, front, form, option, data))
    except Refused as refused:
        reasons = refused.reasons
        marked, _ = await look_at_case(request, front, partial(placed, read.fields, reasons))
        tried = replace(tried, fields=marked, problems=await said(request, front, reasons))
        return await item_view(request, front, view, tried, status=WRONG)
    except KeyReused:
        return Redirect(item_url(code), status_code=303)
    except Problem as problem:
        if problem.status not in TOO_LATE:
            raise
        return await item_view(request, front, view, tried, Trouble(*told(front, request, problem)), problem.status)
    await forget_typed(request, front)
    return Redirect(await _next(request, front, code, option), status_code=303)


async def _command(
    request: AnyRequest, front: Front, form: FormMultiDict, option: ActionForm, data: dict[str, Json]
) -> Act:
    revision, case_id = seen_revision(form), seen_row(request).case_id
    pairs = [(str(form.get(f"_place-{row}", "")), str(form.get(f"_remark-{row}", ""))) for row in range(REMARKS_MAX)]
    return Act(
        case_id=case_id,
        actor=caller_of(request).actor,
        expected_revision=revision,
        key=f"page {case_id} {revision} {option.name}",
        digest=digest_of(form_values(form)),
        action=option.name,
        form=await item_data(request, front, {**await _typed(request, front, option), **data}),
        comment=joined_with(str(form.get("_comment", "")), pairs, option.places),
        to=str(form["_to"]) if form.get("_to") else None,
    )


async def _typed(request: AnyRequest, front: Front, option: ActionForm) -> dict[str, Json]:
    """Give what the reader typed into the state's form: they saw it on the page, so it goes along."""
    kept = await look_at_case(request, front, typed)
    return {name: value for name, value in kept.items() if name in option.editable}


async def _next(request: AnyRequest, front: Front, code: str, option: ActionForm) -> str:
    """Where to go after a decision: a receipt for what was sent on, or the next task, or back to the item."""

    def work(found: Look, case: Case) -> str:
        definition = found.definition_of(case)
        source = case.previous_state or definition.initial
        if option.kind == ActionKind.FORWARD and case.state != source and is_for_initiator(definition, source):
            return item_url(code, "submitted")
        if is_for_initiator(definition, case.state) or case.initiator == found.actor.id:
            return item_url(code, done=code)
        groups = [name for name in found.actor.principals if name.startswith("g:")]
        waiting = open_tasks(found.connection, [f"u:{found.actor.id}", *groups], limit=1).lines
        return task_url(waiting[0].id, done=code) if waiting else f"/queue?done={code}"

    return await look_at_case(request, front, work)


HANDLERS: list[HTTPRouteHandler] = [show_item, show_check, show_process, act]
