"""What somebody with a post in finance might try: book twice, book nowhere, cut what is owed, explain money away."""

from typing import Any

import pytest

from engine.commands import Jump, Terminate
from engine.refusal import Refused
from tests.workflows.money.desk import CODE, FILE, Desk
from tests.workflows.money.papers import share
from tests.workflows.money.spending import MEETING, SUPPLIER, Ready, accept, approved, contract_form, verify
from workflows.funds.chart import (
    ADVANCE,
    BANK,
    DUE_FROM_SUPPLIER,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    IN_TRANSIT,
    PAYABLE,
    PROJECT_COST,
    RESERVED,
    SPENT,
)


def claim(ready: Ready, kind: str, amount: int, **more: Any) -> str:  # noqa: ANN401  # fields
    """Demand money, up to where it is collected; gives the refund's code."""
    desk = ready.desk
    form = {"kind": kind, "amount": amount, "basis": "by the contract", "due_on": desk.day(30), "source": ready.source}
    owed = {"contract": ready.contract, "credit_code": SUPPLIER["credit_code"]} if kind == "supplier" else {}
    code = desk.start("refund", "fin", **{**form, **owed, **more})
    desk.act(code, "pay", "approve")
    assert desk.act(code, "fin", "send") == "collecting"
    return code


def came(ready: Ready, slip: str) -> dict[str, Any]:
    """Give the form of money that came to the account."""
    return {"bank": ready.bank, "slip": slip, "received_on": ready.desk.day()}


def reasons(desk: Desk, command: Jump | Terminate) -> set[str]:
    """Give the codes of the reasons against what an administrator wants."""
    with pytest.raises(Refused) as refused:
        desk.runtime.execute(command)
    return {reason.code for reason in refused.value.reasons}


def test_an_administrator_moves_no_payment_past_the_books() -> None:
    """Reconciled without money, asked for twice, or ended with its budget reserved for ever."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    code = ready.ask("M1", 20_000_00, "1")
    fay = desk.actor("fay")
    for state in ("reconciled", "drafting"):
        assert reasons(desk, Jump(case_id=code, actor=fay, to=state, comment="by mistake")) == {"jump.posts"}
    assert reasons(desk, Terminate(case_id=code, actor=fay, comment="by mistake")) == {"terminate.posted"}
    desk.back(code, "dan", "return")
    desk.runtime.execute(Terminate(case_id=code, actor=fay, comment="entered twice"))
    assert desk.books().amount(RESERVED) == 0


def test_accepted_work_is_booked_once_in_whatever_order_it_is_told() -> None:
    """Rows put in another order book nothing anew; rows in the books stay; a loss is no acceptance."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    first: Any = desk.case(ready.contract).data["acceptances"]
    second = [{"milestone": "M2", "accepted_on": desk.day(), "amount": 45_000_00, "proof": FILE}]
    assert desk.refused(ready.contract, "ida", "accept", acceptances=second) == {"contract.acceptance_gone"}
    lost = claim(ready, "supplier", 40_000_00)
    desk.wait(40)
    desk.back(lost, "lex", "sue")
    desk.save(lost, "lex", **MEETING)
    desk.act(lost, "lea", "write_off", "the supplier is bankrupt")
    second[0]["accepted_on"] = desk.day()
    desk.act(ready.contract, "ida", "accept", acceptances=[*second, *first])
    assert {one.place.milestone: one.amount for one in desk.books().each(PAYABLE)} == {
        "M1": 42_750_00,
        "M2": 42_750_00,
    }


def test_no_milestone_takes_the_rules_of_the_retention() -> None:
    """By that name it would be paid without an invoice; two of one name would be accepted as one."""
    desk = Desk()
    source = approved(desk)
    for names in (("M1", "retention"), ("advance", "M2"), ("M1", "M1")):
        rows = [{"milestone": name, "amount": 45_000_00} for name in names]
        code = desk.start("contract", "pam", **contract_form(source, milestones=rows))
        verify(desk, code)
        assert desk.refused(code, "pam", "submit") == {"contract.milestone_names"}


def supplemented(ready: Ready, direction: str, amount: int, milestones: list[tuple[str, int]]) -> set[str]:
    """Sign a supplement on the second line; gives the reasons against it."""
    desk = ready.desk
    row = {**share(ready.source, amount, "2", desk.today.year), "direction": direction, "reason": "CHG-1"}
    desk.act(ready.contract, "pam", "amend", supplements=[row])
    signed = [{**row, "signed_on": desk.day()}]
    rows = [{"milestone": name, "amount": worth} for name, worth in milestones]
    desk.save(ready.contract, "lex", supplement_file=[FILE], supplements=signed, milestones=rows)
    return desk.refused(ready.contract, "lex", "done")


def test_a_supplement_cuts_no_accepted_work() -> None:
    """What is owed keeps its budget; nothing paid or asked for is taken away."""
    ready = Ready()
    accept(ready.desk, ready.contract, "M1")
    cut = [("M1", 20_000_00), ("M2", 45_000_00)]
    assert supplemented(ready, "less", 25_000_00, cut) == {"contract.accepted_changed"}
    ready.desk.act(ready.contract, "pam", "drop")
    cut = [("M1", 45_000_00), ("M2", 14_999_00)]
    assert supplemented(ready, "less", 30_001_00, cut) == {"contract.less_than_bound"}


