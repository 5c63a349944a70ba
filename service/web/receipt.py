"""The receipt for what somebody handed in: the record that says so, and what happens next."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from adapters.sql.histories import history
from engine.case import Case
from engine.definition import StateKind
from engine.events import Moved, Record
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.item import ItemPage, item_page
from service.web.views.procedure_words import ways_on


class Receipt(Struct, frozen=True):
    """What the page says. `at` is None when nothing was handed in yet; `ways` are what may happen next."""

    item: ItemPage
    at: datetime | None
    by: str
    action: str
    number: str
    ways: Sequence[str]
    is_waiting: bool
    url: str


def receipt(found: Look, case: Case) -> Receipt:
    """Find the last time the item was sent on by whoever started it, and say where it is now."""
    definition, reader = found.definition_of(case), found.reader
    sent = _sent(history(found.connection, case.id), case.initiator)
    due = reader.due(found.facts.calendar(definition.calendar), case.clock.due_at if case.clock is not None else None)
    action = ""
    if sent is not None:
        taken = definition.states[sent[1].source].actions.get(sent[1].action)
        action = reader.says(taken.title) if taken is not None else ""
    return Receipt(
        item=item_page(case, definition, found.title(case), reader, due),
        at=sent[0].at if sent is not None else None,
        by=reader.person(sent[0].actor) if sent is not None else "",
        action=action,
        number=f"{case.code}/{sent[0].seq}" if sent is not None else case.code,
        ways=ways_on(definition, case.state, reader),
        is_waiting=definition.states[case.state].kind is StateKind.WORK,
        url=item_url(case.code),
    )


def _sent(records: Sequence[Record], initiator: str) -> tuple[Record, Moved] | None:
    """Give the last record by which the initiator moved the item, with its move."""
    for record in reversed(records):
        for event in record.events:
            if isinstance(event, Moved) and record.actor == initiator:
                return record, event
    return None
