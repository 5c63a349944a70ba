"""Rules on money, read from the ledger and the money procedures: pace, cost, idle balances, accounts, debt."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from engine.calendar import add_months
from engine.case import Case
from engine.values import Json
from workflows.funds.chart import APPROVED, BANK, FREE, PAYABLE, SPENT
from workflows.funds.debts import REPAID_STATES, Debt, debt
from workflows.funds.papers import IN_EFFECT, SOURCES, lines_of
from workflows.guards.reading import day_in, number_in, text_in
from workflows.progress import PERCENT
from workflows.warnings.alert import Alert, Colour, Watched

CUT_OFF_MONTH = 11
SURPLUS_MONTHS = 24
"""Money that two fiscal years have not used is surplus, whatever the months (Budget Law §42 [V])."""

LARGE = frozenset({"large", "none"})
"""Sizes of suppliers whom the rules on small firms do not protect; who has declared none is protected [D]."""

PAID_BEHIND = "payments.behind_percent"
SETTLED = frozenset({"paid", "reconciled", "refused"})


def pace(it: Watched) -> Iterator[Alert]:
    """W-06: percent paid of the budget less percent of the work accepted; far behind the work, small firms may wait."""
    value = it.value
    if not value.budget:
        return
    paid, done = (Fraction(part * PERCENT, value.budget) for part in (value.spent, value.earned))
    yield from it.alert("W-06", ceil(paid - done), paid=int(paid), done=int(done))
    limit = it.facts.policy(PAID_BEHIND, it.today)
    if isinstance(limit, int) and done - paid > limit:
        yield Alert("W-06", Colour.BLUE, it.project.code, {"figure": ceil(done - paid), "paid": int(paid)})


def forecast(it: Watched) -> Iterator[Alert]:
    """W-07: estimate at completion by budget, in percent (`workflows/earned_value.py`)."""
    estimate = it.value.estimate
    if it.value.budget and estimate is not None:
        yield from it.alert("W-07", ceil(Fraction(estimate * PERCENT, it.value.budget)), estimate=estimate)


def idle(it: Watched) -> Iterator[Alert]:
    """W-08: whole months for which the oldest money that is left on the project's accounts has lain there.

    Money is used in the order in which it came, so that a small payment makes nothing younger.
    """
    left = it.books.amount(BANK)
    since = _oldest_left(it, left)
    if since is not None:
        months = _months_since(since, it.today)
        is_surplus = it.today.year - since.year >= SURPLUS_MONTHS // 12
        figure = max(months, SURPLUS_MONTHS) if is_surplus else months
        yield from it.alert("W-08", figure, left=left, since=since.isoformat())


def _oldest_left(it: Watched, left: int) -> date | None:
    """Give the day on which the oldest of the money came that is left; None when nothing is, or nobody knows."""
    came = [
        (day, number_in(one.data, "amount"))
        for one in it.beside("receipt")
        if one.state == "posted" and (day := day_in(one.data, "received_on")) is not None
    ]
    since = None
    for day, amount in sorted(came, reverse=True):
        if left <= 0:
            break
        since, left = day, left - amount
    return since


def _months_since(first: date, today: date) -> int:
    months = (today.year - first.year) * 12 + today.month - first.month
    return months if add_months(first, months) <= today else months - 1


def gap(it: Watched) -> Iterator[Alert]:
    """W-09: working days for which money of a source is late by its plan of receipts."""
    for key in SOURCES:
        for source in it.beside(key):
            if source.state not in IN_EFFECT:
                continue
            come = sum(
                number_in(one.data, "amount")
                for one in it.beside("receipt")
                if one.state == "posted" and one.data.get("source") == source.code
            )
            yield from _late(it, source, come)


def _late(it: Watched, source: Case, come: int) -> Iterator[Alert]:
    """Give the alert for the first planned receipt that what has come does not cover."""
    planned = 0
    plan = [(day_in(row, "due_on"), number_in(row, "amount")) for row in lines_of(source.data, "planned_receipts")]
    for due_on, amount in sorted((on, amount) for on, amount in plan if on is not None):
        planned += amount
        if planned > come and due_on < it.today:
            yield from it.alert("W-09", it.working_days_since(due_on), source.code, missing=planned - come)
            return


def invoices(it: Watched) -> Iterator[Alert]:
    """W-10: days for which a small firm is not paid: since the acceptance, asked for or not; or since the invoice.

    Regulations on Payments to Small and Medium Enterprises (2025): 30 days from acceptance, by agreement 60 [V].
    """
    accepted, large = _accepted(it)
    asked = set()
    for one in it.beside("payment"):
        of = (text_in(one.data, "contract"), text_in(one.data, "milestone"))
        if one.state in SETTLED or of[0] in large:
            continue
        asked.add(of)
        days = [day for row in lines_of(one.data, "invoices") if (day := day_in(row, "issued_on")) is not None]
        since = accepted.get(of) or min(days, default=None)
        if since is not None:
            yield from it.alert("W-10", (it.today - since).days, one.code)
    for (contract, milestone), since in accepted.items():
        left = it.books.amount(PAYABLE, contract=contract, milestone=milestone)
        if (contract, milestone) not in asked and contract not in large and left > 0:
            yield from it.alert("W-10", (it.today - since).days, f"{contract}/{milestone}", left=left)


def _accepted(it: Watched) -> tuple[dict[tuple[str, str], date], set[str]]:
    """Give the day on which each milestone of each contract was accepted, and the contracts with large suppliers."""
    contracts = it.beside("contract")
    days = {
        (one.code, text_in(row, "milestone")): day
        for one in contracts
        for row in lines_of(one.data, "acceptances")
        if (day := day_in(row, "accepted_on")) is not None
    }
    return days, {one.code for one in contracts if text_in(one.data, "supplier_size") in LARGE}


def statements(it: Watched) -> Iterator[Alert]:
    """W-16: working days for which a line of a bank statement stands unmatched; a balance below zero is red."""
    for account in (BANK, FREE):
        below = [one for one in it.books.each(account) if one.amount < 0]
        if below:
            why: dict[str, Json] = {"figure": -min(one.amount for one in below), "account": account.name}
            yield Alert("W-16", Colour.RED, it.project.code, why)
    banks = {text_in(one.data, "bank") for kind in ("receipt", "payment") for one in it.beside(kind)}
    for bank in sorted(banks - {""}):
        for line in it.facts.peers("bank-line", "account", bank):
            booked = day_in(line.data, "booked_on")
            if line.state == "imported" and booked is not None:
                yield from it.alert("W-16", it.working_days_since(booked), line.code)


def year_end(it: Watched) -> Iterator[Alert]:
    """W-18: from November on, the percentage of this year's budget that is not spent."""
    budget = it.books.amount(APPROVED, year=it.today.year)
    if it.today.month >= CUT_OFF_MONTH and budget:
        left = 100 - it.books.amount(SPENT, year=it.today.year) * 100 // budget
        yield from it.alert("W-18", left, budget=budget)


