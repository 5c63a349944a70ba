"""The page on which a new county sees what it still needs before its first case."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.reads.cases import EVERYBODY, list_cases
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.pages import page, speech_of
from service.web.parts import Status
from service.web.reading import Look, look
from service.web.views.founding import Step, status_of, steps

ROOT = "/admin/founding"


@get(ROOT, include_in_schema=False)
async def show_founding(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The steps from an empty database to the first case, each as far as it is."""
    rows = await look(request, front, _steps)
    done = sum(step.is_done for step, _, _ in rows)
    return page(request, "admin/founding.html", title=speech_of(request)("founding.title"), rows=rows, done=done)


def _steps(found: Look) -> list[tuple[Step, Status, str]]:
    """Give each step with its status and the address that the reader may open."""
    library, rules = found.front.assembly.library, found.front.policy.rules
    published = [found.definition(key) for key in library.published()]
    listed = steps(
        found.reader,
        found.facts.directory,
        published,
        found.front.assembly.settings,
        has_cases=bool(list_cases(found.connection, EVERYBODY, limit=1).lines),
    )
    roles = found.caller.roles
    return [
        (step, status_of(step, found.reader), step.url if step.url and rules["GET", step.url].allows(roles) else "")
        for step in listed
    ]


HANDLERS: list[HTTPRouteHandler] = [show_founding]
