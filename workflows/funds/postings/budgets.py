"""Postings of the budget: activated with the project, adjusted, locked while an adjustment is decided, carried on."""

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import FREE
from workflows.funds.movements import budgeting
from workflows.funds.papers import budget, shares_of
from workflows.funds.posting import Movement
from workflows.funds.postings.booking import Desk
from workflows.funds.shares import as_shares
from workflows.guards.purse import entered_counts
from workflows.guards.reading import number_in, text_in

ACROSS_YEARS = "years"
"""The kind of adjustment that carries a year's money into the next."""


def activate_budget(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-01: the reviewed budget may be used from the project's approval on (a typed one is in no ledger)."""
    desk = Desk(it, target, it.case.code)
    found = budget(desk.papers, desk.paper)
    if found is None and entered_counts(it):
        return []
    if found is None:
        raise Refused(Refusal("funds.no_budget", where=it.case.code))
    desk.book(Movement.ACTIVATE, budgeting.activate(desk.project, found.shares))
    return desk.close()


def deactivate_budget(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-02: an approved project that never started gives its budget back."""
    desk = Desk(it, target, it.case.code)
    free = as_shares(desk.books.each(FREE, project=desk.project))
    desk.book(Movement.LAPSE, budgeting.lapse_budget(desk.project, free), "approved and not started (RF-29)")
    return desk.close()


def lock_adjustment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-02b: what the adjustment would take away is held until it is decided."""
    desk = Desk(it, target)
    if text_in(it.data, "kind") != ACROSS_YEARS:
        taken = shares_of(desk.paper.lines("from_lines"))
        desk.book(Movement.LOCK, budgeting.lock(desk.project, it.case.code, taken))
    return desk.close()


def unlock_adjustment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-02b undone: the adjustment was refused."""
    desk = Desk(it, target)
    desk.book(Movement.LOCK, budgeting.unlock(desk.books, it.case.code))
    return desk.close()


def apply_adjustment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-02: the adjustment takes effect; across years it is E-19."""
    desk = Desk(it, target)
    if text_in(it.data, "kind") == ACROSS_YEARS:
        year = number_in(it.data, "carry_year")
        desk.book(Movement.CARRY, budgeting.carry(desk.books, desk.project, year))
        return desk.close()
    less, more = (shares_of(desk.paper.lines(table)) for table in ("from_lines", "to_lines"))
    desk.book(Movement.LOCK, budgeting.unlock(desk.books, it.case.code))
    desk.book(Movement.ADJUST, budgeting.adjust(desk.project, less, more))
    return desk.close()


_ADJUSTMENT = {"project": FieldType.TEXT, "kind": FieldType.CHOICE, "from_lines": FieldType.TABLE}

RULES = (
    Rule("activate_budget", activate_budget, {}, "E-01: the reviewed budget may be used."),
    Rule("deactivate_budget", deactivate_budget, {}, "E-16a: an unused budget is given back."),
    Rule("lock_adjustment", lock_adjustment, _ADJUSTMENT, "E-02b: hold what the adjustment takes away."),
    Rule("unlock_adjustment", unlock_adjustment, _ADJUSTMENT, "E-02b: free what a refused adjustment held."),
    Rule(
        "apply_adjustment",
        apply_adjustment,
        {**_ADJUSTMENT, "to_lines": FieldType.TABLE, "carry_year": FieldType.INTEGER},
        "E-02 or E-19: the adjustment takes effect.",
    ),
)