def test_money_of_a_supplement_has_a_milestone() -> None:
    """It is accepted and paid as all other money; without a milestone it could never be."""
    ready = Ready()
    desk = ready.desk
    more = [("M1", 45_000_00), ("M2", 45_000_00), ("S1", 9_000_00)]
    assert supplemented(ready, "more", 9_000_00, more[:2]) == {"contract.milestones"}
    desk.act(ready.contract, "pam", "drop")
    assert supplemented(ready, "more", 9_000_00, more) == set()
    rows = [{"milestone": "S1", "accepted_on": desk.day(), "amount": 9_000_00, "proof": FILE}]
    desk.act(ready.contract, "ida", "accept", acceptances=rows)
    ready.paid("S1", 8_550_00, "1", shares=[share(ready.source, 8_550_00, "2")])
    assert desk.books().amount(SPENT) == 8_550_00


def test_a_supplement_after_the_year_changed_takes_only_what_it_says() -> None:
    """Money of the contract that was carried on stays bound; the supplement takes from the year it names."""
    ready = Ready()
    desk = ready.desk
    carry: dict[str, Any] = {
        "kind": "years",
        "carry_year": 2026,
        "reason_text": "not finished in the year",
        "evidence": [FILE],
    }
    code = desk.start("budget-adjustment", "pam", **carry)
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "to_fin")
    assert desk.act(code, "fay", "approve") == "applied"
    desk.wait(250)
    assert desk.today.year == 2027
    more = [("M1", 45_000_00), ("M2", 45_000_00), ("S1", 1_000_00)]
    assert supplemented(ready, "more", 1_000_00, more) == set()
    bound = {(one.place.year, one.place.line): one.amount for one in desk.books().each(ENCUMBERED) if one.amount}
    assert bound == {(2027, "1"): 60_000_00, (2027, "2"): 31_000_00}


def test_an_advance_without_work_is_claimed_back() -> None:
    """It never was a cost; the claim, the money and the budget follow."""
    ready = Ready()
    desk = ready.desk
    advance = ready.paid("advance", 18_000_00, "1")
    code = claim(ready, "supplier", 18_000_00, payment=advance)
    books = desk.books()
    assert (books.amount(ADVANCE), books.amount(PROJECT_COST), books.amount(DUE_FROM_SUPPLIER)) == (0, 0, 18_000_00)
    desk.act(code, "fin", "receive", **came(ready, "T-1"))
    assert (desk.books().amount(BANK), desk.books().amount(FREE, line="1")) == (100_000_00, 18_000_00)


def test_a_contract_ends_only_when_all_under_it_is_settled() -> None:
    """Payments under way, accepted work, retention: each stands in the way; a contract that is over pays nothing."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    paid = ready.ask("M1", 42_750_00, "1")
    desk.act(ready.contract, "may", "agree_termination", "the supplier is gone")
    ending: dict[str, Any] = {"comment": "the supplier does not deliver any more", "reason_code": "delivery"}
    expected = {"contract.open_reserved", "contract.open_payable", "contract.open_retention"}
    assert desk.refused(ready.contract, "lex", "terminate", **ending) == expected
    ready.check(paid)
    ready.release(paid)
    ready.pay(paid)
    assert desk.refused(ready.contract, "lex", "terminate", **ending) == {"contract.open_retention"}
    desk.act(ready.contract, "lex", "keep_retention", "the work is not finished")
    assert desk.act(ready.contract, "lex", "terminate", **ending) == "terminated"
    assert (desk.books().amount(DUE_TO_TREASURY), desk.books().amount(FREE)) == (2_250_00, 57_250_00)


def test_a_surplus_leaves_what_contracts_still_need() -> None:
    """In mid-course only what no contract binds goes back, and no other sum can be entered."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    form = {
        "kind": "surplus",
        "basis": "saved",
        "due_on": desk.day(30),
        "source": ready.source,
        "return_to": "treasury",
    }
    greedy = desk.start("refund", "fin", **form, amount=55_000_00)
    assert desk.refused(greedy, "pay", "approve") == {"refund.above_due"}
    claim(ready, "surplus", 10_000_00, return_to="treasury")
    assert desk.books().amount(DUE_TO_TREASURY) == 10_000_00
    ready.paid("M1", 42_750_00, "1")
    assert desk.breaches() == []


