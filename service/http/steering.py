"""What is done with a whole item beside its actions: taking back, sending copies, and steering by administrators."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from engine.commands import Continue, Copy, Jump, Revoke, Suspend, Terminate, Undo, Withdraw
from service.http.answers import REVISION_HEADER, KeyedIfWanted, VersionedAndKeyed, problems
from service.http.commanding import carry_out
from service.http.conditions import adding, deciding
from service.http.contract import ActionDone, Commenting, Remarking
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.items import COMMAND, ROOT, answer
from service.http.values import as_text
from service.http.verb_shapes import Copying, Jumping


def verb(name: str) -> post:
    """Declare the route of a verb that changes where an item stands: it names the revision seen, and has a key."""
    return post(
        f"{ROOT}/{{item_id:str}}/{name}",
        status_code=200,
        responses=COMMAND,
        operation_class=VersionedAndKeyed,
        response_headers=[REVISION_HEADER],
        tags=["items"],
    )


@post(
    f"{ROOT}/{{item_id:str}}/copy",
    status_code=200,
    responses=problems(404, 409, 412, 413, 415, 422),
    operation_class=KeyedIfWanted,
    response_headers=[REVISION_HEADER],
    tags=["items"],
)
async def copy(request: AnyRequest, data: JSONBody[Copying], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Send people a copy of an item; they may look at it from then on."""
    command = Copy(**await adding(request), to=tuple(data.to), comment=as_text(data.comment, "comment"))
    return answer(request, front, await carry_out(request, front, command))


@verb("withdraw")
async def withdraw(
    request: AnyRequest, front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Take back what one sent on, while nobody has worked on it."""
    command = Withdraw(**await deciding(request), comment=_words(data))
    return answer(request, front, await carry_out(request, front, command))


@verb("revoke")
async def revoke(
    request: AnyRequest, front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Pull one's own item back to its beginning, from any step where its definition lets the initiator do so."""
    command = Revoke(**await deciding(request), comment=_words(data))
    return answer(request, front, await carry_out(request, front, command))


@verb("undo")
async def undo(request: AnyRequest, front: NamedDependency[Front]) -> Response[ActionDone]:
    """Take back one's own last act, within seconds and before anything else happened."""
    return answer(request, front, await carry_out(request, front, Undo(**await deciding(request))))


@verb("jump")
async def jump(request: AnyRequest, data: JSONBody[Jumping], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Put an item into another state, with a reason: for the administrators that its definition names."""
    command = Jump(**await deciding(request), to=data.to, comment=as_text(data.comment, "comment"))
    return answer(request, front, await carry_out(request, front, command))


@verb("suspend")
async def suspend(
    request: AnyRequest, data: JSONBody[Remarking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Let all work and all clocks of an item stand still, with a reason: for its administrators."""
    command = Suspend(**await deciding(request), comment=as_text(data.comment, "comment"))
    return answer(request, front, await carry_out(request, front, command))


@verb("continue")
async def proceed(
    request: AnyRequest, front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Let an item go on after a suspension, with the time that was left: for its administrators."""
    command = Continue(**await deciding(request), comment=_words(data))
    return answer(request, front, await carry_out(request, front, command))


@verb("terminate")
async def terminate(
    request: AnyRequest, data: JSONBody[Remarking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """End an item where it stands, with a reason: for its administrators."""
    command = Terminate(**await deciding(request), comment=as_text(data.comment, "comment"))
    return answer(request, front, await carry_out(request, front, command))


def _words(data: Commenting | None) -> str:
    return as_text(data.comment, "comment") if data is not None else ""


HANDLERS: list[HTTPRouteHandler] = [copy, withdraw, revoke, undo, jump, suspend, proceed, terminate]
