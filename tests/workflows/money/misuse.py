"""One story for each red flag that a request meets: the same acts of the same people, with one fact changed.

Each is told by commands alone and gives whether the rule spoke.
"""

from collections.abc import Callable
from typing import Any

from tests.workflows.money.desk import CODE, Desk
from tests.workflows.money.funding import own_money
from tests.workflows.money.papers import budget_form, budget_line, reviewed_budget, share
from tests.workflows.money.spending import (
    SUPPLIER,
    Ready,
    accept,
    activate,
    approved,
    contract_form,
    invoice,
    payment_form,
    verify,
)
from workflows.funds.flags.insiders import account_digest

Story = Callable[[bool], bool]
"""Tells it with misuse (true) or just beside it; says whether the rule spoke."""

LIMIT = "funds.payment.single_person_max_fen"


def at_release(ready: Ready, code: str) -> set[str]:
    """Lead a payment to the treasury, where it is to be released; gives the reasons against that."""
    ready.check(code)
    ready.desk.act(code, "fay", "countersign")
    return ready.desk.refused(code, "pay", "release")


def asking(ready: Ready, milestone: str, amount: int, **more: Any) -> set[str]:  # noqa: ANN401  # fields
    """Ask for a payment; gives the reasons against it."""
    code = ready.desk.start("payment", "pam", **payment_form(ready, milestone, amount, "1", **more))
    return ready.desk.refused(code, "pam", "submit")


def worked(**project: Any) -> Ready:  # noqa: ANN401  # fields
    """Everything ready, and both milestones accepted."""
    ready = Ready(**project)
    accept(ready.desk, ready.contract, "M1", "M2")
    return ready


def split(guilty: bool) -> bool:
    """RF-01: two payments within days, together at the limit or a fen below nine tenths of it."""
    ready = worked()
    ready.desk.rule(LIMIT, 50_000_00)
    ready.paid("M1", 30_000_00, "1")
    return "flag.rf_01" in at_release(ready, ready.ask("M2", 20_000_00 if guilty else 19_999_99, "2"))


def near_the_limit(guilty: bool) -> bool:
    """RF-01: one payment at nine tenths of the limit, or a fen below."""
    ready = worked()
    ready.desk.rule(LIMIT, 40_000_00)
    return "flag.rf_01" in at_release(ready, ready.ask("M1", 36_000_00 if guilty else 35_999_99, "1"))


def _second(ready: Ready, **changed: Any) -> set[str]:  # noqa: ANN401  # fields
    """Draft a second contract of 5,000 yuan and send it off; gives the reasons against it."""
    form = {
        "title": "Build the window",
        "amount": 5_000_00,
        "advance_max": 0,
        "milestones": [{"milestone": "T1", "amount": 5_000_00}],
        "shares": [share(ready.source, 5_000_00, "2")],
        **changed,
    }
    code = ready.desk.start("contract", "pam", **contract_form(ready.source, **form))
    verify(ready.desk, code)
    return ready.desk.refused(code, "pam", "submit")


def other_firm(name: str = "Another firm") -> dict[str, Any]:
    """Give the fields of a contract with another firm."""
    return {"supplier": name, "payees": [{**SUPPLIER, "payee_name": name, "credit_code": "91310000MA1K00001Y"}]}


def bought_in_parts(guilty: bool) -> bool:
    """RF-02: two like purchases of a year that reach the limit together, or fall a fen short of it."""
    ready = Ready()
    ready.desk.rule("funds.procurement.limit_fen", 95_000_00 if guilty else 95_000_01)
    return "flag.rf_02" in _second(ready, **other_firm())


def bought_of_one_firm(guilty: bool) -> bool:
    """RF-02: a second contract with the firm of the first, under another name and for another subject."""
    ready = Ready()
    ready.desk.rule("funds.procurement.limit_fen", 95_000_00)
    firm = {} if guilty else other_firm()
    return "flag.rf_02" in _second(ready, title="Train the staff", subject="service", **firm)


