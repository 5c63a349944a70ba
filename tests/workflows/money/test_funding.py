"""The five ways to money, every action of each; what the ledger has bound afterwards."""

from datetime import UTC, datetime
from typing import Any

from tests.workflows.money.desk import CODE, FILE, Desk, actions_of
from tests.workflows.money.funding import AWARD, ITEM, YEAR, clauses, no_debt, own_money
from workflows.funds.chart import BANK, DUE_FROM_SOURCE, LOAN, OPEN, PRIVATE_CAPITAL
from workflows.warnings import Watched, alerts

MEETING: dict[str, Any] = {
    "meetings": [
        {
            "held_on": "2026-05-20",
            "entitled": 7,
            "present": 7,
            "recused": 0,
            "in_favour": 7,
            "against": 0,
            "resolution": "agreed",
        }
    ],
    "minutes": [FILE],
}


def test_own_money_within_and_outside_of_the_budget() -> None:
    """A budget item is used by what it has; what is in no budget goes to the people's congress."""
    desk = Desk()
    own_money(desk, 60_000_00)
    assert desk.books("quota:" + ITEM).amount(OPEN) == 19_940_000_00
    assert desk.books().amount(DUE_FROM_SOURCE) == 60_000_00
    form: dict[str, Any] = {
        "source_kind": "donation",
        "fiscal_year": 2026,
        "amount": 40_000_00,
        "document": "JZ-1",
        "giver": "A firm",
    }
    code = desk.start("own-funds", "fin", **form)
    assert desk.refused(code, "fin", "submit") == {"paper.missing"}
    desk.save(code, "fin", agreement=FILE)
    desk.act(code, "fin", "submit")
    desk.act(code, "bob", "second_check")
    assert desk.refused(code, "fay", "approve") == {"source.not_budgeted"}
    desk.act(code, "fay", "need_council")
    desk.save(code, "may", document_file=FILE)
    assert desk.act(code, "may", "approved") == "effective"
    for state, by, action in (("fin_review", "fay", "refuse"), ("council", "may", "refused")):
        other = desk.start("own-funds", "fin", **form, agreement=FILE)
        desk.act(other, "fin", "submit")
        if state == "council":
            desk.act(other, "fay", "need_council")
        assert desk.back(other, by, action) == "refused"
    assert desk.taken("own-funds") == actions_of("own-funds")


def test_a_grant_from_programme_to_award() -> None:
    """The joint review may send it back, the superior may want more or refuse; the award needs two people."""
    desk = Desk(categories=["software"])
    call: dict[str, Any] = {"programme": "ZX-01", "call_number": "T-1", "wanted": 60_000_00, "own_share_percent": 40}
    papers: dict[str, Any] = dict.fromkeys(("letter", "plan_file", "target_file", "single_funding"), FILE)
    code = desk.start("grant", "ida", **call)
    desk.act(code, "ida", "start")
    desk.save(code, "pam", **papers)
    desk.act(code, "pam", "submit")
    desk.act(code, "rex", "return", "the targets are missing", reason_code="papers")
    desk.act(code, "pam", "submit")
    desk.act(code, "rex", "agree")
    assert desk.act(code, "bob", "agree") == "submitted"
    desk.act(code, "rex", "receipt", outgoing_number="QH-7")
    assert desk.back(code, "rex", "supplement") == "preparing"
    desk.act(code, "pam", "submit")
    desk.act(code, "rex", "agree")
    desk.act(code, "bob", "agree")
    desk.act(code, "rex", "receipt", outgoing_number="QH-8")
    desk.act(code, "bob", "award", **AWARD)
    assert desk.refused(code, "bob", "confirm") == {"second_person.missing"}
    desk.act(code, "fay", "countersign")
    assert desk.act(code, "bob", "confirm") == "effective"
    assert desk.books("quota:ZB-7").amount(OPEN) == 30_000_00
    other = desk.start("grant", "ida", **call | {"wanted": 40_000_00})
    desk.act(other, "ida", "start")
    desk.save(other, "pam", **papers)
    desk.act(other, "pam", "submit")
    desk.act(other, "rex", "agree")
    desk.act(other, "bob", "agree")
    desk.act(other, "rex", "receipt", outgoing_number="QH-9")
    assert desk.back(other, "rex", "fail") == "failed"
    third = desk.start("grant", "ida", **call)
    assert desk.back(third, "ida", "drop") == "failed"
    assert desk.taken("grant") == actions_of("grant")


SCREEN: dict[str, Any] = {
    "income_content": "counters",
    "user_income": 60_00,
    "annual_cost": 100_00,
    "core_security": False,
}


