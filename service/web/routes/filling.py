"""Filling an item in, section by section: nothing typed is lost, what is saved is part of the item's history."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.sql.drafts import drop_draft, find_draft, save_draft
from engine.case import Case
from engine.commands import Save
from engine.refusal import Refused
from engine.values import Json
from service.http.commanding import carry_out, item_data
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, code_in, in_thread, seen_row
from service.http.problems import Problem
from service.web.acting import FINE, TASK, VIEW, WRONG
from service.web.definition_fields import form_of
from service.web.desk import AGAIN, TOO_LATE, AnyPage, placed, seen_revision, show
from service.web.fields import Field, beside_saved
from service.web.fields import problems as problems_of
from service.web.form_input import read_form
from service.web.handed_in import read_filled
from service.web.lessons import LESSONS, lessons_for
from service.web.pages import form_values, page, speech_of
from service.web.preparing import (
    Preparation,
    prepare,
    saved_answer,
    saved_fields,
    section_fields,
    uploading,
    with_remarks,
    with_typed,
)
from service.web.reading import Look, look_at_case
from service.web.refusing import told
from service.web.similar import NAME, Similar, similar_projects
from service.web.tasking import desk_url
from service.web.views.addresses import item_url
from service.web.views.item import grouped, opinion_of
from service.web.views.progress import Progress, task_lines
from workflows.funds.papers import PROJECT

SECTION, ONLY, ACTION = "section", "only", "action"
OPINION_LENGTH_MAX = 4000


@get("/items/{code:str}/edit", include_in_schema=False)
async def show_edit(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Fill in what the state asks for: the list of its sections, or one section."""
    del code
    if request.query_params.get(SECTION):
        return await _edit(request, front)
    done, case_code, title, context = await look_at_case(request, front, _list)
    if len(done.progress) <= 1:
        return await _edit(request, front)
    only_marked = request.query_params.get(ONLY) == "mend" and any(one.remarks for one in done.progress)
    shown = [one for one in done.progress if one.remarks] if only_marked else done.progress
    return page(
        request,
        "item_tasks.html",
        title=f"{speech_of(request)('items.fill_in')} · {title}",
        called=title,
        code=case_code,
        preparation=done,
        lines=task_lines(shown, speech_of(request)),
        only_marked=only_marked,
        urls=_urls(case_code),
        **context,
    )


def _list(found: Look, case: Case) -> tuple[Preparation, str, str, dict[str, Any]]:
    done = prepare(found, case)
    by = found.reader.person(done.returned.actor) if done.returned is not None else ""
    lessons = lessons_for(found, with_typed(found, case).data) if case.definition == PROJECT else []
    context: dict[str, Any] = {"returned_by": by, "lessons": lessons, "lessons_url": LESSONS}
    return done, case.code, found.title(case) or found.t("items.fill_in"), context


def _urls(code: str) -> dict[str, str]:
    return {
        "item": item_url(code),
        "list": item_url(code, "edit"),
        "mend": item_url(code, "edit", only="mend"),
        "check": item_url(code, "check"),
    }


async def _edit(
    request: AnyRequest,
    front: Front,
    fields: Sequence[Field] | None = None,
    lines: Sequence[str] = (),
    trouble: tuple[str, str] | None = None,
    status: int = WRONG,
) -> Response[str]:
    section = request.query_params.get(SECTION, "")

    def work(found: Look, case: Case) -> dict[str, object]:
        done = prepare(found, case)
        shown = with_remarks(
            list(fields) if fields is not None else section_fields(section, found, case), done.returned
        )
        shown = uploading(shown, _section_url(case.code, "edit", section))
        here = next((one for one in done.progress if one.section.name == section), None)
        return {
            "heading": here.section.title if here is not None else found.t("items.fill_in"),
            "called": found.title(case) or found.t("items.fill_in"),
            "code": case.code,
            "revision": case.revision,
            "sections": grouped(found.definition_of(case), shown, found.reader),
            "remarks": _whole(here),
            "problems": problems_of(shown) if fields is not None else [],
            "url": _section_url(case.code, "edit", section),
            "draft_url": _section_url(case.code, "draft", section),
            "back_url": item_url(case.code, "edit") if len(done.progress) > 1 else desk_url(found, case),
            "is_one_of_many": len(done.progress) > 1,
            "next": done.after(section),
            "mends": here is not None and bool(here.remarks),
            "similar": _similar(found, case, shown),
        }

    context = await look_at_case(request, front, work)
    wrong = bool(context["problems"] or lines or trouble)
    note = trouble or ((speech_of(request)("items.not_saved"), " ".join(lines)) if lines else None)
    return page(
        request,
        "item_edit.html",
        title=f"{context['heading']} · {context['called']}",
        status=status if wrong else FINE,
        trouble=note,
        saved="saved" in request.query_params and not wrong,
        **context,
    )