def negotiated_in_parts(guilty: bool) -> bool:
    """RF-02: two purchases without a public tender that reach its limit together; tendered, they may."""
    ready = Ready()
    ready.desk.rule("funds.procurement.limit_fen", 1_000_00)
    ready.desk.rule("funds.procurement.tender_fen", 95_000_00)
    award = {"result_number": "Z-1", "awarded_on": ready.desk.day(), "bidders": 3}
    return "flag.rf_02" in _second(ready, method="competitive" if guilty else "public_tender", **award)


def doubled(guilty: bool) -> bool:
    """RF-03: the number of an invoice written another way, with another code of the book."""
    ready = worked()
    ready.paid("M1", 20_000_00, "0007")
    bill = invoice("000-7" if guilty else "8", 20_000_01, code="99", used=20_000_00)
    return "flag.rf_03" in at_release(ready, ready.ask("M2", 20_000_00, "", invoices=[bill]))


def used_up(guilty: bool) -> bool:
    """RF-03: one invoice of 30,000 yuan for two payments of 15,000, or a fen more."""
    ready = worked()
    ready.paid("M1", 15_000_00, "", invoices=[invoice("7", 30_000_00, used=15_000_00)])
    amount = 15_000_01 if guilty else 15_000_00
    bill = invoice("7", 30_000_00, used=amount)
    return "flag.rf_03" in asking(ready, "M2", amount, invoices=[bill])


def void(guilty: bool) -> bool:
    """RF-04: the tax platform says it is void."""
    bill = invoice("1", 20_000_00, verified="void" if guilty else "valid")
    return "flag.rf_04" in asking(worked(), "M1", 20_000_00, invoices=[bill])


def of_another_buyer(guilty: bool) -> bool:
    """RF-04: made out to somebody else."""
    bill = invoice("1", 20_000_00, buyer="Village" if guilty else "Town")
    return "flag.rf_04" in asking(worked(), "M1", 20_000_00, invoices=[bill])


def account_changed(guilty: bool) -> bool:
    """RF-06: paid to an account that two people verified yesterday, or forty days ago."""
    ready = worked()
    desk, moved = ready.desk, {**SUPPLIER, "bank_account": "6222000000000002"}
    desk.act(ready.contract, "fin", "new_payee", payees=[SUPPLIER, moved])
    verify(desk, ready.contract)
    desk.wait(1 if guilty else 40)
    return "flag.rf_06" in at_release(ready, ready.ask("M1", 20_000_00, "1", **moved))


def billed_by_another(guilty: bool) -> bool:
    """RF-06: the invoice is of a firm that is not the contract's."""
    ready = worked()
    bill = invoice("1", 20_000_00, seller="91310000MA1K00009Z" if guilty else SUPPLIER["credit_code"])
    return "flag.rf_06" in at_release(ready, ready.ask("M1", 20_000_00, "1", invoices=[bill]))


def insiders_account(guilty: bool) -> bool:
    """RF-07: the supplier's account is the one that a member of staff declared."""
    ready = worked()
    account = SUPPLIER["bank_account"] if guilty else "6222000000009999"
    ready.desk.rule("funds.flags.insiders", [{"person": "leo", "account": account_digest(account)}])
    return "flag.rf_07" in at_release(ready, ready.ask("M1", 20_000_00, "1"))


def priced(guilty: bool) -> bool:
    """RF-11: half as dear again as the market, and a yuan more."""
    desk = Desk()
    source = own_money(desk)
    lines = [
        budget_line("1", 60_000_00, market_price=39_999_00 if guilty else 40_000_00),
        budget_line("2", 40_000_00, category="equipment"),
    ]
    code = desk.start("budget", "pam", **budget_form(source, lines=lines))
    return "budget.price" in desk.refused(code, "pam", "submit")


def over_the_milestone(guilty: bool) -> bool:
    """RF-12: a fen more than the milestone."""
    return "flag.rf_12" in asking(worked(), "M1", 45_000_01 if guilty else 45_000_00)


def ahead_of_the_work(guilty: bool) -> bool:
    """RF-12: half of the contract is paid with 30 percent of the work accepted, or with 29."""
    ready = worked()
    accepted = 29 if guilty else 30
    plan = [{"milestone": "all", "weight": accepted}, {"milestone": "rest", "weight": 100 - accepted}]
    ready.desk.project(CODE, "implementing", baseline=plan)
    return "flag.rf_12" in at_release(ready, ready.ask("M1", 45_000_00, "1"))


