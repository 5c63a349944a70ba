"""What experts have to do, panel by panel, and what a panel's sheets come to."""

from collections.abc import Mapping, Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from service.http.front import Front
from service.http.gate import AnyRequest, code_in
from service.web.acting import FINE, WRONG
from service.web.batching import Outcome
from service.web.experts import next_work, sittings
from service.web.pages import page, speech_of
from service.web.panel_summary import summary
from service.web.reading import Look, look, look_at_case
from service.web.sheets import Tried, board
from service.web.views.addresses import item_url


@get("/expert", include_in_schema=False)
async def show_panels(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The reader's panels, with the step that each is at; the declaration of interests comes before the scores."""
    return await panels_page(request, front)


async def panels_page(
    request: AnyRequest, front: Front, tried: Mapping[str, Tried] | None = None, outcomes: Sequence[Outcome] = ()
) -> Response[str]:
    """Draw the reader's panels and sheets, with what was tried and became of it."""

    def work(found: Look) -> dict[str, object]:
        current, over = sittings(found)
        return {"current": current, "over": over, "board": board(found, tried)}

    shown = await look(request, front, work)
    title = speech_of(request)("experts.title")
    status = WRONG if tried or not all(one.is_done for one in outcomes) else FINE
    return page(request, "expert.html", title=title, status=status, outcomes=outcomes, **shown)


@get("/expert/{code:str}", include_in_schema=False)
async def open_panel(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Redirect:
    """Go to what the reader has to do next for a project's panel: the desk has the declaration and the score sheet."""
    project = code_in(code)
    return Redirect(await look(request, front, lambda found: next_work(found, project)), status_code=303)


@get("/panels/{code:str}/summary", include_in_schema=False)
async def show_summary(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The sheets of a project's last closed round side by side; it prints."""
    del code
    title, called, back, shown = await look_at_case(
        request,
        front,
        lambda found, case: (found.t("experts.summary"), found.title(case), item_url(case.code), summary(found, case)),
    )
    return page(
        request, "panel_summary.html", title=f"{title} · {called}", heading=title, called=called, back=back, one=shown
    )


HANDLERS: list[HTTPRouteHandler] = [show_panels, open_panel, show_summary]
