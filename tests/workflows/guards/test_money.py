"""Guards of accounts, receipts, contracts, breaches, payments and adjustments."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Case
from tests.workflows.guards.test_sources import answers
from tests.workflows.guards.trial import FILE, NOW, Trial, case, fails, judge, name_of, passes
from tests.workflows.money.papers import share
from workflows.funds.chart import (
    APPROVED,
    BANK,
    DUE_FROM_SOURCE,
    DUE_FROM_SUPPLIER,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    PAYABLE,
    PROJECT_COST,
    SOURCE_INCOME,
    SUSPENSE,
    Account,
)
from workflows.funds.posting import Entry, Movement, Place, Posting

P = "QH-2026-project"
TODAY = date(2026, 11, 23)
OWN = "QH-2026-case"
"""The code of the case under judgement."""


def kin(id: str, definition: str, state: str, **data: Any) -> Case:  # noqa: ANN401  # fields
    """A case beside the project."""
    return case(id, state, {"project": P, **data}, definition)


PROJECT = case("project", "implementing", {"tier": "T2", "study_estimate": 100_00, "amount": 100_00})
SOURCE = kin("source", "own-funds", "effective", amount=100_00, giver="County", source_kind="fiscal")
ACCOUNT = case("bank", "active", {"kind": "sub_ledger"}, "special-account")
PARTY = {"payee_name": "Firm", "credit_code": "C", "bank_account": "1"}
CHECKS = [{**PARTY, "checked_on": "2026-11-01", "checked_by": who} for who in ("ann", "may")]
TYPED = {**PARTY, "verified_on": "2026-11-01", "first_by": "ann", "second_by": "may"}
"""An account as contracts of older versions hold it."""

TERMS: dict[str, Any] = {
    "supplier": "Firm",
    "amount": 90_00,
    "subject": "construction",
    "method": "direct",
    "payees": [PARTY],
    "payee_checks": CHECKS,
    "milestones": [{"milestone": "M1", "amount": 90_00}],
    "acceptances": [{"milestone": "M1", "amount": 90_00, "accepted_on": "2026-11-02"}],
    "advance_max": 0,
    "warranty_months": 24,
    "pay_after_audit": False,
    "one_sided_penalty": False,
    "prefinancing": False,
    "clauses": answers("contract", "clauses", "present"),
    "shares": [share("QH-2026-source", 90_00)],
}
CONTRACT = kin("contract", "contract", "performing", **TERMS)
BUDGET = kin(
    "budget",
    "budget",
    "approved",
    approved_lines=[{"line": "1", "category": "cloud"}],
    approved_shares=[share("QH-2026-source", 100_00)],
    ceiling=100_00,
)
ALL = (PROJECT, SOURCE, ACCOUNT, CONTRACT, BUDGET)


def posted(debit: Account, credit: Account, amount: int, **place: Any) -> Entry:  # noqa: ANN401  # dimensions
    """One posting of the project."""
    at = Place(**{"project": P, "source": "QH-2026-source", "year": 2026, **place})
    return Entry(Movement.RECEIVE, TODAY, (Posting(debit, credit, amount, at),))


DUE = posted(DUE_FROM_SOURCE, SOURCE_INCOME, 100_00)
CASH = posted(BANK, SOURCE_INCOME, 100_00, bank="QH-2026-bank")
BOUND = (
    posted(APPROVED, FREE, 100_00, line="1"),
    posted(FREE, ENCUMBERED, 90_00, line="1", contract="QH-2026-contract"),
)
SAC: dict[str, Any] = {"definition": "special-account", "state": "active", "actor": "in1"}
ON_OWN = posted(BANK, SOURCE_INCOME, 5_00, bank=OWN)
INTEREST = posted(BANK, DUE_TO_TREASURY, 5_00, bank=OWN)
NOBODYS = Entry(Movement.RECEIVE, TODAY, (Posting(BANK, SUSPENSE, 5, Place(bank=OWN, payment="x", year=2026)),))
HERE = (kin("r", "receipt", "posted", bank=OWN),)
RCV: dict[str, Any] = {"definition": "receipt", "state": "checking", "peers": ALL}
RECEIPT = {
    "project": P,
    "kind": "source",
    "source": "QH-2026-source",
    "bank": "QH-2026-bank",
    "slip": "S1",
    "payer": "County",
    "amount": 100_00,
    "received_on": "2026-11-20",
}
POSTED = kin("posted", "receipt", "posted", **{key: value for key, value in RECEIPT.items() if key != "project"})
LINE: dict[str, Any] = {"definition": "bank-line", "state": "imported", "peers": (ACCOUNT, POSTED)}
FITS = {"account": "QH-2026-bank", "direction": "in", "amount": 100_00, "booked_on": "2026-11-23"}
MATCHED = case("other", "matched", {"matched_to": "QH-2026-posted"}, "bank-line")
CON: dict[str, Any] = {"definition": "contract", "state": "drafting", "peers": ALL}
DATA = {"project": P, **TERMS}
TENDERED = {**DATA, "method": "public_tender", "result_number": "Z-1", "awarded_on": "2026-11-20"}
TIMED = {"since": "signed_on", "done": "published_on", "reason": "late_reason"}
IN_TWO = {**TIMED, "policy": "contract.publish_working_days", "counting": "working"}
MEETING = {"held_on": "2026-11-20", "entitled": 3, "present": 3, "recused": 0, "in_favour": 3, "against": 0}
MINUTES = {"amount": "amount", "meetings": "meetings", "minutes": "minutes"}
LIMIT = {"funds.payment.single_person_max_fen": 90_00}
BRE: dict[str, Any] = {"definition": "breach", "state": "assessing", "peers": ALL}
BREACH = {"project": P, "contract": "QH-2026-contract", "clause": "K06", "base": 90_00, "penalty": 9_00, "loss": 9_00}
CLAIM = posted(DUE_FROM_SUPPLIER, DUE_TO_TREASURY, 9_00, contract="QH-2026-contract", payment=OWN)
PROCEEDS = {"bank": "QH-2026-bank", "proceeds": [{"amount": 1, "slip": "P1", "received_on": "2026-11-23"}]}
WENT = case("went", "imported", {**FITS, "direction": "out"}, "bank-line")
PAY: dict[str, Any] = {"definition": "payment", "state": "drafting", "peers": ALL, "entries": (*BOUND, CASH)}
BILL = {
    "code": "1",
    "number": "2",
    "issued_on": "2026-11-10",
    "face": 50_00,
    "used": 50_00,
    "seller": "C",
    "buyer": "Town",
    "verified": "valid",
}
PAYMENT: dict[str, Any] = {
    "project": P,
    "contract": "QH-2026-contract",
    "milestone": "M1",
    "bank": "QH-2026-bank",
    "amount": 50_00,
    "shares": [share("QH-2026-source", 50_00)],
    "invoices": [BILL],
    "verification": [FILE],
    **PARTY,
}
REPORTED = case("project", "implementing", {**PROJECT.data, "reports": [{"accepted": True, "progress_percent": 80}]})
REPORTS = (REPORTED, *ALL[1:])
BAJ: dict[str, Any] = {"definition": "budget-adjustment", "state": "twp_fin_check", "peers": ALL}
LESS, MORE = [share("QH-2026-source", 5_00)], [{**share("QH-2026-source", 5_00, "2"), "category": "cloud"}]
MOVED = {"project": P, "kind": "between", "from_lines": LESS, "to_lines": MORE}
RAISED = {"project": P, "kind": "increase", "to_lines": [MORE[0] | {"amount": 16_00}]}
OF_ONE_USE = kin("source", "own-funds", "effective", amount=100_00, eligible=["training"], source_kind="fiscal")

CAPPED = kin(
    "contract",
    "contract",
    "performing",
    **TERMS | {"milestones": [{"milestone": "M9", "amount": 1}], "acceptances": []},
)

TRIALS: list[Trial] = [
    passes("account_kind_legal", data={"kind": "own_account"}, **SAC),
    fails("account_kind_legal", "account.treasury_only", data={"kind": "treasury_account"}, **SAC),
    passes("no_open_project", peers=HERE, **SAC),
    fails("no_open_project", "account.not_empty", "account.suspense", peers=HERE, entries=(ON_OWN, NOBODYS), **SAC),
    passes("balance_zero", peers=HERE, **SAC),
    fails("balance_zero", "account.not_empty", peers=HERE, entries=(ON_OWN,), **SAC),
    passes("interest_returned", peers=HERE, entries=(ON_OWN,), **SAC),
    fails("interest_returned", "account.interest_due", peers=HERE, entries=(INTEREST,), **SAC),
    passes("receipt_matched", data=RECEIPT, entries=(DUE,), **RCV),
    fails(
        "receipt_matched",
        *("receipt.slip_used", "receipt.other_payer", "receipt.above_due", "account.not_active"),
        data=RECEIPT | {"payer": "X", "bank": "nothing"},
        **RCV | {"peers": (*ALL, POSTED)},
    ),
    fails("receipt_matched", "receipt.no_source", data=RECEIPT | {"source": "X"}, **RCV),
    passes("account_active", data=PAYMENT, **PAY),
    fails("account_active", "account.not_active", data=PAYMENT | {"bank": "X"}, **PAY),
    passes("account_active", data=PAYMENT, **PAY | {"peers": (replace(ACCOUNT, unit="QH"),)}),
    fails("account_active", "account.other_unit", data=PAYMENT, **PAY | {"peers": (replace(ACCOUNT, unit="T02"),)}),
    passes("line_matches", data=FITS | {"matched_to": "QH-2026-posted"}, **LINE),
    fails("line_matches", "line.no_case", data=FITS | {"matched_to": "QH-2026-bank"}, **LINE),
    fails(
        "line_matches",
        *("line.taken", "line.differs"),
        data=FITS | {"matched_to": "QH-2026-posted", "booked_on": "2026-11-24"},
        **LINE | {"peers": (ACCOUNT, POSTED, MATCHED)},
    ),
    passes("line_explained", data={"direction": "out", "explanation": "fee", "amount": 200_00}, **LINE),
    fails("line_explained", "line.fee", data={"direction": "out", "explanation": "fee", "amount": 200_01}, **LINE),
    passes("line_explained", data=FITS | {"explanation": "reversal"}, **LINE | {"peers": (ACCOUNT, WENT)}),
    fails("line_explained", "line.no_twin", data=FITS | {"explanation": "reversal"}, **LINE),
    fails("line_explained", "line.no_receipt", data=FITS | {"explanation": "other"}, **LINE),
    fails("line_explained", "flag.rf_09", data={"direction": "out", "explanation": "other"}, **LINE),
    passes("statement_matched", **PAY | {"peers": (replace(MATCHED, data={"matched_to": OWN}),)}),
    fails("statement_matched", "payment.not_on_statement", **PAY | {"peers": (MATCHED,)}),
    passes("refund_received", data=RECEIPT | {"slip": "T1"}, **RCV | {"definition": "refund"}),
    fails(
        "refund_received",
        *("refund.no_day", "receipt.slip_used"),
        data=RECEIPT | {"received_on": "2026-11-24"},
        **RCV | {"definition": "refund", "peers": (*ALL, POSTED)},
    ),
    passes("contract_terms", data=DATA, **CON),
    fails(
        "contract_terms",
        *("contract.milestones", "contract.advance", "contract.warranty", "contract.unlawful"),
        data=DATA | {"amount": 80_00, "advance_max": 24_01, "warranty_months": 23, "pay_after_audit": True},
        **CON,
    ),
    passes("contract_terms", data=DATA | {"retention_percent": 3, "terms": "验收合格后三十日内付款"}, **CON),
    fails("contract_terms", "contract.retention", data=DATA | {"retention_percent": 4}, **CON),
    fails("contract_terms", "contract.unlawful_words", data=DATA | {"terms": "工程审计后付款"}, **CON),
    fails("contract_terms", "contract.unlawful_words", data=DATA | {"clauses": [{"text": "付款方式：背靠背"}]}, **CON),
    passes("procurement_ok", data=DATA, **CON),
    fails("procurement_ok", "contract.needs_tender", data=DATA | {"amount": 2_000_000_00}, **CON),
    fails("procurement_ok", "contract.needs_procurement", data=DATA | {"amount": 300_000_00}, **CON),
    fails("procurement_ok", "contract.no_result", data=DATA | {"method": "inquiry"}, **CON),
    passes("procurement_ok", data=TENDERED | {"bidders": 3, "price_limit": TERMS["amount"]}, **CON),
    fails("procurement_ok", "contract.few_bidders", data=TENDERED | {"bidders": 2}, **CON),
    fails("procurement_ok", "contract.above_ceiling", data=TENDERED | {"price_limit": TERMS["amount"] - 1}, **CON),
    fails(
        "procurement_ok",
        "flag.rf_02",
        data=DATA,
        policies={"funds.procurement.limit_fen": 170_00},
        **CON | {"peers": (*ALL[:3], replace(CONTRACT, opened_at=NOW))},
    ),
    passes("payee_verified", data=DATA, **CON),
    passes("payee_verified", data=DATA | {"payees": [TYPED], "payee_checks": []}, **CON),
    *(
        fails("payee_verified", "payee.not_verified", data=DATA | wrong, **CON)
        for wrong in (
            {"payee_checks": CHECKS[:1]},
            {"payee_checks": [CHECKS[0], CHECKS[0]]},
            {"payees": [PARTY | {"bank_account": "2"}]},
            {"payees": [PARTY | {"credit_code": "D"}]},
            {"payees": [TYPED | {"second_by": "ann"}], "payee_checks": []},
        )
    ),
    fails("payee_verified", "payee.other_name", data=DATA | {"supplier": "Other"}, **CON),
    passes("payee_to_verify", data=DATA | {"payee_checks": []}, **CON),
    fails("payee_to_verify", "payee.other_name", data=DATA | {"supplier": "Other", "payee_checks": []}, **CON),
    fails("payee_to_verify", "payee.verified_by_actor", data=DATA | {"payee_checks": [CHECKS[0]]}, actor="ann", **CON),
    passes("payee_added", data=DATA | {"payees": [PARTY, PARTY]}, before={"payees": [PARTY]}, **CON),
    fails("payee_added", "payee.not_added", data=DATA, before={"payees": [PARTY]}, **CON),
    fails(
        "payee_added",
        *("payee.not_added", "payee.other_name"),
        data=DATA | {"supplier": "Other", "payees": [PARTY | {"bank_account": "2"}, PARTY]},
        before={"payees": [PARTY]},
        **CON,
    ),
    passes("encumbrance_available", data=DATA, entries=BOUND[:1], **CON),
    fails("encumbrance_available", "contract.no_budget", data=DATA, entries=BOUND, **CON),
    fails("encumbrance_available", "contract.shares", data=DATA | {"amount": 1}, entries=BOUND[:1], **CON),
    passes("bond_le_10", data={"bond_percent": 10, "bond_letter": True}, **CON),
    fails("bond_le_10", "contract.bond", "contract.bond_letter", data={"bond_percent": 11}, **CON),
    passes("minutes_if_over_limit", data={"amount": 89_99}, arguments=MINUTES, policies=LIMIT, **CON),
    passes(
        "minutes_if_over_limit",
        data={"amount": 90_00, "meetings": [MEETING], "minutes": [FILE]},
        arguments=MINUTES,
        policies=LIMIT,
        **CON,
    ),
    fails(
        "minutes_if_over_limit",
        *("paper.missing", "meeting.none"),
        data={"amount": 90_00},
        arguments=MINUTES,
        policies=LIMIT,
        **CON,
    ),
    passes("in_time", data={"signed_on": "2026-11-19", "published_on": "2026-11-23"}, arguments=IN_TWO, **CON),
    fails(
        "in_time",
        "contract.late",
        data={"signed_on": "2026-11-18", "published_on": "2026-11-23"},
        arguments=IN_TWO,
        **CON,
    ),
    fails("in_time", "contract.not_done", data={"signed_on": "2026-11-18"}, arguments=IN_TWO, **CON),
    passes("warranty_over", data=DATA | {"warranty_months": 0}, **CON),
    fails("warranty_over", "contract.in_warranty", data=DATA, **CON),
    passes("no_open_claim", data=DATA, **CON),
    fails(
        "no_open_claim",
        "contract.open_claim",
        data=DATA,
        **CON | {"peers": (*ALL, kin("b", "breach", "noticed", contract=OWN))},
    ),
    passes("retention_paid", data=DATA, **CON),
    fails(
        "retention_paid",
        "contract.still_owed",
        data=DATA,
        entries=(posted(PROJECT_COST, PAYABLE, 5, contract=OWN, milestone="M1"),),
        **CON,
    ),
    passes("clause_cited", data=BREACH, **BRE),
    fails("clause_cited", "breach.no_contract", data=BREACH | {"contract": "X"}, **BRE),
    fails(
        "clause_cited",
        "breach.no_clause",
        data=BREACH,
        **BRE | {"peers": (PROJECT, kin("contract", "contract", "performing"))},
    ),
    passes("penalty_computed", data=BREACH, **BRE),
    fails("penalty_computed", "breach.no_penalty", "breach.base", data=BREACH | {"base": 90_01, "penalty": 0}, **BRE),
    fails("penalty_computed", "breach.above_loss", data=BREACH | {"loss": 1}, **BRE),
    passes("proceeds_ok", data=BREACH | PROCEEDS, entries=(CLAIM,), **BRE),
    fails(
        "proceeds_ok",
        *("account.not_active", "breach.proceeds", "breach.proceeds_gone", "receipt.slip_used"),
        data=BREACH | {"bank": "none", "proceeds": [{"amount": 1, "slip": "P1", "received_on": "2026-11-24"}] * 2},
        **BRE,
    ),
    passes("claim_settled", data=BREACH, **BRE),
    fails("claim_settled", "breach.still_due", data=BREACH, entries=(CLAIM,), **BRE),
    passes("pay_checks_no_block", data=PAYMENT, **PAY),
    fails(
        "pay_checks_no_block",
        "flag.rf_12",
        "flag.rf_13",
        data=PAYMENT | {"milestone": "M9"},
        **PAY | {"peers": (*REPORTS[:3], CAPPED, BUDGET)},
    ),
    passes("no_unreleased_hard", data=PAYMENT, **PAY | {"peers": REPORTS}),
    fails("no_unreleased_hard", "flag.rf_12", data=PAYMENT, **PAY),
    fails(
        "no_unreleased_hard",
        "payment.red_flag",
        data=PAYMENT,
        **PAY
        | {"peers": (*REPORTS, case("flag", "upheld", {"project": "QH-2026-project", "level": "hard"}, "red-flag"))},
    ),
    passes(
        "no_unreleased_hard",
        data=PAYMENT,
        **PAY
        | {"peers": (*REPORTS, case("flag", "released", {"project": "QH-2026-project", "level": "hard"}, "red-flag"))},
    ),
    passes("contract_in_force", data=PAYMENT, **PAY),
    fails("contract_in_force", "payment.contract", data=PAYMENT | {"contract": "X"}, **PAY),
    passes("payee_of_contract", data=PAYMENT, **PAY),
    fails("payee_of_contract", "payment.payee", data=PAYMENT | {"bank_account": "2"}, **PAY),
    passes("supervisor_named", data=PAYMENT, **PAY),
    fails(
        "supervisor_named",
        "payment.supervisor",
        data=PAYMENT,
        **PAY | {"peers": (case("project", "x", {"tier": "T3"}),)},
    ),
    passes("invoice_verified", data=PAYMENT, **PAY),
    fails(
        "invoice_verified",
        *("payment.invoices", "paper.missing", "flag.rf_04"),
        data=PAYMENT | {"amount": 49_00, "verification": [], "invoices": [BILL | {"verified": "red"}]},
        **PAY,
    ),
    passes("within_balance", data=PAYMENT, **PAY),
    fails("within_balance", "payment.over_balance", data=PAYMENT | {"shares": [share("QH-2026-source", 90_01)]}, **PAY),
    passes("cash_there", data=PAYMENT, **PAY),
    fails("cash_there", "payment.no_cash", data=PAYMENT | {"shares": [share("QH-2026-source", 100_01)]}, **PAY),
    passes("payment_authority", data={"amount": 1}, **PAY | {"actor": "may"}),
    fails("payment_authority", "payment.authority", data={"amount": 1}, **PAY),
    passes("class_is", data=MOVED, arguments={"classes": "A"}, **BAJ),
    passes(
        "class_is",
        data=MOVED | {"from_lines": [LESS[0] | {"amount": 11_00}], "to_lines": [MORE[0] | {"amount": 11_00}]},
        arguments={"classes": "B"},
        **BAJ,
    ),
    passes("class_is", data=RAISED | {"to_lines": [MORE[0] | {"amount": 15_00}]}, arguments={"classes": "C"}, **BAJ),
    passes("class_is", data=RAISED, arguments={"classes": "D"}, **BAJ),
    fails("class_is", "adjustment.class", data=MOVED | {"scope_change": True}, arguments={"classes": "A"}, **BAJ),
    passes("adjustment_sums", data=MOVED, **BAJ),
    fails("adjustment_sums", "adjustment.sums", data=MOVED | {"kind": "increase"}, **BAJ),
    passes("adjustment_eligible", data=MOVED, **BAJ),
    fails("adjustment_eligible", "adjustment.above_source", data=MOVED | {"from_lines": []}, **BAJ),
    fails("adjustment_eligible", "adjustment.source", data=MOVED, **BAJ | {"peers": (PROJECT, BUDGET)}),
    fails(
        "adjustment_eligible", "adjustment.not_eligible", data=MOVED, **BAJ | {"peers": (PROJECT, OF_ONE_USE, BUDGET)}
    ),
    passes("study_if_class_d", data=RAISED | {"new_study": FILE}, **BAJ),
    fails("study_if_class_d", "study.not_renewed", data=RAISED, **BAJ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_money(trial: Trial) -> None:
    """Each gives exactly the reasons it should."""
    assert judge(trial) == trial.codes
