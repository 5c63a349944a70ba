"""Guards of the approval: study, budget, funds, plan and security before; authority, baseline and flags at it."""

from collections.abc import Mapping

from msgspec.structs import replace

from engine.counting import Choosing
from engine.expression import Undecided
from engine.refusal import Refusal
from engine.seating import chairs
from engine.situation import Situation, Variables
from engine.values import Json
from workflows.funds.papers import standing_flags
from workflows.funds.policy import exceeds
from workflows.funds.shares import by_source
from workflows.funds.terms import Budget, SourceKind
from workflows.guards.policies import authority, reviews_entered
from workflows.guards.purse import budget_in_force, budget_total, entered_counts, papers_of_project, sources
from workflows.guards.reading import (
    Reasons,
    Row,
    actor_holds,
    complain,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    lines_where,
    names,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    word,
    yuan,
)
from workflows.screening.studies import SHORT_TIER, approved_study, basis_of, running_study, study_estimate

BUDGET_PERCENT_OF_STUDY_MAX = 110
"""A budget above this share of the study's estimate goes back to the study [V] (10% rule)."""

PERCENT = 100
FIRM = frozenset({"committed", "effective"})
BORROWERS = frozenset({"enterprise", "institution"})
SHORT_STUDY = frozenset(
    {
        "overview",
        "necessity",
        "needs",
        "goals",
        "route",
        "resources",
        "schedule",
        "cost",
        "funding",
        "benefits",
        "hazards",
    }
)
"""Chapters that a T1 construction plan needs [D]; all fourteen otherwise."""

POOL_AUTHORITY: Mapping[str, tuple[str, ...]] = {
    "T1": ("cty_head",),
    "T2": ("cty_head",),
    "T3": ("lead_group",),
    "T4": ("lead_group",),
}
PROJECT_AUTHORITY: Mapping[str, tuple[str, ...]] = {
    "T1": ("twp_mayor",),
    "T2": ("cty_head",),
    "T3": ("cty_head", "fin_head"),
    "T4": ("lead_group",),
}
"""Who decides by tier [D], unless the policy `authority` says otherwise."""

ROLE_UNIT: Mapping[str, str] = {"twp_mayor": "township"}
JOINT_MATTERS = frozenset({"approve", "admit"})
"""Matters in which one holder's signature is enough here: the state's vote brings the others."""


