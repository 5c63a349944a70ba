"""Guards of the budget: lines that add up, costs with a basis, each line funded once, cuts with a reason.

Sums that the ledger is built on are asked here for the papers; the ledger's invariants ask them again of itself.
"""

from collections.abc import Iterable

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.flags import Level
from workflows.funds.flags.county import costs_of
from workflows.funds.flags.dealing import double_funding, over_priced
from workflows.funds.flags.scene import Cost, Scene
from workflows.funds.papers import BUDGET, SOURCES, Papers, shares_of
from workflows.funds.policy import PERCENT, exceeds
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    entry,
    lines_where,
    mark_here,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    working_days,
    yuan,
)
from workflows.screening.studies import study_estimate

SECOND_PERSON_TIERS = frozenset({"T3", "T4"})
FAILED = frozenset({"failed", "rejected", "refused", "removed"})
"""States of an application for money that came to nothing."""


def papers_of(it: Situation, project: str = "") -> Papers:
    """Give the papers of the project that the case under judgement belongs to, or of another one, by its code."""
    return Papers(it, project or text_in(it.data, "project"))


def sum_checks(it: Situation) -> Reasons:
    """Quantity times price is the cost, each line has its own number, and its sources make it exactly.

    Source: Budget Law §13: spending by the approved budget [V]; each cost line funded once (INV-24) [D].
    """
    yield from _sums(it, "lines", "shares")


def reviewed_sums(it: Situation) -> Reasons:
    """The reviewed lines and their sources add up, and the total stays within the ceiling.

    Source: Regulations on Government Investment §23: never above the approved ceiling [V].
    """
    yield from _sums(it, "approved_lines", "approved_shares")
    total, ceiling = sum_of(rows(it, "approved_lines"), "cost"), number(it, "ceiling")
    if total > ceiling:
        yield Refusal("budget.over_ceiling", "ceiling", {"total": yuan(total), "ceiling": yuan(ceiling)})


def _sums(it: Situation, lines: str, shares: str) -> Reasons:
    table = rows(it, lines)
    wrong = lines_where(table, lambda row: number_in(row, "quantity") * number_in(row, "unit_price") != _cost(row))
    yield from complain("budget.line_product", lines, wrong)
    names = [text_in(row, "line") for row in table]
    yield from complain(
        "budget.line_twice", lines, lines_where(table, lambda row: names.count(text_in(row, "line")) > 1)
    )
    funded = _by_line(rows(it, shares))
    unequal = lines_where(table, lambda row: funded.get(text_in(row, "line"), 0) != _cost(row))
    yield from complain("budget.line_funding", lines, unequal)
    yield from complain(
        "budget.share_line", shares, lines_where(rows(it, shares), lambda row: text_in(row, "line") not in names)
    )
    known = {paper.code for kind in SOURCES for paper in papers_of(it).of(kind) if paper.state not in FAILED}
    stray = lines_where(rows(it, shares), lambda row: text_in(row, "source") not in known)
    yield from complain("budget.share_source", shares, stray)


def _cost(row: Row) -> int:
    return number_in(row, "cost")


