"""What a dishonest officer tries with days, names, accounts, small steps and words: each is refused, with its rule."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as shown

from engine.refusal import Refused
from tests.workflows.money.desk import CODE, FILE, Desk, Filled
from tests.workflows.money.misuse import at_release, worked
from tests.workflows.money.spending import (
    ACCOUNT,
    SUPPLIER,
    Ready,
    approved,
    contract_form,
    invoice,
    payment_form,
    verify,
)
from workflows.funds.chart import DUE_TO_TREASURY, SPENT
from workflows.funds.postings.contracts import close_contract


def drafted(**changed: Any) -> tuple[Desk, str]:  # noqa: ANN401  # fields
    """A contract that is drafted and whose account was verified."""
    desk = Desk()
    code = desk.start("contract", "pam", **contract_form(approved(desk), **changed))
    verify(desk, code)
    return desk, code


def at_the_seal(desk: Desk, code: str) -> None:
    """Lead a contract to the mayor."""
    desk.act(code, "pam", "submit")
    desk.act(code, "lex", "pass")
    assert desk.act(code, "fin", "pass") == "approving"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"retention_percent": 6}, "contract.retention"),
        ({"advance_max": 27_000_01}, "contract.advance"),
        ({"terms": "工程竣工并经审计后付款"}, "contract.unlawful_words"),
        ({"clauses": [{"check": "K03", "result": "present", "text": "上级资金到位后付款"}]}, "contract.unlawful_words"),
        ({"pay_after_audit": True}, "contract.unlawful"),
        ({"price_limit": 89_999_99}, "contract.above_ceiling"),
        (
            {"method": "public_tender", "result_number": "Z", "awarded_on": "2026-06-01", "bidders": 2},
            "contract.few_bidders",
        ),
    ],
)
def test_unlawful_terms_of_a_contract(changed: dict[str, Any], reason: str) -> None:
    """Ticking that there are none does not help where the figures or the words say otherwise."""
    desk, code = drafted(**changed)
    assert reason in desk.refused(code, "pam", "submit")


def test_a_debt_hidden_in_a_clause() -> None:
    """The checklist says that all is written, and one of its lines promises to buy back."""
    desk, code = drafted()
    desk.act(code, "pam", "submit")
    rows: Any = desk.case(code).data["clauses"]
    desk.save(code, "lex", clauses=[{**rows[0], "text": "五年后由镇政府回购本金"}, *rows[1:]])
    assert desk.refused(code, "lex", "pass") == {"flag.rf_35"}


def test_a_contract_is_not_dated_back() -> None:
    """Neither signed before it was reviewed, nor awarded or signed before the project was approved, nor tomorrow."""
    desk, code = drafted()
    desk.wait(3)
    at_the_seal(desk, code)
    for signed in (desk.day(-1), desk.day(1)):
        assert desk.refused(code, "may", "approve", seal_number="Y", signed_on=signed) == {"contract.signing_day"}
    project = desk.case(CODE).copy()
    project.actors = {"approval_decide.activate": desk.case(code).actors["drafting.submit"]}
    desk.store.cases.put(project)
    early = {"method": "inquiry", "result_number": "Z", "awarded_on": desk.day(-1), "bidders": 3}
    desk.back(code, "may", "return")
    desk.save(code, "pam", **early)
    at_the_seal(desk, code)
    assert desk.refused(code, "may", "approve", seal_number="Y", signed_on=desk.day()) == {"contract.before_approval"}
    desk.back(code, "may", "return")
    desk.save(code, "pam", awarded_on=desk.day())
    at_the_seal(desk, code)
    assert desk.act(code, "may", "approve", seal_number="Y", signed_on=desk.day()) == "signed"


def test_work_is_not_accepted_before_its_contract() -> None:
    """A day before the signature would let the warranty end and the retention go sooner."""
    ready = Ready()
    row = {"milestone": "M1", "accepted_on": "2026-05-31", "amount": 45_000_00, "proof": FILE}
    assert ready.desk.refused(ready.contract, "ida", "accept", acceptances=[row]) == {"contract.acceptance_early"}


def test_a_payment_is_not_dated_back_or_ahead() -> None:
    """Paid on the day of its release at the earliest, and today at the latest; nor billed for a day to come."""
    ready = worked()
    desk = ready.desk
    late = desk.start("payment", "pam", **payment_form(ready, "M1", 20_000_00, "1"))
    desk.save(late, "pam", invoices=[invoice("1", 20_000_00, issued_on=desk.day(1))])
    assert desk.refused(late, "pam", "submit") == {"flag.rf_04"}
    desk.save(late, "pam", invoices=[invoice("1", 20_000_00)])
    desk.act(late, "pam", "submit")
    ready.check(late)
    ready.release(late)
    for day in (desk.day(-1), desk.day(1)):
        assert desk.refused(late, "cas", "pay", receipt_number="R", paid_on=day) == {"payment.paid_day"}
    ready.pay(late)
    assert desk.books().amount(SPENT) == 20_000_00


def test_money_comes_to_no_account_of_another_township() -> None:
    """Neither money of a source, nor a refund; and none is paid from it."""
    ready = worked()
    desk = ready.desk
    foreign = desk.start("special-account", "fin", unit="T01", **ACCOUNT)
    desk.act(foreign, "fin", "submit")
    desk.act(foreign, "pay", "second_check")
    desk.act(foreign, "fay", "approve", approval_number="HZ-2")
    moved = desk.case(foreign).copy()
    moved.unit = "T02"
    desk.store.cases.put(moved)
    asked = desk.start("payment", "pam", **payment_form(ready, "M1", 20_000_00, "1"))
    desk.save(asked, "pam", bank=foreign)
    assert "account.other_unit" in desk.refused(asked, "pam", "submit")
    told: Filled = {
        "kind": "source",
        "source": ready.source,
        "bank": foreign,
        "slip": "S-9",
        "payer": "County",
        "amount": 1,
    }
    receipt = desk.start("receipt", "fin", **told, received_on=desk.day())
    desk.act(receipt, "fin", "submit")
    assert "account.other_unit" in desk.refused(receipt, "pay", "post")
    claim: Filled = {
        "kind": "supplier",
        "amount": 1_00,
        "basis": "overpaid",
        "due_on": desk.day(30),
        "source": ready.source,
    }
    owed = {"contract": ready.contract, "credit_code": SUPPLIER["credit_code"]}
    refund = desk.start("refund", "fin", **claim, **owed)
    desk.act(refund, "pay", "approve")
    desk.act(refund, "fin", "send")
    came = {"bank": foreign, "slip": "S-8", "received_on": desk.day()}
    assert desk.refused(refund, "fin", "receive", **came) == {"account.other_unit"}
    assert desk.act(refund, "fin", "receive", **came | {"bank": ready.bank}) == "received"


def test_money_is_not_received_tomorrow() -> None:
    """A receipt has a day that is over."""
    ready = Ready()
    desk = ready.desk
    told: Filled = {
        "kind": "interest",
        "source": ready.source,
        "bank": ready.bank,
        "slip": "S-9",
        "payer": "Bank",
        "amount": 1,
    }
    code = desk.start("receipt", "fin", **told, received_on=desk.day(1))
    desk.act(code, "fin", "submit")
    assert desk.refused(code, "pay", "post") == {"refund.no_day"}
    desk.wait(1)
    desk.act(code, "pay", "post")
    assert desk.books().amount(DUE_TO_TREASURY) == 1


def test_payments_are_not_split_to_stay_with_the_leader_in_charge() -> None:
    """Two that together are the mayor's to decide need the head of finance; so the mayor is not passed over."""
    ready = worked()
    ready.desk.rule("funds.payment.leader_max_fen", 50_000_00)
    ready.paid("M1", 30_000_00, "1")
    assert at_release(ready, ready.ask("M2", 20_000_00, "2")) == {"flag.rf_01"}
    beside = worked()
    beside.desk.rule("funds.payment.leader_max_fen", 50_000_00)
    beside.paid("M1", 30_000_00, "1")
    assert at_release(beside, beside.ask("M2", 19_999_99, "2")) == set()


