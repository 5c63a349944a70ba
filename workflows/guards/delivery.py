"""Guards of the delivery: start, reports and milestones, suspension, and clearing up after a termination."""

from datetime import date, timedelta

from msgspec.structs import replace

from engine.calendar import add_months
from engine.case import Case
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.chart import DUE_FROM_SUPPLIER
from workflows.funds.papers import standing_flags
from workflows.guards.purse import UNFINISHED, books, budget_total, contracts, entered_counts, in_force, receipts
from workflows.guards.reading import (
    Reasons,
    Row,
    actor_holds,
    arrived_on,
    beside,
    borrowed,
    complain,
    day,
    day_in,
    entry,
    filled,
    is_past,
    lines_where,
    local_day,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)
from workflows.progress import CHANGE, PERCENT, SETTLED_CHANGES, Course, registers_entered

IN_FORCE = frozenset({"effective", "completed"})
PURSES = ("twp_fin", "twp_cashier")
"""Posts that the manager of a project may not hold beside it."""

SUPERVISED_TIERS = frozenset({"T3", "T4"})
LAPSE_MONTHS = 12
EXTENSION_MONTHS_MAX = 6
CLEARANCE_MATTERS = ("contracts", "assets", "money", "claims")
UNFINISHED_CONTRACTS = frozenset({"tender", "effective"})
UNFINISHED_CHANGES = frozenset({"requested", "approved"})


def contract_effective(it: Situation) -> Reasons:
    """A construction contract or in-house order is signed and in force, and contracts stay within the budget.

    Source: Procurement Law: contract before work [V]; encumbrance within the budget [D].
    """
    if entered_counts(it) and not contracts(it):
        yield from _entered_contracts(it)
        return
    if not in_force(it, "construction", "in_house"):
        yield Refusal("contract.none", it.case.code)
    price, budget = sum(one.amount for one in in_force(it)), budget_total(it)
    if price > budget:
        yield Refusal("contract.over_budget", it.case.code, {"price": yuan(price), "budget": yuan(budget)})


def _entered_contracts(it: Situation) -> Reasons:
    table = rows(it, "contracts")
    in_force = [row for row in table if _is_in_force(it, row)]
    if not any(text_in(row, "subject") in ("construction", "in_house") for row in in_force):
        yield Refusal("contract.none", "contracts")
    price, budget = sum_of(in_force, "price"), budget_total(it)
    if price > budget:
        yield Refusal("contract.over_budget", "contracts", {"price": yuan(price), "budget": yuan(budget)})


def _is_in_force(it: Situation, row: Row) -> bool:
    return text_in(row, "standing") in IN_FORCE and is_past(it, day_in(row, "signed_on"))


def first_money_ok(it: Situation) -> Reasons:
    """Money has been received or the year's spending plan is confirmed; no supplier pays in advance.

    Source: Regulations on Government Investment art. 22: no pre-financing [V].
    """
    entered = sum_of(rows(it, "funding_sources"), "received") if entered_counts(it) else 0
    if not receipts(it) and not entered and not filled(it, "fiscal_plan_number"):
        yield Refusal("money.none", "funding_sources")
    financed = lines_where(rows(it, "contracts"), lambda row: row.get("prefinancing") is True)
    yield from complain("money.prefinanced", "contracts", financed)