def test_private_capital_where_users_pay() -> None:
    """Proven, approved, chosen in public, signed with its clauses; capital that does not come ends the agreement."""
    desk = Desk()
    assert desk.refused(desk.start("private-capital", "ida", **SCREEN | {"user_income": 1}), "ida", "pass") == {
        "private.no_users"
    }
    code = desk.start("private-capital", "ida", **SCREEN)
    desk.act(code, "ida", "pass")
    desk.save(code, "bob", value_report=FILE, support=1, support_max=2, hidden_debt=no_debt())
    desk.act(code, "bob", "pass")
    desk.save(code, "lea", **MEETING)
    desk.act(code, "lea", "approve")
    assert desk.back(code, "pia", "rerun") == "procuring"
    desk.save(code, "pia", bidders=3, result_published_on=desk.day(-10), partner="A firm")
    desk.act(code, "pia", "award")
    assert desk.back(code, "pam", "break") == "procuring"
    desk.act(code, "pia", "award")
    desk.save(code, "pam", clauses=clauses(), agreement=FILE, amount=50_000_00, document="XY-1")
    assert desk.refused(code, "pam", "sign", legal_opinion=FILE) == {"opinion.missing"}
    desk.act(code, "lex", "opine", legal_opinion=FILE)
    assert desk.act(code, "pam", "sign") == "signed"
    assert desk.books().amount(PRIVATE_CAPITAL) == 50_000_00
    assert desk.refused(code, "bob", "paid_in") == {"source.still_due"}
    desk.wait(20)
    assert desk.case(code).state == "negotiating"
    assert desk.books().amount(PRIVATE_CAPITAL) == 0


def test_private_capital_is_refused_at_each_step() -> None:
    """Not applicable, not proven, not wanted."""
    desk = Desk()
    first, second, third = (desk.start("private-capital", "ida", **SCREEN) for _ in range(3))
    assert desk.back(first, "ida", "refuse") == "rejected"
    desk.act(second, "ida", "pass")
    assert desk.back(second, "bob", "fail") == "rejected"
    desk.act(third, "ida", "pass")
    desk.save(third, "bob", value_report=FILE, support=1, support_max=2, hidden_debt=no_debt())
    desk.act(third, "bob", "pass")
    assert desk.back(third, "lea", "refuse") == "rejected"


LOAN_FORM: dict[str, Any] = {
    "amount": 50_000_00,
    "rate": "2.5",
    "lpr": "3.1",
    "term_years": 5,
    "schedule": [YEAR],
    "eligible": ["cloud"],
}


def loan(desk: Desk, **more: Any) -> str:  # noqa: ANN401  # fields
    """Lead a loan of an enterprise to the bank; gives its code."""
    code = desk.start("policy-loan", "pam")
    borrower = {"borrower": "A firm", "borrower_kind": "enterprise", "guarantee": False, "repayment_source": "fees"}
    desk.save(code, "bob", **borrower)
    desk.act(code, "bob", "pass")
    desk.save(code, "pam", **{**LOAN_FORM, **more}, banker="ban", hidden_debt=no_debt())
    desk.act(code, "pam", "submit")
    return code


def test_a_policy_loan_of_an_enterprise() -> None:
    """Checked by three offices, granted by the bank, drawn within its contract, repaid; arrears are noticed."""
    desk = Desk()
    code = loan(desk)
    desk.act(code, "lex", "return", "the terms are not there", reason_code="papers")
    desk.act(code, "pam", "submit")
    for who in ("fay", "ned", "lex"):
        desk.act(code, who, "agree")
    assert desk.act(code, "ban", "approve") == "signed"
    assert desk.books(f"loan:{code}").amount(OPEN) == 50_000_00
    draw = {"drawn_on": "2026-06-01", "amount": 30_000_00, "purpose": "cloud"}
    desk.save(code, "pam", contract_file=FILE, supervision_file=FILE, bank="SAC-1", draws=[draw])
    desk.act(code, "fin", "draw")
    desk.save(code, "fin", draws=[draw, draw])
    assert desk.refused(code, "fin", "draw_more") == {"loan.overdrawn"}
    desk.save(code, "fin", draws=[draw, draw | {"amount": 20_000_00}])
    desk.act(code, "fin", "draw_more")
    assert (desk.books().amount(LOAN), desk.books().amount(BANK)) == (50_000_00, 50_000_00)
    back = {"paid_on": "2026-06-01", "principal": 50_000_00, "interest": 0}
    assert desk.refused(code, "fin", "settle", settlement_proof=FILE) >= {"loan.still_owed"}
    desk.wait(700)
    assert desk.case(code).data["in_arrears"] is True
    desk.save(code, "fin", repayments=[back], settlement_proof=FILE)
    desk.act(code, "fin", "repay")
    assert desk.act(code, "fin", "settle") == "repaid"
    township = desk.start("policy-loan", "pam")
    desk.save(township, "bob", borrower="Town", borrower_kind="township", guarantee=True, repayment_source="taxes")
    assert desk.refused(township, "bob", "pass") == {"loan.borrower", "loan.borrower_name", "loan.guarantee"}
    assert desk.back(township, "bob", "refuse") == "rejected"
    other = loan(desk)
    for who in ("fay", "ned", "lex"):
        desk.act(other, who, "agree")
    assert desk.back(other, "ban", "fail") == "rejected"
    assert desk.taken("policy-loan") == actions_of("policy-loan")


