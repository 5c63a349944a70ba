"""Accounts, receipts and bank statements: what came, what lies there, what the bank says."""

from typing import Any

from tests.workflows.money.desk import FILE, Desk, actions_of
from tests.workflows.money.funding import clauses, no_debt
from tests.workflows.money.spending import ACCOUNT, MEETING, Ready, account, approved, receipt
from tests.workflows.money.test_funding import SCREEN
from workflows.funds.chart import BANK


def test_a_receipt_that_nobody_can_explain_waits_in_suspense() -> None:
    """Then it is a source's, or goes back."""
    desk = Desk()
    source, bank = approved(desk), account(desk)
    form: dict[str, Any] = {
        "kind": "source",
        "source": source,
        "bank": bank,
        "slip": "S-9",
        "payer": "Nobody",
        "amount": 30_000_00,
    }
    codes = []
    for slip in ("S-1", "S-2"):
        code = desk.start("receipt", "fin", **{**form, "slip": slip, "received_on": desk.day()})
        desk.act(code, "fin", "submit")
        assert desk.refused(code, "pay", "post") == {"receipt.other_payer"}
        desk.back(code, "pay", "differ")
        codes.append(code)
    assert desk.books(f"bank:{bank}").amount(BANK) == 60_000_00
    desk.back(codes[0], "pay", "send_back")
    assert desk.refused(codes[1], "pay", "resolve", explanation="paid by the county's bank") == {"receipt.other_payer"}
    good = desk.start("receipt", "fin", **{**form, "slip": "S-3", "payer": "County", "received_on": desk.day()})
    desk.act(good, "fin", "submit")
    desk.back(good, "pay", "differ")
    assert desk.act(good, "pay", "resolve", explanation="the slip came late") == "posted"
    direct = desk.start("receipt", "fin", **{**form, "slip": "S-4", "payer": "County", "received_on": desk.day()})
    desk.act(direct, "fin", "submit")
    desk.act(direct, "pay", "post")
    assert desk.books().amount(BANK) == 60_000_00
    assert desk.taken("receipt") == actions_of("receipt")


def test_an_account_lives_and_closes_empty() -> None:
    """A treasury account is not the township's to open; frozen and unfrozen; closed only when nothing lies on it."""
    ready = Ready()
    desk = ready.desk
    unlawful = desk.start("special-account", "fin", unit="T01", **ACCOUNT | {"kind": "treasury_account"})
    assert desk.refused(unlawful, "fin", "submit") == {"account.treasury_only"}
    desk.save(unlawful, "fin", kind="own_account")
    desk.act(unlawful, "fin", "submit")
    assert desk.back(unlawful, "fay", "refuse") == "refused"
    assert desk.refused(ready.bank, "fin", "close") == {"account.not_empty"}
    desk.act(
        ready.bank,
        "fay",
        "freeze",
        "an order of the audit",
        reason_code="audit",
        freeze_order=FILE,
        freeze_condition="x",
    )
    desk.save(ready.bank, "fay", freeze_evidence=[FILE], freeze_met_on=desk.day())
    desk.act(ready.bank, "fay", "unfreeze")
    empty = account(desk)
    desk.act(empty, "fin", "close")
    desk.act(empty, "fin", "reopen", "still needed")
    desk.act(empty, "fin", "close")
    assert desk.act(empty, "fay", "done") == "closed"
    assert desk.taken("special-account") == actions_of("special-account")


def test_a_bank_line_is_matched_once_or_explained() -> None:
    """Amount, direction, day and account must agree; a debit without a payment is a red flag."""
    ready = Ready()
    desk = ready.desk
    line = {
        "account": ready.bank,
        "reference": "B-1",
        "booked_on": desk.day(-2),
        "direction": "in",
        "amount": 100_000_00,
    }
    code = desk.start("bank-line", "fin", unit="T01", **line)
    assert desk.refused(code, "fin", "match", matched_to="nothing") == {"line.no_case"}
    assert desk.act(code, "fin", "match", matched_to=ready.receipt) == "matched"
    second = desk.start("bank-line", "fin", unit="T01", **line | {"reference": "B-2", "amount": 1})
    assert desk.refused(second, "fin", "match", matched_to=ready.receipt) == {"line.taken", "line.differs"}
    debit = desk.start("bank-line", "fin", unit="T01", **line | {"reference": "B-3", "direction": "out"})
    assert desk.refused(debit, "fin", "explain", "cash for the office", explanation="other") == {"flag.rf_09"}
    charge = desk.start(
        "bank-line", "fin", unit="T01", **line | {"reference": "B-4", "direction": "out", "amount": 10_00}
    )
    assert desk.act(charge, "fin", "explain", "the bank's charge", explanation="fee") == "explained"
    assert desk.taken("bank-line") == actions_of("bank-line")


def test_private_capital_that_is_paid_in() -> None:
    """The receipt settles what the partner owes, and the source is in effect."""
    desk = Desk()
    bank, code = account(desk), desk.start("private-capital", "ida", **SCREEN)
    desk.act(code, "ida", "pass")
    desk.save(code, "bob", value_report=FILE, support=1, support_max=2, hidden_debt=no_debt())
    desk.act(code, "bob", "pass")
    desk.save(code, "lea", **MEETING)
    desk.act(code, "lea", "approve")
    desk.save(code, "pia", bidders=3, result_published_on=desk.day(-10), partner="A firm")
    desk.act(code, "pia", "award")
    desk.save(code, "pam", clauses=clauses(), agreement=FILE, amount=50_000_00, document="XY-1")
    desk.act(code, "lex", "opine", legal_opinion=FILE)
    desk.act(code, "pam", "sign")
    receipt(desk, code, bank, 50_000_00, payer="A firm")
    assert desk.act(code, "bob", "paid_in") == "effective"
