"""Money from the account to the supplier: contracts, payments, what bounces, what comes back, what is left."""

from typing import Any

from tests.workflows.money.desk import CODE, FILE, actions_of
from tests.workflows.money.papers import share
from tests.workflows.money.spending import (
    MEETING,
    SUPPLIER,
    Ready,
    accept,
    contract_form,
    invoice,
    payment_form,
    verify,
)
from workflows.funds.chart import (
    ADVANCE,
    BANK,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    OPEN,
    PAYABLE,
    RESERVED,
    RETENTION,
    SPENT,
)
from workflows.funds.papers import verified_payees
from workflows.funds.tracing import trace


def test_a_payment_from_accepted_work_to_the_reconciled_line() -> None:
    """Reserved, released, paid and matched: each step in the ledger, by five people."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    assert desk.books().amount(PAYABLE) == 42_750_00
    code = ready.ask("M1", 42_000_00, "00000001")
    assert desk.books().amount(RESERVED) == 42_000_00
    assert desk.books("invoice:44001-1").amount(OPEN) == 0
    ready.check(code)
    ready.release(code)
    ready.pay(code)
    assert (desk.books().amount(SPENT), desk.books().amount(BANK)) == (42_000_00, 58_000_00)
    desk.wait(2)
    assert desk.case(code).state == "paid"
    ready.line(code, 42_000_00, day=str(desk.case(code).data["paid_on"]))
    desk.wait(4)
    assert desk.case(code).state == "reconciled"
    trail = trace((*desk.store.ledger.journals[CODE], *desk.store.ledger.journals["invoice:44001-1"]))
    assert [(use.payee, use.amount) for use in trail.uses] == [(SUPPLIER["credit_code"], 42_000_00)]


def test_what_a_payment_is_refused_for() -> None:
    """Wrong payee, work not accepted, invoice used twice, above the milestone, frozen account, no contract in force."""
    ready = Ready()
    desk = ready.desk
    form = payment_form(ready, "M1", 40_000_00, "7")
    early = desk.start("payment", "pam", **form)
    assert "flag.rf_13" in desk.refused(early, "pam", "submit")
    accept(desk, ready.contract, "M1")
    desk.save(early, "pam", bank_account="6222000000009999")
    assert desk.refused(early, "pam", "submit") == {"payment.payee"}
    desk.save(early, "pam", **SUPPLIER, shares=[share(ready.source, 45_000_01)])
    assert "flag.rf_12" in desk.refused(early, "pam", "submit")
    desk.save(early, "pam", shares=[share(ready.source, 20_000_00)], invoices=[invoice("7", 20_000_00)])
    desk.act(early, "pam", "submit")
    twice = desk.start("payment", "pam", **payment_form(ready, "M1", 20_000_00, "0007"))
    assert "flag.rf_03" in desk.refused(twice, "pam", "submit")
    desk.act(
        ready.bank,
        "fay",
        "freeze",
        "an order of the audit",
        reason_code="audit",
        freeze_order=FILE,
        freeze_condition="x",
    )
    desk.save(twice, "pam", invoices=[invoice("8", 20_000_00)])
    assert "account.not_active" in desk.refused(twice, "pam", "submit")
    desk.save(ready.bank, "fay", freeze_evidence=[FILE], freeze_met_on=desk.day())
    assert desk.act(ready.bank, "fay", "unfreeze") == "active"
    desk.project(CODE, "suspended")
    assert "ledger.inv_18" in desk.refused(twice, "pam", "submit")


def test_every_way_of_a_payment() -> None:
    """Returned at each desk, held, bounced and tried again or given up, refused; all it held is free again."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1", "M2")
    code = ready.ask("M1", 20_000_00, "1")
    desk.back(code, "dan", "return")
    assert desk.books().amount(RESERVED) == 0
    desk.act(code, "pam", "submit")
    desk.act(code, "dan", "certify")
    desk.back(code, "fin", "return")
    desk.act(code, "pam", "submit")
    ready.check(code)
    desk.act(code, "pay", "hold", "wait for the bank", reason_code="funding", hold_condition="account checked")
    desk.act(code, "pay", "clear", hold_evidence=[FILE])
    desk.back(code, "pay", "return")
    desk.act(code, "pam", "submit")
    ready.check(code)
    ready.release(code)
    ready.pay(code)
    desk.back(code, "cas", "bounce", bank_reason="account closed")
    assert desk.act(code, "cas", "retry") == "twp_fin_check"
    desk.act(code, "fin", "pass")
    desk.act(code, "leo", "approve")
    ready.release(code)
    ready.pay(code)
    desk.back(code, "cas", "bounce", bank_reason="account closed")
    assert desk.back(code, "fin", "abandon") == "refused"
    assert (desk.books().amount(RESERVED, SPENT), desk.books().amount(BANK)) == (0, 100_000_00)
    refused = ready.ask("M1", 20_000_00, "1")
    desk.act(refused, "dan", "certify")
    desk.save(refused, "fin", verification=[FILE])
    desk.act(refused, "fin", "pass")
    desk.back(refused, "leo", "refuse")
    for action, first in (("refuse", None), ("refuse", "hold")):
        other = ready.ask("M1", 20_000_00, "1")
        ready.check(other)
        if first:
            desk.act(other, "pay", "hold", "wait for the bank", reason_code="funding", hold_condition="x")
        desk.back(other, "fay", action)
    dropped = desk.start("payment", "pam")
    desk.act(dropped, "pam", "cancel", "entered twice")
    done = ready.paid("M1", 20_000_00, "1")
    ready.line(done, 20_000_00)
    desk.wait(4)
    flagged = ready.ask("M2", 21_000_00, "2", invoices=[invoice("2", 21_000_00)])
    ready.check(flagged)
    desk.act(flagged, "fay", "release_flags", "not split: two milestones", releases=[{"key": "RF-01:x", "reason": "y"}])
    assert desk.taken("payment") == actions_of("payment")


