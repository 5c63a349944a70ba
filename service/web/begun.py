"""What a person began and did not send: items that were never sent on, and what is typed in others and kept."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from adapters.sql.drafts import typed_at
from adapters.sql.histories import history
from adapters.sql.reads.cases import Filter, Scope, list_cases
from adapters.sql.reads.paging import PAGE_MAX
from adapters.sql.reads.queue import open_tasks
from adapters.sql.reads.summaries import holders
from engine.case import Case
from engine.definition import ActionKind, Comment, Definition, StateKind
from engine.options import Option
from engine.situation import is_filled
from service.web.listing import names_of, show_tasks
from service.web.preparing import Preparation, prepare, required_fields, with_typed
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.rows import TaskRow

PERCENT = 100


class Discarding(Struct, frozen=True):
    """The action that gives a draft up, with the revision it is offered for."""

    label: str
    url: str
    revision: int


class Begun(Struct, frozen=True):
    """An item that was never sent on. `percent` counts what sending asks for; `others` are who else may write it."""

    code: str
    title: str
    kind: str
    unit: str
    percent: int
    complete: int
    sections: int
    saved_at: datetime
    is_typed: bool
    others: list[str]
    url: str
    check_url: str
    discarding: Discarding | None


class Typed(Struct, frozen=True):
    """A task in which something was typed and not sent, with when."""

    task: TaskRow
    at: datetime


def begun_items(found: Look) -> list[Begun]:
    """Give the items that the reader started and nobody sent on, the newest first, at most `PAGE_MAX`."""
    library = found.front.assembly.library
    first = tuple(sorted({found.definition(key).initial for key in library.published()}))
    scope, wanted = Scope(frozenset({found.actor.id})), Filter(initiator=found.actor.id, is_closed=False, states=first)
    lines = list_cases(found.connection, scope, wanted, limit=PAGE_MAX).lines
    cases = {line.id: case for line in lines for case in (found.case(line.id),) if _is_draft(found, case)}
    kept, held = typed_at(found.connection, cases, found.actor.id), holders(found.connection, cases)
    mine = [line for line in lines if line.id in cases]
    rows = zip(mine, names_of(found, mine), strict=True)
    return [_begun(found, cases[line.id], name or line.code, kept.get(line.id), held[line.id]) for line, name in rows]


def typed_tasks(found: Look) -> list[Typed]:
    """Give the tasks in other items, the reader's or open to them, where something they typed is kept."""
    lines = open_tasks(found.connection, found.actor.principals, limit=PAGE_MAX).lines
    kept = typed_at(found.connection, (line.case_id for line in lines), found.actor.id)
    others = [line for line in lines if line.case_id in kept and not _is_draft(found, found.case(line.case_id))]
    return [Typed(row, kept[line.case_id]) for line, row in zip(others, show_tasks(found, others), strict=True)]


def _is_draft(found: Look, case: Case) -> bool:
    """Say whether an item of the reader's is in its first state for the first time, and that is filled in."""
    definition = found.definition_of(case)
    is_first = case.state == definition.initial and case.visits.get(case.state, 0) <= 1
    return is_first and case.initiator == found.actor.id and bool(definition.states[case.state].form.edit)


def _begun(found: Look, case: Case, title: str, typed: datetime | None, held: list[str]) -> Begun:
    definition, preparation = found.definition_of(case), prepare(found, case)
    saved = history(found.connection, case.id)[-1].at
    return Begun(
        code=case.code,
        title=title,
        kind=found.reader.says(definition.title),
        unit=found.reader.unit(case.unit),
        percent=_percent(found, case, preparation),
        complete=preparation.complete_count,
        sections=len(preparation.progress),
        saved_at=saved if typed is None else max(saved, typed),
        is_typed=typed is not None,
        others=list(dict.fromkeys([*_holding(found, held), *_standing_in(found, definition)])),
        url=item_url(case.code, "edit"),
        check_url=item_url(case.code, "check") if preparation.sending is not None else "",
        discarding=_discarding(found, case),
    )


def _percent(found: Look, case: Case, preparation: Preparation) -> int:
    """Give how much of what sending asks for is filled in; all of it only when nothing is missing any more."""
    if preparation.is_ready:
        return PERCENT
    data, names = with_typed(found, case).data, required_fields(found, case)
    filled = sum(is_filled(data.get(name)) for name in names)
    return min(PERCENT - 1, filled * PERCENT // len(names)) if names else 0


def _holding(found: Look, held: list[str]) -> list[str]:
    return [found.reader.holder(principal) for principal in held if principal != f"u:{found.actor.id}"]


def _standing_in(found: Look, definition: Definition) -> Iterator[str]:
    """Name those who act for the reader now, by an authorisation that reaches the procedure."""
    now = found.reader.now
    for one in found.facts.directory.delegations:
        reaches = one.giver == found.actor.id and one.definition in {None, definition.key}
        if reaches and one.from_at <= now < one.until_at:
            yield found.reader.person(one.taker)


def _discarding(found: Look, case: Case) -> Discarding | None:
    """Give the action that ends a draft at once: it asks for nothing, so that a button is enough."""
    definition = found.definition_of(case)
    options = found.front.assembly.runtime.options(case, found.actor, found.facts)
    option = next((one for one in options if _ends(one, definition)), None)
    if option is None:
        return None
    action = option.action
    return Discarding(found.reader.says(action.title), item_url(case.code, "act", action.name), case.revision)


def _ends(option: Option, definition: Definition) -> bool:
    action = option.action
    asks = option.missing or action.form.edit or action.comment is Comment.REQUIRED
    ends = all(definition.states[target.state].kind is StateKind.END for target in action.to)
    return option.allowed and not asks and action.kind is ActionKind.NEGATIVE and bool(action.to) and ends
