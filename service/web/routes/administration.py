"""Where administrators and auditors begin: the pages that their roles open."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.pages import page, speech_of
from service.web.reading import Look, look
from service.web.routes import auditing, cockpit, county_data, flow, notice_texts, people, people_import, standing

SECTIONS = (
    ("definitions", "/admin/definitions"),
    ("people", "/admin/people"),
    ("units", "/admin/units"),
    ("authorisations", "/admin/authorisations"),
    ("calendars", "/admin/calendars"),
    ("policies", "/admin/policies"),
    ("notices", "/admin/notices"),
    ("ops", "/admin/ops"),
    ("audit", "/audit"),
    ("access", "/audit/access"),
)
"""The key of the words, and the address. The policy says who sees which."""


@get("/admin", include_in_schema=False)
async def show_administration(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """What there is to look after."""

    def work(found: Look) -> list[tuple[str, str]]:
        rules, roles = front.policy.rules, found.caller.roles
        return [(name, url) for name, url in SECTIONS if rules["GET", url].allows(roles)]

    sections, t = await look(request, front, work), speech_of(request)
    return page(request, "admin/index.html", title=t("layout.link.admin"), sections=sections)


FAMILIES = (flow, people, people_import, standing, county_data, notice_texts, cockpit, auditing)
"""The pages for administrators and auditors beside those of definitions."""

HANDLERS: list[HTTPRouteHandler] = [
    show_administration,
    *(handler for family in FAMILIES for handler in family.HANDLERS),
]
