"""The same decision on many tasks: each its own transaction, so that one refusal leaves the others done."""

from asyncio import gather
from collections.abc import Callable
from hashlib import sha256

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from adapters.sql.sight import Seen, Sight, look
from engine.commands import Act
from engine.refusal import NotFound
from service.assembly import Assembly
from service.http.answers import Keyed, problems
from service.http.attachments import resolved
from service.http.commanding import carry_out_on
from service.http.conditions import idempotency_of
from service.http.contract import Batch, BatchDone, BatchLine, BatchResult
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.http.values import as_data, as_text
from service.http.visit import note

DONE = 200


@post("/api/v1/tasks/batch", status_code=200, responses=problems(413, 415), operation_class=Keyed, tags=["tasks"])
async def batch(request: AnyRequest, data: JSONBody[Batch], front: NamedDependency[Front]) -> BatchDone:
    """Take the same action through several tasks. What may not be done is told line by line, the rest is done."""
    idempotency = await idempotency_of(request)
    if idempotency is None:
        raise Problem(400, "key_missing")
    form, comment = as_data(data.form, "form"), as_text(data.comment, "comment")
    caller, library = caller_of(request), front.assembly.library

    def command(line: BatchLine, seen: Seen) -> Act:
        return Act(
            case_id=seen.case_id,
            actor=caller.actor,
            expected_revision=line.revision,
            key=sha256(f"{idempotency.key} {line.task}".encode()).hexdigest(),
            digest=idempotency.digest,
            action=data.action,
            task=line.task,
            form=resolved(library.get(seen.definition, seen.version).definition, form, {}),
            comment=comment,
        )

    found = await in_thread(front.assembly.threads, lambda: _seen(front.assembly, caller.sight, data.tasks))
    results = await gather(*(_one(request, front, command, line, found.get(line.task)) for line in data.tasks))
    note(request, lines=len(results), done=sum(result.status == DONE for result in results))
    return BatchDone(results)


def _seen(assembly: Assembly, sight: Sight, lines: list[BatchLine]) -> dict[str, Seen]:
    with assembly.database.read() as connection:
        found = {line.task: look(connection, sight, "task", line.task) for line in lines}
    return {task: seen for task, seen in found.items() if seen is not None}


async def _one(
    request: AnyRequest, front: Front, command: Callable[[BatchLine, Seen], Act], line: BatchLine, seen: Seen | None
) -> BatchResult:
    """Do one line; whatever stands in its way becomes its result."""
    if seen is None:
        return _failed(request, front, line, NotFound(line.task))
    try:
        receipt = await carry_out_on(request, front, command(line, seen), seen, line.task)
    except Exception as error:  # noqa: BLE001  # as the exception handler of a request: every fault has its answer
        return _failed(request, front, line, error)
    return BatchResult(line.task, DONE, receipt.state, receipt.revision, "", [])


def _failed(request: AnyRequest, front: Front, line: BatchLine, error: Exception) -> BatchResult:
    document = front.answering.document(request, error)
    return BatchResult(line.task, document.status, None, None, document.title, document.reasons)


HANDLERS: list[HTTPRouteHandler] = [batch]