def unaccepted(guilty: bool) -> bool:
    """RF-13: the milestone is not accepted."""
    ready = Ready()
    accept(ready.desk, ready.contract, "M2" if guilty else "M1")
    return "flag.rf_13" in asking(ready, "M1", 20_000_00)


def over_the_budget(guilty: bool) -> bool:
    """RF-14: more than the contract has left."""
    return "flag.rf_14" in asking(worked(), "M1", 90_000_01 if guilty else 45_000_00)


def barred_use(guilty: bool) -> bool:
    """RF-15: a line of a kind that project money never pays for."""
    ready = worked()
    ready.desk.rule("funds.flags.recurrent_categories", ["salary", "development" if guilty else "travel"])
    return "flag.rf_15" in asking(ready, "M1", 20_000_00)


def expired(guilty: bool) -> bool:
    """RF-16: money that was to be spent by the end of last year."""
    ready = worked(last_year=2026 if guilty else 2027)
    ready.desk.wait(250)
    assert ready.desk.today.year == 2027
    return "flag.rf_16" in asking(ready, "M1", 20_000_00)


def before_the_contract(guilty: bool) -> bool:
    """RF-24: an invoice of the day before the contract, or of its day."""
    ready = worked()
    bill = invoice("1", 20_000_00, issued_on="2026-05-31" if guilty else "2026-06-01")
    return "flag.rf_24" in at_release(ready, ready.ask("M1", 20_000_00, "1", invoices=[bill]))


def supplemented(guilty: bool) -> bool:
    """RF-28: a supplement of a tenth of the contract and a fen is no supplement any more."""
    ready = Ready()
    row = {**share(ready.source, 9_000_01 if guilty else 9_000_00, "2"), "direction": "more", "reason": "CHG-1"}
    return "contract.supplements" in ready.desk.refused(ready.contract, "pam", "amend", supplements=[row])


def funded_twice(guilty: bool) -> bool:
    """RF-34: a line of this budget is word for word one of another project's approved budget."""
    desk = Desk()
    source = own_money(desk)
    reviewed_budget(desk, source)
    activate(desk)
    desk.project("QH-2026-0002", "plan_selected")
    lines = [
        budget_line("1", 60_000_00, content="part 1" if guilty else "part 9"),
        budget_line("2", 40_000_00, content="z"),
    ]
    code = desk.start("budget", "pam", project="QH-2026-0002", **budget_form(source, lines=lines))
    return "budget.line_funded" in desk.refused(code, "pam", "submit")


def promises_debt(guilty: bool) -> bool:
    """RF-35: a word of hidden debt in the terms of a contract."""
    desk = Desk()
    source = approved(desk)
    terms = "三年后由镇政府" + ("回购" if guilty else "接收")
    code = desk.start("contract", "pam", **contract_form(source, terms=terms))
    verify(desk, code)
    desk.act(code, "pam", "submit")
    return "flag.rf_35" in desk.refused(code, "lex", "pass")


ASKED: tuple[tuple[str, Story], ...] = (
    ("RF-01", split),
    ("RF-01", near_the_limit),
    ("RF-02", bought_in_parts),
    ("RF-02", bought_of_one_firm),
    ("RF-02", negotiated_in_parts),
    ("RF-03", doubled),
    ("RF-03", used_up),
    ("RF-04", void),
    ("RF-04", of_another_buyer),
    ("RF-06", account_changed),
    ("RF-06", billed_by_another),
    ("RF-07", insiders_account),
    ("RF-11", priced),
    ("RF-12", over_the_milestone),
    ("RF-12", ahead_of_the_work),
    ("RF-13", unaccepted),
    ("RF-14", over_the_budget),
    ("RF-15", barred_use),
    ("RF-16", expired),
    ("RF-24", before_the_contract),
    ("RF-28", supplemented),
    ("RF-34", funded_twice),
    ("RF-35", promises_debt),
)
"""What a request is refused for."""
