"""Where administrators and auditors begin: the pages that their roles open."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.looking_after import sections_of
from service.web.pages import page, speech_of
from service.web.reading import look
from service.web.routes import (
    auditing,
    cockpit,
    county_data,
    county_texts,
    flow,
    founding,
    leaving,
    libraries,
    office_import,
    people,
    standing,
    units,
)


@get("/admin", include_in_schema=False)
async def show_administration(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What there is to look after."""
    sections, t = await look(request, front, sections_of), speech_of(request)
    return page(request, "admin/index.html", title=t("layout.link.admin"), sections=sections)


FAMILIES = (
    founding,
    flow,
    people,
    leaving,
    libraries,
    office_import,
    units,
    standing,
    county_data,
    county_texts,
    cockpit,
    auditing,
)
"""The pages for administrators and auditors beside those of definitions."""

HANDLERS: list[HTTPRouteHandler] = [
    show_administration,
    *(handler for family in FAMILIES for handler in family.HANDLERS),
]