def repayment(it: Watched) -> Iterator[Alert]:
    """W-20: debt service that is overdue, in percent of what fell due; a year that is not covered; one that is near."""
    for key, states in REPAID_STATES.items():
        for source in it.beside(key):
            if source.state in states:
                owed = debt(source.data)
                yield from _overdue(it, source.code, owed)
                yield from _thin(it, source, owed)
                yield from _near(it, source.code, owed)


def _overdue(it: Watched, code: str, owed: Debt) -> Iterator[Alert]:
    missing, due = owed.overdue(it.today), owed.due_before(it.today)
    if missing:
        yield from it.alert("W-20", ceil(Fraction(missing * PERCENT, due)), code, due=due, paid=owed.paid)


def _thin(it: Watched, source: Case, owed: Debt) -> Iterator[Alert]:
    """Give the years that are over and not covered by the income that was told; what nobody told covers nothing."""
    kind = "bond" if source.definition == "special-bond" else "loan"
    least = it.policy("funds").number(f"{kind}.cover_least_percent")
    for year in owed.years():
        cover = owed.cover(year)
        if year < it.today.year and (cover is None or cover < least):
            why: dict[str, Json] = {"figure": cover or 0, "year": year, "least": least}
            yield Alert("W-20", Colour.ORANGE, f"{source.code}/{year}", why | ({} if cover else {"missing": "income"}))


def _near(it: Watched, code: str, owed: Debt) -> Iterator[Alert]:
    notice = timedelta(days=it.policy("funds").number("loan.due_notice_days"))
    coming = owed.next_due(it.today)
    if coming is not None and coming[0] - it.today <= notice:
        on, amount = coming
        why: dict[str, Json] = {"figure": (on - it.today).days, "due_on": on.isoformat(), "due": amount}
        yield Alert("W-20", Colour.BLUE, f"{code}/{on.isoformat()}", why)


RULES = (pace, forecast, idle, gap, invoices, statements, year_end, repayment)