def test_split_payments_need_the_head_of_finance() -> None:
    """Two payments that together reach the single-person limit are held up until they are released by name."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1", "M2")
    desk.store.facts.policies["funds.payment.single_person_max_fen"] = 50_000_00
    ready.paid("M1", 30_000_00, "1")
    second = ready.ask("M2", 25_000_00, "2")
    ready.check(second)
    desk.act(second, "fay", "countersign")
    assert desk.refused(second, "pay", "release") == {"flag.rf_01"}
    key = f"RF-01:{ready.contract}"
    desk.act(second, "fay", "release_flags", "two milestones", releases=[{"key": key, "reason": "two milestones"}])
    desk.act(second, "fay", "countersign")
    assert desk.act(second, "pay", "release") == "released"


def test_the_advance_is_set_off_and_the_retention_released() -> None:
    """An advance before work, less of it at the first milestone; the retention after the warranty; nothing left."""
    ready = Ready()
    desk = ready.desk
    advance = ready.paid("advance", 18_000_00, "1")
    assert desk.books().amount(ADVANCE) == 18_000_00
    accept(desk, ready.contract, "M1", "M2")
    assert (desk.books().amount(ADVANCE), desk.books().amount(RETENTION)) == (0, 4_500_00)
    assert desk.books().amount(PAYABLE) == 67_500_00
    ready.paid("M1", 24_750_00, "2")
    ready.paid("M2", 17_250_00, "3", shares=[share(ready.source, 17_250_00)])
    ready.paid("M2", 25_500_00, "4", shares=[share(ready.source, 25_500_00, "2")])
    assert desk.act(ready.contract, "pam", "accepted") == "warranty"
    assert "contract.in_warranty" in desk.refused(ready.contract, "fin", "release_retention")
    desk.wait(800)
    desk.act(ready.contract, "fin", "release_retention")
    ready.paid("retention", 4_500_00, "5", shares=[share(ready.source, 4_500_00, "2")], invoices=[])
    desk.save(ready.contract, "pam", settlement=FILE)
    assert desk.act(ready.contract, "fin", "close") == "closed"
    assert desk.books().amount(ENCUMBERED, contract=ready.contract) == 0
    assert desk.books().amount(FREE) == 10_000_00
    assert desk.case(advance).state == "paid"


def test_every_way_of_a_contract() -> None:
    """Sent back at each desk, supplemented within ten percent, its account changed, terminated or forfeited."""
    ready = Ready()
    desk = ready.desk
    void = desk.start("contract", "pam")
    desk.back(void, "pam", "cancel")
    other = desk.start("contract", "pam", **_small(ready, "Second"))
    verify(desk, other)
    desk.act(other, "pam", "submit")
    desk.back(other, "lex", "return")
    desk.act(other, "pam", "submit")
    desk.act(other, "lex", "pass")
    desk.back(other, "fin", "return")
    desk.act(other, "pam", "submit")
    desk.act(other, "lex", "pass")
    desk.act(other, "fin", "pass")
    desk.back(other, "may", "return")
    assert desk.books().amount(FREE) == 10_000_00
    desk.act(other, "pam", "submit")
    desk.act(other, "lex", "pass")
    desk.act(other, "fin", "pass")
    desk.act(other, "may", "approve", seal_number="Y-2", signed_on=desk.day())
    desk.save(other, "pam", scan=FILE, published_on=desk.day(), filed_on=desk.day())
    desk.act(other, "pam", "file")
    more: dict[str, Any] = {**share(ready.source, 500_00, "2"), "direction": "more", "reason": "CHG-1"}
    assert "contract.supplements" in desk.refused(other, "pam", "amend", supplements=[{**more, "amount": 500_01}])
    desk.act(other, "pam", "amend", supplements=[more])
    desk.act(other, "pam", "drop")
    desk.act(other, "pam", "amend", supplements=[more])
    milestones = [{"milestone": "T1", "amount": 5_000_00}, {"milestone": "T2", "amount": 500_00}]
    signed = [{**more, "signed_on": desk.day()}]
    desk.save(other, "lex", supplement_file=[FILE], supplements=signed, milestones=milestones)
    desk.act(other, "lex", "done")
    assert desk.books().amount(ENCUMBERED, contract=other) == 5_500_00
    desk.act(other, "fin", "new_payee", payees=[SUPPLIER, {**SUPPLIER, "bank_account": "6222000000000002"}])
    verify(desk, other)
    assert "opinion.missing" in desk.refused(other, "lex", "terminate", "x" * 20, reason_code="delivery")
    assert "opinion.missing" in desk.refused(other, "fin", "settle_retention")
    desk.act(other, "may", "agree_termination", "the supplier is gone")
    desk.act(other, "fin", "settle_retention")
    desk.act(other, "lex", "keep_retention", "nothing was held back")
    assert desk.back(other, "lex", "terminate") == "terminated"
    assert desk.books().amount(FREE) == 10_000_00
    accept(desk, ready.contract, "M1", "M2")
    desk.act(ready.contract, "pam", "accepted")
    desk.act(ready.contract, "lex", "forfeit_retention", "the warranty was not kept")
    assert desk.books().amount(DUE_TO_TREASURY) == 4_500_00
    left = {"drafting.release_flags", "warranty.close", "warranty.release_retention"}
    assert actions_of("contract") - desk.taken("contract") == left


def test_two_people_verify_an_account_each_by_an_act_of_their_own() -> None:
    """One alone is not enough, nor the same one twice; a changed account is paid to only once two have verified it."""
    ready = Ready()
    desk = ready.desk
    code = desk.start("contract", "pam", **_small(ready, "Second"))
    assert desk.refused(code, "pam", "submit") == {"payee.not_verified"}
    desk.act(code, "fin", "verify_payee")
    assert desk.refused(code, "pam", "submit") == {"payee.not_verified"}
    assert desk.refused(code, "fin", "verify_payee") == {"payee.verified_by_actor"}
    desk.act(code, "cas", "call_back")
    assert desk.act(code, "pam", "submit") == "legal_check"
    old, new = SUPPLIER["bank_account"], "6222000000000002"
    moved = {**SUPPLIER, "bank_account": new}
    assert desk.refused(ready.contract, "fin", "new_payee", payees=[moved]) == {"payee.not_added"}
    desk.act(ready.contract, "fin", "new_payee", payees=[SUPPLIER, moved])
    accept(desk, ready.contract, "M1")
    asked = desk.start("payment", "pam", **payment_form(ready, "M1", 1_000_00, "1", **moved))
    assert desk.refused(asked, "pam", "submit") == {"payment.payee"}
    assert [one.party.bank_account for one in verified_payees(desk.case(ready.contract).data)] == [old]
    verify(desk, ready.contract)
    assert [one.party.bank_account for one in verified_payees(desk.case(ready.contract).data)] == [old, new]


def _small(ready: Ready, title: str) -> dict[str, Any]:
    """A second contract of 5,000 yuan."""
    return contract_form(
        ready.source,
        title=title,
        subject="testing",
        amount=5_000_00,
        advance_max=0,
        milestones=[{"milestone": "T1", "amount": 5_000_00}],
        shares=[share(ready.source, 5_000_00, "2")],
    )


def test_a_breach_is_pursued_to_the_last_fen() -> None:
    """Notice, silence, penalty by the clause, decision, money; or cured; or sent back."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    facts: dict[str, Any] = {
        "contract": ready.contract,
        "clause": "K06",
        "facts": "twenty days late",
        "evidence": [FILE],
    }
    code = desk.start("breach", "pam", **facts)
    desk.act(code, "pam", "notice")
    desk.wait(20)
    assert desk.case(code).state == "assessing"
    terms: dict[str, Any] = {
        "days_late": 20,
        "base": 45_000_00,
        "rate_per_100000": 50,
        "cap_percent": 10,
        "loss": 300_00,
    }
    desk.save(code, "lex", **terms, source=ready.source, credit_code="91310000MA1K00000X", method="pay")
    assert desk.refused(code, "lex", "propose") == {"breach.above_loss"}
    desk.save(code, "lex", loss_reason="users could not be served for weeks")
    desk.act(code, "lex", "propose")
    assert desk.case(code).data["penalty"] == 450_00
    desk.back(code, "may", "return")
    desk.act(code, "lex", "propose")
    desk.act(code, "may", "approve")
    assert "breach.still_due" in desk.refused(code, "fin", "done")
    proceeds = [{"received_on": desk.day(), "amount": 450_00, "slip": "P-1"}]
    desk.save(code, "fin", bank=ready.bank, proceeds=proceeds)
    desk.act(code, "fin", "receive")
    assert desk.act(code, "fin", "done") == "closed"
    assert desk.books().amount(DUE_TO_TREASURY) == 450_00
    cured = desk.start("breach", "pam", **facts)
    desk.act(cured, "pam", "notice")
    desk.save(cured, "pam", cured_on=desk.day(), cure_proof=[FILE])
    assert desk.act(cured, "pam", "cure") == "cured"
    serious = desk.start("breach", "pam", **facts | {"clause": "K08"})
    assert desk.back(serious, "pam", "serious") == "assessing"
    assert desk.taken("breach") == actions_of("breach")


