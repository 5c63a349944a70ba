"""The page that shows the covered numbers of an item whole, once, to who said why."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from engine.refusal import Refused
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, code_in
from service.http.numbers import seen_whole
from service.http.rendering import Rendering
from service.web.acting import WRONG, item_view, said, view_of, words
from service.web.pages import page, speech_of
from service.web.reading import look_at_case, wording_of
from service.web.views.addresses import item_url


@post("/items/{code:str}/numbers", include_in_schema=False)
async def show_numbers(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Show what was covered; the office's log has who asked and why before the page is sent."""
    form, caller, code = await request.form(), caller_of(request), code_in(code)
    rendering = Rendering(wording_of(request, front), caller.directory, caller.actor)
    reason = str(form.get("reason", ""))
    try:
        numbers = await seen_whole(request, front, rendering, reason)
    except Refused as refused:
        lines = await said(request, front, refused.reasons)
        trouble = words(request, "numbers.refused", lines)
        return await item_view(request, front, view_of(form), trouble=trouble, status=WRONG)
    caption = await look_at_case(request, front, lambda found, case: f"{case.code} · {found.title(case)}")
    title = speech_of(request)("numbers.title")
    answer = page(
        request, "item_numbers.html", title=title, numbers=numbers, reason=reason, caption=caption, url=item_url(code)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


HANDLERS: list[HTTPRouteHandler] = [show_numbers]