def _similar(found: Look, case: Case, fields: Sequence[Field]) -> list[Similar]:
    """Give the projects that look like this one, where its name is filled in."""
    name = next((field for field in fields if field.name == NAME), None)
    return [] if name is None else similar_projects(found, case, str(name.value or ""))


def _whole(here: Progress | None) -> list[str]:
    """Give the remarks on a section that name none of its fields."""
    return [] if here is None else [remark.words for remark in here.remarks if not remark.field]


def _section_url(code: str, leaf: str, section: str) -> str:
    return item_url(code, leaf, **({SECTION: section} if section else {}))


@post("/items/{code:str}/edit", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def save_edit(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Save what was filled in, as a change in the item's history."""
    form, code, section = await request.form(), code_in(code), request.query_params.get(SECTION, "")
    fields = await look_at_case(request, front, partial(section_fields, section))
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
        marked, lines = await look_at_case(request, front, partial(placed, shown, reasons))
        return await _edit(request, front, marked, lines)
    except Problem as problem:
        if problem.status not in TOO_LATE:
            raise
        both = beside_saved(read.fields, await look_at_case(request, front, saved_fields))
        return await _edit(request, front, both, (), told(front, request, problem), problem.status)
    await _keep(request, front, {}, [field.name for field in fields])
    if form.get(VIEW) == TASK:
        return Redirect(await look_at_case(request, front, desk_url), status_code=303)
    return Redirect(await _onward(request, front, code, section, read.intent.verb), status_code=303)


async def _onward(request: AnyRequest, front: Front, code: str, section: str, verb: str) -> str:
    """Where saving leads: the next section, the check, back to the list, or the same section again."""
    if verb == "check":
        return item_url(code, "check")
    if verb != "next":
        return item_url(code, "edit", **({SECTION: section} if section else {}), saved="1")
    following = await look_at_case(request, front, lambda found, case: prepare(found, case).after(section))
    return following.url if following is not None else item_url(code, "edit")


@post("/items/{code:str}/draft", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def keep_draft(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[bytes]:
    """Keep what is being typed, outside of the item's history."""
    del code
    form = await request.form()
    action = request.query_params.get(ACTION, "")
    fields = await look_at_case(request, front, partial(_typing_fields, action, request.query_params.get(SECTION, "")))
    data = form_of(read_form(fields, form_values(form), speech_of(request)))
    opinion = {opinion_of(action): str(form.get("_comment", ""))[:OPINION_LENGTH_MAX] or None} if action else {}
    await _keep(request, front, {**data, **opinion}, [*(field.name for field in fields), *opinion])
    return saved_answer(front, seen_row(request).revision)


def _typing_fields(action: str, section: str, found: Look, case: Case) -> list[Field]:
    """Give the fields of the form that is being typed into: an action's own, or those of a section."""
    if not action:
        return section_fields(section, found, case)
    forms = show(found, case)[0].actions
    return next((list(form.fields) for form in forms if form.name == action), [])


async def _keep(request: AnyRequest, front: Front, data: dict[str, Json], names: Sequence[str]) -> None:
    """Keep what was typed into some fields, and what was kept of others before; nothing that is as it was saved."""
    case_id, user_id, now = seen_row(request).case_id, caller_of(request).actor.id, front.assembly.clock.now()
    database = front.assembly.database

    def read(_found: Look, case: Case) -> dict[str, Json]:
        before = find_draft(_found.connection, case_id, user_id)
        others = {name: value for name, value in (before[0] if before else {}).items() if name not in names}
        return others | {name: value for name, value in data.items() if value != _as_empty(case.data.get(name), value)}

    kept = await look_at_case(request, front, read)
    await in_thread(
        front.assembly.threads,
        lambda: save_draft(database, case_id, user_id, kept, now) if kept else drop_draft(database, case_id, user_id),
    )


def _as_empty(stored: Json, typed: Json) -> Json:
    """Give a stored value as an untouched form sends it: nothing there is an unticked box, or a table without rows."""
    return typed if stored is None and typed in (None, False, []) else stored


HANDLERS: list[HTTPRouteHandler] = [show_edit, save_edit, keep_draft]
