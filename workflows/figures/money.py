"""What the rules saved, where the money comes from, and what private capital takes off the public purse.

Sources: waste avoided (domain S35), dependence on own revenue and single sources (S75), relief of the budget (S81) [D].
"""

from collections.abc import Iterator, Mapping

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import PERCENT, Cell, Counted, count, percent, said, total
from workflows.funds.papers import IN_EFFECT, lines_of
from workflows.guards.reading import number_in, text_in

ENDED_FOR = frozenset({"duplicate", "unified_build"})
OVER = frozenset({"rejected", "withdrawn", "removed", "terminated"})
OWN, FISCAL = "township_own", frozenset({"township_own", "county_budget", "higher_grant", "special_bond"})
PRIVATE = frozenset({"private_capital", "operator", "donation"})
GIVERS = frozenset({"donation", "operator"})
SINGLE_PERCENT = "funds.source.single_percent"
"""Policy: from which share on a source is the only one that matters [D]."""

SINGLE_PERCENT_USUAL = 90

Amounts = list[tuple[Case, int]]
"""What each of some items comes to, in fen."""


def savings(it: Basis) -> Iterator[Counted]:
    """Give for each year what was not built twice, built on what is there, and cut from budgets, in fen."""
    for year, projects in it.by_year.items():
        doubles = [one for one in projects if one.state in OVER and text_in(one.data, "reason_code") in ENDED_FOR]
        reusing = [one for one in projects if one.state not in OVER and _reuses(one)]
        duplicate = [(one, number_in(one.data, "amount")) for one in doubles]
        reuse = [(one, _less_than_asked(it, one)) for one in reusing]
        cut = [(one, _cut(it, one)) for one in projects if one not in reusing and one not in doubles]
        yield {
            "year": Cell(year),
            "duplicates": count(doubles),
            "duplicate_money": total(duplicate),
            "reuses": count(reusing),
            "reuse_money": total(reuse),
            "cut_money": total(cut),
            "saved": total((*duplicate, *reuse, *cut)),
        }


def _reuses(project: Case) -> bool:
    return any(text_in(row, "handling") == "reuse" for row in lines_of(project.data, "duplicates"))


def _less_than_asked(it: Basis, project: Case) -> int:
    approved = it.reviewed_budget(project)[1]
    return max(0, number_in(project.data, "amount") - approved) if approved else 0


def _cut(it: Basis, project: Case) -> int:
    submitted, approved = it.reviewed_budget(project)
    return max(0, submitted - approved) if approved else 0


def sources(it: Basis) -> Iterator[Counted]:
    """Give each township's plan of money: its own share, the public share, and projects that hang on one source."""
    given = it.ground.policy(SINGLE_PERCENT)
    least = given if isinstance(given, int) else SINGLE_PERCENT_USUAL
    for township, projects in it.by_township.items():
        live = [(one, plan) for one in projects if one.state not in OVER and (plan := it.plan_of_money(one))]
        if live:
            yield {"township": Cell(township), **_mix(live, least)}


def _mix(live: list[tuple[Case, dict[str, int]]], least: int) -> Counted:
    plan = [(one, sum(each.values())) for one, each in live]
    own = [(one, each.get(OWN, 0)) for one, each in live]
    fiscal = [(one, _of(each, FISCAL)) for one, each in live]
    other = [(one, amount - public) for (one, amount), (_, public) in zip(plan, fiscal, strict=True)]
    return {
        "projects": count(one for one, _ in live),
        "plan": total(plan),
        "own": total(own),
        "own_rate": _rate(own, plan),
        "fiscal": total(fiscal),
        "other": total(other),
        "other_rate": _rate(other, plan),
        "singles": count(one for one, each in live if is_single(each, least)),
    }


def _rate(part: Amounts, whole: Amounts) -> Cell:
    """Give the share of a sum in percent, with what is behind the part."""
    return Cell(percent(sum(amount for _, amount in part), sum(amount for _, amount in whole)), total(part).behind)


def _of(plan: Mapping[str, int], kinds: frozenset[str]) -> int:
    return sum(amount for kind, amount in plan.items() if kind in kinds)


def is_single(plan: Mapping[str, int], least: int) -> bool:
    """Say whether one source makes at least so many percent of a plan."""
    whole = sum(plan.values())
    return whole > 0 and max(plan.values()) * PERCENT >= least * whole


def relief(it: Basis) -> Iterator[Counted]:
    """Give the projects that others than the treasury pay for: the public share as planned, and as secured."""
    for project in it.projects:
        plan, brought = it.plan_of_money(project), _brought(it, project)
        wished = _of(plan, PRIVATE)
        if (wished or brought) and project.state not in OVER:
            whole = sum(plan.values()) or number_in(project.data, "amount")
            yield {
                "project": said(project.code, project),
                "name": Cell(it.title(project)),
                "plan": said(whole, project),
                "other": said(wished, project),
                "relief": total(brought),
                "fiscal_planned": Cell(percent(whole - wished, whole)),
                "fiscal_after": Cell(percent(max(0, whole - sum(amount for _, amount in brought)), whole)),
                "bidders": total(
                    (one, number_in(one.data, "bidders")) for one in it.beside("private-capital", project)
                ),
            }


def _brought(it: Basis, project: Case) -> list[tuple[Case, int]]:
    """Give the sources in effect that are not the treasury's, with their fen."""
    cases = [*it.beside("private-capital", project)]
    cases += [one for one in it.beside("own-funds", project) if text_in(one.data, "source_kind") in GIVERS]
    return [(one, number_in(one.data, "amount")) for one in cases if one.state in IN_EFFECT]