def test_a_township_borrows_under_no_name() -> None:
    """An enterprise by the tick, the township by its name; or a guarantee written beside the collateral."""
    desk = Desk()
    code = desk.start("policy-loan", "pam")
    told: Filled = {"borrower_kind": "enterprise", "guarantee": False, "repayment_source": "fees"}
    for name in ("Town", "青禾镇人民政府", "青禾县财政局"):
        desk.save(code, "bob", borrower=name, **told)
        assert desk.refused(code, "bob", "pass") == {"loan.borrower_name"}
    desk.save(code, "bob", borrower="青禾数字建设有限公司", repayment_source="由镇政府回购后偿还")
    assert desk.refused(code, "bob", "pass") == {"flag.rf_35"}
    desk.save(code, "bob", repayment_source="fees")
    assert desk.act(code, "bob", "pass") == "applying"


def carried(desk: Desk, year: int) -> set[str]:
    """Ask for what is left of a year to be carried into the next; gives the reasons against it."""
    told: Filled = {"kind": "years", "carry_year": year, "reason_text": "late", "evidence": [FILE]}
    code = desk.start("budget-adjustment", "pam", **told)
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "to_fin")
    return desk.refused(code, "fay", "approve")


def test_money_is_carried_once_and_not_past_its_last_year() -> None:
    """A second time it is surplus (Budget Law §42); a source that ends with the year is not carried at all."""
    assert carried(Ready(last_year=2026).desk, 2026) == {"ledger.inv_12"}
    ready = worked(last_year=2028)
    desk = ready.desk
    assert carried(desk, 2026) == set()
    desk.wait(250)
    assert "ledger.inv_22" in carried(desk, 2027)


def test_a_frozen_project_pays_nothing_by_calling_it_clearance() -> None:
    """The tick is for a project that is being ended, not for one that is suspended."""
    ready = worked()
    desk = ready.desk
    code = desk.start("payment", "pam", **payment_form(ready, "M1", 20_000_00, "1"), is_clearance=True)
    desk.project(CODE, "suspended")
    assert "ledger.inv_18" in desk.refused(code, "pam", "submit")


def test_a_contract_of_an_old_version_is_told_which_one_it_needs() -> None:
    """It has no step for what is held back: terminated so, it could never be paid; nothing held back, it may end."""
    ready = worked()
    ready.paid("M1", 42_750_00, "1")
    desk, it = ready.desk, ready.desk.situation(ready.contract)
    state = it.definition.states["performing"]
    steps = {name: step for name, step in state.actions.items() if not name.endswith("_retention")}
    old = replace(it.definition, states={**it.definition.states, "performing": replace(state, actions=steps)})
    with pytest.raises(Refused) as refused:
        close_contract(shown(it, definition=old), "terminated")
    (reason,) = refused.value.reasons
    assert (reason.code, reason.params["left"], reason.params["version"]) == ("contract.old_version", "4500.00", 1)
    bare = Ready()
    empty = shown(bare.desk.situation(bare.contract), definition=old)
    assert close_contract(empty, "terminated")
    assert desk.case(ready.contract).state == "performing"