def kickoff_ok(it: Situation) -> Reasons:
    """Form, letter and team are this project's own, the manager keeps no purse, and the plan can still be kept.

    Who starts the work is its manager: nobody who books or pays for the township, unless the county registered it.
    Source: kick-off [D]; recorder, handler and cashier apart, Accounting Law 2024 [V] (SoD-2).
    """
    for field in ("kickoff_form", "manager_letter", "team"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    yield from borrowed(it, "kickoff_form", "manager_letter")
    purses = [role for role in PURSES if actor_holds(it, role, "township")]
    if purses:
        yield Refusal("kickoff.purse", "manager_letter", {"who": it.actor.name, "roles": ", ".join(purses)})
    late = lines_where(course_of(it).plan, lambda row: (day_in(row, "finish_on") or today(it)) < today(it))
    yield from complain("kickoff.plan_past", "milestones", late)


def supervisor_ok(it: Situation) -> Reasons:
    """A supervision contract is in force for T3 and T4.

    Source: supervisor by tier [D].
    """
    supervised = bool(in_force(it, "supervision")) or (
        entered_counts(it)
        and any(text_in(row, "subject") == "supervision" and _is_in_force(it, row) for row in rows(it, "contracts"))
    )
    if word(it, "tier") in SUPERVISED_TIERS and not supervised:
        yield Refusal("contract.no_supervisor", "contracts")


def lapse_12m(it: Situation) -> Reasons:
    """Twelve months have passed since approval, or the end of the one extension of six.

    Source: approvals lapse [D].
    """
    lapses_on = add_months(arrived_on(it), LAPSE_MONTHS)
    extended = day(it, "start_extended_until")
    if extended is not None:
        lapses_on = max(lapses_on, min(extended, add_months(lapses_on, EXTENSION_MONTHS_MAX)))
    if today(it) < lapses_on:
        yield Refusal("start.not_lapsed", it.case.state, {"on": str(lapses_on)})


def milestones_done(it: Situation) -> Reasons:
    """Every milestone in force that is due before preliminary acceptance is accepted in full in the reports.

    Source: milestones with evidence [D].
    """
    course = course_of(it)
    plan = [row for row in course.plan if row.get("before_acceptance") is True]
    if not plan:
        yield Refusal("plan.no_milestone", "milestones")
    open_lines = lines_where(course.plan, lambda row: row in plan and not _is_done(course, row))
    yield from complain("milestone.open", "milestones", open_lines)


def _is_done(course: Course, row: Row) -> bool:
    return course.done.get(text_in(row, "milestone"), 0) >= PERCENT


def course_of(it: Situation) -> Course:
    """Give the plan and the reports of the project under judgement."""
    return Course(replace(it.case, data=dict(it.data)), it.facts, today(it))


def no_open_major_issue(it: Situation) -> Reasons:
    """No severe or major quality issue is open, neither on the project's own list nor in an inspection.

    Source: quality before acceptance [D].
    """
    inspections = (one for one in beside(it, "quality-inspection") if one.state != "passed" and _is_serious(one))
    for inspection in inspections:
        yield Refusal("quality.inspection_open", inspection.code)

    def is_open(row: Row) -> bool:
        return text_in(row, "class") in ("severe", "major") and not is_past(it, day_in(row, "closed_on"))

    yield from complain("quality.open", "quality_issues", lines_where(rows(it, "quality_issues"), is_open))


def _is_serious(inspection: Case) -> bool:
    return bool(inspection.data.get("issues")) and inspection.data.get("severest") in ("severe", "major")


def changes_closed(it: Situation) -> Reasons:
    """Every change is carried out and closed, or refused.

    Source: changes of approved projects, Regulations on Government Investment §21 [V]; closing before acceptance [D].
    """
    found = beside(it, CHANGE)
    for one in found:
        if one.state not in SETTLED_CHANGES:
            yield Refusal("change.case_open", one.code)
    if not found and registers_entered(it.facts, today(it)):
        open_lines = lines_where(rows(it, "changes"), lambda row: text_in(row, "standing") in UNFINISHED_CHANGES)
        yield from complain("change.open", "changes", open_lines)


def reports_uptodate(it: Situation) -> Reasons:
    """The report of the last closed month is accepted; a project that started this month owes none.

    Source: monthly report [D].
    """
    started = it.case.actors.get("approved.start")
    closed = _month_before(today(it))
    if started is not None and local_day(it, started.at).isoformat()[:7] > closed:
        return
    if not course_of(it).has_report(closed):
        yield Refusal("report.missing", "reports", {"month": closed})


def _month_before(on: date) -> str:
    return (on.replace(day=1) - timedelta(days=1)).isoformat()[:7]


def resume_conditions(it: Situation) -> Reasons:
    """Every cause was cleared while the project was suspended, with its evidence, and no hard red flag stands.

    Source: suspension and resumption [D]; red flags released before money moves again [D].
    """
    table = rows(it, "suspension_causes")
    if not table:
        yield Refusal("suspension.no_cause", "suspension_causes")

    def is_open(row: Row) -> bool:
        cleared = day_in(row, "cleared_on")
        return cleared is None or not arrived_on(it) <= cleared <= today(it) or not text_in(row, "evidence")

    yield from complain("suspension.open", "suspension_causes", lines_where(table, is_open))
    for code, rule in standing_flags(it.facts, it.case.code):
        yield Refusal("flag.standing", "red_flags", {"code": code, "rule": rule})


def clearance_ok(it: Situation) -> Reasons:
    """Contracts, assets, money and claims are each listed and settled, and no contract is left running.

    Source: clearing up [D]; Regulations on Government Investment art. 25: surplus to the treasury [V].
    """
    table = rows(it, "clearance")
    listed = {text_in(row, "matter") for row in table}
    missing = [matter for matter in CLEARANCE_MATTERS if matter not in listed]
    if missing:
        yield Refusal("clearance.missing", "clearance", {"count": len(missing)})

    def is_open(row: Row) -> bool:
        return not (is_past(it, day_in(row, "settled_on")) and text_in(row, "document"))

    yield from complain("clearance.open", "clearance", lines_where(table, is_open))
    running = lines_where(rows(it, "contracts"), lambda row: text_in(row, "standing") in UNFINISHED_CONTRACTS)
    yield from complain("clearance.contract", "contracts", running)
    for case, one in contracts(it).values():
        if one.state in UNFINISHED:
            yield Refusal("clearance.contract_open", case.code)
    due = books(it).amount(DUE_FROM_SUPPLIER)
    if due:
        yield Refusal("clearance.claim_open", it.case.code, {"amount": yuan(due)})


ENTRIES = tuple(
    map(
        entry,
        (
            contract_effective,
            first_money_ok,
            kickoff_ok,
            supervisor_ok,
            lapse_12m,
            milestones_done,
            no_open_major_issue,
            changes_closed,
            reports_uptodate,
            resume_conditions,
            clearance_ok,
        ),
    )
)
