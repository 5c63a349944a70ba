"""Drawing an item again after something was tried: on the page it was tried from, with what was typed and why not."""

from dataclasses import dataclass

from litestar import Response
from litestar.datastructures import FormMultiDict

from engine.case import Case
from engine.refusal import Refusal
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.beside import beside
from service.web.desk import Tried, show
from service.web.pages import page, speech_of
from service.web.preparing import prepare
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url
from service.web.views.progress import task_lines

FINE, WRONG = 200, 422
VIEW = "_view"
ITEM, CHECK = "item", "check"
UNDONE_CODE_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something did not work: a heading and what to do. Nothing when both are empty."""

    title: str = ""
    text: str = ""


NO_TROUBLE = Trouble()


async def item_view(
    request: AnyRequest,
    front: Front,
    view: str = ITEM,
    tried: Tried | None = None,
    trouble: Trouble = NO_TROUBLE,
    status: int = FINE,
) -> Response[str]:
    """Draw the item as the page it is looked at on: its own, or the check before it is sent on."""

    def work(found: Look, case: Case) -> dict[str, object]:
        shown, entries = show(found, case, tried)
        more = _checking(found, case) if view == CHECK else {}
        around = beside(found, case)
        return {"title": shown.title, "item": shown, "history": entries, "beside": around, "view": view, **more}

    context = await look_at_case(request, front, work)
    title, code = str(context.pop("title")), _code(context["item"])
    return page(
        request,
        "item_check.html" if view == CHECK else "item.html",
        title=title,
        status=status,
        trouble=trouble,
        done=request.query_params.get("done", "")[:UNDONE_CODE_LENGTH_MAX] if status == FINE else "",
        process_url=item_url(code, "process"),
        **context,
    )


def _code(item: object) -> str:
    return str(getattr(item, "code", ""))


def _checking(found: Look, case: Case) -> dict[str, object]:
    done = prepare(found, case)
    sending = done.sending.action.name if done.sending is not None else ""
    return {"preparation": done, "lines": task_lines(done.progress, found.t), "sending": sending}


def view_of(form: FormMultiDict) -> str:
    """Give the page that a form was sent from."""
    return CHECK if form.get(VIEW) == CHECK else ITEM


async def said(request: AnyRequest, front: Front, reasons: tuple[Refusal, ...]) -> list[str]:
    """Put refusals into the words of the page."""

    def work(found: Look, _case: Case) -> list[str]:
        return [found.reader.rendering.wording.sentence(reason) for reason in reasons]

    return await look_at_case(request, front, work)


def words(request: AnyRequest, key: str, lines: list[str]) -> Trouble:
    """Say what was tried and why it did not work."""
    return Trouble(speech_of(request)(key), " ".join(lines))
