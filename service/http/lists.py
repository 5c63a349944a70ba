"""Lists: items, tasks, one task; each only of what the caller may see, page by page."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from adapters.sql.histories import history, load
from adapters.sql.reads.cases import WORDS_LENGTH_MAX, Filter, Scope, copied_cases, count_cases, list_cases
from adapters.sql.reads.paging import PAGE_MAX
from adapters.sql.reads.queue import count_open, done_tasks, find_task, open_tasks
from adapters.sql.statements import Connection
from engine.refusal import NotFound
from service.http.answers import problems
from service.http.callers import Caller
from service.http.contract import ID_PATTERN, NAME_PATTERN, ItemPage, TaskLine, TaskPage, View
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.reader import rendering_for
from service.http.rendering import Rendering, blind_tasks
from service.http.values import as_text
from service.web.views.reader import Reader
from service.web.views.why_words import why_words

PAGE_USUAL = 20
PLACE_LENGTH_MAX = 200

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="Lines of the page.")]
After = Annotated[
    str | None, QueryParameter(max_length=PLACE_LENGTH_MAX, required=False, description="`next` of the page before.")
]
Word = Annotated[str | None, QueryParameter(pattern=NAME_PATTERN, required=False)]
InState = Annotated[str | None, QueryParameter(name="state", pattern=NAME_PATTERN, required=False)]
Unit = Annotated[
    str | None, QueryParameter(pattern=ID_PATTERN, required=False, description="Items of this unit and those below it.")
]
Words = Annotated[
    str | None,
    QueryParameter(
        name="q", max_length=WORDS_LENGTH_MAX, required=False, description="Part of an item's title or code."
    ),
]
YesNo = Annotated[bool | None, QueryParameter(required=False)]


def scope_of(caller: Caller) -> Scope:
    """Give whose items a caller sees in lists."""
    return Scope(caller.sight.people, caller.sight.below)


@get("/api/v1/items", responses=problems(404, 422), tags=["items"])
async def items(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
    request: AnyRequest,
    front: NamedDependency[Front],
    definition: Word = None,
    in_state: InState = None,
    phase: Word = None,
    unit: Unit = None,
    words: Words = None,
    mine: YesNo = None,
    closed: YesNo = None,
    overdue: YesNo = None,
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> ItemPage:
    """List items that the caller may see, the newest first. `mine`: only those the caller started."""
    caller = caller_of(request)
    wanted = Filter(
        definition=definition,
        states=(in_state,) if in_state else (),
        phase=phase,
        initiator=caller.actor.id if mine else None,
        below=_path_of(caller, unit),
        words=as_text(words, "q") if words else None,
        is_closed=closed,
        overdue_at=front.assembly.clock.now() if overdue else None,
    )
    rendering = rendering_for(request, front)
    return await in_thread(
        front.assembly.threads, lambda: _items(front, rendering, scope_of(caller), wanted, _place(after), limit)
    )


def _path_of(caller: Caller, unit: str | None) -> str | None:
    """Give the path of a unit that is asked for; one that does not exist has no items."""
    if unit is None:
        return None
    found = caller.directory.units.get(unit)
    if found is None:
        raise NotFound(f"unit {unit}")
    return found.path


def _place(after: str | None) -> str | None:
    return as_text(after, "after") if after else None


def _items(front: Front, rendering: Rendering, scope: Scope, wanted: Filter, after: str | None, limit: int) -> ItemPage:
    library = front.assembly.library
    with front.assembly.database.read() as connection:
        page = list_cases(connection, scope, wanted, after, limit)
        total = count_cases(connection, scope, wanted)
    lines = [rendering.item_line(line, library.get(line.definition, line.version).definition) for line in page.lines]
    return ItemPage(lines, page.after, total)


@get("/api/v1/tasks", responses=problems(422), tags=["tasks"])
async def tasks(
    request: AnyRequest,
    front: NamedDependency[Front],
    view: Annotated[View, QueryParameter(description="mine, claimable, done, or cc (copies).")] = "mine",
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> TaskPage:
    """List the caller's tasks: held in person, waiting to be claimed, done; or items the caller got a copy of."""
    rendering = rendering_for(request, front)
    return await in_thread(front.assembly.threads, lambda: _tasks(front, rendering, view, _place(after), limit))


def _tasks(front: Front, rendering: Rendering, view: View, after: str | None, limit: int) -> TaskPage:
    with front.assembly.database.read() as connection:
        if view == "cc":
            return _copies(front, rendering, connection, after, limit)
        total = None
        if view == "done":
            page = done_tasks(connection, rendering.reader.id, after, limit)
        else:
            kind = "u:" if view == "mine" else "g:"
            principals = [principal for principal in rendering.reader.principals if principal.startswith(kind)]
            page = open_tasks(connection, principals, after, limit)
            total = count_open(connection, principals)
    library = front.assembly.library
    lines = [rendering.task_line(line, library.get(line.definition, line.version).definition) for line in page.lines]
    return TaskPage(lines, page.after, total)


def _copies(front: Front, rendering: Rendering, connection: Connection, after: str | None, limit: int) -> TaskPage:
    page = copied_cases(connection, rendering.reader.id, after, limit)
    library = front.assembly.library
    lines = [
        rendering.copy_line(at, line, library.get(line.definition, line.version).definition) for at, line in page.lines
    ]
    return TaskPage(lines, page.after, None)


@get("/api/v1/tasks/{task_id:str}", responses=problems(404), tags=["tasks"])
async def task(request: AnyRequest, task_id: FromPath[str], front: NamedDependency[Front]) -> TaskLine:
    """Read a task, open or over, with the revision of its item; of an open one also what is asked and waited for.

    How somebody else voted in a blind round that is not over is not told: `action` is empty then.
    """
    rendering = rendering_for(request, front)

    def look() -> TaskLine:
        with front.assembly.database.read() as connection:
            line = find_task(connection, task_id)
            if line is None:
                raise NotFound(task_id)
            case = load(connection, line.case_id)
            held = next((one for one in case.tasks if one.id == task_id), None)
            records = history(connection, line.case_id) if held is not None else ()
        definition = front.assembly.library.get(line.definition, line.version).definition
        shown = rendering.task_line(line, definition)
        if shown.task is not None and task_id in blind_tasks(case, definition, rendering.reader):
            shown.task.action = ""
        if held is not None:
            shown.task = rendering.task(line.case_id, held)
            speak = front.assembly.catalogue.speak(rendering.wording.language)
            shown.why = why_words(definition, held, records, Reader(speak, rendering, front.assembly.clock.now()))
        return shown

    return await in_thread(front.assembly.threads, look)


HANDLERS: list[HTTPRouteHandler] = [items, tasks, task]
