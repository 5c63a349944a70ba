"""Rules on money, read from the ledger and the money procedures: pace, cost, idle balances, accounts, debt."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from engine.calendar import add_months
from engine.case import Case
from workflows.funds.chart import APPROVED, BANK, SPENT
from workflows.funds.papers import IN_EFFECT, SOURCES, lines_of
from workflows.guards.reading import day_in, number_in, text_in
from workflows.progress import PERCENT
from workflows.warnings.alert import Alert, Colour, Watched

CUT_OFF_MONTH = 11
PAID_BEHIND = "payments.behind_percent"
SETTLED = frozenset({"paid", "reconciled", "refused"})
DEBT_STATES = frozenset({"drawing", "repaid"})


def pace(it: Watched) -> Iterator[Alert]:
    """W-06: percent paid of the budget less percent of the work accepted; far behind the work, small firms may wait."""
    value = it.value
    if not value.budget:
        return
    paid, done = (Fraction(part * PERCENT, value.budget) for part in (value.spent, value.earned))
    yield from it.alert("W-06", int(paid - done), paid=int(paid), done=int(done))
    limit = it.facts.policy(PAID_BEHIND, it.today)
    if isinstance(limit, int) and done - paid > limit:
        yield Alert("W-06", Colour.BLUE, it.project.code, {"figure": int(done - paid), "paid": int(paid)})


def forecast(it: Watched) -> Iterator[Alert]:
    """W-07: estimate at completion by budget, in percent (`workflows/earned_value.py`)."""
    estimate = it.value.estimate
    if it.value.budget and estimate is not None:
        yield from it.alert("W-07", int(Fraction(estimate * PERCENT, it.value.budget)), estimate=estimate)


def idle(it: Watched) -> Iterator[Alert]:
    """W-08: whole months since money last came or went, while some is left on the project's accounts."""
    left = it.books.amount(BANK)
    days = [
        day
        for definition, field in (("receipt", "received_on"), ("payment", "paid_on"))
        for one in it.beside(definition)
        if (day := day_in(one.data, field)) is not None
    ]
    if left > 0 and days:
        yield from it.alert("W-08", _months_since(max(days), it.today), left=left)


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
    """W-10: days since an invoice was issued that is not paid (small firms: Regulations on SME payments, 30 or 60)."""
    for one in it.beside("payment"):
        if one.state in SETTLED:
            continue
        days = [day for row in lines_of(one.data, "invoices") if (day := day_in(row, "issued_on")) is not None]
        if days:
            yield from it.alert("W-10", (it.today - min(days)).days, one.code)


def statements(it: Watched) -> Iterator[Alert]:
    """W-16: working days for which a line of a bank statement stands unmatched."""
    for bank in sorted({text_in(one.data, "bank") for one in it.beside("receipt")} - {""}):
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


def debt(it: Watched) -> Iterator[Alert]:
    """W-20: debt service of this year and those before that is not paid, in percent of what is due."""
    for loan in it.beside("policy-loan"):
        if loan.state not in DEBT_STATES:
            continue
        due = sum(
            number_in(row, "principal") + number_in(row, "interest")
            for row in lines_of(loan.data, "schedule")
            if number_in(row, "year") < it.today.year
        )
        paid = sum(
            number_in(row, "principal") + number_in(row, "interest") for row in lines_of(loan.data, "repayments")
        )
        if due > paid:
            yield from it.alert("W-20", (due - paid) * 100 // due, loan.code, due=due, paid=paid)


RULES = (pace, forecast, idle, gap, invoices, statements, year_end, debt)
