"""Seeing covered numbers of an item whole, for a reason that the office's log keeps."""

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from adapters.sql.histories import load
from adapters.sql.office_log import CHANGES, By, Wanted, list_changes, record
from adapters.sql.statements import Connection
from engine.case import Case
from engine.definition import Definition
from engine.refusal import Refusal, Refused
from service.http.answers import problems
from service.http.contract import COMMENT_LENGTH_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.masking import Mask, mask_for, sensitive_places
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.values import as_text

SHOWN = "number.shown"
"""The kind of change under which the log of the office keeps who saw what, and why."""

ASKED_A_DAY_MAX = 20
"""How often somebody may ask within 24 hours. Whose work needs more needs another post (`policy.yaml`)."""

DAY = timedelta(hours=24)


class NumbersAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Why somebody needs the covered numbers of an item."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_LENGTH_MAX)]


class NumberShape(msgspec.Struct):
    """The numbers of one place of an item, whole. `where` is a field, or `table.column`; `numbers` go row by row."""

    where: str
    title: str
    numbers: list[str]


class Numbers(msgspec.Struct):
    """What was covered of an item."""

    item_id: str
    numbers: list[NumberShape]


@post("/api/v1/items/{item_id:str}/numbers", status_code=200, responses=problems(404, 413, 415, 422), tags=["items"])
async def show_numbers(
    request: AnyRequest, data: JSONBody[NumbersAsked], front: NamedDependency[Front]
) -> Response[Numbers]:
    """Read the covered numbers of an item whole; who asked, when and why stands in the office's log."""
    numbers = await seen_whole(request, front, rendering_for(request, front), data.reason)
    return Response(Numbers(seen_row(request).case_id, numbers), headers={"Cache-Control": "no-store"})


async def seen_whole(request: AnyRequest, front: Front, rendering: Rendering, reason: str) -> list[NumberShape]:
    """Write down that the caller sees the covered numbers of the item that the path names, then give them.

    Raises `Refused` without a reason, when nothing is covered, and when they asked too often.
    """
    case_id, caller = seen_row(request).case_id, caller_of(request).actor
    by = By(caller.id, front.assembly.clock.now(), as_text(reason, "reason").strip())
    if not by.reason:
        raise Refused(Refusal("numbers.no_reason", where="reason"))

    def work() -> list[NumberShape]:
        with front.assembly.database.read() as connection:
            case = load(connection, case_id)
        definition = front.assembly.runtime.process_of(case).definition
        mask = mask_for(definition, caller, case)
        whole = mask.whole(case.data)
        if not whole:
            raise Refused(Refusal("numbers.none"))
        front.assembly.database.write(lambda connection: _written_down(connection, by, case, definition, mask))
        return [NumberShape(where, _title(rendering, definition, where), each) for where, each in whole.items()]

    return await in_thread(front.assembly.threads, work)


def _written_down(connection: Connection, by: By, case: Case, definition: Definition, mask: Mask) -> None:
    CHANGES.alone(connection)
    earlier = list_changes(connection, Wanted(by.user, SHOWN, from_at=by.at - DAY), limit=ASKED_A_DAY_MAX)
    if len(earlier.lines) >= ASKED_A_DAY_MAX:
        raise Refused(Refusal("numbers.too_often", params={"most": ASKED_A_DAY_MAX}))
    kinds, counts = sensitive_places(definition), dict[str, int]()
    for place, numbers in mask.whole(case.data).items():
        counts[kinds[place].value] = counts.get(kinds[place].value, 0) + len(numbers)
    record(connection, by, SHOWN, f"item:{case.id}", None, {**counts, "revision": case.revision})


def _title(rendering: Rendering, definition: Definition, where: str) -> str:
    name, _, cell = where.partition(".")
    field = definition.fields[name]
    return rendering.text(next((column.title for column in field.columns if column.name == cell), field.title))


HANDLERS: list[HTTPRouteHandler] = [show_numbers]
