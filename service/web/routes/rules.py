"""The help page of all rules: what is checked when, on what ground, and which papers are needed, as a list to print."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.fields import Choice
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look
from service.web.views.rules import Rules
from workflows.funds.papers import PROJECT


@get("/help/rules", include_in_schema=False)
async def show_rules(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The rules of one procedure in force, phase by phase; `?definition=` names it, else it is that of projects."""
    wanted = address_of(request).get("definition") or PROJECT

    def work(found: Look) -> dict[str, Any]:
        published = sorted(found.front.assembly.library.published())
        if wanted not in published:
            return {"phases": [], "procedures": _choices(found, published), "wanted": "", "version": 0}
        definition = found.definition(wanted)
        phases = Rules(definition, found.reader, found.front.assembly.catalogue, found.facts, found.reader.now).phases()
        procedures = _choices(found, published)
        return {"phases": phases, "procedures": procedures, "wanted": wanted, "version": definition.version}

    found = await look(request, front, work)
    if not found["phases"] and wanted != PROJECT:
        raise NotFound(wanted)
    return page(request, "rules.html", title=speech_of(request)("rules.title"), **found)


def _choices(found: Look, published: list[str]) -> list[Choice]:
    return [Choice(key, found.reader.says(found.definition(key).title)) for key in published]


HANDLERS: list[HTTPRouteHandler] = [show_rules]