def test_refunds_come_back_are_sued_for_or_written_off() -> None:
    """A supplier's refund restores its line in the same year; a surplus and interest go to the treasury."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1")
    paid = ready.paid("M1", 20_000_00, "1")
    claim: dict[str, Any] = {
        "kind": "supplier",
        "amount": 5_000_00,
        "basis": "overpaid",
        "due_on": desk.day(30),
        "source": ready.source,
        "contract": ready.contract,
        "payment": paid,
        "credit_code": "91310000MA1K00000X",
    }
    came: dict[str, Any] = {"bank": ready.bank, "slip": "T-1", "received_on": desk.day()}
    code = desk.start("refund", "fin", **claim)
    desk.act(code, "pay", "approve")
    desk.act(code, "fin", "send")
    desk.act(code, "fin", "receive", **came)
    assert desk.books().amount(FREE, line="1") == 5_000_00
    desk.act(code, "fin", "second_check")
    assert desk.act(code, "pay", "close") == "closed"
    for ending in ("receive", "write_off"):
        other = desk.start("refund", "fin", **claim | {"amount": 1_000_00, "payment": ""})
        desk.act(other, "pay", "approve")
        desk.act(other, "fin", "send")
        desk.wait(40)
        desk.back(other, "lex", "sue")
        if ending == "receive":
            desk.act(other, "fin", "receive", **came | {"slip": f"T-{other}", "received_on": desk.day()})
        else:
            desk.save(other, "lex", **MEETING)
            assert desk.act(other, "lea", "write_off", "the supplier is bankrupt") == "written_off"
    assert actions_of("refund") - desk.taken("refund") == {"collecting.set_off", "legal.set_off"}
