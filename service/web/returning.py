"""A person's own items, and those of them that came back to be mended."""

from adapters.sql.reads.cases import CaseLine, Filter, Scope, list_cases
from adapters.sql.reads.paging import Page
from adapters.sql.reads.queue import TaskLine, open_tasks
from engine.assignment import Initiator
from engine.case import Case
from engine.definition import Definition
from service.web.reading import Look

RETURNED_MAX = 50
"""Tasks looked through for returned items; nobody has that many to mend."""


def my_items(
    found: Look, after: str | None = None, limit: int = 20, *, is_closed: bool | None = None
) -> Page[CaseLine]:
    """Give the items a person started, the newest first."""
    scope = Scope(frozenset({found.actor.id}))
    return list_cases(found.connection, scope, Filter(initiator=found.actor.id, is_closed=is_closed), after, limit)


def returned_items(found: Look) -> list[tuple[TaskLine, Case]]:
    """Give what came back to the person who started it, the soonest due first."""
    lines = open_tasks(found.connection, [f"u:{found.actor.id}"], limit=RETURNED_MAX).lines
    mine = (line for line in lines if is_for_initiator(found.definition(line.definition, line.version), line.state))
    cases = ((line, found.case(line.case_id)) for line in mine)
    return [(line, case) for line, case in cases if is_returned(found.definition_of(case), case)]


def is_for_initiator(definition: Definition, state: str) -> bool:
    """Say whether a state is work for whoever started the item: they fill in forms instead of deciding."""
    return isinstance(definition.states[state].who, Initiator)


def is_returned(definition: Definition, case: Case) -> bool:
    """Say whether an item is back with its initiator, not there for the first time."""
    is_first = case.state == definition.initial and case.visits.get(case.state, 0) <= 1
    return is_for_initiator(definition, case.state) and not is_first
