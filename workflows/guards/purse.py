"""The money of a project as its procedures and the ledger know it: what the project's own guards read.

Until procedures for budgets, sources, contracts and payments stood beside a project, officials typed these facts into
it. A county that brings such projects along says until which day they count (`money_entered_until`); after it, and
without the policy always, only the procedures do.
"""

from collections.abc import Mapping

from engine.case import Case
from engine.situation import Situation
from workflows.funds.books import Books
from workflows.funds.papers import BINDING, CONTRACT, IN_FORCE, RECEIPT, Papers, budget, contract
from workflows.funds.papers import sources as sources_of
from workflows.funds.terms import Budget, Contract, Source
from workflows.guards.policies import entered_until
from workflows.guards.reading import number, text_in, today

ENTERED_UNTIL = "money_entered_until"
UNFINISHED = BINDING | {"drafting", "legal_check", "fin_check", "approving"}


def entered_counts(it: Situation) -> bool:
    """Say whether what officials typed about money still counts today."""
    return entered_until(it.facts, ENTERED_UNTIL, today(it))


def papers_of_project(it: Situation) -> Papers:
    """Give the papers of the project under judgement."""
    return Papers(it, it.case.code)


def budget_in_force(it: Situation) -> Budget | None:
    """Give the reviewed budget with its adjustments; None before there is one."""
    papers = papers_of_project(it)
    project = papers.one(it.case.code)
    return budget(papers, project) if project is not None else None


def budget_total(it: Situation) -> int:
    """Give the total of the budget in force, or the one that was typed while that counts; 0 when there is none."""
    found = budget_in_force(it)
    if found is not None:
        return found.total
    return number(it, "budget_total") if entered_counts(it) else 0


def sources(it: Situation) -> Mapping[str, Source]:
    """Give the sources in effect, by code."""
    return {source.code: source for source in sources_of(papers_of_project(it))}


def contracts(it: Situation) -> Mapping[str, tuple[Case, Contract]]:
    """Give all contracts of the project, by code."""
    return {paper.code: (paper.case, contract(paper)) for paper in papers_of_project(it).of(CONTRACT)}


def in_force(it: Situation, *subjects: str) -> list[Contract]:
    """Give the contracts that are signed and not void or terminated, of these subjects (all: none named)."""
    return [
        one
        for case, one in contracts(it).values()
        if one.state in IN_FORCE and (not subjects or text_in(case.data, "subject") in subjects)
    ]


def receipts(it: Situation) -> list[Case]:
    """Give the receipts that are booked."""
    return [paper.case for paper in papers_of_project(it).of(RECEIPT) if paper.state == "posted"]


def books(it: Situation) -> Books:
    """Give the project's books."""
    return Books(it.facts.balances(it.case.code))