def test_a_bank_slip_stands_for_one_sum() -> None:
    """Among refunds, receipts and the proceeds of breaches."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    first, second = (claim(ready, "supplier", 1_000_00) for _ in range(2))
    desk.act(first, "fin", "receive", **came(ready, "T-1"))
    assert desk.refused(second, "fin", "receive", **came(ready, "T-1")) == {"receipt.slip_used"}
    assert desk.refused(second, "fin", "receive", **came(ready, "S-1")) == {"receipt.slip_used"}
    more = desk.start(
        "receipt",
        "fin",
        kind="interest",
        source=ready.source,
        bank=ready.bank,
        slip="T-1",
        payer="Bank",
        amount=5_00,
        received_on=desk.day(),
    )
    desk.act(more, "fin", "submit")
    assert desk.refused(more, "pay", "post") == {"receipt.slip_used"}


def penalty(ready: Ready) -> str:
    """Decide a penalty of 450 yuan; gives the breach's code."""
    desk = ready.desk
    facts: dict[str, Any] = {
        "contract": ready.contract,
        "clause": "K06",
        "facts": "twenty days late",
        "evidence": [FILE],
    }
    code = desk.start("breach", "pam", **facts)
    desk.back(code, "pam", "serious")
    terms = {"days_late": 20, "base": 45_000_00, "rate_per_100000": 50, "cap_percent": 10, "loss": 450_00}
    desk.save(code, "lex", **terms, source=ready.source, credit_code=SUPPLIER["credit_code"], method="pay")
    desk.act(code, "lex", "propose")
    assert desk.act(code, "may", "approve") == "executing"
    return code


def test_what_was_taken_off_a_failed_order_is_due_again() -> None:
    """Tried anew it is taken off once, not twice; the rest of the claim is booked when it comes."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    breach = penalty(ready)
    off = [{"claim": breach, "source": ready.source, "amount": 150_00}]
    code = ready.ask("M1", 42_600_00, "1", deductions=off)
    ready.check(code)
    ready.release(code)
    ready.pay(code)
    assert desk.books().amount(DUE_FROM_SUPPLIER) == 300_00
    desk.back(code, "cas", "bounce", bank_reason="account closed")
    desk.act(code, "cas", "retry")
    assert (desk.books().amount(DUE_FROM_SUPPLIER), desk.books().amount(PAYABLE)) == (450_00, 42_750_00)
    desk.act(code, "fin", "pass")
    desk.act(code, "leo", "approve")
    ready.release(code)
    ready.pay(code)
    assert desk.books().amount(DUE_FROM_SUPPLIER, PAYABLE, IN_TRANSIT) == 300_00
    row = {"received_on": desk.day(), "amount": 300_00, "slip": "P-1"}
    desk.save(breach, "fin", bank=ready.bank, proceeds=[row, row])
    assert desk.refused(breach, "fin", "receive") == {"receipt.slip_used"}
    desk.save(breach, "fin", proceeds=[row])
    desk.act(breach, "fin", "receive")
    assert desk.act(breach, "fin", "done") == "closed"
    assert desk.books().amount(BANK) == 100_000_00 - 42_600_00 + 300_00


def test_a_refund_that_was_set_off_is_closed_without_a_slip() -> None:
    """What is left comes in as less; when nothing is left, no money is booked for it."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    whole, part = claim(ready, "supplier", 1_000_00), claim(ready, "supplier", 1_000_00)
    off = [
        {"claim": code, "source": ready.source, "amount": sum_} for code, sum_ in ((whole, 1_000_00), (part, 400_00))
    ]
    ready.paid("M1", 41_350_00, "1", deductions=off)
    assert desk.refused(part, "fin", "set_off") == {"breach.still_due"}
    assert desk.act(whole, "fin", "set_off") == "received"
    desk.act(part, "fin", "receive", **came(ready, "T-1"))
    assert desk.case(part).data["received"] == 600_00
    ready.line(part, 600_00, "in")
    assert desk.books().amount(DUE_FROM_SUPPLIER) == 0
    back = claim(ready, "surplus", 10_000_00, return_to="treasury")
    assert desk.refused(back, "fin", "set_off") == {"rule.broken"}


def line(ready: Ready, direction: str, amount: int, reference: str) -> str:
    """Import a line of the bank statement; gives its code."""
    desk = ready.desk
    cells = {"account": ready.bank, "reference": reference, "booked_on": desk.day(), "direction": direction}
    return desk.start("bank-line", "fin", unit="T01", amount=amount, **cells)


def test_money_is_not_explained_away() -> None:
    """A large charge, a reversal of nothing, money that came from nowhere; a real reversal has its other line."""
    ready = Ready()
    desk = ready.desk
    out = line(ready, "out", 90_000_00, "B-1")
    assert desk.refused(out, "fin", "explain", "a charge", explanation="fee") == {"line.fee"}
    assert desk.refused(out, "fin", "explain", "a reversal", explanation="reversal") == {"line.no_twin"}
    inward = line(ready, "in", 90_000_00, "B-2")
    assert desk.refused(inward, "fin", "explain", "something", explanation="other") == {"line.no_receipt"}
    assert desk.act(out, "fin", "explain", "the bank's error", explanation="reversal") == "explained"
    second = line(ready, "out", 90_000_00, "B-3")
    assert desk.refused(second, "fin", "explain", "again", explanation="reversal") == {"line.no_twin"}
    assert desk.act(inward, "fin", "explain", "the bank's error", explanation="reversal") == "explained"
    small = line(ready, "out", 200_00, "B-4")
    assert desk.act(small, "fin", "explain", "a charge", explanation="fee") == "explained"
    assert desk.case(CODE).state == "implementing"
