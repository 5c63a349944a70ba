"""Items: open, read, fill in, act, remark."""

from collections.abc import Callable
from typing import TypeVar

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from adapters.sql.directory import CaseFacts
from adapters.sql.histories import history, load
from adapters.sql.rows import title
from engine.case import Case
from engine.commands import Act, Remark, Save, Urge
from engine.ports import Receipt
from service.http.answers import REVISION_HEADER, KeyedIfWanted, Versioned, VersionedAndKeyed, problems
from service.http.commanding import carry_out, item_data, start_item
from service.http.conditions import adding, changing, deciding, entity_tag, idempotency_of
from service.http.contract import (
    ActionCall,
    ActionDone,
    Commenting,
    DataChange,
    ItemShape,
    ItemStart,
    ItemStarted,
    Options,
    Remarking,
    Timeline,
)
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.masking import mask_for
from service.http.reader import rendering_for
from service.http.rendering import Rendering, blind_tasks
from service.http.values import as_text
from service.http.visit import note

ROOT = "/api/v1/items"
COMMAND = problems(404, 409, 412, 413, 415, 422, 428)
T = TypeVar("T")

Look = Callable[[Case, CaseFacts, Rendering], T]


@post(
    ROOT,
    responses=problems(404, 409, 413, 415, 422),
    operation_class=KeyedIfWanted,
    response_headers=[REVISION_HEADER],
    tags=["items"],
)
async def start(request: AnyRequest, data: JSONBody[ItemStart], front: NamedDependency[Front]) -> Response[ItemStarted]:
    """Open an item in the initial state of the newest published version of a definition."""
    key = await idempotency_of(request)
    receipt = await start_item(request, front, data.definition, data.unit, data.data, key)
    return Response(
        ItemStarted(receipt.case_id, receipt.code, receipt.state, receipt.revision),
        headers={"ETag": entity_tag(receipt.revision), "Location": f"{ROOT}/{receipt.case_id}"},
    )


@get(f"{ROOT}/{{item_id:str}}", responses=problems(404), response_headers=[REVISION_HEADER], tags=["items"])
async def show(request: AnyRequest, front: NamedDependency[Front]) -> Response[ItemShape]:
    """Read an item."""

    def render(case: Case, _: CaseFacts, rendering: Rendering) -> ItemShape:
        definition = front.assembly.runtime.process_of(case).definition
        return rendering.item(case, definition, title(case, definition))

    shape = await looking(request, front, render)
    return Response(shape, headers={"ETag": entity_tag(shape.revision)})


@patch(
    f"{ROOT}/{{item_id:str}}",
    responses=COMMAND,
    operation_class=Versioned,
    response_headers=[REVISION_HEADER],
    tags=["items"],
)
async def save(request: AnyRequest, data: JSONBody[DataChange], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Change fields of an item without taking an action, as autosave does."""
    frame = await changing(request)
    command = Save(**frame, data=await item_data(request, front, data.data))
    return answer(request, front, await carry_out(request, front, command))


@get(f"{ROOT}/{{item_id:str}}/timeline", responses=problems(404), tags=["items"])
async def timeline(request: AnyRequest, front: NamedDependency[Front]) -> Timeline:
    """Read the history of an item. Votes of a blind round stay hidden until it is closed."""

    def render(case: Case, facts: CaseFacts, rendering: Rendering) -> Timeline:
        definition = front.assembly.runtime.process_of(case).definition
        hidden = blind_tasks(case, definition, rendering.reader)
        records = history(facts.connection, case.id)
        mask = mask_for(definition, rendering.reader, case)
        return Timeline(case.id, [rendering.record(record, hidden, mask) for record in records])

    return await looking(request, front, render)


@get(f"{ROOT}/{{item_id:str}}/options", responses=problems(404), tags=["items"])
async def show_options(request: AnyRequest, front: NamedDependency[Front]) -> Options:
    """Tell every action of the item's state: allowed, or why not; what is still missing; and every verb beside them."""
    actor = caller_of(request).actor

    def render(case: Case, facts: CaseFacts, rendering: Rendering) -> Options:
        runtime = front.assembly.runtime
        return Options(
            revision=case.revision,
            actions=[rendering.option(option) for option in runtime.options(case, actor, facts)],
            verbs=[rendering.verb(option) for option in runtime.verbs(case, actor, facts)],
        )

    return await looking(request, front, render)


@post(
    f"{ROOT}/{{item_id:str}}/actions/{{action:str}}",
    status_code=200,
    responses=COMMAND,
    operation_class=VersionedAndKeyed,
    response_headers=[REVISION_HEADER],
    tags=["items"],
)
async def act(
    request: AnyRequest,
    action: FromPath[str],
    data: JSONBody[ActionCall],
    front: NamedDependency[Front],
) -> Response[ActionDone]:
    """Take an action of the item's state."""
    return await take_action(request, front, action, data)


@post(
    f"{ROOT}/{{item_id:str}}/remarks",
    status_code=200,
    responses=problems(404, 409, 412, 413, 415, 422),
    operation_class=KeyedIfWanted,
    tags=["items"],
)
async def remark(request: AnyRequest, data: JSONBody[Remarking], front: NamedDependency[Front]) -> Response[ActionDone]:
    """Say something about an item without deciding anything."""
    command = Remark(**await adding(request), comment=as_text(data.comment, "comment"))
    return answer(request, front, await carry_out(request, front, command))


@post(
    f"{ROOT}/{{item_id:str}}/urge",
    status_code=200,
    responses=problems(404, 409, 412, 413, 415, 422),
    operation_class=KeyedIfWanted,
    tags=["items"],
)
async def urge(
    request: AnyRequest, front: NamedDependency[Front], data: JSONBody[Commenting | None] = None
) -> Response[ActionDone]:
    """Remind whoever holds the item's tasks; at most once a day."""
    command = Urge(**await adding(request), comment=as_text(data.comment if data else "", "comment"))
    return answer(request, front, await carry_out(request, front, command))


async def take_action(
    request: AnyRequest, front: Front, action: str, call: ActionCall, task: str | None = None
) -> Response[ActionDone]:
    """Take an action on the item that the path names, through a task when one is named."""
    frame = await deciding(request)
    note(request, action=action if action.isidentifier() else None)
    form, comment = await item_data(request, front, call.form), as_text(call.comment, "comment")
    seats = tuple(call.seats)
    command = Act(**frame, action=action, task=task, form=form, comment=comment, to=call.to, seats=seats)
    return answer(request, front, await carry_out(request, front, command, task))


def answer(request: AnyRequest, front: Front, receipt: Receipt) -> Response[ActionDone]:
    """Answer with what the item is after a command."""
    return Response(rendering_for(request, front).done(receipt), headers={"ETag": entity_tag(receipt.revision)})


async def looking(request: AnyRequest, front: Front, look: Look[T]) -> T:
    """Read the item that the path names, with all that rendering it needs seen at the same moment."""
    case_id, caller = seen_row(request).case_id, caller_of(request)
    wording = front.answering.wording(request)

    def work() -> T:
        with front.assembly.database.read() as connection:
            facts = front.assembly.organisation.facts(connection)
            return look(load(connection, case_id), facts, Rendering(wording, facts.directory, caller.actor))

    return await in_thread(front.assembly.threads, work)


HANDLERS: list[HTTPRouteHandler] = [start, show, save, timeline, show_options, act, remark, urge]
