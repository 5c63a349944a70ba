"""Drawing an item again after something was tried: on the page it was tried from, with what was typed and why not."""

from collections.abc import Sequence
from dataclasses import replace

from litestar import Response
from litestar.datastructures import FormMultiDict
from msgspec import Struct

from adapters.sql.histories import digest_at
from engine.case import Case
from engine.refusal import Refusal
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.texts import Speech
from service.web.beside import beside
from service.web.desk import Tried, show
from service.web.documents import Shown
from service.web.documents import shown as shown_document
from service.web.pages import page, speech_of
from service.web.preparing import prepare
from service.web.reading import Look, look_at_case
from service.web.tasking import Desk, desk, own_task
from service.web.verbs import Asked, with_tried
from service.web.views.addresses import item_url
from service.web.views.item import ItemPage
from service.web.views.progress import task_lines

FINE, WRONG = 200, 422
VIEW, SHOW = "_view", "show"
UNDO = "undo"
"""The verb that is offered with the notice of what was done, not among the others."""
ITEM, CHECK, TASK = "item", "check", "task"
TEMPLATES = {ITEM: "item.html", CHECK: "item_check.html", TASK: "task.html"}
UNDONE_CODE_LENGTH_MAX = 100


class Trouble(Struct, frozen=True):
    """Why something did not work: a heading and what to do. Nothing when both are empty."""

    title: str = ""
    text: str = ""


NO_TROUBLE = Trouble()


class TriedVerb(Struct, frozen=True):
    """A verb that did not work: what was sent, and why not."""

    name: str
    asked: Asked
    problems: Sequence[str]


async def item_view(
    request: AnyRequest,
    front: Front,
    view: str = ITEM,
    tried: Tried | None = None,
    trouble: Trouble = NO_TROUBLE,
    status: int = FINE,
    verb: TriedVerb | None = None,
) -> Response[str]:
    """Draw the item as the page it is looked at on: its own, the check before it is sent on, or the desk."""
    viewing = request.query_params.get(SHOW, "")

    def work(found: Look, case: Case) -> tuple[ItemPage, Desk | None, dict[str, object]]:
        shown, entries = show(found, case, tried)
        if verb is not None:
            shown = replace(shown, verbs=with_tried(shown.verbs, verb.name, verb.asked, verb.problems))
        task = own_task(found, case) if view == TASK else None
        around = desk(found, case, task, viewing, may_fill=bool(shown.edit_url)) if task is not None else None
        more = _checking(found, case) if view == CHECK else {}
        digest = digest_at(found.connection, case.id, case.revision)
        return shown, around, {"history": entries, "beside": beside(found, case), "digest": digest, **more}

    item, around, context = await look_at_case(request, front, work)
    if verb is not None and not any(one.problems for one in item.verbs if one.name != UNDO):
        trouble = words(request, f"items.verb.{verb.name}", verb.problems)
    chosen = TASK if around is not None else CHECK if view == CHECK else ITEM
    return page(
        request,
        TEMPLATES[chosen],
        title=_title(speech_of(request), chosen, item),
        status=status,
        item=item,
        view=chosen,
        desk=around,
        document=await _looked_into(front, around),
        trouble=trouble,
        done=request.query_params.get("done", "")[:UNDONE_CODE_LENGTH_MAX] if status == FINE else "",
        process_url=item_url(item.code, "process"),
        **context,
    )


def _title(t: Speech, view: str, item: ItemPage) -> str:
    """Name the page of an item: the desk and the check before it is sent are not the item's own page."""
    said = {TASK: t("items.to_do"), CHECK: t("filling.check_title")}.get(view)
    return f"{said} · {item.title}" if said else item.title


async def _looked_into(front: Front, around: Desk | None) -> Shown | None:
    """Look into the document that is chosen, if one is."""
    stored = around.stored if around is not None else None
    if around is None or stored is None:
        return None
    earlier = around.earlier
    return await in_thread(front.assembly.slow_threads, lambda: shown_document(front.assembly, stored, earlier))


def _checking(found: Look, case: Case) -> dict[str, object]:
    done = prepare(found, case)
    sending = done.sending.action.name if done.sending is not None else ""
    return {"preparation": done, "lines": task_lines(done.progress, found.t), "sending": sending}


def view_of(form: FormMultiDict) -> str:
    """Give the page that a form was sent from."""
    asked = str(form.get(VIEW, ITEM))
    return asked if asked in TEMPLATES else ITEM


async def said(request: AnyRequest, front: Front, reasons: tuple[Refusal, ...]) -> list[str]:
    """Put refusals into the words of the page."""

    def work(found: Look, case: Case) -> list[str]:
        return [found.reader.reason(reason, found.definition_of(case).fields) for reason in reasons]

    return await look_at_case(request, front, work)


def words(request: AnyRequest, key: str, lines: Sequence[str]) -> Trouble:
    """Say what was tried and why it did not work."""
    return Trouble(speech_of(request)(key), " ".join(lines))
