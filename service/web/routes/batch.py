"""Deciding on many tasks at once: each is a transaction of its own, and each has its own outcome."""

from asyncio import gather
from hashlib import sha256

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from engine.commands import Act
from engine.refusal import KeyReused, Refused
from service.http.commanding import carry_out_on
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of
from service.http.problems import Problem
from service.web.batching import Chosen, Outcome, Row, chosen, outcome_of
from service.web.pages import page, speech_of
from service.web.reading import look, wording_of
from service.web.refusing import told

TASK = "task"


@get("/queue/batch", include_in_schema=False)
async def show_batch(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The chosen tasks with what each allows."""
    tasks = request.query_params.getall(TASK, [])
    found = await look(request, front, lambda looking: chosen(looking, tasks))
    return _asking(request, found)


def _asking(request: AnyRequest, found: Chosen, problem: str = "", status: int = 200) -> Response[str]:
    title = speech_of(request)("batch.title")
    return page(request, "batch.html", title=title, status=status, chosen=found, problem=problem)


@post("/queue/batch", include_in_schema=False)
async def decide_batch(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Take one action through every chosen task that allows it; tell of each what became of it."""
    form = await request.form()
    action, tasks = str(form.get("action", "")), [str(one) for one in form.getall(TASK, [])]
    found = await look(request, front, lambda looking: chosen(looking, tasks))
    if not found.rows or action not in {name for name, _, _ in found.actions}:
        return _asking(request, found, speech_of(request)("batch.choose"), 422)
    outcomes = await gather(*(_one(request, front, form, action, row) for row in found.rows))
    done = sum(outcome.is_done for outcome in outcomes)
    title = speech_of(request)("batch.result", done=done, count=len(outcomes))
    return page(request, "batch_done.html", title=title, outcomes=outcomes, gone=found.gone)


async def _one(request: AnyRequest, front: Front, form: FormMultiDict, action: str, row: Row) -> Outcome:
    t = speech_of(request)
    if action not in row.may:
        return outcome_of(row.code, row.title, row.why_not.get(action) or [t("batch.not_here")])
    comment = str(form.get(f"comment-{row.task}") or form.get("comment", ""))
    command = Act(
        case_id=row.seen.case_id,
        actor=caller_of(request).actor,
        expected_revision=row.seen.revision,
        key=sha256(f"batch {row.task} {row.seen.revision} {action}".encode()).hexdigest(),
        digest=sha256(comment.encode()).hexdigest(),
        action=action,
        task=row.task,
        comment=comment,
    )
    try:
        await carry_out_on(request, front, command, row.seen, row.task)
    except Refused as refused:
        return outcome_of(row.code, row.title, list(map(wording_of(request, front).sentence, refused.reasons)))
    except KeyReused:
        return outcome_of(row.code, row.title, [t("batch.twice")])
    except Problem as problem:
        return outcome_of(row.code, row.title, list(told(front, request, problem)))
    return outcome_of(row.code, row.title, [])


HANDLERS: list[HTTPRouteHandler] = [show_batch, decide_batch]