def authority_ok(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The actor, or a recorded decision, has the authority for this matter at the project's tier.

    The tier is that of the larger of estimate and approved budget. Where two offices decide (T3), both must have.
    Source: approval authority by tier [D]; Regulations on Government Investment: original approver [V].
    """
    matter = str(arguments["matter"])
    tier = tier_of(it, max(number(it, "amount"), budget_total(it)))
    fallback = POOL_AUTHORITY if matter == "admit" else PROJECT_AUTHORITY
    needed = authority(it, matter, fallback, tier)
    signed = {role for role in needed if actor_holds(it, role, ROLE_UNIT.get(role, "county"))}
    if matter not in JOINT_MATTERS:
        signed |= {text_in(row, "decided_by") for row in rows(it, "authority_decisions") if _decides(it, row, matter)}
    lacking = [role for role in needed if role not in signed]
    if not needed or (lacking and (matter not in JOINT_MATTERS or len(lacking) == len(needed))):
        yield Refusal("authority.lacking", it.case.state, {"tier": tier or "-", "roles": ", ".join(lacking) or "-"})


def _decides(it: Situation, row: Row, matter: str) -> bool:
    recent = (day_in(row, "decided_on") or it.case.opened_at.date()) >= it.case.opened_at.date()
    decided = text_in(row, "matter") == matter and bool(text_in(row, "document"))
    return decided and recent and is_past(it, day_in(row, "decided_on"))


def tier_of(it: Situation, cost: int) -> str:
    """Give the tier that the definition computes for a cost in fen; "" where it computes none."""
    computed = it.definition.fields["tier"].computed
    if computed is None:
        return word(it, "tier")
    try:
        return str(computed.value(Variables(replace(it, data={**it.data, "amount": cost}))))
    except Undecided:
        return ""


def fsr_ok(it: Situation) -> Reasons:
    """The feasibility study beside the project is approved, of its tier, and rests on the application as it is now.

    A study that was typed (papers, day, chapters) counts until the policy `reviews_entered_until`.
    Source: Regulations on Government Investment: study before approval [V]; fourteen sections [D].
    """
    study, running = approved_study(it.facts, it.case.code), running_study(it.facts, it.case.code)
    if running is not None:
        yield Refusal("study.running", running.code)
    elif study is None and reviews_entered(it):
        yield from _typed_study(it)
    elif study is None:
        yield Refusal("study.none", it.case.code)
    else:
        if text_in(study.data, "tier") == SHORT_TIER and word(it, "tier") != SHORT_TIER:
            yield Refusal("study.short_form", study.code, {"tier": word(it, "tier")})
        if text_in(study.data, "basis") != basis_of(it.data):
            yield Refusal("study.basis_changed", study.code)


def _typed_study(it: Situation) -> Reasons:
    for field in ("study_report", "study_number", "study_estimate"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    if not is_past(it, day(it, "study_approved_on")):
        yield Refusal("study.not_approved", "study_approved_on")
    every = {choice.name for choice in it.definition.fields["study_sections"].of}
    missing = (SHORT_STUDY if word(it, "tier") == SHORT_TIER else every) - set(names(it, "study_sections"))
    if missing:
        yield Refusal("study.chapters", "study_sections", {"count": len(missing)})


def budget_ok(it: Situation) -> Reasons:
    """The budget is reviewed, its lines are right and add up, it stays within 110% of the study, cuts are explained.

    Source: Regulations on Government Investment §12: 110% of the study's estimate [V]; sums and reasons for cuts [D].
    """
    found = budget_in_force(it)
    if found is not None:
        yield from _reviewed_budget(it, found)
    elif entered_counts(it):
        yield from _entered_budget(it)
    else:
        yield Refusal("budget.none", it.case.code)


def _reviewed_budget(it: Situation, found: Budget) -> Reasons:
    percent = papers_of_project(it).policy().number("budget.of_estimate_max_percent")
    if exceeds(found.total, percent, found.estimate) and not found.is_raised:
        limit = found.estimate * percent // PERCENT
        yield Refusal("budget.over_study", "study_estimate", {"total": yuan(found.total), "limit": yuan(limit)})
    funded = sum(share.amount for share in found.shares)
    if funded != found.total:
        yield Refusal("budget.sum", it.case.code, {"found": yuan(funded), "total": yuan(found.total)})


def _entered_budget(it: Situation) -> Reasons:
    table = rows(it, "budget_lines")
    total, submitted = number(it, "budget_total"), number(it, "budget_submitted")
    if not filled(it, "budget_number") or not is_past(it, day(it, "budget_approved_on")):
        yield Refusal("budget.not_reviewed", "budget_number")
    yield from complain("budget.line_product", "budget_lines", lines_where(table, _is_wrong_product))
    if sum_of(table, "cost") != total:
        amounts = {"found": yuan(sum_of(table, "cost")), "total": yuan(total)}
        yield Refusal("budget.sum", "budget_total", amounts)
    limit = study_estimate(it, it.case, it.data) * BUDGET_PERCENT_OF_STUDY_MAX // PERCENT
    if total > limit:
        yield Refusal("budget.over_study", "budget_total", {"total": yuan(total), "limit": yuan(limit)})
    if total > submitted:
        yield Refusal("budget.above_submitted", "budget_submitted")
    elif total < submitted and not filled(it, "cut_reason"):
        yield Refusal("budget.cut_unexplained", "cut_reason", {"cut": yuan(submitted - total)})


def _is_wrong_product(row: Row) -> bool:
    return number_in(row, "quantity") * number_in(row, "unit_price") != number_in(row, "cost")


def funding_ok(it: Situation) -> Reasons:
    """Firm sources cover the budget, each with its document; no government borrows or guarantees.

    Source: Budget Law art. 35: no borrowing but bonds, no guarantees [V]; cover of the budget [D].
    """
    found = budget_in_force(it)
    if found is not None or not entered_counts(it):
        yield from _bound_sources(it, found)
    else:
        yield from _entered_sources(it)


def _bound_sources(it: Situation, found: Budget | None) -> Reasons:
    known = sources(it)
    covered, total = sum(source.amount for source in known.values()), found.total if found else 0
    if found is None or covered < total:
        yield Refusal("funding.gap", it.case.code, {"gap": yuan(max(total - covered, 0))})
    planned = by_source(found.shares) if found else {}
    for code, amount in planned.items():
        source = known.get(code)
        if source is None or amount > source.amount:
            yield Refusal("funding.over_source", code, {"planned": yuan(amount)})
    barred = papers_of_project(it).policy().words("loan.government_borrowers")
    for source in known.values():
        if source.kind is SourceKind.LOAN and source.borrower in barred:
            yield Refusal("loan.borrower", source.code)


def _entered_sources(it: Situation) -> Reasons:
    table = rows(it, "funding_sources")
    firm = [row for row in table if text_in(row, "standing") in FIRM]
    covered, total = sum_of(firm, "promised"), number(it, "budget_total")
    if covered < total:
        yield Refusal("funding.gap", "funding_sources", {"gap": yuan(total - covered)})
    undocumented = lines_where(table, lambda row: row in firm and not text_in(row, "document"))
    yield from complain("funding.no_document", "funding_sources", undocumented)
    yield from complain("funding.borrower", "funding_sources", lines_where(table, _borrows_unlawfully))
    guaranteed = lines_where(table, lambda row: row.get("guarantee") is True)
    yield from complain("funding.guarantee", "funding_sources", guaranteed)


def _borrows_unlawfully(row: Row) -> bool:
    borrower = text_in(row, "borrower")
    return borrower == "government" or (text_in(row, "kind") == "policy_loan" and borrower not in BORROWERS)


def plan_ok(it: Situation) -> Reasons:
    """The implementation plan has milestones whose weights and payments are 100% each, in order of time, and a team.

    Source: F-PLAN [D].
    """
    yield from plan_flaws(rows(it, "milestones"), "milestones")
    for field in ("team", "training_plan", "contingency_plan"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)


def plan_flaws(table: list[Row], where: str) -> Reasons:
    """Give what a plan of milestones lacks: one before acceptance, names of their own, sums of 100 %, order of time."""
    if not any(row.get("before_acceptance") is True for row in table):
        yield Refusal("plan.no_milestone", where)
    for column in ("weight", "payment_percent"):
        found = sum_of(table, column)
        if found != PERCENT:
            yield Refusal(f"plan.{column}", where, {"found": found})
    yield from complain("plan.backwards", where, lines_where(table, _is_backwards))
    known = [text_in(row, "milestone") for row in table]
    yield from complain(
        "plan.named_twice", where, [line for line, name in enumerate(known, 1) if known.count(name) > 1]
    )


def _is_backwards(row: Row) -> bool:
    start, finish = day_in(row, "start_on"), day_in(row, "finish_on")
    return start is None or finish is None or start > finish


def security_plan_ok(it: Situation) -> Reasons:
    """Protection grade, cryptography plan and data-sharing catalogue are there.

    Source: security planned, built and run in step [V].
    """
    for field in ("protection_grade", "crypto_plan", "sharing_catalogue"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)


def all_opinions(it: Situation) -> Reasons:
    """Every department that has a seat has given its opinion.

    Source: side-by-side review of e-government projects [V], seats [D].
    """
    seats = {chair.seat for chair in chairs(it.definition.states[it.case.state].who, it)}
    heard = {ballot.seat for ballot in it.case.ballots if ballot.form.get("department_opinion")}
    if missing := seats - heard:
        yield Refusal("opinions.missing", it.case.state, {"count": len(missing)})


def departments_agree(it: Situation) -> Reasons:
    """No department objects and every issue of the joint review is answered.

    Source: no department objection outstanding [D].
    """
    against = sum(ballot.choice is Choosing.REJECT for ballot in it.case.ballots)
    if against:
        yield Refusal("opinions.against", it.case.state, {"count": against})
    open_lines = lines_where(rows(it, "joint_issues"), lambda row: not text_in(row, "answer"))
    yield from complain("issues.unanswered", "joint_issues", open_lines)


def baseline_ready(it: Situation) -> Reasons:
    """Scope, cost, schedule and benefit targets are there to be frozen as the baseline.

    Source: keep the first baseline [V] (world practice).
    """
    for field in ("functions", "milestones", "targets"):
        if not filled(it, field):
            yield Refusal("baseline.missing", field)
    if not budget_total(it):
        yield Refusal("baseline.missing", "budget_total")
    loose = lines_where(rows(it, "targets"), lambda row: not (row.get("target") and day_in(row, "due_on")))
    yield from complain("baseline.loose_target", "targets", loose)


def no_hard_flag(it: Situation) -> Reasons:
    """Every hard red flag of the register is released with a reason or put right; so is what was added by hand.

    Source: red-flag rules [D]. Flags stand beside the project, raised at night or by the county; a line typed into the
    project can only add to them.
    """
    for code, rule in standing_flags(it.facts, it.case.code):
        yield Refusal("flag.standing", "red_flags", {"code": code, "rule": rule})

    def is_open(row: Row) -> bool:
        released = is_past(it, day_in(row, "released_on")) and bool(text_in(row, "release_reason"))
        return text_in(row, "level") == "hard" and not released

    yield from complain("flag.hard", "red_flags", lines_where(rows(it, "red_flags"), is_open))


ENTRIES = (
    entry_with(authority_ok, matter="admit|approve|cancel|terminate|revert"),
    *map(
        entry,
        (
            fsr_ok,
            budget_ok,
            funding_ok,
            plan_ok,
            security_plan_ok,
            all_opinions,
            departments_agree,
            baseline_ready,
            no_hard_flag,
        ),
    ),
)
