"""Guard of a frozen project: what it was frozen for is over."""

from engine.calendar import add_months
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import sources
from workflows.guards.budget import papers_of
from workflows.guards.reading import Reasons, arrived_at, arrived_on, day, entry, filled, text_in, today, word, yuan
from workflows.screening.pool import decided
from workflows.screening.reserve import cost
from workflows.screening.rubric import screening
from workflows.screening.townships import Townships


def freeze_condition_met(it: Situation) -> Reasons:
    """The recorded condition is evidenced and was met since the freeze, or an adjustment of the pool unfreezes.

    Where the cause is one that the system knows, it is gone: the unit has confirmed, costs are fresh, sources in effect
    make the cost, nothing of the township is overdue.
    Source: freezing [D].
    """
    found = decided(it)
    if found is not None and found[0].entered_at >= arrived_at(it) and text_in(found[1], "proposal") == "unfreeze":
        return
    for field in ("freeze_condition", "freeze_evidence"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    met = day(it, "freeze_met_on")
    if met is None or not arrived_on(it) <= met <= today(it):
        yield Refusal("freeze.not_met", "freeze_met_on", {"since": str(arrived_on(it))})
    yield from _standing_cause(it)


def _standing_cause(it: Situation) -> Reasons:
    """Complain of a cause that the system sees to be there still."""
    cause = word(it, "freeze_cause")
    confirmed, based = day(it, "reconfirmed_on"), day(it, "cost_based_on")
    if cause == "confirmation" and (confirmed is None or confirmed < arrived_on(it)):
        yield Refusal("freeze.not_confirmed", "reconfirmed_on")
    months = screening(it).number("cost_months")
    if cause == "costs" and (based is None or add_months(based, months) < today(it)):
        yield Refusal("freeze.costs_old", "cost_based_on", {"months": months})
    if cause == "funding":
        found, needed = sum(one.amount for one in sources(papers_of(it, it.case.code))), cost(it.data)
        if found < needed:
            yield Refusal("freeze.no_funds", "freeze_cause", {"found": yuan(found), "needed": yuan(needed)})
    townships = Townships(it.facts, today(it))
    home = townships.of(it.case)
    overdue = townships.overdue(home.id) if cause == "finding" and home is not None else 0
    if overdue:
        yield Refusal("freeze.overdue", "freeze_cause", {"count": overdue})


ENTRIES = (entry(freeze_condition_met),)
