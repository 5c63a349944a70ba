"""The page of an item: where it stands, its history and its process; deciding on it."""

from collections.abc import Callable, Mapping

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.reads.queue import open_tasks
from engine.case import Case
from engine.commands import (
    Act,
    Actor,
    AddSigner,
    Answer,
    Claim,
    Command,
    Delegate,
    Release,
    RemoveSigner,
    Transfer,
    Urge,
)
from engine.refusal import KeyReused, NotFound, Refusal, Refused
from engine.values import Json
from service.http.commanding import carry_out, item_data, start_item
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, seen_row
from service.http.problems import Problem
from service.web.beside import beside
from service.web.desk import (
    AGAIN,
    TOO_LATE,
    AnyPage,
    Tried,
    digest_of,
    placed,
    process,
    read_filled,
    seen_revision,
    show,
)
from service.web.form_input import read_form
from service.web.pages import form_values, page, speech_of
from service.web.reading import Look, look_at_case
from service.web.refusing import told
from service.web.returning import is_for_initiator
from service.web.views.addresses import item_url, task_url

FINE, WRONG = 200, 422


@get("/items/{code:str}", include_in_schema=False)
async def show_item(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The page of an item."""
    del code
    return await _item(request, front)


async def _item(
    request: AnyRequest,
    front: Front,
    tried: Tried | None = None,
    trouble: tuple[str, str] | None = None,
    status: int = FINE,
) -> Response[str]:
    (shown, history), around = await look_at_case(
        request, front, lambda found, case: (show(found, case, tried), beside(found, case))
    )
    return page(
        request,
        "item.html",
        title=shown.title,
        status=status,
        item=shown,
        history=history,
        beside=around,
        trouble=trouble,
        done="done" in request.query_params and status == FINE,
        process_url=item_url(shown.code, "process"),
    )


@post("/items/{code:str}/beside/{definition:str}", include_in_schema=False)
async def start_beside(
    request: AnyRequest, code: FromPath[str], definition: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Start an item beside this one and go on to filling it in."""
    code = code.replace("~", "/")
    try:
        link = _link(front, definition)
        receipt = await start_item(request, front, definition, None, {link: code}, None)
    except Refused as refused:
        lines = await _said(request, front, refused.reasons)
        return await _item(request, front, None, (speech_of(request)("items.beside"), " ".join(lines)), WRONG)
    return Redirect(item_url(receipt.code, "edit"), status_code=303)


def _link(front: Front, definition: str) -> str:
    """Give the field in which a procedure's cases name their parent; raises `Refused` when they have none."""
    library = front.assembly.library
    parent = library.get(definition).definition.parent if definition in library.published() else None
    if parent is None:
        raise Refused(Refusal("parent.no_procedure", where=definition))
    return parent.field


@get("/items/{code:str}/process", include_in_schema=False)
async def show_process(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The procedure as a picture, with where the item is."""
    view = await look_at_case(request, front, process)
    url = item_url(code.replace("~", "/"))
    title = speech_of(request)("items.see_process")
    return page(request, "item_process.html", title=title, view=view, code=code, back_url=url)


@post("/items/{code:str}/act/{action:str}", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def act(
    request: AnyRequest, code: FromPath[str], action: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Take an action; then the reader's next task opens by itself."""
    form, code = await request.form(), code.replace("~", "/")
    comment = str(form.get("_comment", ""))
    shown, _ = await look_at_case(request, front, show)
    option = next((one for one in (*shown.actions, *shown.others) if one.name == action), None)
    if option is None:
        raise NotFound(action)
    read = read_form(option.fields, form_values(form), speech_of(request))
    try:
        read, data = await read_filled(request, front, form, option.fields)
        if read.intent.verb in AGAIN or read.problems:
            lines = [problem.message for problem in read.problems]
            return await _item(
                request, front, Tried(action, read.fields, comment, lines), status=WRONG if lines else FINE
            )
        await carry_out(request, front, await _command(request, front, form, action, data))
    except Refused as refused:
        reasons, filled = refused.reasons, read.fields
        marked, _ = await look_at_case(request, front, lambda found, _: placed(filled, reasons, found))
        return await _item(
            request, front, Tried(action, marked, comment, await _said(request, front, reasons)), status=WRONG
        )
    except KeyReused:
        return Redirect(item_url(code), status_code=303)
    except Problem as problem:
        if problem.status not in TOO_LATE:
            raise
        tried = Tried(action, read.fields, comment, [])
        return await _item(request, front, tried, told(front, request, problem), problem.status)
    return Redirect(await _next(request, front, code), status_code=303)


async def _said(request: AnyRequest, front: Front, reasons: tuple[Refusal, ...]) -> list[str]:
    def work(found: Look, _case: Case) -> list[str]:
        return [found.reader.rendering.wording.sentence(reason) for reason in reasons]

    return await look_at_case(request, front, work)


async def _command(request: AnyRequest, front: Front, form: FormMultiDict, action: str, data: dict[str, Json]) -> Act:
    revision, case_id = seen_revision(form), seen_row(request).case_id
    return Act(
        case_id=case_id,
        actor=caller_of(request).actor,
        expected_revision=revision,
        key=f"page {case_id} {revision} {action}",
        digest=digest_of(form_values(form)),
        action=action,
        form=await item_data(request, front, data),
        comment=str(form.get("_comment", "")),
    )


async def _next(request: AnyRequest, front: Front, code: str) -> str:
    """Where to go after a decision: the reader's next task, or back to the item where there is none."""

    def work(found: Look, case: Case) -> str:
        definition = found.definition_of(case)
        if is_for_initiator(definition, case.state) or case.initiator == found.actor.id:
            return item_url(code, done="1")
        waiting = open_tasks(found.connection, [f"u:{found.actor.id}", *_groups(found)], limit=1).lines
        return task_url(waiting[0].id, done="1") if waiting else "/queue?done=1"

    return await look_at_case(request, front, work)


def _groups(found: Look) -> list[str]:
    return [name for name in found.actor.principals if name.startswith("g:")]


@post("/items/{code:str}/verbs/{verb:str}", include_in_schema=False)
async def do_verb(
    request: AnyRequest, code: FromPath[str], verb: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Claim, release, hand on, lend, answer, ask another, urge."""
    form, making = await request.form(), VERBS.get(verb)
    if making is None:
        raise NotFound(verb)
    words = {name: str(form.get(name, "")) for name in ("to", "comment")} | {
        "task": request.query_params.get("task", "")
    }
    try:
        await carry_out(request, front, making(seen_row(request).case_id, caller_of(request).actor, words))
    except Refused as refused:
        lines = await _said(request, front, refused.reasons)
        return await _item(request, front, None, (speech_of(request)(f"items.verb.{verb}"), " ".join(lines)), WRONG)
    return Redirect(item_url(code.replace("~", "/"), done="1"), status_code=303)


Making = Callable[[str, Actor, Mapping[str, str]], Command]

VERBS: Mapping[str, Making] = {
    "claim": lambda id, by, it: Claim(case_id=id, actor=by, task=it["task"]),
    "release": lambda id, by, it: Release(case_id=id, actor=by, task=it["task"]),
    "transfer": lambda id, by, it: Transfer(case_id=id, actor=by, task=it["task"], to=it["to"], comment=it["comment"]),
    "delegate": lambda id, by, it: Delegate(case_id=id, actor=by, task=it["task"], to=it["to"], comment=it["comment"]),
    "answer": lambda id, by, it: Answer(case_id=id, actor=by, task=it["task"], comment=it["comment"]),
    "add_signer": lambda id, by, it: AddSigner(case_id=id, actor=by, task=it["task"], user=it["to"]),
    "remove_signer": lambda id, by, it: RemoveSigner(case_id=id, actor=by, task=it["task"]),
    "urge": lambda id, by, it: Urge(case_id=id, actor=by, comment=it["comment"]),
}
"""How each verb's command is made from what the page sends."""


HANDLERS: list[HTTPRouteHandler] = [show_item, show_process, start_beside, act, do_verb]