def test_debt_service_is_told_when_it_is_near_overdue_or_not_covered() -> None:
    """By the day of the plan, what was repaid and what the year brought in, each entered by township finance."""
    desk = Desk(categories=["software"])
    code = loan(desk, schedule=[YEAR | {"due_on": "2027-03-31"}])
    for who in ("fay", "ned", "lex"):
        desk.act(code, who, "agree")
    desk.act(code, "ban", "approve")
    draw = {"drawn_on": "2026-06-01", "amount": 150_00, "purpose": "cloud"}
    desk.save(code, "pam", contract_file=FILE, supervision_file=FILE, bank="SAC-1", draws=[draw])
    desk.act(code, "fin", "draw")
    desk.project(CODE, "implementing")

    def told() -> list[str]:
        it = Watched(desk.case(CODE), desk.store.facts, desk.clock.now())
        return [alert.colour.word for alert in alerts(it) if alert.rule == "W-20"]

    for day, colours in (("2027-02-28", []), ("2027-03-01", ["blue"]), ("2027-04-01", ["red"])):
        desk.clock.set(datetime.fromisoformat(f"{day}T02:00:00+00:00"))
        assert told() == colours
    desk.save(code, "fin", repayments=[{"paid_on": "2027-04-01", "principal": 100_00, "interest": 10_00}])
    desk.act(code, "fin", "repay")
    assert told() == []
    desk.clock.set(datetime(2028, 1, 3, 2, tzinfo=UTC))
    assert told() == ["orange"]
    for income, colours in ((131_99, ["orange"]), (132_00, [])):
        desk.save(code, "fin", incomes=[{"year": 2027, "income": income}])
        assert told() == colours


def bond(desk: Desk) -> str:
    """Lead a bond to the province; gives its code."""
    code = desk.start("special-bond", "pam")
    desk.save(code, "ned", bundle="Digital villages", amount=50_000_00, schedule=[YEAR])
    desk.act(code, "ned", "pass")
    desk.save(code, "pam", plan_file=FILE, finance_report=FILE, legal_opinion=FILE)
    desk.act(code, "ned", "opine")
    desk.act(code, "pam", "submit")
    return code


def test_a_special_bond_through_the_province() -> None:
    """Bundled, sent up, issued, used and repaid; or refused, or sent back."""
    desk = Desk()
    code = bond(desk)
    assert desk.back(code, "bob", "return") == "two_reports"
    desk.act(code, "ned", "opine")
    desk.act(code, "pam", "submit")
    quota: dict[str, Any] = {"document": "ZQ-1", "document_file": FILE, "library_number": "P-9", "amount": 50_000_00}
    desk.act(code, "bob", "issue", **quota)
    draw = {"drawn_on": "2026-06-01", "amount": 30_000_00, "purpose": "equipment"}
    desk.save(code, "bob", bond_code="2605001", rate="2.4", term_years=10, bank="SAC-1", draws=[draw])
    desk.act(code, "ben", "second_check")
    assert desk.act(code, "fin", "start_use") == "using"
    desk.save(code, "fin", draws=[draw, draw | {"amount": 20_000_00}])
    desk.act(code, "fin", "draw")
    assert desk.books().amount(LOAN) == 50_000_00
    desk.save(code, "fin", repayments=[{"paid_on": "2026-06-01", "principal": 50_000_00, "interest": 0}])
    desk.act(code, "fin", "repay")
    assert desk.act(code, "bob", "mature") == "matured"
    refused = desk.start("special-bond", "pam")
    assert desk.back(refused, "ned", "refuse") == "rejected"
    assert desk.back(bond(desk), "bob", "fail") == "rejected"
    assert desk.taken("special-bond") == actions_of("special-bond")
