"""Working on one task: the documents beside the decision."""

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from engine.case import Case
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.acting import TASK, item_view
from service.web.desk import AnyPage
from service.web.reading import Look, look_at_case
from service.web.returning import is_for_initiator
from service.web.tasking import own_task
from service.web.views.addresses import item_url


@get("/queue/{task_id:str}", include_in_schema=False)
async def open_task(request: AnyRequest, task_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Work on a task at the desk; on the item's page when it is over, somebody else's, or work for an applicant."""
    del task_id

    def work(found: Look, case: Case) -> str:
        here = own_task(found, case) is not None and not is_for_initiator(found.definition_of(case), case.state)
        return "" if here else item_url(case.code, **_told(request))

    elsewhere = await look_at_case(request, front, work)
    return Redirect(elsewhere, status_code=303) if elsewhere else await item_view(request, front, TASK)


def _told(request: AnyRequest) -> dict[str, str]:
    return {"done": request.query_params["done"]} if "done" in request.query_params else {}


HANDLERS: list[HTTPRouteHandler] = [open_task]
