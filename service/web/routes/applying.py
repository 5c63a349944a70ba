"""Starting an item, checking one's answers before they are sent, and the receipt afterwards."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from engine.definition import Definition
from service.http.commanding import start_item
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.fields import Choice
from service.web.pages import page, speech_of
from service.web.reading import Look, look, look_at_case
from service.web.receipt import receipt
from service.web.views.addresses import item_url
from service.web.views.channel import OpenCall, open_calls
from service.web.views.naming import joined
from workflows.funds.papers import PROJECT


@get("/apply", include_in_schema=False)
async def show_apply(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What one may start, and what it takes."""

    def work(found: Look) -> tuple[list[OpenCall], list[dict[str, object]]]:
        every = found.startable()
        units = next((units for definition, units in every if definition.key == PROJECT), ())
        return open_calls(found, units), [_startable(found, definition, units) for definition, units in every]

    calls, startable = await look(request, front, work)
    title = speech_of(request)("layout.link.apply")
    return page(request, "apply.html", title=title, calls=calls, startable=startable, project=PROJECT)


def _startable(found: Look, definition: Definition, units: Sequence[str]) -> dict[str, object]:
    initial, reader = definition.states[definition.initial], found.reader
    edited = set(initial.form.edit)
    sections = [
        (reader.says(section.title), joined(reader, [reader.says(definition.fields[name].title) for name in inside]))
        for section in definition.sections
        if (inside := [name for name in section.fields if name in edited])
    ]
    return {
        "key": definition.key,
        "title": reader.says(definition.title),
        "needs": reader.says(initial.needs) if initial.needs is not None else "",
        "sections": sections,
        "phases": [reader.says(phase.title) for phase in definition.phases.values()],
        "steps": len(definition.states),
        "units": [Choice(unit, reader.unit(unit)) for unit in units],
    }


@post("/apply", include_in_schema=False)
async def start(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """Start an item, in answer to a call when one is named, and go on to filling it in."""
    form = await request.form()
    definition, unit = str(form.get("definition", "")), str(form.get("unit", "")) or None
    if not definition:
        return Redirect("/apply", status_code=303)
    batch = str(form.get("batch", ""))
    started = await start_item(request, front, definition, unit, {"batch": batch} if batch else {}, None)
    return Redirect(item_url(started.code, "edit"), status_code=303)


@get("/items/{code:str}/submitted", include_in_schema=False)
async def show_receipt(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """What was handed in when, by whom, and what happens next; it prints."""
    del code
    shown = await look_at_case(request, front, receipt)
    return page(request, "item_submitted.html", title=speech_of(request)("receipt.title"), receipt=shown)


HANDLERS: list[HTTPRouteHandler] = [show_apply, start, show_receipt]
