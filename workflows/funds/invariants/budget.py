"""What the budget of a project must keep. Clauses: Budget Law §13, §57, §63, §72; Investment Regulation §23 [V]."""

from collections.abc import Iterator

from workflows.funds.books import Books
from workflows.funds.chart import (
    APPROVED,
    BUDGET_USES,
    CARRIED_IN,
    CARRIED_OUT,
    CONTRACT_USES,
    PRE_ENCUMBERED,
    RESERVED,
    SPENT,
    Account,
)
from workflows.funds.invariants.view import Breach, Invariant, View, below_zero
from workflows.funds.policy import exceeds
from workflows.funds.posting import balance_name
from workflows.funds.terms import Budget

Line = tuple[str, int, str]
"""Source, fiscal year and code of a budget line."""

_SPENDING = (*CONTRACT_USES, PRE_ENCUMBERED)
"""Uses that go with a line's purpose: free and lapsed money is not for anything yet, or any more."""


def lines_add_up(view: View) -> Iterator[Breach]:
    """INV-03: on every line, year and source what is approved equals where it is, and nothing is below zero."""
    yield from below_zero("INV-03", view, APPROVED, CARRIED_IN, *BUDGET_USES)
    there = _by_line(view.books, APPROVED, CARRIED_IN)
    used = _by_line(view.books, *BUDGET_USES)
    for line in there.keys() | used.keys():
        if there.get(line, 0) != used.get(line, 0):
            figures = {"approved": there.get(line, 0), "used": used.get(line, 0)}
            yield Breach("INV-03", "|".join(map(str, line)), figures)


def _by_line(books: Books, *accounts: Account) -> dict[Line, int]:
    sums: dict[Line, int] = {}
    for account in accounts:
        for balance in books.each(account):
            line = (balance.place.source, balance.place.year, balance.place.line)
            sums[line] = sums.get(line, 0) + balance.amount
    return sums


def versions_add_up(view: View) -> Iterator[Breach]:
    """INV-04: lines, years and sources of the budget each make its total, and the ledger has approved exactly that."""
    budget = view.dossier.budget if view.dossier else None
    if budget is None:
        return
    sums = {"lines": sum(line.amount for line in budget.lines), "shares": sum(share.amount for share in budget.shares)}
    for name, amount in sums.items():
        if amount != budget.total:
            yield Breach("INV-04", name, {"sum": amount, "total": budget.total})
    if view.books.amount(APPROVED):
        yield from _approved_as_budgeted(view.books, budget)


def _approved_as_budgeted(books: Books, budget: Budget) -> Iterator[Breach]:
    wanted: dict[Line, int] = {}
    for share in budget.shares:
        line = (share.source, share.year, share.line)
        wanted[line] = wanted.get(line, 0) + share.amount
    approved = _by_line(books, APPROVED)
    for line in wanted.keys() | approved.keys():
        if approved.get(line, 0) != wanted.get(line, 0):
            figures = {"approved": approved.get(line, 0), "budget": wanted.get(line, 0)}
            yield Breach("INV-04", "|".join(map(str, line)), figures)


def within_ceiling(view: View) -> Iterator[Breach]:
    """INV-05: not above 110 % of the study's estimate; not above the cost ceiling unless its approver raised it.

    Investment Regulation §12 (10 %), §23 (ceiling) [V].
    """
    budget = view.dossier.budget if view.dossier else None
    approved = view.books.amount(APPROVED)
    if budget is None or not approved:
        return
    percent = view.policy.number("budget.of_estimate_max_percent")
    if exceeds(approved, percent, budget.estimate) and not budget.is_raised:
        yield Breach("INV-05", "estimate", {"approved": approved, "estimate": budget.estimate, "percent": percent})
    if approved > budget.ceiling and not budget.is_raised:
        yield Breach("INV-05", "ceiling", {"approved": approved, "ceiling": budget.ceiling})


def contracts_within_budget(view: View) -> Iterator[Breach]:
    """INV-06: contracts fit their lines and their own amounts; supplements at most 10 % (Procurement Law §49 [V])."""
    percent = view.policy.number("contract.supplements_max_percent")
    for contract in view.dossier.contracts.values() if view.dossier else ():
        bound = view.books.amount(*CONTRACT_USES, contract=contract.code)
        if bound > contract.amount:
            yield Breach("INV-06", contract.code, {"bound": bound, "amount": contract.amount})
        grown = sum(one for one in contract.supplements if one > 0)
        if exceeds(grown, percent, contract.original):
            figures = {"supplements": grown, "original": contract.original, "percent": percent}
            yield Breach("INV-06", contract.code, figures)


def restricted_money(view: View) -> Iterator[Breach]:
    """INV-12: restricted money goes only to lines it is eligible for, and not after its last year."""
    dossier = view.dossier
    if dossier is None or dossier.budget is None:
        return
    categories = {line.code: line.category for line in dossier.budget.lines}
    for account in _SPENDING:
        for balance in view.books.each(account):
            source = dossier.sources.get(balance.place.source)
            if source is None or not balance.amount:
                continue
            category = categories.get(balance.place.line, "")
            if source.eligible and category not in source.eligible:
                yield Breach("INV-12", balance_name(account, balance.place), {"category": category})
            if source.expires_year is not None and balance.place.year > source.expires_year:
                yield Breach("INV-12", balance_name(account, balance.place), {"expires": source.expires_year})
    yield from _expired(view)


def _expired(view: View) -> Iterator[Breach]:
    sources = view.dossier.sources if view.dossier else {}
    for entry in view.new:
        for posting in entry.postings:
            source = sources.get(posting.at.source)
            last = source.expires_year if source else None
            if posting.credit in (RESERVED, SPENT) and last is not None and entry.on.year > last:
                yield Breach("INV-12", posting.at.source, {"expires": last, "year": entry.on.year})


def carried_once(view: View) -> Iterator[Breach]:
    """INV-22: money is carried into the next year once; what is left then is surplus (Budget Law §42 [V])."""
    approved, taken = _by_line(view.books, APPROVED), _by_line(view.books, CARRIED_IN)
    given = _by_line(view.books, CARRIED_OUT)
    for line, amount in given.items():
        if amount > approved.get(line, 0):
            yield Breach("INV-22", "|".join(map(str, line)), {"carried": amount, "approved": approved.get(line, 0)})
    came_from = {(source, year - 1, line): amount for (source, year, line), amount in taken.items()}
    for line in given.keys() | came_from.keys():
        if given.get(line, 0) != came_from.get(line, 0):
            figures = {"out": given.get(line, 0), "in": came_from.get(line, 0)}
            yield Breach("INV-22", "|".join(map(str, line)), figures)


def no_double_funding(view: View) -> Iterator[Breach]:
    """INV-24: the sources of a cost line make its amount exactly; no line is paid for twice."""
    budget = view.dossier.budget if view.dossier else None
    for line in budget.lines if budget else ():
        funded = sum(share.amount for share in budget.shares if share.line == line.code) if budget else 0
        if funded != line.amount:
            yield Breach("INV-24", line.code, {"funded": funded, "amount": line.amount})


INVARIANTS = (
    Invariant("INV-03", lines_add_up),
    Invariant("INV-04", versions_add_up),
    Invariant("INV-05", within_ceiling),
    Invariant("INV-06", contracts_within_budget),
    Invariant("INV-12", restricted_money),
    Invariant("INV-22", carried_once),
    Invariant("INV-24", no_double_funding),
)
