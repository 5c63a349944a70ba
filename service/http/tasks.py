"""Tasks: decide through one, claim it, hand it on, ask another."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from engine.commands import (
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Command,
    Delegate,
    Draw,
    Redraw,
    Release,
    RemoveSigner,
    Reply,
    Transfer,
    Urge,
)
from service.http.answers import REVISION_HEADER, KeyedIfWanted, VersionedAndKeyed, problems
from service.http.commanding import carry_out
from service.http.conditions import adding
from service.http.contract import ActionCall, ActionDone, Commenting, Drawing, Handing, Remarking
from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.items import COMMAND, answer, take_action
from service.http.values import as_text
from service.http.verb_shapes import Asking, Signing

ROOT = "/api/v1/tasks/{task_id:str}"
VERB = problems(404, 409, 412, 413, 415, 422)


@post(
    f"{ROOT}/actions/{{action:str}}",
    status_code=200,
    responses=COMMAND,
    operation_class=VersionedAndKeyed,
    response_headers=[REVISION_HEADER],
    tags=["tasks"],
)
async def act(
    request: AnyRequest,
    task_id: FromPath[str],
    action: FromPath[str],
    data: JSONBody[ActionCall],
    front: NamedDependency[Front],
) -> Response[ActionDone]:
    """Decide: take an action through this task. 409 when it is closed already."""
    return await take_action(request, front, action, data, task_id)


def verb(name: str) -> post:
    """Declare the route of a task verb."""
    return post(
        f"{ROOT}/{name}",
        status_code=200,
        responses=VERB,
        operation_class=KeyedIfWanted,
        response_headers=[REVISION_HEADER],
        tags=["tasks"],
    )


@verb("claim")
async def claim(request: AnyRequest, task_id: FromPath[str], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Take a group's task for oneself. 409 when somebody else has it."""
    return await do(request, front, Claim(**await adding(request), task=task_id))


@verb("release")
async def release(request: AnyRequest, task_id: FromPath[str], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Give a claimed task back to its group, or call a lent one back."""
    return await do(request, front, Release(**await adding(request), task=task_id))


@verb("transfer")
async def transfer(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Handing], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Hand a task to another person for good."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Transfer(**await adding(request), task=task_id, to=data.to, comment=comment))


@verb("assign")
async def assign(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Handing], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Give somebody else's task to a person: for the head above its holder and for the item's administrators."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Assign(**await adding(request), task=task_id, to=data.to, comment=comment))


@verb("delegate")
async def delegate(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Handing], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Lend a task to another person; it comes back with their opinion."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Delegate(**await adding(request), task=task_id, to=data.to, comment=comment))


@verb("answer")
async def give_back(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Remarking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Return a lent task to its lender with an opinion."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Answer(**await adding(request), task=task_id, comment=comment))


@verb("ask")
async def ask(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Asking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Put a question about one's task to a person, who gets it as a task; nothing waits for the answer."""
    question = as_text(data.question, "question")
    return await do(request, front, Ask(**await adding(request), task=task_id, to=data.to, question=question))


@verb("reply")
async def reply(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Remarking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Answer a question; whoever asked is told."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Reply(**await adding(request), task=task_id, comment=comment))


@verb("add_signer")
async def add_signer(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Signing], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Let one more person decide before, after or beside this task."""
    comment = as_text(data.comment, "comment")
    command = AddSigner(**await adding(request), task=task_id, user=data.to, place=data.place, comment=comment)
    return await do(request, front, command)


@verb("remove_signer")
async def remove_signer(
    request: AnyRequest, task_id: FromPath[str], front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Take an added signer's task out again."""
    comment = as_text(data.comment if data else "", "comment")
    return await do(request, front, RemoveSigner(**await adding(request), task=task_id, comment=comment))


@verb("draw")
async def draw_lots(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Drawing], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Draw lots for the tasks of the item's state, with a word that nobody knew before. Anybody can check the draw."""
    return await do(request, front, Draw(**await adding(request), task=task_id, word=as_text(data.word, "word")))


@verb("redraw")
async def redraw(
    request: AnyRequest, task_id: FromPath[str], data: JSONBody[Remarking], front: NamedDependency[Front]
) -> Response[ActionDone]:
    """Have the next one of the same draw take the place of somebody who can not take part."""
    comment = as_text(data.comment, "comment")
    return await do(request, front, Redraw(**await adding(request), task=task_id, comment=comment))


@verb("urge")
async def urge(
    request: AnyRequest, front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Remind whoever holds the open tasks of this task's item; at most once a day."""
    comment = as_text(data.comment if data else "", "comment")
    return await do(request, front, Urge(**await adding(request), comment=comment))


async def do(request: AnyRequest, front: Front, command: Command) -> Response[ActionDone]:
    """Carry a verb out."""
    return answer(request, front, await carry_out(request, front, command))


HANDLERS: list[HTTPRouteHandler] = [
    act,
    claim,
    release,
    transfer,
    assign,
    delegate,
    give_back,
    ask,
    reply,
    add_signer,
    remove_signer,
    draw_lots,
    redraw,
    urge,
]