def _by_line(table: Iterable[Row]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for share in shares_of(list(table)):
        sums[share.line] = sums.get(share.line, 0) + share.amount
    return sums


def within_fsr_110(it: Situation) -> Reasons:
    """The submitted total is within the policy's share (110 %) of the study's estimate.

    Source: Regulations on Government Investment §12: above ten percent the study comes again [V].
    """
    papers = papers_of(it)
    project = papers.one(papers.project)
    estimate = study_estimate(it, project.case, project.data) if project else 0
    percent = papers.policy().number("budget.of_estimate_max_percent")
    total = sum_of(rows(it, "lines"), "cost")
    if exceeds(total, percent, estimate):
        limit = estimate * percent // PERCENT
        yield Refusal("budget.over_study", "lines", {"total": yuan(total), "limit": yuan(limit)})


def costs_grounded(it: Situation) -> Reasons:
    """Every phase is costed or explained, large lines have quotes or a standard, and reserves keep their caps.

    Source: every phase costed, three quotes, reserve and other costs capped [D].
    """
    table, policy = rows(it, "lines"), papers_of(it).policy()
    stages = next(column.of for column in it.definition.fields["lines"].columns if column.name == "stage")
    costed = {text_in(row, "stage") for row in table if _cost(row)}
    explained = {text_in(row, "stage") for row in rows(it, "empty_stages") if text_in(row, "why")}
    missing = [stage.name for stage in stages if stage.name not in costed | explained]
    if missing:
        yield Refusal("budget.stage_empty", "empty_stages", {"count": len(missing)})
    large, least = policy.number("budget.quotes_from_fen"), policy.number("budget.quotes_least_count")

    def lacks_quotes(row: Row) -> bool:
        return _cost(row) > large and text_in(row, "basis") == "quotes" and number_in(row, "quotes") < least

    yield from complain("budget.few_quotes", "lines", lines_where(table, lacks_quotes))
    total = sum_of(table, "cost")
    for category in ("contingency", "other"):
        percent = policy.number(f"budget.{category}_max_percent")
        amount = sum(_cost(row) for row in table if text_in(row, "category") == category)
        if exceeds(amount, percent, total):
            yield Refusal("budget.over_cap", "lines", {"amount": yuan(amount), "percent": percent})


def prices_grounded(it: Situation) -> Reasons:
    """A unit price far above the market's median gives its reason (red flag RF-11).

    Source: RF-11 over-priced: 50 % above the median is a matter of the review [D].
    """
    costs = tuple(
        Cost("", str(place), "", "", number_in(row, "unit_price"), number_in(row, "market_price"))
        for place, row in enumerate(rows(it, "lines"), 1)
        if not text_in(row, "price_reason")
    )
    papers = papers_of(it)
    scene = Scene(papers.local_day, papers.policy(), lambda first, last: working_days(it, first, last), costs=costs)
    hard = [int(hit.where) for hit in over_priced(scene) if hit.level is Level.HARD]
    yield from complain("budget.price", "lines", hard)


def lines_of_its_own(it: Situation) -> Reasons:
    """A line that another project's approved budget has as well (category, content, price) says why (red flag RF-34).

    Source: RF-34 funded twice: equipment or cost lines in two projects [D]; the head of finance decides on the reason.
    """
    papers, own = papers_of(it), rows(it, "lines")
    approved = (one.code for one in it.facts.titles(BUDGET) if one.state == "approved" and one.code != it.case.code)
    others = [other for code in approved if (other := it.facts.case(code)) is not None]
    costs = [cost for other in others for cost in costs_of(other) if cost.project != papers.project]
    costs += (
        Cost(papers.project, str(place), text_in(row, "category"), text_in(row, "content"), price)
        for place, row in enumerate(own, 1)
        if (price := number_in(row, "unit_price")) and not text_in(row, "same_reason")
    )
    scene = Scene(
        papers.local_day, papers.policy(), lambda first, last: working_days(it, first, last), costs=tuple(costs)
    )
    for hit in double_funding(scene):
        home, _, line = hit.where.partition("/")
        if home == papers.project:
            yield Refusal("budget.line_funded", "lines", {"line": line, "code": str(hit.figures["with"])})


def cuts_reasoned(it: Situation) -> Reasons:
    """Every reviewed line that differs from the submitted one, or is gone, has a reason; none is above it.

    Source: Regulations on Government Investment §11: reasons in writing [V]; line by line [D].
    """
    asked = {text_in(row, "line"): _cost(row) for row in rows(it, "lines")}
    table = rows(it, "approved_lines")
    above = lines_where(table, lambda row: _cost(row) > asked.get(text_in(row, "line"), 0))
    yield from complain("budget.line_above", "approved_lines", above)
    bare = lines_where(
        table, lambda row: _cost(row) < asked.get(text_in(row, "line"), 0) and not text_in(row, "reason")
    )
    yield from complain("budget.line_cut", "approved_lines", bare)
    gone = asked.keys() - {text_in(row, "line") for row in table}
    if gone:
        yield Refusal("budget.line_gone", "approved_lines", {"count": len(gone)})


def two_person_if_large(it: Situation) -> Reasons:
    """From tier T3 on, a second reviewer or the head has confirmed since the case came here.

    Source: second person in the review of large budgets [D].
    """
    project = papers_of(it).one(text_in(it.data, "project"))
    if project is not None and text_in(project.data, "tier") not in SECOND_PERSON_TIERS:
        return
    marks = [mark_here(it, action) for action in ("second_check", "countersign")]
    if not any(mark is not None and mark.user != it.actor.id for mark in marks):
        yield Refusal("second_person.missing", it.case.state)


ENTRIES = tuple(
    map(
        entry,
        (
            sum_checks,
            reviewed_sums,
            within_fsr_110,
            costs_grounded,
            prices_grounded,
            lines_of_its_own,
            cuts_reasoned,
            two_person_if_large,
        ),
    )
)
